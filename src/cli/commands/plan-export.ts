import type { CommandDef } from 'citty';
import { printable } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { planArgument } from '../plan-arguments.ts';

const definition: CommandDef = {
  meta: {
    name: 'plan export',
    description:
      "Write a plan's waves as an inventory that MGN imports, and say what it cannot hold",
  },
  args: {
    ...planArgument,
    fleet: {
      type: 'string',
      required: true,
      valueHint: 'file',
      description: 'The fleet that the plan is for; may be given more than once',
    },
    format: {
      type: 'string',
      valueHint: 'name',
      description: 'mgn-csv, the only one so far and the default',
    },
    out: {
      type: 'string',
      valueHint: 'file',
      description: 'Where to write it; by default to stdout',
    },
    json: { type: 'boolean', description: 'Print the report as one JSON object' },
  },
};

/**
 * `landfall plan export`: writes a plan back in the form in which MGN's console and StartImport take it.
 * @example landfall plan export plan.yaml --fleet fleet.json --out mgn-import.csv
 */
export const planExport: Command = { definition, repeatable: ['fleet'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { exportPlan } = await import('../inventory/export-plan.ts');
  const { deliver, refuseInput } = await import('../inventory/deliver.ts');
  const [json, out] = [given.has('json'), given.one('out')];
  const format = given.one('format') ?? 'mgn-csv';
  const exported = await exportPlan(given.one('plan') ?? '', given.all('fleet'), format);
  if (!exported.ok) return refuseInput(exported.problems, json);
  const { text, rows, losses } = exported;
  return deliver(
    {
      text,
      report: [
        `${rows} rows${out === undefined ? '' : ` → ${printable(out)}`}`,
        'Not in it, because the format cannot hold it:',
        ...losses.map((loss) => printable(`  ${loss}`)),
      ].join('\n'),
      json: { outcome: 'done', ...(out === undefined ? { text } : { out }), rows, losses },
    },
    { out, json },
  );
}
