import { dirname, resolve } from 'node:path';
import type { CommandDef } from 'citty';
import { printable } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { importOptions, importRequest } from '../inventory/import-options.ts';

const definition: CommandDef = {
  meta: {
    name: 'plan draft',
    description: 'Draft a plan for a fleet or for inventories: a first cut to change by hand',
  },
  args: {
    file: {
      type: 'positional',
      required: true,
      description: 'A fleet (.json), or inventories as fleet import takes them',
    },
    out: {
      type: 'string',
      valueHint: 'file',
      description: 'Where to write the plan; by default to stdout',
    },
    name: {
      type: 'string',
      valueHint: 'name',
      description: 'What the plan is called; draft by default',
    },
    ...importOptions,
    json: { type: 'boolean', description: 'Print the report as one JSON object' },
  },
};

/**
 * `landfall plan draft`: drafts a plan with the waves that the files know, else with a first cut that says so.
 * @example landfall plan draft fleet.json --out plan.yaml
 */
export const planDraft: Command = { definition, repeatable: ['file'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { draftFromFiles } = await import('../inventory/draft-from-files.ts');
  const { deliver, refuseInput, tellWarnings } = await import('../inventory/deliver.ts');
  const [json, out] = [given.has('json'), given.one('out')];
  const drafted = await draftFromFiles(importRequest(given, given.all('file')), {
    name: given.one('name'),
    folder: dirname(resolve(out ?? 'plan.yaml')),
  });
  if (!drafted.ok) return refuseInput(drafted.problems, json);
  tellWarnings(drafted.warnings);
  const { remarks, plan, waveRemarks } = drafted.draft;
  const waves = plan.spec.waves.map(({ name }, i) => ({ name, servers: waveRemarks[i] ?? '' }));
  return deliver(
    {
      text: drafted.text,
      report: [
        ...(out === undefined ? [] : [`The draft is in ${out}.`]),
        ...remarks,
        ...waves.map(({ name, servers }) => `  ${name}: ${servers}`),
      ]
        .map(printable)
        .join('\n'),
      json: {
        outcome: 'done',
        ...(out === undefined ? { text: drafted.text } : { out }),
        remarks,
        waves,
      },
    },
    { out, json },
  );
}
