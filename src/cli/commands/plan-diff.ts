import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'plan diff',
    description:
      'Say what changes from one version of a plan to another; ends with 1 where something does',
  },
  args: {
    old: { type: 'positional', required: true, description: 'The plan as it was' },
    new: { type: 'positional', required: true, description: 'The plan as it is' },
    fleet: {
      type: 'string',
      valueHint: 'file',
      description:
        'The fleet that both are for: tells which servers move; may be given more than once',
    },
    json: { type: 'boolean', description: 'Print the differences as one JSON object' },
  },
};

/**
 * `landfall plan diff`: says what changes between two plans, by what settings come to.
 * @example landfall plan diff plan-v1.yaml plan-v2.yaml --fleet fleet.json
 */
export const planDiff: Command = { definition, repeatable: ['fleet'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { readPlan } = await import('../read-plan.ts');
  const { readFleet } = await import('../read-fleet.ts');
  const { refuseInput } = await import('../inventory/deliver.ts');
  const { diffPlans } = await import('../../core/plan/diff-plans.ts');
  const { resolvePlan } = await import('../../core/plan/resolve-plan.ts');
  const { diffText } = await import('../forecast/diff-text.ts');
  const json = given.has('json');
  const plans = [await readPlan(given.one('old') ?? ''), await readPlan(given.one('new') ?? '')];
  const files = given.all('fleet');
  const fleet = files.length === 0 ? undefined : await readFleet(files);
  const problems = plans.flatMap((read) => {
    if (!read.ok) return read.problems;
    if (fleet?.ok !== true) return [];
    const resolved = resolvePlan(read.plan, fleet.fleet);
    return resolved.ok ? [] : read.locate(resolved.problems);
  });
  if (fleet?.ok === false) problems.push(...fleet.problems);
  const [before, after] = plans;
  if (problems.length > 0 || before?.ok !== true || after?.ok !== true) {
    return refuseInput(problems, json);
  }
  const changes = diffPlans(before.plan, after.plan, fleet?.ok === true ? fleet.fleet : undefined);
  if (json) console.log(JSON.stringify({ outcome: 'done', same: changes.length === 0, changes }));
  else console.log(diffText(changes));
  return changes.length === 0 ? ExitCode.Done : ExitCode.NotAll;
}
