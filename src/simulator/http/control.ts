import {
  advance,
  type ControlAnswer,
  type Controlled,
  clockOf,
  getObject,
  inject,
  install,
  isoOf,
  json,
  log,
  putObject,
  restore,
} from './control-acts.ts';

/** The path under which the control API answers; no AWS path begins like it. */
export const controlPath = '/_landfall/';

/** One thing that the control API does. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST';
  readonly name: string;
  /** The largest body, in bytes. */
  readonly mostBytes: number;
  readonly answer: (on: Controlled, body: string, query: URLSearchParams) => ControlAnswer;
}

/**
 * The control API, by name below `/_landfall/`:
 * - GET health: `{status, now, services}`
 * - GET clock: `{now, clock, nextEventAt}`; instants in ISO 8601, `nextEventAt` null when nothing will happen
 * - POST advance `{"seconds": n}` or `{"to": "instant"}`: moves virtual time on, answers the clock
 * - POST faults: a faults file (docs/faults.md), YAML or JSON; in force from now on
 * - GET snapshot: the whole simulated world; POST restore takes it back, in this or another simulator
 * - POST agents `{"accountId", "region", "host": {"hostname", "disks": [{"deviceName", "bytes"}], …}}`: installs the
 *   replication agent of MGN on a host, as the installer on it would; answers the source server id
 * - POST objects `{"accountId", "region", "bucket", "key", "text"}`: puts a file where StartImport may read it, or
 *   without key and text makes the bucket; GET objects `?accountId=…&region=…&bucket=…&key=…` reads it, or an export
 * - GET events `?after=n&limit=n&kind=native|cloudtrail`: EventBridge envelopes with their numbers
 * - GET calls `?after=n&limit=n`: calls as api.jsonl has them. Both logs hold what happened last, counted from 1
 *   since the start, the restart or the restore; after a restart and a restore they begin with the replayed writes.
 */
export const controlRoutes: readonly ControlRoute[] = [
  get('health', ({ simulator }) => json(200, { status: 'ok', now: isoOf(simulator.now) })),
  get('clock', (on) => json(200, clockOf(on))),
  post('advance', 1024, advance),
  post('faults', 131_072, inject),
  get('snapshot', ({ simulator }) => json(200, simulator.snapshot())),
  post('restore', 256 * 1_048_576, restore),
  post('agents', 65_536, install),
  post('objects', 16 * 1_048_576, putObject),
  get('objects', getObject),
  get('events', ({ events }, query) => log(events, query)),
  get('calls', ({ calls }, query) => log(calls, query)),
];

function get(
  name: string,
  answer: (on: Controlled, query: URLSearchParams) => ControlAnswer,
): ControlRoute {
  return { method: 'GET', name, mostBytes: 0, answer: (on, _body, query) => answer(on, query) };
}

function post(
  name: string,
  mostBytes: number,
  answer: (on: Controlled, body: string) => ControlAnswer,
): ControlRoute {
  return { method: 'POST', name, mostBytes, answer };
}
