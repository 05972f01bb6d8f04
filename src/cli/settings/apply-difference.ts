// In: servers with what their plan wants. Out: each that differs is set, one after the other, and told as it ends. Refused
// whole, before anything is touched, where a server cannot be set so.
import { type Problem, printable, problemAt } from '../../core/fleet/problem.ts';
import { applySettings, type SettingsResult } from '../../flow/settings/apply-settings.ts';
import { compareSettings, type ServerCompared } from '../../flow/settings/compare-settings.ts';
import { refusalText } from '../../flow/settings/refusal-text.ts';
import { awsProblem } from '../aws-problem.ts';
import { ExitCode } from '../exit-code.ts';
import { refuse } from '../on-deployment.ts';
import { counted } from '../text-table.ts';
import type { SettingsRequest } from './on-settings.ts';
import { outcomeOf, resultRecord, resultText } from './settings-results.ts';
import { nameOf } from './settings-text.ts';

/** Sets what differs. */
export async function applyDifference(request: SettingsRequest): Promise<ExitCode> {
  const { ports, servers, plan, by, reason, json } = request;
  const compared = await compareSettings(ports, servers);
  const problems = compared.flatMap(problemsOf);
  if (problems.length > 0) return refuse(problems, json);
  const results: SettingsResult[] = [];
  for (const one of compared) {
    const result =
      one.is === 'closed' ? closed(one) : await applySettings(ports, { plan, by, reason }, one);
    results.push(result);
    if (!json && result.status !== 'same') console.log(resultText(result, 'set'));
  }
  if (json) {
    const outcome = outcomeOf(results);
    console.log(JSON.stringify({ outcome, plan, by, reason, servers: results.map(resultRecord) }));
  } else console.log(summaryText(results));
  return exitCodeOf(results);
}

/** 0 where all is as wanted, 2 where nothing was done for nobody could be set, else 1. */
export function exitCodeOf(results: readonly SettingsResult[]): ExitCode {
  const outcome = outcomeOf(results);
  if (outcome === 'done') return ExitCode.Done;
  return outcome === 'refused' ? ExitCode.Refused : ExitCode.NotAll;
}

/** What the plan, or these credentials, cannot do for a server: all of it is told before anything is touched. */
function problemsOf(one: ServerCompared): readonly Problem[] {
  if (one.is === 'compared') {
    return one.comparison.obstacles.map((obstacle) =>
      problemAt(
        [],
        `${nameOf(one)}: ${obstacle}`,
        'mend it, or leave the server out with --server',
      ),
    );
  }
  if (one.is !== 'unread') return [];
  const { remedy } = awsProblem('reading it', one.refusal);
  return [problemAt([], `${nameOf(one)}: ${refusalText('reading it', one.refusal)}`, remedy)];
}

function closed(one: Extract<ServerCompared, { readonly is: 'closed' }>): SettingsResult {
  const { server, hostname, wave, because } = one;
  return { server, hostname, wave, status: 'refused', changes: [], left: [], because };
}

function summaryText(results: readonly SettingsResult[]): string {
  if (results.length === 0) return 'The plan says nothing under `desired` of these servers.';
  const of = (status: SettingsResult['status']) =>
    results.filter((result) => result.status === status).length;
  const parts = [
    [of('done'), 'set'],
    [of('same'), 'as wanted already'],
    [of('partly'), 'set half-way: repeat the command'],
    [of('refused'), 'left alone'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return printable(`${counted(results.length, 'server')}: ${said.join(', ')}.`);
}
