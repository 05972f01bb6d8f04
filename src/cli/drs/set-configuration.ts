// In: what is wanted of templates and of the servers that were asked for. Out: what differs is set, or the command is refused
// whole, before anything is touched. Called by the commands that apply and that fix drift.
import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import { targetName } from '../../core/target.ts';
import { applyConfiguration } from '../../flow/settings/drs/apply-configuration.ts';
import type {
  ConfigurationCompared,
  TemplateCompared,
} from '../../flow/settings/drs/compare-configuration.ts';
import type { DrsServerCompared } from '../../flow/settings/drs/compare-drs-servers.ts';
import type { DrsResult } from '../../flow/settings/drs/drs-settings-ports.ts';
import { unusableBecause } from '../../flow/settings/drs/look-at-template.ts';
import { refusalText } from '../../flow/settings/refusal-text.ts';
import { awsProblem } from '../aws-problem.ts';
import { ExitCode } from '../exit-code.ts';
import type { TemplateRequest } from './on-launch-configuration.ts';
import { resultRecord, resultsText, resultText, subjectText } from './template-text.ts';

/** Sets what differs, and tells it as it goes. */
export async function setConfiguration(
  request: TemplateRequest,
  compared: ConfigurationCompared,
  options: { readonly initialize: boolean },
): Promise<ExitCode> {
  const { ports, configuration, by, reason, json } = request;
  const plan = configuration.metadata.name;
  const tell = (result: DrsResult) => {
    if (!json && result.status !== 'same') console.log(resultText(result, 'set'));
  };
  const order = { plan, by, reason };
  const results = await applyConfiguration(ports, order, compared, options, tell);
  if (json) {
    const record = { configuration: plan, by, reason, results: results.map(resultRecord) };
    console.log(JSON.stringify({ outcome: outcomeOf(results), ...record }));
  } else console.log(resultsText(results, 'set'));
  return exitCodeOf(results);
}

/** What the file, or these credentials, cannot do: all of it is told before anything is touched. */
export function problemsOf(
  { templates, servers }: ConfigurationCompared,
  { initialize }: { readonly initialize: boolean },
): readonly Problem[] {
  return [
    ...templates.flatMap((one) => templateProblems(one, initialize)),
    ...servers.flatMap(serverProblems),
  ];
}

function templateProblems(one: TemplateCompared, initialize: boolean): readonly Problem[] {
  const name = targetName(one.wanted.target);
  if (one.is === 'compared') {
    return one.comparison.obstacles.map((obstacle) =>
      problemAt([], `${name}: ${obstacle}`, 'mend it, or leave the target out of spec.targets'),
    );
  }
  const said = `${name}: ${unusableBecause(one.look) ?? ''}`;
  switch (one.look.is) {
    case 'uninitialized':
      return initialize
        ? []
        : [
            problemAt(
              [],
              said,
              'initialise it with --initialize, or leave the target out of spec.targets',
            ),
          ];
    case 'several':
      return [problemAt([], said, 'delete all but one in DRS')];
    case 'unread':
      return [problemAt([], said, awsProblem('reading it', one.look.stopped.refusal).remedy)];
    default:
      return one.look satisfies never;
  }
}

function serverProblems(one: DrsServerCompared): readonly Problem[] {
  const name = subjectText(one.wanted);
  if (one.is === 'compared') {
    return one.comparison.obstacles.map((obstacle) =>
      problemAt([], `${name}: ${obstacle}`, 'mend it, or pick other servers'),
    );
  }
  if (one.is !== 'unread') return [];
  const { remedy } = awsProblem('reading it', one.refusal);
  return [problemAt([], `${name}: ${refusalText('reading it', one.refusal)}`, remedy)];
}

/** What came of all: `refused` where none could be touched, `partly` where some could not or are half-way. */
export function outcomeOf(results: readonly DrsResult[]): 'done' | 'partly' | 'refused' {
  const open = results.filter(({ status }) => status === 'partly' || status === 'refused');
  if (open.length === 0) return 'done';
  return results.every(({ status }) => status === 'refused') ? 'refused' : 'partly';
}

/** 0 where all is as wanted, 2 where nothing could be touched, else 1. */
export function exitCodeOf(results: readonly DrsResult[]): ExitCode {
  const outcome = outcomeOf(results);
  if (outcome === 'done') return ExitCode.Done;
  return outcome === 'refused' ? ExitCode.Refused : ExitCode.NotAll;
}
