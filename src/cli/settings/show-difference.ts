// In: servers with what their plan wants. Out: what differs, as a table or as JSON, and the exit code: 0 the same, 1 not.

import { printable } from '../../core/fleet/problem.ts';
import type { ServerCompared } from '../../flow/settings/compare-settings.ts';
import { compareSettings } from '../../flow/settings/compare-settings.ts';
import { refusalText } from '../../flow/settings/refusal-text.ts';
import { ExitCode } from '../exit-code.ts';
import { counted } from '../text-table.ts';
import type { SettingsRequest } from './on-settings.ts';
import { changeRecord, changesTable, nameOf } from './settings-text.ts';

/** Shows how servers are set otherwise than their plan wants. */
export async function showDifference(request: SettingsRequest): Promise<ExitCode> {
  const { ports, servers, plan, json } = request;
  const compared = await compareSettings(ports, servers);
  const isSame = compared.every((one) => one.is === 'closed' || isAsWanted(one));
  if (json) {
    const records = compared.map(comparedRecord);
    console.log(JSON.stringify({ outcome: 'done', plan, same: isSame, servers: records }));
  } else console.log(differenceText(compared));
  return isSame ? ExitCode.Done : ExitCode.NotAll;
}

/** Says whether a server is known to be as it is wanted. */
export function isAsWanted(one: ServerCompared): boolean {
  return (
    one.is === 'compared' &&
    one.comparison.changes.length === 0 &&
    one.comparison.obstacles.length === 0
  );
}

function differenceText(compared: readonly ServerCompared[]): string {
  if (compared.length === 0) return 'The plan says nothing under `desired` of these servers.';
  const differing = compared.flatMap((one) =>
    one.is === 'compared' && one.comparison.changes.length > 0
      ? [{ ...one, changes: one.comparison.changes }]
      : [],
  );
  const asWanted = compared.filter(isAsWanted).length;
  return [
    ...(differing.length === 0 ? [] : [changesTable(differing, ['is', 'wanted']), '']),
    `${counted(differing.length, 'server')} of ${compared.length} ${differing.length === 1 ? 'differs' : 'differ'}, ${asWanted} ${asWanted === 1 ? 'is' : 'are'} as wanted.`,
    ...compared.flatMap(asideText),
    ...(differing.length === 0 ? [] : ['Set them with: landfall settings apply PLAN --reason "…"']),
  ].join('\n');
}

/** What is to be said of a server beside its differences. */
function asideText(one: ServerCompared): readonly string[] {
  switch (one.is) {
    case 'closed':
      return [`Left alone: ${nameOf(one)}: ${printable(one.because)}`];
    case 'unread':
      return [`Not read: ${nameOf(one)}: ${printable(refusalText('reading it', one.refusal))}`];
    case 'compared':
      return one.comparison.obstacles.map(
        (obstacle) => `Cannot be set: ${nameOf(one)}: ${printable(obstacle)}`,
      );
    default:
      return one satisfies never;
  }
}

function comparedRecord(one: ServerCompared) {
  const { server, hostname, wave } = one;
  const named = { server, hostname, wave };
  switch (one.is) {
    case 'closed':
      return { ...named, status: 'left-alone', because: one.because };
    case 'unread':
      return { ...named, status: 'not-read', because: refusalText('reading it', one.refusal) };
    case 'compared':
      return {
        ...named,
        status: isAsWanted(one) ? 'same' : 'differs',
        changes: one.comparison.changes.map(changeRecord),
        obstacles: one.comparison.obstacles,
      };
    default:
      return one satisfies never;
  }
}
