// The simulated MGN as a user starts it: `landfall simulate`, with a clock that stands still until it is told to go on.
import { join } from 'node:path';
import * as z from 'zod';
import { CallRecord } from '../../src/trace/forms.ts';
import { freePort, start } from './process.ts';

const root = join(import.meta.dirname, '../..');

/** What the simulator is loaded with. */
export interface World {
  readonly fleets: readonly string[];
  readonly faults?: string;
  readonly startAt: string;
}

/** A running simulator. */
export interface SimulatorProcess {
  readonly endpoint: string;
  /** Lets virtual time pass; answers what time it is then. */
  readonly advance: (seconds: number) => Promise<string>;
  /** What time it was there at a moment of the wall's clock: the two clocks go apart from the first step on. */
  readonly timeAt: (wall: string) => string;
  /** All calls that it has answered, in their order. */
  readonly calls: () => Promise<readonly CallRecord[]>;
  readonly stop: () => Promise<void>;
}

const Clock = z.looseObject({ now: z.string() });
const Calls = z.looseObject({ items: z.array(z.looseObject({ sequence: z.int() })) });

/** Starts the simulator on a free port of the loopback address. */
export async function startSimulator(world: World, log: string): Promise<SimulatorProcess> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const running = await start({
    name: 'landfall simulate',
    command: [
      join(root, 'bin/landfall.mjs'),
      'simulate',
      ...world.fleets.flatMap((fleet) => ['--fleet', fleet]),
      ...(world.faults === undefined ? [] : ['--faults', world.faults]),
      ...['--clock', 'manual', '--start', world.startAt, '--port', String(port)],
    ],
    cwd: root,
    env: process.env,
    log,
    isUp: (output) => output.includes(`:${port}`),
  });
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${endpoint}/_landfall/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const steps = [{ wallMs: 0, now: world.startAt }];
  return {
    endpoint,
    advance: async (seconds) => {
      const { now } = Clock.parse(await ask('advance', { seconds }));
      steps.push({ wallMs: Date.now(), now });
      return now;
    },
    timeAt: (wall) => {
      const step = steps.findLast(({ wallMs }) => wallMs <= Date.parse(wall));
      return step?.now ?? world.startAt;
    },
    calls: async () => {
      const all: CallRecord[] = [];
      for (let after = 0; ; ) {
        const { items } = Calls.parse(await ask(`calls?after=${after}&limit=10000`));
        const last = items.at(-1);
        if (last === undefined) return all;
        all.push(...items.map(({ sequence: _, ...record }) => CallRecord.parse(record)));
        after = last.sequence;
      }
    },
    stop: running.stop,
  };
}
