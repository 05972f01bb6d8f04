// In: an open deployment and which waves to watch. Out: their progress shown until all have concluded or a person has
// seen enough. Only reads.
import { setTimeout } from 'node:timers/promises';
import { TransientFailure } from '../core/failure.ts';
import { printable } from '../core/fleet/problem.ts';
import type { OutcomeName } from '../core/outcome.ts';
import type { Status, WaveStatus } from '../flow/operate/status.ts';
import { statusOf } from '../flow/operate/status-of.ts';
import type { Ports } from '../flow/ports.ts';
import { chosenWaves, planOf } from './chosen-waves.ts';
import { ExitCode } from './exit-code.ts';
import { refuse } from './on-deployment.ts';
import { type PlaceBars, placeBars } from './place-bars.ts';
import { type Drawing, statusBoard } from './status-board.ts';
import { placeCounts, watchEnd, watchFigures, watchLine, watchNews } from './watch-view.ts';

/** What to watch, and how to tell of it. */
export interface Watch {
  readonly subject: string | undefined;
  readonly everySeconds: number;
  /** What goes after every command that helps, e.g. ` --stage test`. */
  readonly furtherWords: string;
  readonly json: boolean;
}

// A store that does not answer for so many looks in a row will not answer the next one either.
const patience = 12;

/** Watches waves; answers 0 when all have concluded well, 1 when not all did, 130 on Ctrl-C. */
export async function runWatch(
  ports: Pick<Ports, 'store' | 'clock'>,
  { subject, everySeconds, furtherWords, json }: Watch,
): Promise<ExitCode> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const signal of signals) process.on(signal, interrupt);
  const screen = screenOn(process.stderr);
  let last: readonly WaveStatus[] = [];
  let lost = 0;
  try {
    for (;;) {
      const look = await lookOnce(ports, subject);
      if ('lost' in look) {
        lost += 1;
        if (lost > patience) throw look.lost;
        screen.say(`Not read: ${look.lost.message}; looking again`);
      } else {
        lost = 0;
        const chosen = chosenWaves(look.status, subject);
        if (!chosen.ok) {
          screen.stop();
          return refuse([chosen.problem], json);
        }
        const { waves, isOneWave } = chosen;
        for (const line of watchNews(last, waves, look.status.at, furtherWords))
          screen.say(printable(line));
        screen.show(waves, look.status);
        last = waves;
        const end = watchEnd(waves);
        if (end !== undefined) {
          screen.stop();
          tell(look.status, waves, { isOneWave, furtherWords }, end, json);
          return isGood(end) ? ExitCode.Done : ExitCode.NotAll;
        }
      }
      if (await interruptedWithin(everySeconds, stop.signal)) {
        screen.stop();
        console.error('Stopped watching; the waves go on.');
        return ExitCode.Interrupted;
      }
    }
  } finally {
    screen.stop();
    for (const signal of signals) process.off(signal, interrupt);
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function lookOnce(
  ports: Pick<Ports, 'store' | 'clock'>,
  subject: string | undefined,
): Promise<{ readonly status: Status } | { readonly lost: TransientFailure }> {
  const plan = planOf(subject);
  try {
    return { status: await statusOf(ports, plan === undefined ? {} : { plan }) };
  } catch (error) {
    if (error instanceof TransientFailure) return { lost: error };
    throw error;
  }
}

/** Waits; says whether it was interrupted. */
async function interruptedWithin(seconds: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return true;
  try {
    await setTimeout(seconds * 1000, undefined, { signal });
    return false;
  } catch (error) {
    if (signal.aborted) return true;
    throw error;
  }
}

function isGood(end: Readonly<Record<OutcomeName, number>>): boolean {
  return end['rolled-back'] + end.failed + end.frozen === 0;
}

function tell(
  status: Status,
  waves: readonly WaveStatus[],
  drawing: Drawing,
  end: Readonly<Record<OutcomeName, number>>,
  json: boolean,
): void {
  if (!json) {
    console.log(statusBoard(status, waves, drawing));
    return;
  }
  const outcome = isGood(end) ? 'succeeded' : 'not-all-succeeded';
  console.log(JSON.stringify({ outcome, servers: end, at: status.at, waves }));
}

interface Screen {
  readonly show: (waves: readonly WaveStatus[], status: Status) => void;
  readonly say: (line: string) => void;
  readonly stop: () => void;
}

/** Bars on a terminal; elsewhere a line whenever something has changed. */
function screenOn(stream: NodeJS.WriteStream): Screen {
  if (stream.isTTY) return barsOn(stream);
  let shown = '';
  return {
    show: (waves, { at }) => {
      const counts = JSON.stringify(placeCounts(waves));
      if (counts === shown) return;
      shown = counts;
      stream.write(`${watchLine(waves, at)}\n`);
    },
    say: (line) => stream.write(`${line}\n`),
    stop: () => {},
  };
}

function barsOn(stream: NodeJS.WriteStream): Screen {
  let bars: { readonly of: number; readonly drawn: PlaceBars } | undefined;
  const stop = () => {
    bars?.drawn.stop();
    bars = undefined;
  };
  return {
    show: (waves, { at }) => {
      const of = waves.reduce((sum, { servers }) => sum + servers, 0);
      // A plan that is started while all plans are watched makes the bars longer.
      if (bars?.of !== of) {
        stop();
        bars = { of, drawn: placeBars(of, placeCounts(waves), stream) };
      }
      bars.drawn.show(watchFigures(waves, at), placeCounts(waves));
    },
    say: (line) => {
      if (bars === undefined) stream.write(`${line}\n`);
      else bars.drawn.say(line);
    },
    stop,
  };
}
