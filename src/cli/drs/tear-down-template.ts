// In: a target of DRS whose launch configuration template is to go. Out: a person has agreed, what it said is on record, and it is
// deleted.
import { problemAt } from '../../core/fleet/problem.ts';
import { targetName } from '../../core/target.ts';
import { keptReason } from '../../flow/operate/order.ts';
import { read } from '../../flow/records/documents.ts';
import { deleteTemplate } from '../../flow/settings/drs/delete-template.ts';
import { templatePlace } from '../../flow/settings/drs/drs-settings-ports.ts';
import type { Arguments } from '../arguments.ts';
import { chosenTargets } from '../chosen-targets.ts';
import type { ExitCode } from '../exit-code.ts';
import { refuse } from '../on-deployment.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import { agreedTo } from './agreed-to.ts';
import { drsSettingsPortsOf, drsTargets, noTargets } from './on-launch-configuration.ts';
import { exitCodeOf, outcomeOf } from './set-configuration.ts';
import { resultRecord, resultText } from './template-text.ts';

// What was deleted without a file is put back by this name.
const nobodysPlan = 'teardown';

/** Deletes the launch configuration template of one target. */
export async function tearDownTemplate(
  deployment: OpenDeployment,
  given: Arguments,
): Promise<ExitCode> {
  const json = given.has('json');
  const targets = drsTargets(deployment);
  if (targets.length === 0) return refuse([noTargets], json);
  const chosen = chosenTargets(targets, given.all('target'));
  if (!chosen.ok) return refuse(chosen.problems, json);
  const [target] = chosen.targets;
  if (target === undefined)
    return refuse([problemAt([], 'no target is named', 'add --target')], json);
  const name = targetName(target);
  if (!given.has('yes')) {
    const warning = `Deleting the launch configuration template of ${name} leaves servers that are added later to DRS's own choice. AWS does not say what else it does. To change what it says, apply a file instead.`;
    const refused = await agreedTo('teardown', warning, name, json);
    if (refused !== undefined) return refused;
  }
  const ports = drsSettingsPortsOf(deployment, 'change');
  const { body: known } = await read(ports.store, templatePlace(target));
  const plan = known?.plan ?? nobodysPlan;
  const { arn: by } = deployment.identity;
  const reason = keptReason(given.one('reason') ?? '');
  const result = await deleteTemplate(ports, { plan, by, reason }, target);
  if (json) {
    const record = { target: name, by, reason, results: [resultRecord(result)] };
    console.log(JSON.stringify({ outcome: outcomeOf([result]), ...record }));
  } else if (result.status === 'same') console.log(`${name} has no launch configuration template.`);
  else console.log(resultText(result, 'deleted'));
  if (!json && result.status === 'done') {
    console.log(
      `Make it anew as it was with: landfall drs template restore ${plan} --target ${name} --reason "…"`,
    );
  }
  return exitCodeOf([result]);
}
