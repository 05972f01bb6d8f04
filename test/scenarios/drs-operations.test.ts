// The operations that DRS gained or changed on 2023-04-17 (docs/drs-hazards.md): each is called by a wave or by what a command
// runs, over HTTP and by the pinned SDK, never by hand; what was called is read where the simulator was asked.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createDrsApi } from '../../src/adapters/aws/drs-api.ts';
import { createDrsSettingsApis } from '../../src/adapters/aws/drs-settings-api.ts';
import { simulatedServices } from '../../src/cli/_wiring.ts';
import { type Target, targetName } from '../../src/core/target.ts';
import type { DrsApi } from '../../src/flow/ports.ts';
import { deleteTemplate } from '../../src/flow/settings/drs/delete-template.ts';
import { LogRing } from '../../src/simulator/http/log-ring.ts';
import type { RecordedSimulator } from '../../src/simulator/http/recorded-simulator.ts';
import { openFace } from '../../src/simulator/http/server.ts';
import { VirtualClock } from '../../src/simulator/http/virtual-clock.ts';
import { noFaults, Simulator } from '../../src/simulator/simulator.ts';
import { aDirectory } from '../cli/_files.ts';
import { drsTemplates, order, wholeSpec } from '../flow/_drs-templates.ts';
import { drsTarget } from '../flow/_recorder.ts';
import { aDrsServer, drsId, otherAccount } from '../simulator/drs/rig.ts';
import { accountId, region, startAt } from '../simulator/rig.ts';
import { endings, rehearse, type Story } from './_rehearse.ts';

const credentials = { accessKeyId: accountId, secretAccessKey: 'none' };
const sdk = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
  .dependencies['@aws-sdk/client-drs'];
const { write } = aDirectory();
const deploymentFile = write(
  'deployment.yaml',
  'apiVersion: landfall/v1\nkind: Deployment\nspec:\n  targets: [{ service: drs, accountId: "111122223333", regions: [us-east-1] }]\n  remedies: { disasterRecovery: true }\n',
);
/** What came over the wire, by operation: the user agents. */
const called = new Map<string, Set<string>>();
const closing: (() => Promise<void>)[] = [];

/** Puts a simulator whose time somebody else moves on the wire; what it is asked is noted. */
async function onTheWire(simulator: Simulator): Promise<string> {
  const noted = new Proxy(simulator, {
    get: (whole, name) => {
      if (name === 'note') return () => undefined;
      if (name === 'answer') {
        return (call: Parameters<Simulator['answer']>[0]) => {
          const agents = called.get(call.path.slice(1)) ?? new Set();
          called.set(call.path.slice(1), agents.add(call.headers['user-agent'] ?? ''));
          return whole.answer(call);
        };
      }
      const member: unknown = Reflect.get(whole, name, whole);
      return typeof member === 'function' ? member.bind(whole) : member;
    },
  });
  const face = await openFace({
    // Nothing of a recording is asked for here.
    simulator: noted as unknown as RecordedSimulator,
    clock: new VirtualClock('manual', () => 0, Date.parse(startAt)),
    events: new LogRing(),
    calls: new LogRing(),
    host: '127.0.0.1',
    port: 0,
    defaultAccount: accountId,
  });
  closing.push(face.close);
  return `http://127.0.0.1:${face.port}`;
}

/** A wave whose calls to DRS go over HTTP. */
async function waveOverHttp(story: Story): Promise<readonly string[]> {
  let simulator: Simulator | undefined;
  let address: string | undefined;
  const apis = new Map<string, DrsApi>();
  const told = await rehearse({
    parameters: {},
    ...story,
    services: (own) => {
      simulator = own;
      return simulatedServices(own);
    },
    around: async (ports, _, run) => {
      if (simulator === undefined) throw new Error('no simulator');
      address ??= await onTheWire(simulator);
      const endpoint = address;
      const drsOf = (target: Target): DrsApi => {
        const known = apis.get(targetName(target));
        if (known !== undefined) return known;
        // The simulator takes the key for the account.
        const key = { ...credentials, accessKeyId: target.accountId };
        const clients = createClients({ region: target.region, endpoint, credentials: key });
        closing.push(async () => clients.destroy());
        const api = createDrsApi(clients);
        apis.set(targetName(target), api);
        return api;
      };
      return run({ ...ports, drsOf });
    },
  });
  return endings(told);
}

/** What `landfall drs template apply`, another apply, and `delete` run, over HTTP. */
async function templateOverHttp(): Promise<void> {
  const simulator = new Simulator({
    ...{ fleet: [aDrsServer(1)], vcenterClients: [], faults: noFaults, seed: 1, startAt },
  });
  const address = await onTheWire(simulator);
  const clock = { now: () => startAt };
  const apis = createDrsSettingsApis({
    targets: [{ target: drsTarget, access: 'own' }],
    ...{ homeRegion: region, memberRole: 'none', externalId: '', sessionName: 'test', clock },
    endpoints: { drs: address, ec2: address, serviceQuotas: address, sts: address },
    credentials,
  });
  const templates = drsTemplates(apis(drsTarget), clock);
  const { launchActions: _, byServer: __, ...spec } = wholeSpec;
  for (const copyTags of [true, false]) {
    const results = await templates.apply({ template: { ...spec.template, copyTags } });
    expect(results.map(({ status }) => status)).not.toContain('failed');
  }
  expect(await deleteTemplate(templates.ports, order, drsTarget)).toMatchObject({ status: 'done' });
}

beforeAll(async () => {
  const protect = await waveOverHttp({
    kind: 'Protection',
    fleet: [aDrsServer(1, { state: 'STOPPED' })],
    before: (person) =>
      void person('UpdateReplicationConfiguration', {
        ...{ sourceServerID: drsId(1), ebsEncryption: 'CUSTOM' },
      }),
    spec: `{ waves: [{ name: wave-1, servers: { all: true }, phases: [protect, extend], extend: { into: '${otherAccount}' } }] }`,
  });
  const retire = await waveOverHttp({
    kind: 'Retirement',
    fleet: [aDrsServer(1)],
    spec: '{ waves: [{ name: wave-1, servers: { all: true }, gates: { retire: { approval: { policy: hands-off, when: [no-failures] } } }, retire: { grace: PT1H } }] }',
  });
  expect([...protect, ...retire]).toEqual(['1 succeeded', '1 succeeded']);
  // Another server stalls while the wave protects one: the remedies look after it.
  await waveOverHttp({
    kind: 'Protection',
    fleet: [aDrsServer(1, { state: 'STOPPED', gib: 2000 }), aDrsServer(2)],
    spec: `{ waves: [{ name: wave-1, servers: { ids: [${drsId(1)}] } }] }`,
    faults: [
      `{ fault: stall, errorClass: FAILED_TO_LAUNCH_REPLICATION_SERVER, after: PT1M, clearsAfter: retry, servers: { ids: [${drsId(2)}] } }`,
    ],
    deployment: deploymentFile,
    goOnSeconds: 7200,
  });
  await templateOverHttp();
});
afterAll(async () => {
  for (const close of closing) await close();
});

const rows = readFileSync(join(import.meta.dirname, '../../docs/drs-hazards.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, operation = '', by = ''] = /^\| `([A-Z]\w+)` \| (.+) \|$/.exec(line) ?? [];
    return operation === '' ? [] : [{ operation, by }];
  });
test('the page names all ten, in the order of the change', () => {
  expect(rows.map(({ operation }) => operation)).toEqual([
    ...['CreateLaunchConfigurationTemplate', 'DeleteLaunchConfigurationTemplate'],
    ...['DescribeLaunchConfigurationTemplates', 'UpdateLaunchConfigurationTemplate'],
    ...['CreateExtendedSourceServer', 'DescribeSourceServers', 'DisconnectSourceServer'],
    ...['RetryDataReplication', 'StartReplication', 'StopReplication'],
  ]);
});

test.each(rows)('$operation is called by $by', ({ operation }) => {
  const agents = [...(called.get(operation) ?? [])];
  expect(agents).not.toEqual([]);
  for (const agent of agents) expect(agent).toContain(`api/drs#${sdk}`);
});
