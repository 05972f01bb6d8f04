import type { CommandDef } from 'citty';
import { printProblems } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { importOptions, importRequest } from '../inventory/import-options.ts';

const definition: CommandDef = {
  meta: {
    name: 'fleet import',
    description: 'Make a fleet to rehearse on of the inventories that you have',
  },
  args: {
    file: {
      type: 'positional',
      required: true,
      description:
        'CSV or XLSX: MGN inventory, CMF intake form, RVTools, Azure Migrate, Application Discovery',
    },
    out: {
      type: 'string',
      valueHint: 'file',
      description: 'Where to write the fleet; by default to stdout',
    },
    ...importOptions,
    json: { type: 'boolean', description: 'Print the report as one JSON object' },
  },
};

/**
 * `landfall fleet import`: makes one fleet of inventory files, says what they lack and what was assumed. All or nothing.
 * @example landfall fleet import RVTools.xlsx waves.csv --target mgn:111122223333:eu-central-1 --out fleet.json
 */
export const fleetImport: Command = { definition, repeatable: ['file'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { fleetText, importInventory } = await import('../inventory/import-inventory.ts');
  const { importJson, importText } = await import('../inventory/import-report.ts');
  const { deliver, refuseInput, tellWarnings } = await import('../inventory/deliver.ts');
  const [json, out] = [given.has('json'), given.one('out')];
  const read = await importInventory(importRequest(given, given.all('file')));
  if (!read.ok) return refuseInput(read.problems, json);
  tellWarnings(read.warnings);
  const warnings = read.warnings.map((warning) => printProblems([warning]));
  return deliver(
    {
      text: fleetText(read.fleet),
      report: importText(read.fleet, out),
      json: importJson(read.fleet, warnings, out),
    },
    { out, json },
  );
}
