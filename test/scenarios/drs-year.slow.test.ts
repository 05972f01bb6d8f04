// Six weeks of the rehearsed year with a few servers: drilled by the schedule, a Region lost in the middle of a drill, recovered,
// failed back, some retired. `npm run rehearse:year` is the whole of it with three hundred servers.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { yearFleet } from '../../scripts/write-drs-fleet.ts';
import { liveCompliance } from '../../src/cli/drs/show-compliance.ts';
import { readRehearsal } from '../../src/cli/read-rehearsal.ts';
import { type Rehearsed, setUpRehearsal } from '../../src/cli/rehearsal.ts';
import { firstToldOf } from '../../src/cli/report/told-events.ts';
import { type Compliance, complianceOf } from '../../src/core/compliance/compliance.ts';
import { toldDrills } from '../../src/core/compliance/told-drills.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { checkTrace, type Verdict } from '../../src/trace/check-trace.ts';
import { CallRecord, Envelope, ExecutionLine, type Logs } from '../../src/trace/forms.ts';
import { aDirectory, example } from '../cli/_files.ts';

const { write } = aDirectory();
const folder = 'programmes/drs-year';
const file = (name: string) => example(`${folder}/${name}.yaml`);
const servers = 16;
const drsAt = (region: string) =>
  ({ partition: 'aws', service: 'drs', accountId: '111122223333', region }) as const;

let rehearsed: Rehearsed;
let logs: Logs;
let verdict: Verdict;
let live: Compliance;

/** A poll each minute takes most of the time of what mostly waits; every second serves as well here. */
const deployment = write(
  'deployment.yaml',
  readFileSync(file('deployment'), 'utf8')
    .replace('spec:', 'spec:\n  pollMinutes: 2')
    .replace('drillDays: 45', 'drillDays: 20'),
);

beforeAll(async () => {
  const source = readFileSync(example('fleets/agent-based-120.json'), 'utf8');
  const read = await readRehearsal({
    plan: file('programme'),
    fleets: [write('fleet.json', yearFleet(source, servers))],
    ...{ deployment, faults: file('faults') },
    ...{ start: '2024-07-04T08:00:00Z', until: 'P40D', approveAfter: 'PT20M' },
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const lines = { api: [] as unknown[], events: [] as unknown[], executions: [] as unknown[] };
  let ports: Ports | undefined;
  const { programme } = read.input;
  const rehearsal = await setUpRehearsal({
    ...read.input,
    // The retirement comes with the next drill, not with the one of November.
    programme: {
      ...programme,
      entries: (programme?.entries ?? []).map((one) =>
        one.document.kind === 'Retirement'
          ? { ...one, due: { atMs: Date.parse('2024-07-31T09:00:00Z') } }
          : one,
      ),
    },
    logs: {
      write: (log, line) => void lines[log].push(JSON.parse(JSON.stringify(line))),
      close: () => {},
    },
    intercept: (own) => {
      ports = own;
      return own;
    },
    around: async (name, call) => {
      const answer = await call();
      // The store is closed when the rehearsal has ended: what is on record is read as each wave ends.
      if (name === 'concludeWave' && ports !== undefined) {
        const targets = [drsAt('us-west-2'), drsAt('us-east-2'), drsAt('us-east-1')];
        live = await liveCompliance({
          ports,
          targets: targets.map((target) => ({ target, access: 'own' })),
        });
      }
      return answer;
    },
  });
  rehearsed = await rehearsal.run();
  logs = {
    api: lines.api.map((line) => CallRecord.parse(line)),
    events: lines.events.map((line) => Envelope.parse(line)),
    executions: lines.executions.map((line) => ExecutionLine.parse(line)),
  };
  const { transitionsPerServer, plannedServers, servers: outcomes } = rehearsed;
  verdict = checkTrace(logs, {
    summary: { transitionsPerServer, servers: plannedServers, outcomes },
  });
}, 600_000);

const eventsOf = (type: string) =>
  logs.events.filter((event) => event['detail-type'] === type).map(({ detail }) => detail);
const casesOf = (rule: string) => verdict.checked.find((one) => one.rule === rule)?.cases ?? 0;
const outcomesIn = (wave: string) => {
  const counts: Record<string, number> = {};
  for (const detail of eventsOf('Wave Server Outcome').filter((one) => one['wave'] === wave)) {
    const name = `${String(detail['outcome'])}${typeof detail['code'] !== 'string' ? '' : ` ${detail['code']}`}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

describe('the year', () => {
  test('starts each plan of its programme at its time, the recovery in the middle of the drill', () => {
    expect(rehearsed.programme?.map(({ plan, status }) => `${plan} ${status}`)).toEqual([
      'protect started',
      'monthly-drill scheduled',
      'region-loss started',
      'back-home started',
      'retirement started',
    ]);
    const recovery = rehearsed.programme?.find(({ plan }) => plan === 'region-loss')?.at ?? '';
    expect(recovery).toBe('2024-07-06T20:35:00.000Z');
  });

  test('takes the lost servers over from the drill once its recovery is approved, and nobody orders it', () => {
    const drill = 'monthly-drill-20240706.west';
    const yields = eventsOf('Wave Drill Yielded');
    expect(
      yields.map(({ wave, drill: from, recovery, servers: count }) => [
        wave,
        from,
        recovery,
        count,
      ]),
    ).toEqual([
      ['region-loss.west', drill, 'region-loss.west', 12],
      [drill, drill, 'region-loss.west', 12],
    ]);
    const [approved] = eventsOf('Wave Approval Given').filter(
      ({ wave }) => wave === 'region-loss.west',
    );
    expect(yields[0]?.observedAt).toBe(approved?.observedAt);
    expect(outcomesIn(drill)).toEqual({ 'skipped RecoveryTookOver': 12 });
    expect(eventsOf('Wave Abort Requested')).toEqual([]);
    const calls = logs.api.filter(
      ({ operation, input, at }) =>
        operation === 'StartRecovery' && input['isDrill'] === false && at < '2024-07-07',
    );
    // The first tier launches with the next look, while the drill instances are there.
    expect(
      Date.parse(calls[0]?.at ?? '') - Date.parse(String(approved?.observedAt)),
    ).toBeLessThanOrEqual(240_000);
  });

  test('keeps every promise', () => {
    expect(verdict.violations).toEqual([]);
    for (const rule of [
      ...['no-drill-over-live-instance', 'only-own-instances-terminated', 'drill-instances-gone'],
      ...['scheduled-runs-once', 'quotas-kept', 'recovered-once', 'no-recovery-over-live-instance'],
      ...['no-reversal-of-drill-instance', 'reprotected-once-back', 'vacated-once-left'],
      ...[
        'no-drill-after-yield',
        'nothing-after-outcome',
        'one-outcome-a-server',
        'waves-conclude',
        'executions-end',
      ],
    ]) {
      expect([rule, casesOf(rule) > 0]).toEqual([rule, true]);
    }
  });

  test('drills on each first Saturday, also what has failed back; what is being retired is left out', () => {
    expect(
      eventsOf('Drill Schedule Started').map(({ date, servers: count, leftOut }) => [
        date,
        count,
        leftOut,
      ]),
    ).toEqual([
      ['2024-07-06', servers, []],
      [
        '2024-08-03',
        servers - 3,
        // The plan picks none that replicates back: these stand for the way back of the twelve.
        [{ because: 'in wave retirement.old', servers: 3 }],
      ],
    ]);
    expect(outcomesIn('monthly-drill-20240803.west')).toEqual({ succeeded: 12 });
    expect(outcomesIn('monthly-drill-20240706.east')).toEqual({ succeeded: 4 });
    expect(outcomesIn('monthly-drill-20240803.east')).toEqual({ succeeded: 1 });
    expect(outcomesIn('region-loss.west')).toEqual({ succeeded: 12 });
    expect(outcomesIn('back-home.west')).toEqual({ succeeded: 12 });
    expect(outcomesIn('retirement.old')).toEqual({ succeeded: 3 });
  });

  test('loses its Region while drill instances of every lost server are there', () => {
    const drilled = eventsOf('Recovery Instance Discovered').filter(
      ({ isDrill, region, observedAt }) =>
        isDrill === true && region === 'us-west-2' && observedAt < '2024-07-06T20:36:00.000Z',
    );
    expect(drilled).toHaveLength(12);
  });

  test('leaves no drill instance, and every recovered one', () => {
    const there = new Map<string, boolean>();
    for (const { recoveryInstanceId, isDrill } of eventsOf('Recovery Instance Discovered')) {
      there.set(String(recoveryInstanceId), isDrill === true);
    }
    for (const detail of eventsOf('Recovery Instance Presence Change')) {
      if (detail['current'] !== true) there.delete(String(detail['recoveryInstanceId']));
    }
    expect([...there.values()]).toEqual(Array.from({ length: 12 }, () => false));
  });
});

test('compliance is the same from the table as from the events', () => {
  const { servers: told, drills } = toldDrills(firstToldOf(logs.events).told);
  const heard = complianceOf(live.at, told, drills);
  expect(live.servers.map(({ server, state, drills: made }) => [server, state, made])).toEqual(
    heard.servers.map(({ server, state, drills: made }) => [server, state, made]),
  );
  expect(live).toEqual(heard);
  const states = heard.servers.map(({ state }) => state);
  expect(states).toEqual(Array.from({ length: 13 }, () => 'kept'));
});
