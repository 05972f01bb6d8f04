// In: the name of a plan, and which of its servers are meant. Out: what Landfall changed of them is as it was before, or it is
// said why not. The plan's file is not needed: what was changed is on record.
import { type Problem, printable, problemAt, shown } from '../../core/fleet/problem.ts';
import { keptReason } from '../../flow/operate/order.ts';
import {
  appliedIn,
  isToBePutBack,
  type RestoreResult,
  restoreSettings,
  type ServerApplied,
} from '../../flow/settings/restore-settings.ts';
import type { SettingsPorts } from '../../flow/settings/settings-ports.ts';
import type { Arguments } from '../arguments.ts';
import type { ExitCode } from '../exit-code.ts';
import { nameRemedy } from '../near-names.ts';
import { refuse } from '../on-deployment.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import { clockTime, counted } from '../text-table.ts';
import { exitCodeOf } from './apply-difference.ts';
import { strays } from './on-settings.ts';
import { outcomeOf, resultRecord, resultText } from './settings-results.ts';

/** Puts back the settings of the servers that are meant. */
export async function putBack(
  { targets, identity }: Pick<OpenDeployment, 'targets' | 'identity'>,
  ports: SettingsPorts,
  given: Arguments,
): Promise<ExitCode> {
  const json = given.has('json');
  const plan = given.one('plan') ?? '';
  const ofMgn = targets.map(({ target }) => target).filter(({ service }) => service === 'mgn');
  const all = await appliedIn(ports, ofMgn);
  const chosen = chosenOf(all, plan, given);
  if (!chosen.ok) return refuse(chosen.problems, json);
  const order = {
    plan,
    by: identity.arn,
    reason: keptReason(given.one('reason') ?? ''),
    force: given.has('force'),
    dryRun: given.has('dry-run'),
  };
  const verb = order.dryRun ? 'would be put back' : 'put back';
  const results: RestoreResult[] = [];
  for (const one of chosen.servers) {
    const result = await restoreSettings(ports, order, one);
    results.push(result);
    if (!json) console.log(restoredText(result, verb));
  }
  if (json) {
    const servers = results.map((result) => ({
      ...resultRecord(result),
      lost: result.lost,
      applied: result.last === undefined ? null : result.last,
    }));
    const { by, reason, dryRun } = order;
    console.log(JSON.stringify({ outcome: outcomeOf(results), plan, by, reason, dryRun, servers }));
  } else console.log(summaryText(results, verb));
  return exitCodeOf(results);
}

type Chosen =
  | { readonly ok: true; readonly servers: readonly ServerApplied[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

function chosenOf(all: readonly ServerApplied[], plan: string, given: Arguments): Chosen {
  const own = all.filter(({ applied }) => applied.plan === plan);
  if (own.length === 0) {
    const plans = [...new Set(all.map(({ applied }) => applied.plan))];
    const otherwise =
      plans.length === 0
        ? 'nothing was applied here; mind --stage and --region'
        : `there is ${plans.join(', ')}`;
    const said = `no settings of a plan ${shown(plan)} were applied here`;
    return { ok: false, problems: [problemAt([], said, nameRemedy(plan, plans, otherwise))] };
  }
  const nameOf = (wave: string) => (wave.includes('.') ? wave : `${plan}.${wave}`);
  const waves = given.all('wave').map(nameOf);
  const ids = given.all('server');
  const problems = [
    ...strays(
      '--wave',
      waves,
      own.map(({ applied }) => applied.wave),
    ),
    ...strays(
      '--server',
      ids,
      own.map(({ applied }) => applied.server),
    ),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const servers = own.filter(
    (one) =>
      isToBePutBack(one) &&
      (waves.length === 0 || waves.includes(one.applied.wave)) &&
      (ids.length === 0 || ids.includes(one.applied.server)),
  );
  return { ok: true, servers };
}

function restoredText(result: RestoreResult, verb: string): string {
  const { last, lost } = result;
  const who =
    last === undefined ? [] : [`  applied ${clockTime(last.at)} by ${last.by}: ${last.reason}`];
  const more = [...who, ...lost.map((one) => `  cannot be put back: ${one}`)];
  return [resultText(result, verb), ...more.map(printable)].join('\n');
}

function summaryText(results: readonly RestoreResult[], verb: string): string {
  if (results.length === 0) return 'Nothing is left to put back.';
  const done = results.filter(({ status }) => status === 'done' || status === 'same').length;
  return `${counted(done, 'server')} of ${results.length} ${verb}.`;
}
