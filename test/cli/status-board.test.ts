import { beforeAll, describe, expect, test } from 'vitest';
import { embeddedStore } from '../../src/cli/_wiring.ts';
import { chosenWaves, planOf } from '../../src/cli/chosen-waves.ts';
import { statusBoard } from '../../src/cli/status-board.ts';
import { placeCounts, watchEnd, watchLine, watchNews } from '../../src/cli/watch-view.ts';
import { plusSeconds } from '../../src/core/time.ts';
import type { Status, WaveStatus } from '../../src/flow/operate/status.ts';
import { statusOf } from '../../src/flow/operate/status-of.ts';
import { example } from './_files.ts';
import { type Moment, underWay } from './_under-way.ts';

const plan = example('plans/first-wave.yaml');
const wave = 'first-wave.wave-1';

async function statusAt(moment?: Moment): Promise<Status> {
  const store = embeddedStore();
  const { into, now } = await underWay(plan, moment);
  await into(store);
  const status = await statusOf({ store, clock: { now: () => now } });
  store.close();
  return status;
}

let testing: Status;
let cuttingOver: Status;
let over: Status;

beforeAll(async () => {
  testing = await statusAt({ queued: 'StartTest', servers: 5 });
  cuttingOver = await statusAt({ wait: 'drained', servers: 5 });
  over = await statusAt();
});

const wavesOf = (status: Status) => status.plans.flatMap(({ waves }) => waves);
const [one, all] = [true, false].map((isOneWave) => ({ isOneWave, furtherWords: '' }));
const board = (status: Status, drawing = all) =>
  statusBoard(status, wavesOf(status), drawing ?? { isOneWave: false, furtherWords: '' });
const withState = (status: Status, more: Partial<WaveStatus>): readonly WaveStatus[] =>
  wavesOf(status).map((known) => ({ ...known, ...more }));

describe('the board', () => {
  test('says of a plan how many wait for what, the most numerous first', () => {
    const waits = board(cuttingOver)
      .split('\n')
      .filter((line) => / servers? {2,}cutover/.test(line));
    expect(waits.length).toBeGreaterThan(2);
    const counts = waits.map((line) => Number.parseInt(line, 10));
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(waits[0]).toContain('for the last writes to arrive');
  });

  test('says of one wave what every waiting server waits for, and until when', () => {
    const lines = board(testing, one)
      .split('\n')
      .filter((line) => line.includes('for its test launch'));
    const waiting = wavesOf(testing).flatMap(({ members }) =>
      members.filter(({ waits }) => waits?.for === 'StartTest'),
    );
    expect(lines).toHaveLength(waiting.length);
    expect(lines[0]).toMatch(/^ {4}\S+ +s-\w+ +test +for its test launch .* until \d{4}-/);
  });

  test('tells those that did not succeed apart by their reason', () => {
    expect(board(over)).toContain('40 servers: 37 succeeded · 1 skipped · 2 failed');
    expect(board(over)).toMatch(/^ {4}failed +AMSMAM6 +replicate: .*AGENT_NOT_SEEN/m);
    expect(board(over)).toMatch(/^ {4}skipped +wspprjwfe1 +already archived/m);
  });

  test('gives the exact command for every thing that can be done, with the deployment named', () => {
    const drawn = board(testing, { isOneWave: false, furtherWords: ' --stage test' });
    expect(drawn).toContain(`landfall pause ${wave} --reason "…" --stage test`);
    expect(drawn).toContain(`landfall abort ${wave} --reason "…" --stage test`);
    expect(board(over)).not.toContain('landfall pause');
  });

  test('shows a pause, a hold and a question with who can answer it', () => {
    const at = testing.at;
    const paused = withState(testing, {
      paused: { since: at, by: 'ada', reason: 'change freeze', scope: 'wave' },
    });
    expect(statusBoard(testing, paused, { isOneWave: false, furtherWords: '' })).toContain(
      'PAUSED for 0 s by ada: change freeze',
    );
    const held = withState(testing, {
      state: {
        is: 'held',
        ordered: false,
        since: at,
        reason: '3 of 40 failed',
        until: '2024-03-07T18:48:05.000Z',
      },
    });
    expect(statusBoard(testing, held, { isOneWave: false, furtherWords: '' })).toContain(
      'HELD for 0 s: 3 of 40 failed; until 2024-03-07 18:48:05',
    );
    const asking = withState(testing, {
      state: {
        is: 'awaiting-approval',
        phase: 'cutover',
        since: at,
        until: '2024-03-07T18:48:05.000Z',
        by: ['role/approver'],
        have: [],
        lacks: null,
        servers: ['s-1', 's-2'],
      },
    });
    expect(statusBoard(testing, asking, { isOneWave: false, furtherWords: '' })).toContain(
      'ASKS to enter cutover with 2 servers, for 0 s: role/approver may approve until 2024-03-07 18:48:05',
    );
  });

  test('tells when each target is looked at, and which cannot be reached', () => {
    expect(board(testing)).toMatch(
      /^ {2}mgn:111122223333:us-east-1 +tick \d+ +next in .* of 150 servers replicate$/m,
    );
    const targets = testing.targets.map((target) => ({
      ...target,
      lastTickFailed: true,
      nextTickAt: plusSeconds(testing.at, -(48 * 60 + 5)),
      unreachable: {
        since: '2024-03-04T18:00:00.000Z',
        kind: 'role-refused' as const,
        reason: 'no trust',
        remedy: 'mend the role',
      },
    }));
    const drawn = statusBoard({ ...testing, targets }, wavesOf(testing), {
      isOneWave: false,
      furtherWords: '',
    });
    expect(drawn).toMatch(/tick \d+ failed +due for 48 min 5 s/);
    expect(drawn).toContain('UNREACHABLE since 2024-03-04 18:00:00: no trust  → mend the role');
  });

  test('says how to begin where nothing was started', () => {
    expect(
      statusBoard({ at: testing.at, targets: [] }, [], { isOneWave: false, furtherWords: '' }),
    ).toBe('No plan was started here yet. Start one with: landfall start PLAN');
  });

  test('never lets text from outside move the terminal', () => {
    const evil = withState(testing, {
      paused: { since: testing.at, by: 'ada', reason: 'a\u001b[2Jb\nc', scope: 'wave' },
    });
    const drawn = statusBoard(testing, evil, { isOneWave: false, furtherWords: '' });
    expect(drawn).toContain('a\\u{1b}[2Jb\\u{a}c');
  });
});

describe('the view of a watch', () => {
  test('counts every server once', () => {
    for (const status of [testing, cuttingOver, over]) {
      const counts = Object.values(placeCounts(wavesOf(status)));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
    }
    expect(watchLine(wavesOf(over), over.at)).toMatch(/ · 1 of 1 wave concluded · 40 done$/);
  });

  test('tells a state once, with what helps where a person is needed', () => {
    const first = watchNews([], wavesOf(testing), testing.at, '');
    expect(first).toEqual([expect.stringMatching(/first-wave\.wave-1: running$/)]);
    expect(watchNews(wavesOf(testing), wavesOf(cuttingOver), cuttingOver.at, '')).toEqual([]);
    const held = withState(testing, {
      state: {
        is: 'held',
        ordered: false,
        since: testing.at,
        reason: 'too many',
        until: testing.at,
      },
      help: [{ who: 'you', does: 'goes on', command: `landfall resume ${wave}` }],
    });
    expect(watchNews(wavesOf(testing), held, testing.at, ' --stage test')).toEqual([
      expect.stringContaining('HELD'),
      `  landfall resume ${wave} --stage test  (goes on)`,
    ]);
  });

  test('ends when every wave has concluded', () => {
    expect(watchEnd(wavesOf(testing))).toBeUndefined();
    expect(watchEnd(wavesOf(over))).toEqual({
      succeeded: 37,
      skipped: 1,
      'rolled-back': 0,
      failed: 2,
      frozen: 0,
    });
  });
});

describe('the waves that are asked after', () => {
  test('are those of a plan, or one by its full name', () => {
    expect([undefined, 'a', 'a.b'].map(planOf)).toEqual([undefined, 'a', 'a']);
    for (const subject of [undefined, 'first-wave', wave]) {
      expect(chosenWaves(testing, subject)).toMatchObject({
        ok: true,
        waves: [{ wave }],
        isOneWave: subject === wave,
      });
    }
  });

  test('are refused with what may have been meant', () => {
    expect(chosenWaves(testing, 'first-wave.wave-2')).toMatchObject({
      ok: false,
      problem: {
        problem: 'no wave "first-wave.wave-2" was started here',
        remedy: `did you mean ${wave}?`,
      },
    });
  });
});
