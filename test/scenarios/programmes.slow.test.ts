// Programmes: a migration that disaster recovery follows, a drill of what came home before it fails back, and a Region that is
// lost and comes back. Each is one rehearsal of an example; the Region's is of fewer servers than the example has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fleetOfRegion } from '../../scripts/write-drs-fleet.ts';
import { type RehearsalRequest, readRehearsal } from '../../src/cli/read-rehearsal.ts';
import { type Rehearsed, setUpRehearsal } from '../../src/cli/rehearsal.ts';
import { checkTrace, type Verdict } from '../../src/trace/check-trace.ts';
import { CallRecord, Envelope, ExecutionLine, type Logs } from '../../src/trace/forms.ts';
import { aDirectory, example } from '../cli/_files.ts';
import { landfall } from '../cli/_landfall.ts';

const { directory, write } = aDirectory();

interface Story {
  readonly rehearsed: Rehearsed;
  readonly logs: Logs;
  readonly verdict: Verdict;
}

async function rehearse(request: RehearsalRequest): Promise<Story> {
  const read = await readRehearsal(request);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const lines = { api: [] as unknown[], events: [] as unknown[], executions: [] as unknown[] };
  const rehearsal = await setUpRehearsal({
    ...read.input,
    logs: {
      write: (log, line) => void lines[log].push(JSON.parse(JSON.stringify(line))),
      close: () => {},
    },
  });
  const rehearsed = await rehearsal.run();
  const logs = {
    api: lines.api.map((line) => CallRecord.parse(line)),
    events: lines.events.map((line) => Envelope.parse(line)),
    executions: lines.executions.map((line) => ExecutionLine.parse(line)),
  };
  const { transitionsPerServer, plannedServers, servers } = rehearsed;
  const summary = { transitionsPerServer, servers: plannedServers, outcomes: servers };
  return { rehearsed, logs, verdict: checkTrace(logs, { summary }) };
}

function expectKept({ verdict, rehearsed }: Story, rules: readonly string[]): void {
  expect(verdict.violations).toEqual([]);
  expect(rehearsed.outcome).toBe('succeeded');
  const cases = new Map(verdict.checked.map((one) => [one.rule, one.cases]));
  const always = ['waves-conclude', 'one-outcome-a-server', 'nothing-after-outcome', 'quotas-kept'];
  for (const rule of [...always, ...rules]) {
    expect([rule, (cases.get(rule) ?? 0) > 0]).toEqual([rule, true]);
  }
}

const eventsOf = ({ logs }: Story, type: string) => {
  const seen = new Set<string>();
  return logs.events.flatMap((event) => {
    if (event['detail-type'] !== type || seen.has(event.detail.eventId)) return [];
    seen.add(event.detail.eventId);
    return [event.detail];
  });
};
const statusesOf = ({ rehearsed }: Story) =>
  rehearsed.programme?.map(({ plan, status }) => `${plan} ${status}`);
const outcomesOf = (story: Story, wave: string) =>
  eventsOf(story, 'Wave Server Outcome').flatMap(({ outcome, wave: of }) =>
    of === wave ? [outcome] : [],
  );
const many = (n: number) => Array.from({ length: n }, () => 'succeeded');

describe('a migration that disaster recovery follows', () => {
  const file = (name: string) => example(`programmes/migrate-then-protect/${name}.yaml`);
  let story: Story;
  beforeAll(async () => {
    story = await rehearse({
      plan: file('programme'),
      fleets: [example('fleets/mixed-40.json'), example('fleets/mixed-40.vcenter-clients.json')],
    });
  }, 120_000);

  test('keeps every promise of both services', () => {
    expectKept(story, [
      ...['finalize-after-sign-off', 'archive-after-finalize', 'no-drill-over-live-instance'],
      ...['only-own-instances-terminated', 'drill-instances-gone'],
    ]);
    expect(statusesOf(story)).toEqual(['migrate started', 'protect started']);
    expect(outcomesOf(story, 'protect.migrated')).toEqual(many(10));
  });

  test('has each machine finalized in MGN, then replicate to DRS as the instance that it is now, then drilled', () => {
    const finalized = new Map(
      eventsOf(story, 'Wave Server Phase Ended').flatMap(({ phase, hostname, observedAt }) =>
        phase === 'finalize' ? [[hostname, observedAt] as const] : [],
      ),
    );
    expect(finalized.size).toBe(10);
    const arrived = eventsOf(story, 'Source Server Discovered').filter(({ arn }) =>
      String(arn).startsWith('arn:aws:drs:us-west-2:'),
    );
    expect(arrived).toHaveLength(10);
    for (const { hostname, observedAt } of arrived) {
      const at = Date.parse(String(finalized.get(hostname)));
      expect(Date.parse(observedAt) - at).toBeGreaterThanOrEqual(4 * 3_600_000);
    }
    const drills = story.logs.api.filter(({ operation }) => operation === 'StartRecovery');
    const began = eventsOf(story, 'Wave Started').find(({ wave }) => wave === 'protect.migrated');
    expect(drills.length).toBeGreaterThan(0);
    for (const { at, region } of drills) {
      expect(region).toBe('us-west-2');
      expect(Date.parse(at)).toBeGreaterThan(Date.parse(String(began?.observedAt)));
    }
  });

  test('tells each source server by its own service', () => {
    const sources = story.logs.events.flatMap((event) => {
      const service = /^arn:aws:(mgn|drs):[^:]+:\d+:source-server/.exec(
        event.resources?.[0] ?? '',
      )?.[1];
      const ofServer = event['detail-type'].startsWith('Source Server ');
      return ofServer ? [`${event.source} ${service} ${event.detail['region']}`] : [];
    });
    expect(new Set(sources)).toEqual(
      new Set(['landfall.mgn mgn us-east-1', 'landfall.drs drs us-west-2']),
    );
    expect(story.rehearsed.drsAgents?.filter(({ drsServer }) => drsServer !== null)).toHaveLength(
      10,
    );
  });

  test('is reported on as one, with the servers of both', async () => {
    for (const [log, lines] of Object.entries(story.logs)) {
      write(`${log}.jsonl`, `${lines.map((line: unknown) => JSON.stringify(line)).join('\n')}\n`);
    }
    const reported = await landfall('report', directory);
    expect([reported.code, reported.stderr]).toEqual([0, '']);
    const rows = readFileSync(join(directory, 'report/servers.csv'), 'utf8').split('\n').slice(1);
    const regions = rows.flatMap((row) => /,\d{12},([a-z0-9-]+),succeeded,/.exec(row)?.[1] ?? []);
    expect(regions.filter((one) => one === 'us-east-1')).toHaveLength(10);
    expect(regions.filter((one) => one === 'us-west-2')).toHaveLength(10);
  });
});

describe('a drill before a failback', () => {
  const file = (name: string) => example(`programmes/drill-before-failback/${name}.yaml`);
  let story: Story;
  beforeAll(async () => {
    story = await rehearse({
      plan: file('programme'),
      fleets: [example('fleets/drs-recovered-12.json')],
      deployment: file('deployment'),
      approveAfter: 'PT1H',
    });
  }, 120_000);

  test('keeps every promise', () => {
    expectKept(story, [
      ...['no-drill-over-live-instance', 'only-own-instances-terminated', 'drill-instances-gone'],
      ...['no-reversal-of-drill-instance', 'reprotected-once-back', 'vacated-once-left'],
    ]);
    expect(statusesOf(story)).toEqual([
      'replicate-back started',
      'drill-at-home started',
      'back-home started',
    ]);
    for (const wave of ['replicate-back.all', 'drill-at-home.all', 'back-home.all']) {
      expect(outcomesOf(story, wave)).toEqual(many(12));
    }
  });

  test('drills what came home, whose instances are gone before it is launched there for good', () => {
    const launches = story.logs.api.flatMap(({ operation, region, input, at }) =>
      operation === 'StartRecovery' ? [{ region, isDrill: input['isDrill'], at }] : [],
    );
    expect(new Set(launches.map(({ region }) => region))).toEqual(new Set(['us-east-1']));
    const firstReal = launches.find(({ isDrill }) => isDrill === false)?.at ?? '';
    expect(launches.filter(({ isDrill }) => isDrill === true).length).toBeGreaterThan(0);
    const gone = eventsOf(story, 'Recovery Instance Presence Change').filter(
      ({ current, region, observedAt }) =>
        current === false && region === 'us-east-1' && observedAt < firstReal,
    );
    expect(gone).toHaveLength(12);
  });

  test('reverses nothing twice: the failback adopts what was reversed for the drill', () => {
    const steps = eventsOf(story, 'Wave Server Failback Step').map(
      ({ wave, step }) => `${wave} ${step}`,
    );
    const count = (what: string) => steps.filter((one) => one === what).length;
    expect(count('replicate-back.all reversed')).toBe(12);
    expect(count('back-home.all adopted')).toBe(12);
    expect(count('back-home.all reprotected')).toBe(12);
    const reversals = story.logs.api.filter(
      ({ operation, status }) => operation === 'ReverseReplication' && status < 300,
    );
    // To where it came from, and after the failback to where it was recovered.
    expect(reversals).toHaveLength(24);
  });
});

describe('the loss of a Region', () => {
  const file = (name: string) => example(`programmes/region-loss/${name}.yaml`);
  const servers = 15;
  let story: Story;
  beforeAll(async () => {
    const source = readFileSync(example('fleets/agent-based-120.json'), 'utf8');
    story = await rehearse({
      plan: file('programme'),
      fleets: [write('fleet.json', fleetOfRegion(source, servers))],
      ...{ faults: file('faults'), deployment: file('deployment') },
      ...{ parameters: file('parameters'), approveAfter: 'PT20M' },
    });
  }, 120_000);

  test('is recovered from, and back, with every promise kept', () => {
    expectKept(story, [
      ...['no-recovery-over-live-instance', 'recovered-once', 'phase-approved'],
      ...['no-reversal-of-drill-instance', 'reprotected-once-back', 'vacated-once-left'],
    ]);
    expect(statusesOf(story)).toEqual(['recovery started', 'failback started']);
    expect(outcomesOf(story, 'recovery.all')).toEqual(many(servers));
    expect(outcomesOf(story, 'failback.all')).toEqual(many(servers));
  });

  test('stalls all replication first, recovers by tiers, and leaves nothing in the other Region', () => {
    const stalled = eventsOf(story, 'Source Server Stalled Change').filter(
      ({ current, region }) => current !== null && region === 'us-west-2',
    );
    expect(stalled.length).toBeGreaterThanOrEqual(servers);
    const stages = eventsOf(story, 'Wave Stage Started').filter(({ phase }) => phase === 'recover');
    expect(stages).toHaveLength(5);
    const there = new Map<string, string>();
    for (const one of eventsOf(story, 'Recovery Instance Discovered')) {
      there.set(String(one['recoveryInstanceId']), String(one['region']));
    }
    for (const one of eventsOf(story, 'Recovery Instance Presence Change')) {
      if (one['current'] === false) there.delete(String(one['recoveryInstanceId']));
    }
    expect([...there.values()]).toEqual(Array.from({ length: servers }, () => 'us-east-1'));
  });
});
