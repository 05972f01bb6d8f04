// In: the name of a launch configuration, and what of it is meant. Out: what Landfall changed for it is as it was before. The file is
// not needed: what was changed is on record.
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { keptReason } from '../../flow/operate/order.ts';
import { appliedIn, type ServerApplied } from '../../flow/settings/restore-settings.ts';
import type { Arguments } from '../arguments.ts';
import { chosenTargets } from '../chosen-targets.ts';
import type { ExitCode } from '../exit-code.ts';
import { nameRemedy } from '../near-names.ts';
import { refuse } from '../on-deployment.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import { drsSettingsPortsOf, drsTargets, noTargets } from './on-launch-configuration.ts';
import { restoreAll } from './restore-all.ts';

/** Puts back templates and servers. */
export async function putBackTemplates(
  deployment: OpenDeployment,
  given: Arguments,
): Promise<ExitCode> {
  const json = given.has('json');
  const targets = drsTargets(deployment);
  if (targets.length === 0) return refuse([noTargets], json);
  const chosen = chosenTargets(targets, given.all('target'));
  if (!chosen.ok) return refuse(chosen.problems, json);
  const ports = drsSettingsPortsOf(deployment, 'change');
  const records = await appliedIn(ports, chosen.targets);
  const name = given.one('name') ?? '';
  const own = records.filter(({ applied }) => applied.plan === name);
  const problem = strayName(name, records, own);
  if (problem !== undefined) return refuse([problem], json);
  const ids = given.all('server');
  const known = own.map(({ applied }) => applied.server);
  const strays = ids
    .filter((id) => !known.includes(id))
    .map((id) => {
      const said = `--server ${shown(id)}: nothing of it was set for ${shown(name)}`;
      return problemAt([], said, nameRemedy(id, known, 'correct or remove it'));
    });
  if (strays.length > 0) return refuse(strays, json);
  const { arn: by } = deployment.identity;
  const reason = keptReason(given.one('reason') ?? '');
  return restoreAll(
    { ports, by, reason, json },
    own.filter(({ applied }) => ids.length === 0 || ids.includes(applied.server)),
    { force: given.has('force'), dryRun: given.has('dry-run') },
  );
}

function strayName(
  name: string,
  records: readonly ServerApplied[],
  own: readonly ServerApplied[],
): Problem | undefined {
  if (own.length > 0) return undefined;
  const names = [...new Set(records.map(({ applied }) => applied.plan))];
  const there =
    names.length === 0
      ? 'nothing was applied here; mind --stage, --region and --target'
      : `there is ${names.join(', ')}`;
  const said = `nothing of a launch configuration ${shown(name)} was applied here`;
  return problemAt([], said, nameRemedy(name, names, there));
}
