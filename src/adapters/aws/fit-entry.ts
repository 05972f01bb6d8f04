import type { BusEntry } from '../../flow/ports.ts';

/** What PutEvents takes in one call, counted by `entryBytes`: less than this (256 KB). */
export const callBytes = 256 * 1024;

/** Counts an entry as EventBridge does: 14 for the time; source, detail-type, detail and resources in UTF-8. */
export function entryBytes(entry: BusEntry): number {
  const texts = [entry.source, entry.detailType, JSON.stringify(entry.detail), ...entry.resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 14);
}

// What a subscriber needs to file an event: without these a sequence would have a gap.
const kept = new Set([
  'schemaVersion',
  'eventId',
  'stream',
  'sequence',
  'observedAt',
  'accountId',
  'region',
  'sourceServerId',
  'truncated',
]);

/**
 * An entry that a call can carry: the same one where it fits; else without the largest members of its detail, which
 * `leftOut` names, and with `truncated`, so that its stream keeps its sequence. Undefined where what names it is too
 * large by itself.
 */
export function fitEntry(
  entry: BusEntry,
): { readonly entry: BusEntry; readonly leftOut: readonly string[] } | undefined {
  if (entryBytes(entry) < callBytes) return { entry, leftOut: [] };
  const bySize = Object.entries(entry.detail)
    .filter(([name]) => !kept.has(name))
    .map(([name, value]) => ({ name, bytes: Buffer.byteLength(JSON.stringify(value) ?? '') }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  const leftOut: string[] = [];
  for (const { name } of bySize) {
    leftOut.push(name);
    const detail = {
      ...Object.fromEntries(Object.entries(entry.detail).filter(([n]) => !leftOut.includes(n))),
      truncated: true,
    };
    const fitted = { ...entry, detail };
    if (entryBytes(fitted) < callBytes) return { entry: fitted, leftOut: [...leftOut].sort() };
  }
  return undefined;
}
