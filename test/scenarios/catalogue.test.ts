// Every event of a few rehearsals fits the schema that the catalogue promises, and every detail-type is made by one.
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { catalogue, eventSchema } from '../../src/core/event/catalogue.ts';
import { DetailType } from '../../src/core/event/detail-type.ts';
import { plusSeconds } from '../../src/core/time.ts';
import { abort } from '../../src/flow/operate/abort.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import { pause } from '../../src/flow/operate/pause.ts';
import { resume } from '../../src/flow/operate/resume.ts';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { agentBased, beginning, discovered, inSync, movedTo, serverId } from './_fleet.ts';
import {
  brisk,
  expectPromisesKept,
  type Moment,
  rehearse,
  type Story,
  type Told,
} from './_rehearse.ts';

const operator = { wave: 'story.wave-1', by: 'joe', reason: 'lunch' };
const when = (type: string, act: (ports: Ports) => Promise<unknown>, phase?: string): Moment => ({
  event: ({ 'detail-type': told, detail }) =>
    told === type && (phase === undefined || detail['phase'] === phase),
  happens: async ({ ports }) => {
    await act(ports);
  },
});
const ids = (...servers: readonly number[]) =>
  `servers: { ids: [${servers.map(serverId).join(', ')}] }`;

/** A server that will have used three quarters of its free period in an hour. */
function longReplicating(n: number) {
  const document = inSync(n);
  const { lifeCycle } = document;
  return {
    ...document,
    lifeCycle: {
      ...(typeof lifeCycle === 'object' ? lifeCycle : {}),
      firstByteDateTime: plusSeconds(beginning, -1619 * 3600),
    },
  };
}

const stories: Readonly<Record<string, Story>> = {
  'servers in all kinds of trouble': {
    fleet: [
      agentBased(1, { gib: 40 }),
      discovered(2),
      inSync(3),
      inSync(4),
      inSync(5),
      agentBased(6),
      longReplicating(7),
      inSync(8),
      inSync(9),
    ],
    parameters: { ...brisk, quotaActiveServers: 9 },
    spec: '{ defaults: { deadlines: { test: PT4H } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    faults: [
      `{ fault: stall, on: initiation, errorClass: FAILED_TO_LAUNCH_REPLICATION_SERVER, clearsAfter: PT10M, ${ids(6)} }`,
      `{ fault: agent-lost, on: initial-sync, returnsAfter: PT2H, ${ids(1)} }`,
      `{ fault: not-converging, on: continuous, clearsAfter: PT2H, ${ids(4)} }`,
      `{ fault: snapshot-failure, on: test-launch, ${ids(3)} }`,
      `{ fault: post-launch-action-failed, on: test-launch, ${ids(5)} }`,
      `{ fault: launch-failure, on: test-launch, ${ids(8)} }`,
      `{ fault: console-action, action: start-test, on: continuous, after: PT1M, attempts: 6, ${ids(9)} }`,
    ],
    goOnSeconds: 86_400,
  },
  'a vCenter client that falls silent': {
    fleet: [discovered(1)],
    faults: ['{ fault: vcenter-client-dead, after: PT20M, revivesAfter: PT2H }'],
  },
  'a sync that takes longer': {
    fleet: [agentBased(1, { gib: 400 })],
    spec: '{ defaults: { stall: { grace: PT6H } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    faults: [
      '{ fault: stall, on: initial-sync, after: PT30M, errorClass: UNSTABLE_NETWORK, clearsAfter: PT3H }',
    ],
  },
  'a server that is deleted': {
    fleet: [inSync(1), inSync(2)],
    faults: [
      `{ fault: console-action, action: disconnect, on: continuous, after: PT0S, ${ids(1)} }`,
      `{ fault: console-action, action: delete, on: continuous, after: PT1S, ${ids(1)} }`,
    ],
    goOnSeconds: 86_400,
  },
  'a wave that persons hold up': {
    fleet: [inSync(1)],
    spec: '{ defaults: { gates: { cutover: { approval: {} }, finalize: { approval: {} } } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    whenTold: [
      when('Wave Stage Started', (ports) => pause(ports, operator)),
      when('Wave Paused', (ports) => resume(ports, operator)),
      ...(['cutover', 'finalize'] as const).map((phase) =>
        when(
          'Wave Approval Requested',
          (ports) =>
            approve(ports, {
              ...operator,
              phase,
              decision: phase === 'cutover' ? 'approved' : 'denied',
            }),
          phase,
        ),
      ),
    ],
  },
  'a server that is frozen by a hook': {
    fleet: [inSync(1)],
    spec: '{ defaults: { hooks: { freeze: [{ name: stop, function: stop }], thaw: [{ name: start, function: start }] } }, waves: [{ name: wave-1, servers: { all: true } }] }',
  },
  'a wave that nobody approves': {
    fleet: [inSync(1)],
    spec: '{ defaults: { gates: { cutover: { approval: { timeout: PT1H } } } }, waves: [{ name: wave-1, servers: { all: true } }] }',
  },
  'a wave that is held and then aborted': {
    fleet: [inSync(1), inSync(2)],
    spec: '{ defaults: { policy: { onFailure: hold } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    faults: [`{ fault: launch-failure, times: 9, ${ids(1)} }`],
    whenTold: [when('Wave Held', (ports) => abort(ports, operator))],
  },
  'a server that somebody else acts on': {
    fleet: [inSync(1), inSync(2)],
    spec: '{ defaults: { policy: { outOfBand: hold } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    faults: [
      `{ fault: console-action, action: revert-cutover, on: cutting-over, after: PT7M, attempts: 6, ${ids(1)} }`,
    ],
    whenTold: [
      when('Wave Server Held', (ports) =>
        runOrder(ports, {
          order: 'resume',
          scope: { kind: 'servers', wave: operator.wave, servers: [serverId(1)] },
          ...{ by: operator.by, reason: operator.reason },
        }),
      ),
    ],
  },
  'settings edited by hand': {
    fleet: [inSync(1)],
    spec: '{ waves: [{ name: wave-1, servers: { all: true }, thresholds: { sustainedSeconds: 28800 }, preflight: { rules: { launch-template-as-recorded: warning } } }] }',
    faults: [
      '{ fault: launch-template-edited, after: PT2H, securityGroupIds: [sg-1] }',
      '{ fault: settings-edited, after: PT2H, replication: { bandwidthThrottling: 100 } }',
    ],
  },
  'vCPUs that a test instance holds': {
    fleet: [
      agentBased(1),
      {
        ...inSync(9),
        launchedInstance: { ec2InstanceID: 'i-0123456789abcdef0', firstBoot: 'SUCCEEDED' },
      },
    ],
    spec: `{ waves: [{ name: wave-1, servers: { ids: [${serverId(1)}] } }] }`,
    parameters: { ...brisk, quotaStandardVcpus: 2 },
    faults: [
      `{ fault: console-action, action: terminate, after: PT8H, servers: { ids: [${serverId(9)}] } }`,
    ],
  },
  'a cutover whose window closes too early, and a soak before it is finalized': {
    fleet: [inSync(1)],
    spec: '{ waves: [{ name: wave-1, servers: { all: true }, gates: { cutover: { window: [{ timeZone: UTC, from: "21:00", to: "21:04", days: [mon] }, { timeZone: UTC, from: "21:00", to: "23:00", days: [tue] }] }, finalize: { soak: PT1H } } }] }',
  },
  'stalls beside a wave, in a deployment that has them mended': {
    fleet: [inSync(1), ...[2, 3, 4, 5].map((n) => agentBased(n))],
    spec: `{ waves: [{ name: wave-1, ${ids(1)} }] }`,
    faults: [
      `{ fault: stall, on: initiation, errorClass: FAILED_TO_LAUNCH_REPLICATION_SERVER, clearsAfter: P1D, ${ids(2, 3, 4)} }`,
      `{ fault: stall, on: initiation, errorClass: FAILED_TO_START_DATA_TRANSFER, clearsAfter: retry, ${ids(5)} }`,
    ],
    deployment: join(process.cwd(), 'examples/deployments/many-accounts.yaml'),
    goOnSeconds: 3 * 86_400,
  },
  'a wave that has windows and soaks': {
    fleet: [inSync(1)],
    spec: '{ waves: [{ name: wave-1, servers: { all: true }, gates: { cutover: { window: [{ timeZone: UTC, from: "21:00", to: "21:04", days: [mon] }, { timeZone: UTC, from: "21:00", to: "23:00", days: [tue] }] }, finalize: { soak: PT1H } } }] }',
  },
  'a wave whose servers a person retries and takes back': {
    fleet: [inSync(1), inSync(2)],
    spec: '{ defaults: { gates: { finalize: { approval: {} } } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    faults: [`{ fault: launch-failure, on: test-launch, times: 2, ${ids(1)} }`],
    whenTold: [
      when('Wave Server Outcome', (ports) =>
        runOrder(ports, {
          order: 'retry',
          scope: { kind: 'servers', wave: operator.wave, servers: [serverId(1)] },
          ...{ by: operator.by, reason: operator.reason },
        }),
      ),
      when('Wave Approval Requested', (ports) =>
        runOrder(ports, {
          order: 'rollback',
          scope: { kind: 'wave', wave: operator.wave },
          ...{ by: operator.by, reason: operator.reason },
        }),
      ),
    ],
  },
  'a wave that applies what its plan wants servers to be set to': {
    fleet: [inSync(1)],
    spec: '{ waves: [{ name: wave-1, servers: { all: true }, desired: { apply: by-policy, launchConfiguration: { copyTags: false } } }] }',
  },
  'a target out of reach': {
    fleet: [inSync(1), movedTo('111122223333', 'us-west-2', inSync(2))],
    faults: [
      '{ fault: target-unreachable, because: region-off, targets: ["111122223333:us-west-2"], mendedAfter: PT3H }',
    ],
  },
};

// Not every story of the catalogue can be rehearsed: these are made elsewhere.
const elsewhere: Readonly<Record<string, string>> = {
  'Source Server Replication Type Change': 'test/flow/steps.test.ts',
  'Source Server Settings Restored': 'test/scenarios/settings-by-wave.test.ts',
  'Target vCenter Client Removed': 'test/flow/poll-facts.test.ts',
  'Target Out-of-Band Action': 'test/flow/out-of-band.test.ts',
  'Target Template Drift Change': 'test/flow/configurations.test.ts',
  'Wave Server Recovered': 'test/scenarios/drill.test.ts',
  'Wave Server Extended': 'test/scenarios/extend.test.ts',
  'Wave Server Retirement Step': 'test/scenarios/retire.test.ts',
  'Wave Server Failback Step': 'test/scenarios/failback.test.ts',
  'Wave Server Recovery Chosen': 'test/scenarios/recover.test.ts',
  'Wave Server Recovery Measured': 'test/scenarios/recover.test.ts',
  'Wave Server Order Lapsed': 'test/flow/operate.test.ts',
  'Wave Drill Yielded': 'test/scenarios/take-over.test.ts',
  'Drill Schedule Started': 'test/flow/schedule.test.ts',
  'Drill Schedule Skipped': 'test/flow/schedule.test.ts',
  'Drill Schedule Missed': 'test/flow/schedule.test.ts',
};

// What is told of DRS alone is made by drs-watch.test.ts.
const ofDrs = new Set<string>(
  catalogue.filter(({ source }) => source === 'landfall.drs').map(({ detailType }) => detailType),
);

describe('the catalogue', () => {
  const told = new Map<string, Told>();
  beforeAll(async () => {
    for (const [name, story] of Object.entries(stories)) told.set(name, await rehearse(story));
  }, 120_000);

  test.each(Object.keys(stories))('promises what %s tells', (name) => {
    const events = told.get(name)?.logs.events ?? [];
    expect(events.length).toBeGreaterThan(0);
    const wrong = events.flatMap((event) => {
      const type = Object.values(DetailType).find((one) => one === event['detail-type']);
      if (type === undefined) return [`${event['detail-type']} is not catalogued`];
      const parsed = eventSchema(type).safeParse(event.detail);
      return parsed.success ? [] : [`${type}: ${parsed.error.message}`];
    });
    expect(wrong).toEqual([]);
  });

  test.each(Object.keys(stories))('%s keeps every promise', (name) => {
    const story = told.get(name);
    if (story === undefined) throw new Error('it was not rehearsed');
    expectPromisesKept(story);
  });

  test('holds nothing that no story makes', () => {
    const seen = new Set(
      [...told.values()].flatMap((story) => story.logs.events.map((e) => e['detail-type'])),
    );
    const unseen = Object.values(DetailType).filter((type) => !seen.has(type) && !ofDrs.has(type));
    expect(unseen.sort()).toEqual(Object.keys(elsewhere).sort());
  });
});
