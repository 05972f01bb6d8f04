// In: how waves stand at one look and the next. Out: where their servers are, a line of figures, and what a person
// should hear of. Pure.
import { type OutcomeName, outcomeNames } from '../core/outcome.ts';
import type { Instant } from '../core/time.ts';
import type { WaveStatus } from '../flow/operate/status.ts';
import { nobody, type PlaceCounts, places } from './progress-board.ts';
import { stateText } from './status-board.ts';
import { clockTime, counted, spoken } from './text-table.ts';

/** Counts the servers of waves by where they are; the counts add up to all servers. */
export function placeCounts(waves: readonly WaveStatus[]): PlaceCounts {
  const counts = { ...nobody };
  for (const { open, outcomes, servers } of waves) {
    let left = servers;
    for (const [name, count] of Object.entries(open)) {
      const place = places.find((known) => known === name);
      if (place === undefined) continue;
      counts[place] += count;
      left -= count;
    }
    const done = outcomeNames.reduce((sum, name) => sum + outcomes[name], 0);
    counts.done += done;
    counts.waiting += Math.max(0, left - done);
  }
  return counts;
}

/** Says in one line where waves stand. */
export function watchLine(waves: readonly WaveStatus[], at: Instant): string {
  const here = Object.entries(placeCounts(waves)).filter(([, count]) => count > 0);
  return [
    watchFigures(waves, at),
    here.map(([place, count]) => `${spoken(count)} ${place}`).join(', '),
  ].join(' · ');
}

/** The figures above the bars. */
export function watchFigures(waves: readonly WaveStatus[], at: Instant): string {
  const over = waves.filter(({ state }) => state.is === 'concluded').length;
  const attention = waves.filter((wave) => needsPerson(wave)).length;
  return [
    clockTime(at),
    `${over} of ${counted(waves.length, 'wave')} concluded`,
    ...(attention === 0 ? [] : [`${counted(attention, 'wave')} for a person`]),
  ].join(' · ');
}

function needsPerson({ state, paused }: WaveStatus): boolean {
  return (
    paused !== null || ['held', 'stands-still', 'awaiting-approval', 'blocked'].includes(state.is)
  );
}

/** Says which waves changed their state since the look before, and what helps where one waits for a person. */
export function watchNews(
  before: readonly WaveStatus[],
  now: readonly WaveStatus[],
  at: Instant,
  furtherWords: string,
): readonly string[] {
  const known = new Map(before.map((wave) => [wave.wave, stateKey(wave)]));
  return now.flatMap((wave) => {
    if (known.get(wave.wave) === stateKey(wave)) return [];
    const paused = wave.paused === null ? '' : ', PAUSED';
    const said = `${clockTime(at)} ${wave.wave}: ${stateText(wave.state, at)}${paused}`;
    const help = needsPerson(wave) ? wave.help.slice(0, 2) : [];
    return [said, ...help.map(({ command, does }) => `  ${command}${furtherWords}  (${does})`)];
  });
}

function stateKey({ state, paused }: WaveStatus): string {
  const since = 'since' in state ? state.since : '';
  return JSON.stringify([state.is, since, paused?.since ?? null]);
}

/** Says whether every wave has concluded, and how all servers ended then. */
export function watchEnd(
  waves: readonly WaveStatus[],
): Readonly<Record<OutcomeName, number>> | undefined {
  if (waves.some(({ state }) => state.is !== 'concluded')) return undefined;
  const totals = { succeeded: 0, skipped: 0, 'rolled-back': 0, failed: 0, frozen: 0 };
  for (const { outcomes } of waves) {
    for (const name of outcomeNames) totals[name] += outcomes[name];
  }
  return totals;
}
