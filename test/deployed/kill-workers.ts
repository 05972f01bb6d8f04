// Functions that die in the middle of their work, as a process of Lambda may: killed without a word, at random moments.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator, Worker } from './emulator.ts';

/** How to kill. */
export interface Killing {
  readonly kills: number;
  /** Makes the choices of a run. */
  readonly seed: number;
  /** Functions that may be hit once only, e.g. because their lease has to run out afterwards. */
  readonly once: readonly string[];
}

// From one kill to the next, at least and on top at random: what was killed is tried again after a quarter of a minute.
const restMs = 2500;
const moreRestMs = 5000;
const sampleMs = 40;

/** Kills until it was enough or is told to stop; answers whom, in order. */
export async function killWorkers(
  emulator: Emulator,
  { kills, seed, once }: Killing,
  stop: AbortSignal,
): Promise<readonly string[]> {
  const random = chance(seed);
  const killed: string[] = [];
  while (killed.length < kills) {
    await sleep(restMs + moreRestMs * random());
    if (stop.aborted) break;
    const workers = (await emulator.workers()).filter(
      ({ name }) => !(once.includes(name) && killed.includes(name)),
    );
    // Idle ones have little to lose.
    const busy = await busyOf(workers);
    const among = busy.length > 0 ? busy : workers;
    const victim = among[Math.floor(random() * among.length)];
    if (victim !== undefined && kill(victim)) killed.push(victim.name);
  }
  return killed;
}

/** Those that have worked since a moment ago. */
async function busyOf(workers: readonly Worker[]): Promise<readonly Worker[]> {
  const before = await Promise.all(workers.map(ticksOf));
  await sleep(sampleMs);
  const after = await Promise.all(workers.map(ticksOf));
  return workers.filter((_, i) => (after[i] ?? 0) > (before[i] ?? 0));
}

/** The time that a process has had of a processor, in the kernel's ticks. */
async function ticksOf({ pid }: Worker): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

function kill({ pid }: Worker): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    // It has ended by itself.
    return false;
  }
}

/** A small generator (mulberry32): the same seed makes the same choices. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
