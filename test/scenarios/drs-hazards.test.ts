// Hazards and traps of disaster recovery (docs/drs-hazards.md): stories of those that no other test proves, and that the
// page names a proof for each which is there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { functionGrants, machineFunctions } from '../../deploy/grants.ts';
import { throughDrs } from '../../deploy/through-drs.ts';
import { loadDeployment } from '../../src/runtime/load-deployment.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import {
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  type Story,
  triesOf,
} from './_rehearse.ts';

const root = join(import.meta.dirname, '../..');
const drill = (count: number, is: Partial<Story> = {}) =>
  rehearse({
    kind: 'Drill',
    fleet: Array.from({ length: count }, (_, i) => aDrsServer(i + 1)),
    parameters: {},
    ...is,
  });
const wave = (more: string) => `{ waves: [{ name: wave-1, servers: { all: true }, ${more} }] }`;

describe('docs/drs-hazards.md', () => {
  const rows = readFileSync(join(root, 'docs/drs-hazards.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, id, , here, proof] = line.split('|').map((cell) => cell.trim());
      return /^[HT]\d+$/.test(id ?? '')
        ? [{ id: id ?? '', here: here ?? '', proof: proof ?? '' }]
        : [];
    });
  const numbers = (letter: string, last: number) =>
    Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);

  test('has every hazard and every trap once, in order', () => {
    expect(rows.map(({ id }) => id)).toEqual([...numbers('H', 11), ...numbers('T', 45)]);
  });

  test.each(rows)('$id has a proof that is there', ({ id, here, proof }) => {
    if (proof === '') {
      expect(here.startsWith('Does not apply: '), `${id} has no proof`).toBe(true);
      return;
    }
    for (const one of proof.split('<br>')) {
      const [, file = '', name = ''] = /^`(test\/[^`]+)`: (.+)$/.exec(one) ?? [];
      expect(existsSync(join(root, file)), one).toBe(true);
      const text = readFileSync(join(root, file), 'utf8');
      const quoted = ["'", '"', '`'].map((quote) => `(${quote}${name}${quote}`);
      const escaped = name.replaceAll("'", "\\'");
      const isThere = [...quoted, `('${escaped}'`].some((call) => text.includes(call));
      expect(isThere, `${file} has no test “${name}”`).toBe(true);
    }
  });
});

test('H2: one function may stop replication, and only the machines of retirement and failback call it', () => {
  const may = Object.entries(functionGrants).flatMap(([name, grants]) =>
    grants.some(({ actions }) => actions.includes('drs:StopReplication')) ? [name] : [],
  );
  expect(may).toEqual(['stopReplication']);
  const calling = Object.entries(machineFunctions).flatMap(([machine, functions]) =>
    functions.includes('stopReplication') ? [machine] : [],
  );
  expect(calling).toEqual(['retire', 'failback']);
});

test('H5: right-sizing that overrules the launch template is told before the drill', async () => {
  const told = await drill(1, {
    faults: [
      '{ fault: launch-template-edited, after: PT0S, instanceType: r5.8xlarge, servers: { all: true } }',
    ],
    parameters: { launchTemplateCheckMinutes: 600 },
  });
  const [warned] = eventsOf(told, 'Wave Preflight Warned');
  expect(warned?.['findings']).toMatchObject([{ rule: 'right-sizing', serverIds: [drsId(1)] }]);
  expectPromisesKept(told);
});

test('H8: whoever launches has the rights that DRS asks of its caller, through DRS alone and by no tag', () => {
  const [launch, pass] = throughDrs;
  for (const action of ['RunInstances', 'StartInstances', 'TerminateInstances', 'CreateTags']) {
    expect(launch?.actions).toContain(`ec2:${action}`);
  }
  expect(JSON.stringify(launch?.condition)).toBe(
    '{"ForAnyValue:StringEquals":{"aws:CalledVia":["drs.amazonaws.com"]}}',
  );
  expect(JSON.stringify(throughDrs)).not.toMatch(/ResourceTag|RequestTag/);
  expect(pass?.actions).toEqual(['iam:PassRole']);
  // The member role of other accounts has the same.
  const member = readFileSync(join(root, 'deploy/member-role.template.yaml'), 'utf8');
  const own = member.slice(
    member.indexOf('Sid: LaunchThroughDrs'),
    member.indexOf('Sid: PassDrsRoles'),
  );
  expect(own.match(/ec2:\w+/g)).toEqual(launch?.actions);
  expect(own).toContain("'aws:CalledVia': [drs.amazonaws.com]");
});

test('T1, T2, T36: a wave tells what became of each server, and goes on within its tolerance', async () => {
  const told = await drill(3, {
    faults: [`{ fault: launch-failure, times: 9, servers: { ids: [${drsId(2)}] } }`],
    spec: wave('policy: { onFailure: hold, tolerate: 1, attempts: 1 }'),
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 failed LaunchFailed', '3 succeeded']);
  expect(eventsOf(told, 'Wave Held')).toEqual([]);
  expect(eventsOf(told, 'Wave Concluded')).toMatchObject([
    { servers: 3, outcomes: { succeeded: 2, failed: 1 } },
  ]);
  expectPromisesKept(told);
});

test('T5, T41: reads that fail every third time, and throttled launches, only take longer', async () => {
  const told = await drill(2, {
    faults: [
      '{ fault: internal-error, probability: 0.33, operations: [DescribeJobs, DescribeSourceServers, DescribeRecoveryInstances] }',
      '{ fault: throttling, operations: [StartRecovery, TerminateRecoveryInstances], until: "2024-03-04T17:00:00Z", retryAfterSeconds: 120 }',
    ],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  const refused = told.logs.api.filter(
    ({ caller, status }) => caller === 'landfall' && status >= 400,
  );
  expect(new Set(refused.map(({ operation }) => operation))).toContain('DescribeJobs');
  expectPromisesKept(told);
});

test('T7: no job holds more servers than it may, and no more jobs run', async () => {
  const told = await drill(7, {
    parameters: { drsQuotaServersInJob: 2, drsQuotaConcurrentJobs: 2 },
  });
  expect(endings(told).every((end) => end.endsWith('succeeded'))).toBe(true);
  const asked = told.logs.api.flatMap(({ caller, operation, input }) =>
    caller === 'landfall' && operation === 'StartRecovery'
      ? [(input['sourceServers'] as unknown[]).length]
      : [],
  );
  expect(Math.max(...asked)).toBe(2);
  const refused = told.logs.api.filter(
    ({ caller, error }) => caller === 'landfall' && error === 'ServiceQuotaExceededException',
  );
  expect(refused).toEqual([]);
  expectPromisesKept(told);
});

test('T8: a drill whose time is over before its job ends has its instance taken away', async () => {
  const told = await drill(1, {
    spec: wave('deadlines: { drill: PT5M }, policy: { attempts: 1 }'),
    parameters: { conversionSeconds: [1200, 1200] },
    goOnSeconds: 2 * 86_400,
  });
  expect(endings(told)[0]).toMatch(/^1 failed /);
  expect(eventsOf(told, 'Job Ended').length).toBeGreaterThanOrEqual(2);
  expect(eventsOf(told, 'Recovery Instance Discovered')).toHaveLength(1);
  expect(eventsOf(told, 'Recovery Instance Presence Change')).toHaveLength(1);
  expect(triesOf(told, 'TerminateRecoveryInstances')).toBe(1);
  expectPromisesKept(told);
});

test('T9, T14: records stay small, and the log of a job is read once it has ended', async () => {
  let largest = 0;
  const told = await drill(4, {
    around: (ports, _, run) =>
      run({
        ...ports,
        store: {
          ...ports.store,
          put: (partition, sort, body, ...rest) => {
            largest = Math.max(largest, JSON.stringify(body).length);
            return ports.store.put(partition, sort, body, ...rest);
          },
        },
      }),
  });
  expect(endings(told).every((end) => end.endsWith('succeeded'))).toBe(true);
  expect(largest).toBeGreaterThan(1000);
  expect(largest).toBeLessThan(24_000);
  const read = told.logs.api.flatMap(({ caller, operation, input }) =>
    caller === 'landfall' && operation === 'DescribeJobLogItems' ? [input['jobID']] : [],
  );
  expect(read.length).toBeGreaterThan(0);
  expect(new Set(read).size).toBe(read.length);
});

test('T22: the poller’s schedule is switched on in what is deployed', () => {
  const { schedules } = loadDeployment(join(root, 'serverless.yml'), {
    stage: 'rehearsal',
    region: 'us-east-1',
    accountId: '111122223333',
    partition: 'aws',
  });
  expect(schedules.filter(({ functionName }) => functionName === 'poll')).toMatchObject([
    { everyMs: 60_000 },
  ]);
});
