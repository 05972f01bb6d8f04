// A board of servers, rebuilt from events alone.
import { parseLandfallEvent } from 'landfall/events';
import { gapsIn, takeInOrder } from './streams.js';

/**
 * What is known of one server.
 * @typedef {{
 *   hostname: string, lifeCycle: string | null, replication: string | null, stalled: string | null,
 *   present: boolean, archived: boolean, wave: string | null, outcome: string | null,
 * }} Row
 *
 * The board, and how far each stream was taken: one document, so that both are kept or neither is.
 * @typedef {{ streams: import('./streams.js').Streams, servers: Record<string, Row>, unknown: number }} Board
 */

/**
 * A board of which nothing is known yet.
 * @returns {Board}
 */
export function emptyBoard() {
  return { streams: {}, servers: {}, unknown: 0 };
}

/**
 * Takes a delivery into the board. Repeated ones change nothing; early ones wait for those before them.
 * @param {Board} board changed in place
 * @param {unknown} delivery an event as EventBridge delivers it
 */
export function take(board, delivery) {
  const { verdict, events } = takeInOrder(board.streams, delivery);
  for (const event of events) apply(board, event);
  return verdict;
}

/**
 * Writes the board for a person, with what is missing.
 * @param {Board} board
 */
export function boardText(board) {
  const rows = Object.entries(board.servers)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, row]) => {
      const state = row.archived ? 'archived' : row.present ? (row.lifeCycle ?? '?') : 'gone';
      const notes = [row.replication, row.stalled, row.wave, row.outcome].filter(Boolean);
      return `${row.hostname.padEnd(20)} ${id}  ${state.padEnd(18)} ${notes.join('  ')}`.trimEnd();
    });
  const gaps = gapsIn(board.streams).map(
    ({ stream, from, to }) => `missing: ${stream} ${from === to ? from : `${from} to ${to}`}`,
  );
  const unknown = board.unknown === 0 ? [] : [`not understood: ${board.unknown} events`];
  return [...rows, ...gaps, ...unknown].join('\n');
}

/**
 * @param {Board} board
 * @param {unknown} delivery
 */
function apply(board, delivery) {
  const event = parseLandfallEvent(delivery);
  // Told by a later version of Landfall: it has its place in the stream, and this board passes it by.
  if (event['detail-type'] === 'unknown') {
    board.unknown += 1;
    return;
  }
  if (!('sourceServerId' in event.detail)) return;
  const { accountId, region, sourceServerId, hostname } = event.detail;
  const id = `${accountId}/${region}/${sourceServerId}`;
  board.servers[id] ??= newRow();
  const row = board.servers[id];
  if (hostname !== undefined) row.hostname = hostname;
  if (event.detail.wave !== undefined) row.wave = event.detail.wave;
  switch (event['detail-type']) {
    case 'Source Server Discovered':
      // A server that was removed and comes back begins anew.
      Object.assign(row, { ...newRow(), hostname: row.hostname, wave: row.wave });
      row.lifeCycle = event.detail.current;
      row.replication = event.detail.facts.replicationState;
      row.stalled = event.detail.facts.stalled;
      row.archived = event.detail.facts.archived;
      break;
    case 'Source Server Presence Change':
      row.present = event.detail.current;
      break;
    case 'Source Server Lifecycle State Change':
      row.lifeCycle = event.detail.current;
      break;
    case 'Source Server Replication State Change':
      row.replication = event.detail.current;
      break;
    case 'Source Server Stalled Change':
      row.stalled = event.detail.current;
      break;
    case 'Source Server Archived':
      row.archived = event.detail.current;
      break;
    case 'Wave Server Outcome':
      row.outcome = event.detail.outcome;
      break;
    default:
      // Everything else is told as well, and not on this board.
      break;
  }
}

/** @returns {Row} */
function newRow() {
  return {
    hostname: '',
    lifeCycle: null,
    replication: null,
    stalled: null,
    present: true,
    archived: false,
    wave: null,
    outcome: null,
  };
}
