import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readParametersText } from '../../src/cli/read-parameters.ts';
import { calibrate, calibrationText } from '../../src/simulator/calibrate.ts';
import type { JsonObject, Parameters } from '../../src/simulator/simulator.ts';
import { aClient, aServer, hour, minute, ready, rig, serverId, start } from './rig.ts';

type Rig = ReturnType<typeof rig>;

/** Records what the aws CLI would print, every so often, up to an instant after the start. */
function record(r: Rig, from: number, until: number, every: number, jobs: readonly string[] = []) {
  const lines: string[] = [];
  for (let ms = from; ms <= until; ms += every) {
    r.at(ms);
    const recordedAt = new Date(start + ms).toISOString();
    const add = (operation: string, answer: unknown) =>
      lines.push(JSON.stringify({ recordedAt, operation, answer }));
    add('describe-source-servers', r.call('DescribeSourceServers', { maxResults: 1000 }).body);
    if (jobs.length > 0) add('describe-jobs', r.call('DescribeJobs', { maxResults: 1000 }).body);
    for (const jobID of jobs) {
      add(
        'describe-job-log-items',
        r.call('DescribeJobLogItems', { jobID, maxResults: 1000 }).body,
      );
    }
  }
  return lines;
}

function calibrated(lines: readonly string[]) {
  const read = calibrate(lines.join('\n'));
  if (!read.ok) throw new Error(JSON.stringify(read.problems.slice(0, 3)));
  return read.calibration;
}

function valuesOf(lines: readonly string[]): Readonly<Record<string, unknown>> {
  const { proposals } = calibrated(lines);
  return Object.fromEntries(proposals.map(({ parameter, value }) => [parameter, value]));
}

const isAgentless = { agentless: true, replication: 'PENDING_SNAPSHOT_SHIPPING' };
const syncing = (n: number, gib: number): JsonObject =>
  aServer(n, { lifeCycle: 'NOT_READY', replication: 'INITIAL_SYNC', gib, synced: 0 });

const seconds = (least: number, most: number) =>
  fc
    .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: 0, max: most - least }))
    .map(([low, wide]): readonly [number, number] => [low, Math.min(most, low + wide)]);

/** Says that a proposed range lies in the true one, give or take, and is not much narrower for so many draws. */
function expectRange(
  found: unknown,
  [low, high]: readonly [number, number],
  within: number,
  narrower: number,
) {
  const [least, most] = found as readonly [number, number];
  const slack = within + 0.006 * high;
  expect({ low, least, isIn: least >= low - slack }).toMatchObject({ isIn: true });
  expect({ high, most, isIn: most <= high + slack }).toMatchObject({ isIn: true });
  const wide = (high - low) * (1 - narrower) - 2 * slack;
  expect({ low, high, least, most, isWide: most - least >= wide }).toMatchObject({ isWide: true });
}

describe('a calibration gives back the parameters of the simulator that was recorded', () => {
  test('periods of replication, from polls', () => {
    const parameters = fc.record({
      heartbeatSeconds: seconds(60, 200),
      agentSnapshotMinutes: fc.integer({ min: 10, max: 90 }),
      agentlessCycleMinutes: fc.integer({ min: 20, max: 90 }),
      propertiesRefreshMinutes: fc.integer({ min: 15, max: 90 }),
    });
    fc.assert(
      fc.property(parameters, fc.integer({ min: 1, max: 1000 }), (known, seed) => {
        const fleet = [
          ...Array.from({ length: 12 }, (_, n) => ready(n + 1)),
          ...Array.from({ length: 4 }, (_, n) => ready(n + 21, isAgentless)),
        ];
        const r = rig({ fleet, vcenterClients: [aClient], parameters: known, seed });
        const found = valuesOf(record(r, 0, 6 * hour, minute / 2));
        const { heartbeatSeconds, ...exact } = known;
        expect(found).toMatchObject(exact);
        // The fleet's own last heartbeat, 37 s before the start, narrows nothing here.
        expectRange(found['heartbeatSeconds'], heartbeatSeconds, 0.1, 0.6);
      }),
      { numRuns: 6, seed: 11, endOnFailure: true },
    );
  });

  test('steps of jobs, from their logs, and what only polls tell, as closely as they do', () => {
    const parameters = fc.record({
      jobStartSeconds: seconds(1, 10),
      snapshotSeconds: seconds(20, 600),
      preConversionSeconds: seconds(20, 90),
      conversionSeconds: seconds(100, 500),
      launchSeconds: seconds(150, 500),
      cleanupSeconds: seconds(30, 200),
      firstBootSeconds: seconds(60, 400),
      jobEndSeconds: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(parameters, fc.integer({ min: 1, max: 1000 }), (known, seed) => {
        const numbers = Array.from({ length: 40 }, (_, n) => n + 1);
        const r = rig({ fleet: numbers.map((n) => ready(n)), parameters: known, seed });
        const tests = [numbers.slice(0, 20), numbers.slice(20)].map((ns) =>
          r.launch('StartTest', ...ns),
        );
        const ids = tests.map((job) => String(job.jobID));
        const lines = record(r, 0, 0.7 * hour, minute / 6, ids);
        for (const n of numbers) {
          const lifeCycle = { state: 'READY_FOR_TEST' };
          r.call('ChangeServerLifeCycleState', { sourceServerID: serverId(n), lifeCycle });
        }
        const ended = r.launch('TerminateTargetInstances', ...numbers);
        lines.push(...record(r, hour, 1.1 * hour, minute, [String(ended.jobID)]));
        const found = valuesOf(lines);
        expect(found['jobEndSeconds']).toBeCloseTo(known.jobEndSeconds, 1);
        for (const step of ['snapshot', 'preConversion', 'conversion', 'cleanup'] as const) {
          expectRange(found[`${step}Seconds`], known[`${step}Seconds`], 0.1, 0.25);
        }
        // Three jobs draw three starts; 400 ms pass before a server's first step.
        expectRange(found['jobStartSeconds'], known.jobStartSeconds, 0.1, 1);
        expectRange(found['launchSeconds'], known.launchSeconds, 5, 0.25);
        expectRange(found['firstBootSeconds'], known.firstBootSeconds, 10, 0.25);
      }),
      { numRuns: 5, seed: 12, endOnFailure: true },
    );
  });

  test('the link where many share it, the throttle where one has room, and how fast servers change', () => {
    const cases = fc.oneof(
      fc.record({
        linkMbps: fc.integer({ min: 200, max: 900 }),
        serverThrottleMbps: fc.constant(1000),
      }),
      fc.record({
        linkMbps: fc.constant(2000),
        serverThrottleMbps: fc.integer({ min: 50, max: 450 }),
      }),
    );
    const changes = fc
      .integer({ min: 1, max: 20 })
      .map((n): readonly [number, number] => [n / 100, n / 50]);
    fc.assert(
      fc.property(cases, changes, (speeds, changeRatePerDay) => {
        const parameters: Partial<Parameters> = { ...speeds, linkSpread: 0, changeRatePerDay };
        const fleet = [40, 60, 80, 120].map((gib, n) => syncing(n + 1, gib));
        const r = rig({ fleet, parameters });
        const lines = record(r, 0, 5 * hour, 5 * minute);
        const found = valuesOf(lines);
        const told = speeds.linkMbps < 1000 ? 'linkMbps' : 'serverThrottleMbps';
        const other = told === 'linkMbps' ? 'serverThrottleMbps' : 'linkMbps';
        const isNear = Math.abs(Number(found[told]) / speeds[told] - 1) < 0.01;
        expect({ told, is: speeds[told], found: found[told], isNear }).toMatchObject({
          isNear: true,
        });
        expect(found[other]).toBeUndefined();
        expect(calibrated(lines).untold.find(({ parameter }) => parameter === other)).toMatchObject(
          { reason: expect.stringContaining('it is at least') },
        );
        expectRange(found['changeRatePerDay'], changeRatePerDay, 0.0001, 0.8);
      }),
      { numRuns: 8, seed: 13, endOnFailure: true },
    );
  });
});

describe('a calibration', () => {
  const lines = () => {
    const r = rig({ fleet: [ready(1), ready(2), ready(3)] });
    const { jobID } = r.launch('StartTest', 1, 2, 3);
    return record(r, 0, hour, minute / 2, [jobID]);
  };

  test('is text that --parameters takes', () => {
    const calibration = calibrated(lines());
    const read = readParametersText(calibrationText(calibration), 'proposed.yaml');
    const proposed = Object.fromEntries(
      calibration.proposals.map(({ parameter, value }) => [parameter, value]),
    );
    expect(read).toMatchObject({ ok: true, parameters: proposed });
    expect(Object.keys(proposed)).toContain('conversionSeconds');
  });

  test('says of each figure what was observed, how often, and how it spreads', () => {
    const { proposals } = calibrated(lines());
    expect(proposals.find(({ parameter }) => parameter === 'conversionSeconds')).toEqual({
      parameter: 'conversionSeconds',
      value: [expect.any(Number), expect.any(Number)],
      what: 'CONVERSION_START to CONVERSION_END',
      unit: 's',
      spread: {
        observations: 3,
        least: expect.any(Number),
        median: expect.any(Number),
        most: expect.any(Number),
      },
    });
  });

  test('finds the job of a log by its servers, or by its id where the line has one', () => {
    const plain = lines();
    const named = plain.map((line) => {
      const read = JSON.parse(line);
      const { jobID } = JSON.parse(plain[1] ?? '').answer.items[0];
      return JSON.stringify(
        read.operation === 'describe-job-log-items' ? { ...read, jobID } : read,
      );
    });
    expect(valuesOf(named)).toEqual(valuesOf(plain));
    const { untold } = calibrated(plain);
    expect(untold.find(({ parameter }) => parameter === 'jobStartSeconds')).toEqual({
      parameter: 'jobStartSeconds',
      reason: expect.stringMatching(/^too few were observed: [\d.]+ s$/),
    });
  });

  test('does not depend on the order of the lines', () => {
    expect(calibrated(lines().toReversed())).toEqual(calibrated(lines()));
  });

  test('proposes nothing where polls are too far apart, and says so', () => {
    const r = rig({ fleet: [ready(1), ready(2, isAgentless)], vcenterClients: [aClient] });
    const sparse = calibrated(record(r, 0, 4 * 24 * hour, 5.3 * hour));
    expect(sparse.proposals).toEqual([]);
    expect(sparse.untold.map(({ parameter }) => parameter)).toEqual([
      'heartbeatSeconds',
      'agentSnapshotMinutes',
      'agentlessCycleMinutes',
      'propertiesRefreshMinutes',
      'linkMbps',
      'serverThrottleMbps',
      'changeRatePerDay',
      'jobStartSeconds',
      'snapshotSeconds',
      'preConversionSeconds',
      'conversionSeconds',
      'launchSeconds',
      'cleanupSeconds',
      'jobEndSeconds',
      'firstBootSeconds',
    ]);
    expect(calibrationText(sparse)).toContain('too far apart');
    expect(readParametersText(calibrationText(sparse), 'x.yaml')).toMatchObject({ ok: true });
  });

  test('takes no launch snapshot for a regular one', () => {
    const r = rig({ fleet: [ready(1)], parameters: { agentSnapshotMinutes: 60 } });
    const polls = record(r, 0, 100 * minute, minute);
    const { jobID } = r.launch('StartTest', 1);
    polls.push(...record(r, 101 * minute, 4 * hour, minute, [jobID]));
    const { proposals } = calibrated(polls);
    expect(proposals.find(({ parameter }) => parameter === 'agentSnapshotMinutes')).toMatchObject({
      value: 60,
      spread: { least: expect.closeTo(60, 6), most: expect.closeTo(60, 6) },
    });
  });

  test('is refused where the answers are of another time than the record', () => {
    const moved = (by: (ms: number) => number) =>
      calibrate(
        lines()
          .map((line) => {
            const read = JSON.parse(line);
            const at = by(Date.parse(read.recordedAt) - start) + start;
            return JSON.stringify({ ...read, recordedAt: new Date(at).toISOString() });
          })
          .join('\n'),
      );
    expect(moved((ms) => ms).ok).toBe(true);
    expect(moved((ms) => ms - 10 * minute)).toMatchObject({
      ok: false,
      problems: [{ line: 1, at: ['recordedAt'], problem: expect.stringContaining('later') }],
    });
    // A simulator at x60, recorded at the wall's time of two years later.
    expect(moved((ms) => 2 * 365 * 24 * hour + ms / 60)).toMatchObject({ ok: false });
  });

  test('is refused with every bad line at once', () => {
    const server = (more: JsonObject) => ({ sourceServerID: serverId(1), ...more });
    const line = (more: JsonObject) =>
      JSON.stringify({
        recordedAt: '2024-03-05T00:00:00Z',
        operation: 'describe-source-servers',
        answer: { items: [] },
        ...more,
      });
    const text = [
      '{"items": [',
      line({ recordedAt: 'yesterday' }),
      line({ operation: 'describe-tags' }),
      '',
      line({ answer: [] }),
      line({
        answer: { items: [server({ lifeCycle: { lastSeenByServiceDateTime: '2024-03-05' } })] },
      }),
      line({ servers: [] }),
    ].join('\n');
    const read = calibrate(text);
    expect(read.ok ? [] : read.problems.map(({ line: n, at }) => [n, at.join('.')])).toEqual([
      [1, ''],
      [2, 'recordedAt'],
      [3, 'operation'],
      [5, 'answer'],
      [6, 'answer.items.0.lifeCycle.lastSeenByServiceDateTime'],
      [7, ''],
    ]);
    expect(calibrate('\n\n')).toMatchObject({
      ok: false,
      problems: [{ line: 1, problem: 'holds no recorded answer' }],
    });
  });
});
