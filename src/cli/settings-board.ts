// In: how a wave stands. Out: the lines of the board about settings that it applies by itself. Pure.
import { printable } from '../core/fleet/problem.ts';
import type { ServerStatus, WaveStatus } from '../flow/operate/status.ts';
import { counted, textTable } from './text-table.ts';

const mostLines = 12;

/** Says which servers a wave is about to set as its plan wants, before anything of them is launched. */
export function settingsLines({ members }: Pick<WaveStatus, 'members'>): readonly string[] {
  const open = members.filter(({ outcome, settings }) => outcome === null && isOpen(settings));
  const rows = open.slice(0, mostLines).map(({ hostname, server, settings }) => {
    const obstacles = settings?.obstacles ?? [];
    const what = `${counted(settings?.differences ?? 0, 'setting')} to be set`;
    return [hostname ?? server, server, what, obstacles.join('; ')].map(printable);
  });
  if (rows.length === 0) return [];
  const more = open.length - rows.length;
  return [textTable(rows, 4), ...(more > 0 ? [`    and ${more} more`] : [])];
}

function isOpen(settings: ServerStatus['settings']): boolean {
  if (settings === null || settings.differences === null || settings.end !== 'none') return false;
  return settings.differences > 0 || settings.obstacles.length > 0;
}
