import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { boardText, emptyBoard, take } from '../src/board.js';
import { gapsIn, giveUpGap } from '../src/streams.js';

/**
 * @param {number} sequence
 * @param {string} type
 * @param {object} members
 */
function event(sequence, type, members, server = 's-11111111111111111') {
  const stream = `mgn/111122223333/eu-central-1/${server}`;
  return {
    version: '0',
    id: `delivery-${sequence}`,
    'detail-type': type,
    source: 'landfall.mgn',
    account: '111122223333',
    time: '2026-01-31T08:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: {
      schemaVersion: 1,
      eventId: `${stream}/${sequence}`,
      stream,
      sequence,
      observedAt: '2026-01-31T08:00:00.000Z',
      accountId: '111122223333',
      region: 'eu-central-1',
      sourceServerId: server,
      hostname: 'db-1',
      ...members,
    },
  };
}

const story = [
  event(1, 'Source Server Lifecycle State Change', {
    previous: 'NOT_READY',
    current: 'READY_FOR_TEST',
  }),
  event(2, 'Source Server Lifecycle State Change', {
    previous: 'READY_FOR_TEST',
    current: 'TESTING',
  }),
  event(3, 'Source Server Replication State Change', { previous: null, current: 'CONTINUOUS' }),
  event(4, 'Source Server Presence Change', { previous: true, current: false }),
];

const rebuilt = () => {
  const board = emptyBoard();
  for (const one of story) take(board, one);
  return board;
};

test('the board is what the events say', () => {
  const board = rebuilt();
  assert.deepEqual(Object.values(board.servers), [
    {
      hostname: 'db-1',
      lifeCycle: 'TESTING',
      replication: 'CONTINUOUS',
      stalled: null,
      present: false,
      archived: false,
      wave: null,
      outcome: null,
    },
  ]);
  assert.match(boardText(board), /^db-1 +111122223333\/eu-central-1\/s-1+ {2}gone/);
});

test('every order, with every delivery twice, makes the same board', () => {
  /** @param {object[]} list @returns {object[][]} */
  const orders = (list) =>
    list.length < 2
      ? [list]
      : list.flatMap((one, i) => orders(list.toSpliced(i, 1)).map((rest) => [one, ...rest]));
  for (const order of orders(story)) {
    const board = emptyBoard();
    const verdicts = [...order, ...order].map((one) => take(board, one));
    assert.deepEqual(board, rebuilt());
    assert.deepEqual(new Set(verdicts.slice(order.length)), new Set(['repeated']));
  }
});

test('what is missing is named until it comes', () => {
  const board = emptyBoard();
  const [first, second, third, fourth] = story;
  take(board, first);
  assert.equal(take(board, fourth), 'held');
  assert.equal(take(board, third), 'held');
  const stream = 'mgn/111122223333/eu-central-1/s-11111111111111111';
  assert.deepEqual(gapsIn(board.streams), [{ stream, from: 2, to: 2 }]);
  assert.match(boardText(board), /missing: mgn.* 2$/m);
  assert.equal(take(board, second), 'taken');
  assert.deepEqual(gapsIn(board.streams), []);
  assert.deepEqual(board, rebuilt());
});

test('what never comes can be given up', () => {
  const board = emptyBoard();
  take(board, story[0]);
  take(board, story[2]);
  const stream = 'mgn/111122223333/eu-central-1/s-11111111111111111';
  assert.deepEqual(giveUpGap(board.streams, stream), [story[2]]);
  assert.deepEqual(giveUpGap(board.streams, stream), []);
  assert.equal(take(board, story[1]), 'repeated');
});

test('an event of a later version keeps its place in the stream, and is passed by', () => {
  const board = emptyBoard();
  take(board, event(1, 'Source Server Something New', {}));
  take(
    board,
    event(2, 'Source Server Lifecycle State Change', { previous: 'X', current: 'TESTING' }),
  );
  assert.equal(board.unknown, 1);
  assert.equal(Object.values(board.servers)[0]?.lifeCycle, 'TESTING');
});

test('what is no event is left alone, and two events in one place are refused', () => {
  const board = emptyBoard();
  for (const one of [null, 7, 'x', {}, { detail: { eventId: 'x', stream: 'y', sequence: 0 } }]) {
    assert.equal(take(board, one), 'not-an-event');
  }
  assert.deepEqual(board, emptyBoard());
  take(board, story[2]);
  const other = event(3, 'Source Server Archived', {
    eventId: 'another',
    previous: false,
    current: true,
  });
  assert.throws(() => take(board, other), /is both/);
});

test('a board that is kept goes on where it was', () => {
  const directory = mkdtempSync(join(tmpdir(), 'subscriber-'));
  try {
    const file = join(directory, 'board.json');
    /** @param {unknown[]} events */
    const run = (events) =>
      spawnSync(process.execPath, ['src/main.js', '--board', file], {
        cwd: new URL('..', import.meta.url),
        input: events.map((one) => `${JSON.stringify(one)}\n`).join(''),
        encoding: 'utf8',
      });
    const first = run([story[0], story[3]]);
    assert.deepEqual(
      [first.status, first.stderr],
      [1, '2 deliveries: 1 taken, 1 early, 0 repeated\n'],
    );
    const second = run(story);
    assert.deepEqual(
      [second.status, second.stderr],
      [0, '4 deliveries: 2 taken, 0 early, 2 repeated\n'],
    );
    assert.equal(second.stdout, `${boardText(rebuilt())}\n`);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
