// In: templates and servers of DRS of which Landfall changed settings. Out: each is as it was before, or it is said why not; what
// came of it is told as it ends.
import { printable } from '../../core/fleet/problem.ts';
import type { DrsSettingsPorts } from '../../flow/settings/drs/drs-settings-ports.ts';
import { meanNothing } from '../../flow/settings/drs/mean-settings.ts';
import {
  type DrsRestored,
  inOrderOfRestoring,
  restoreDrs,
} from '../../flow/settings/drs/restore-drs.ts';
import { isToBePutBack, type ServerApplied } from '../../flow/settings/restore-settings.ts';
import type { ExitCode } from '../exit-code.ts';
import { clockTime } from '../text-table.ts';
import { exitCodeOf, outcomeOf } from './set-configuration.ts';
import { resultRecord, resultsText, resultText } from './template-text.ts';

/** Who has it put back, and why. */
export interface RestoreRequest {
  readonly ports: DrsSettingsPorts;
  readonly by: string;
  readonly reason: string;
  readonly json: boolean;
}

/** Puts back templates and servers: servers first, and what was meant of them is forgotten at the end. */
export async function restoreAll(
  { ports, by, reason, json }: RestoreRequest,
  records: readonly ServerApplied[],
  how: { readonly force: boolean; readonly dryRun: boolean },
): Promise<ExitCode> {
  const verb = how.dryRun ? 'would be put back' : 'put back';
  const results: DrsRestored[] = [];
  for (const one of inOrderOfRestoring(records.filter(isToBePutBack))) {
    const order = { plan: one.applied.plan, by, reason, ...how };
    const result = await restoreDrs(ports, order, one);
    results.push(result);
    if (!json) console.log(restoredText(result, verb));
  }
  if (!how.dryRun) {
    for (const { target, server, status } of results) {
      if (server === null || !(status === 'done' || status === 'same')) continue;
      await meanNothing(ports, target, server);
    }
  }
  if (json) {
    const all = results.map((result) => ({
      ...resultRecord(result),
      lost: result.lost,
      applied: result.last === undefined ? null : result.last,
    }));
    const { dryRun } = how;
    console.log(JSON.stringify({ outcome: outcomeOf(results), by, reason, dryRun, results: all }));
  } else {
    const none = 'Nothing is left to put back.';
    console.log(results.length === 0 ? none : resultsText(results, verb));
  }
  return exitCodeOf(results);
}

function restoredText(result: DrsRestored, verb: string): string {
  const { last, lost } = result;
  const who =
    last === undefined ? [] : [`  applied ${clockTime(last.at)} by ${last.by}: ${last.reason}`];
  const more = [...who, ...lost.map((one) => `  cannot be put back: ${one}`)];
  return [resultText(result, verb), ...more.map(printable)].join('\n');
}
