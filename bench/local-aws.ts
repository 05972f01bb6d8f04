// In: nothing. Out: a small AWS on this machine for bundles to speak to, with one wave on record, and an event for
// each function. DynamoDB is dynalite, MGN, DRS and EC2 are the simulator; EventBridge and Step Functions say yes to everything.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import {
  createDrsClient,
  createDynamoDbClient,
  createEc2Client,
  createEventBridgeClient,
  createMgnClient,
  createServiceQuotasClient,
  createStepFunctionsClient,
} from '../src/adapters/aws/clients.ts';
import { createDrsApi } from '../src/adapters/aws/drs-api.ts';
import { createDrsServerSettings } from '../src/adapters/aws/drs-server-settings.ts';
import { createDynamoDbStore, storeTable } from '../src/adapters/aws/dynamodb-store.ts';
import { createEventBridgeBus } from '../src/adapters/aws/event-bridge-bus.ts';
import { createMgnApi } from '../src/adapters/aws/mgn-api.ts';
import { createSettingsApi } from '../src/adapters/aws/settings-api.ts';
import { createStepFunctions } from '../src/adapters/aws/step-functions.ts';
import { systemClock } from '../src/adapters/aws/system-clock.ts';
import { mergedSettings } from '../src/core/plan/settings-for.ts';
import { targetName } from '../src/core/target.ts';
import { fromMs } from '../src/core/time.ts';
import { poll } from '../src/flow/poll.ts';
import type { Ports } from '../src/flow/ports.ts';
import { change } from '../src/flow/records/documents.ts';
import { place } from '../src/flow/records/place.ts';
import { startPlan } from '../src/flow/start-wave.ts';
import { prepareWave } from '../src/flow/steps/prepare-wave.ts';
import { LogRing } from '../src/simulator/http/log-ring.ts';
import { RecordedSimulator } from '../src/simulator/http/recorded-simulator.ts';
import { RecordingStore } from '../src/simulator/http/recording-store.ts';
import { openFace } from '../src/simulator/http/server.ts';
import { VirtualClock } from '../src/simulator/http/virtual-clock.ts';
import { noFaults } from '../src/simulator/simulator.ts';
import { benchFleet } from './bench-fleet.ts';

/** The AWS of this machine. */
export interface LocalAws {
  /** What Lambda's environment would hold. */
  readonly environment: Readonly<Record<string, string>>;
  /** An event that each function takes, by the name of its handler's file. */
  readonly events: Readonly<Record<string, unknown>>;
  /** Puts the table back to what it was when this was opened. */
  readonly restore: () => Promise<void>;
  readonly close: () => Promise<void>;
}

// dynalite has no types.
const Dynalite = z.custom<(options: object) => Server>((value) => typeof value === 'function');
const dynalite = Dynalite.parse(createRequire(import.meta.url)('dynalite'));

const region = 'us-east-1';
const accountId = '111122223333';
const target = { partition: 'aws', service: 'mgn', accountId, region } as const;
const drsTarget = { ...target, service: 'drs' } as const;
const credentials = { accessKeyId: accountId, secretAccessKey: 'none' };
const machine = (name: string) =>
  `arn:aws:states:${region}:${accountId}:stateMachine:landfall-${name}-local`;

// The servers that the events are about, one in each state that an event needs; each has a wave of its own.
const states = {
  ready: 'READY_FOR_TEST CONTINUOUS',
  stalled: 'READY_FOR_TEST STALLED',
  testing: 'TESTING CONTINUOUS',
  cuttingOver: 'CUTTING_OVER CONTINUOUS',
  cutOver: 'CUTOVER DISCONNECTED',
} as const;

// Of DRS: one that is stopped, one that is no longer there, and one that was recovered.
const stoppedId = `s-${'0'.repeat(16)}1`;
const goneId = `s-${'0'.repeat(16)}2`;
const recoveredId = `s-${'0'.repeat(16)}3`;
const drsArn = (id: string) => `arn:aws:drs:${region}:${accountId}:source-server/${id}`;
const stopped = {
  sourceServerID: stoppedId,
  arn: drsArn(stoppedId),
  tags: {},
  dataReplicationInfo: { dataReplicationState: 'STOPPED', replicatedDisks: [] },
  lifeCycle: { addedToServiceDateTime: '2024-03-01T00:00:00.000000+00:00' },
  sourceProperties: { identificationHints: { hostname: 'host-1' } },
};

const recovered = {
  ...stopped,
  sourceServerID: recoveredId,
  arn: drsArn(recoveredId),
  recoveryInstanceId: `i-${'0'.repeat(16)}3`,
};

/** Opens it over five servers of the mixed example fleet, and two of DRS. */
export async function openLocalAws(): Promise<LocalAws> {
  const { plan: whole, fleet } = await benchFleet(40);
  const documents = Object.values(states).map((state) => {
    const found = fleet.servers.find(({ document }) => stateOf(document) === state);
    if (found === undefined) throw new Error(`no server is ${state}`);
    return found.document;
  });
  const ids = documents.map((document) => Known.parse(document).sourceServerID);
  const waves = whole.waves.flatMap((each) =>
    Object.keys(states).map((name, n) => ({
      ...each,
      name,
      servers: each.servers.filter(({ sourceServerId }) => sourceServerId === ids[n]),
    })),
  );
  const retired = [stoppedId, goneId, recoveredId].map((id) => ({
    ...{ sourceServerId: id, arn: drsArn(id), target: drsTarget, tier: 0 },
    settings: mergedSettings([], 'Retirement'),
  }));
  const plan = {
    ...whole,
    waves: [
      ...waves,
      ...waves.slice(0, 1).map((each) => ({ ...each, name: 'retired', servers: retired })),
    ],
  };
  const table = await listening(dynalite({ createTableMs: 0 }));
  const yes = await listening(createServer(sayYes));
  const simulator = new RecordedSimulator(new RecordingStore(), {
    fleet: [...documents, stopped, recovered],
    vcenterClients: [],
    faults: noFaults,
    seed: 1,
    startAt: systemClock.now(),
  });
  const face = await openFace({
    simulator,
    clock: new VirtualClock('real', () => performance.now(), simulator.now),
    events: new LogRing(),
    calls: new LogRing(),
    host: '127.0.0.1',
    port: 0,
    defaultAccount: accountId,
  });
  const services = `http://127.0.0.1:${face.port}`;
  const at = (endpoint: string) => ({ region, endpoint, credentials });
  const dynamodb = createDynamoDbClient(at(table.address));
  await dynamodb.send(new CreateTableCommand({ TableName: 'landfall', ...storeTable }));
  const ec2 = createEc2Client(at(services));
  const quotas = createServiceQuotasClient(at(services));
  const mgn = createMgnClient(at(services));
  const drs = createDrsClient(at(services));
  const eventBridge = createEventBridgeClient(at(yes.address));
  const stepFunctions = createStepFunctionsClient(at(yes.address));
  const api = createMgnApi({ mgn: () => mgn, ec2: () => ec2, serviceQuotas: () => quotas });
  const ports: Ports = {
    clock: systemClock,
    store: createDynamoDbStore(() => dynamodb, 'landfall'),
    bus: createEventBridgeBus(() => eventBridge, { busName: 'landfall' }),
    workflows: createStepFunctions(() => stepFunctions),
    serviceOf: () => api,
    drsOf: () => createDrsApi({ drs: () => drs, ec2: () => ec2, serviceQuotas: () => quotas }),
    settingsOf: () =>
      createSettingsApi({ mgn: () => mgn, ec2: () => ec2, serviceQuotas: () => quotas }),
    drsSettingsOf: () =>
      createDrsServerSettings({ drs: () => drs, ec2: () => ec2, serviceQuotas: () => quotas }),
    hooks: {
      invoke: async () => ({ is: 'refused', because: 'the bench has no hooks' }),
      runDocument: async () => ({ is: 'refused', because: 'the bench has no hooks' }),
      probe: async () => ({ is: 'refused', because: 'the bench has no hooks' }),
    },
  };
  const waveOf = (state: string) => ({
    wave: `${plan.name}.${state}`,
    plan: plan.name,
    name: state,
  });
  const executionOf = (state: string) =>
    `${machine('wave').replace(':stateMachine:', ':execution:')}:${plan.name}.${state}`;
  const machines = {
    replicate: machine('replicate'),
    test: machine('test'),
    cutover: machine('cutover'),
    finalize: machine('finalize'),
    rollback: machine('rollback'),
    retire: machine('retire'),
  };
  await poll(ports, target);
  await poll(ports, drsTarget);
  await startPlan(ports, plan, machine('wave'));
  for (const state of [...Object.keys(states), 'retired']) {
    const execution = executionOf(state);
    await prepareWave(ports, { subject: waveOf(state), machines, execution });
  }
  // Every poll of the bench finds a tick due.
  await change(ports.store, place.target(target), (record) =>
    record === undefined ? undefined : { ...record, nextTickAt: fromMs(0) },
  );

  const scan = async () => {
    const { Items = [] } = await dynamodb.send(
      new ScanCommand({ TableName: 'landfall', ConsistentRead: true }),
    );
    return new Map(Items.map((item) => [keyOf(item), item]));
  };
  const asItWas = await scan();
  const subjectIn = (state: keyof typeof states) => ({
    server: ids[Object.keys(states).indexOf(state)],
    wave: waveOf(state).wave,
    attempt: 1,
  });
  const ready = subjectIn('ready');
  const ofDrs = (server: string) => ({ server, wave: waveOf('retired').wave, attempt: 1 });
  const wave = waveOf('ready');
  const execution = executionOf('ready');
  const tokenPlace = { execution, state: 'Wait', enteredAt: systemClock.now(), retryCount: 0 };
  const stream = `mgn/${accountId}/${region}/${ready.server}`;
  const told = {
    detailType: 'Source Server Lifecycle State Change',
    time: systemClock.now(),
    detail: { eventId: `${stream}/1`, stream, sequence: 1, current: 'READY_FOR_TEST' },
  };
  // The channel of the environment tells pages only: the event is read, and nobody is told.
  const envelope = { source: 'landfall.mgn', 'detail-type': told.detailType, ...told };
  const batch = { Records: [{ messageId: '1', body: JSON.stringify(envelope) }] };
  return {
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: 'session',
      AWS_ENDPOINT_URL_DYNAMODB: table.address,
      // The standard variable for all services: EventBridge and Step Functions have none of their own.
      AWS_ENDPOINT_URL: yes.address,
      LANDFALL_STAGE: 'local',
      LANDFALL_TABLE: 'landfall',
      LANDFALL_BUS: 'landfall',
      LANDFALL_WAVE_MACHINE: machine('wave'),
      LANDFALL_TARGETS: [target, drsTarget].map(targetName).join(','),
      LANDFALL_MEMBER_ROLE: 'landfall-member-local',
      LANDFALL_EXTERNAL_ID: '',
      LANDFALL_ENDPOINT_MGN: services,
      LANDFALL_ENDPOINT_DRS: services,
      LANDFALL_ENDPOINT_EC2: services,
      LANDFALL_ENDPOINT_SERVICE_QUOTAS: services,
      LANDFALL_ENDPOINT_STS: services,
      LANDFALL_CHANNEL: 'on-call',
      LANDFALL_SEVERITIES: 'page',
      LANDFALL_UNDELIVERED: `${yes.address}/undelivered`,
      LANDFALL_RECEIVER: `arn:aws:secretsmanager:${region}:${accountId}:secret:on-call`,
      LANDFALL_TOPIC: `arn:aws:sns:${region}:${accountId}:on-call`,
    },
    events: {
      'archive-waves': { subject: wave },
      'conclude-wave': { subject: wave, input: null },
      conclude: { subject: ready, phase: 'replicate', status: 'succeeded' },
      'ensure-replicating': { subject: ready },
      'finalize-cutover': { subject: subjectIn('cuttingOver') },
      'freeze-source': { subject: ready },
      'mark-as-archived': { subject: subjectIn('cutOver') },
      'mark-ready-for-cutover': { subject: subjectIn('testing') },
      'next-stage': { subject: wave },
      'apply-settings': {
        subject: wave,
        ask: 'compare-settings',
        phase: 'test',
        servers: [ready.server],
        retryCount: 0,
      },
      metrics: { 'detail-type': told.detailType, time: told.time, detail: told.detail },
      'notify-slack': batch,
      'notify-teams': batch,
      'notify-topic': batch,
      'notify-webhook': batch,
      park: {
        subject: ready,
        phase: 'replicate',
        wait: 'launchable',
        token: 't',
        place: tokenPlace,
      },
      poll: { target: 'all' },
      'prepare-wave': { subject: wave, machines, execution },
      react: {
        source: 'aws.mgn',
        'detail-type': 'MGN Source Server Lifecycle State Change',
        resources: [`arn:aws:mgn:${region}:${accountId}:source-server/${ready.server}`],
        detail: { state: 'READY_FOR_TEST' },
      },
      remedy: { target: 'all' },
      'request-launch': {
        subject: ready,
        phase: 'test',
        kind: 'StartTest',
        stage: 'launch',
        token: 't',
        place: tokenPlace,
      },
      'retry-replication': { subject: subjectIn('stalled'), error: {} },
      'revert-life-cycle': { subject: subjectIn('cuttingOver') },
      'sign-off': { subject: subjectIn('cuttingOver') },
      'run-hooks': { target: 'all' },
      'release-instance': { subject: ofDrs(stoppedId) },
      'stop-replication': { subject: ofDrs(stoppedId) },
      'turn-replication': { subject: ofDrs(recoveredId), phase: 'reverse' },
      'disconnect-server': { subject: ofDrs(goneId) },
      'delete-server': { subject: ofDrs(goneId) },
      'confirm-retired': { subject: ofDrs(goneId) },
      sweep: {},
    },
    restore: async () => {
      const now = await scan();
      for (const [key, { partition, sort }] of now) {
        if (asItWas.has(key) || partition === undefined || sort === undefined) continue;
        const Key = { partition, sort };
        await dynamodb.send(new DeleteItemCommand({ TableName: 'landfall', Key }));
      }
      for (const [key, item] of asItWas) {
        if (JSON.stringify(now.get(key)) === JSON.stringify(item)) continue;
        await dynamodb.send(new PutItemCommand({ TableName: 'landfall', Item: item }));
      }
    },
    close: async () => {
      dynamodb.destroy();
      await face.close();
      for (const { server } of [table, yes]) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
}

const Known = z.object({
  sourceServerID: z.string(),
  lifeCycle: z.object({ state: z.string() }),
  dataReplicationInfo: z.object({ dataReplicationState: z.string() }),
});

function stateOf(document: unknown): string {
  const { lifeCycle, dataReplicationInfo } = Known.parse(document);
  return `${lifeCycle.state} ${dataReplicationInfo.dataReplicationState}`;
}

function keyOf(item: Readonly<Record<string, AttributeValue>>): string {
  return JSON.stringify([item['partition']?.S, item['sort']?.S]);
}

async function listening(server: Server): Promise<{ server: Server; address: string }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound: string | AddressInfo | null = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port was bound');
  return { server, address: `http://127.0.0.1:${bound.port}` };
}

/** Answers as EventBridge and Step Functions do where all is well. */
const sayYes = async (
  request: import('node:http').IncomingMessage,
  response: import('node:http').ServerResponse,
): Promise<void> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const input = Entries.parse(JSON.parse(Buffer.concat(parts).toString() || '{}'));
  const answers: Readonly<Record<string, unknown>> = {
    'AWSEvents.PutEvents': {
      FailedEntryCount: 0,
      Entries: (input.Entries ?? []).map((_, n) => ({ EventId: String(n) })),
    },
    'AWSStepFunctions.StartExecution': { executionArn: 'execution', startDate: 0 },
    'AWSStepFunctions.DescribeExecution': { executionArn: 'execution', status: 'RUNNING' },
    'AWSStepFunctions.SendTaskSuccess': {},
    'AWSStepFunctions.SendTaskFailure': {},
  };
  const answer = answers[String(request.headers['x-amz-target'])];
  response.statusCode = answer === undefined ? 501 : 200;
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  response.end(JSON.stringify(answer ?? {}));
};

const Entries = z.object({ Entries: z.array(z.unknown()).optional() });
