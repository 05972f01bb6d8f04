import type { CommandDef } from 'citty';
import { problemAt, shown } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: { name: 'events catalog', description: 'List every event that Landfall tells' },
  args: {
    event: {
      type: 'positional',
      required: false,
      description:
        'A detail-type or part of one: tell it with its members, a pattern and an example',
    },
    json: { type: 'boolean', description: 'Print one JSON object, with the JSON Schemas' },
  },
};

/**
 * `landfall events catalog`: every event, when it is told, what it says, and a rule's pattern for it.
 * @example landfall events catalog "lifecycle state"
 */
export const eventsCatalog: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { catalogueRecord, catalogueText, chosenEntries, entryText } = await import(
    '../events/catalogue-report.ts'
  );
  const word = given.one('event');
  const entries = chosenEntries(word);
  const [first, ...more] = entries;
  if (first === undefined) {
    const { refuse } = await import('../on-deployment.ts');
    const problem = problemAt(
      [],
      `${shown(word)} is in no detail-type`,
      'list them: landfall events catalog',
    );
    return refuse([problem], given.has('json'));
  }
  if (given.has('json')) console.log(JSON.stringify(catalogueRecord(entries)));
  else if (word !== undefined && more.length === 0) console.log(entryText(first));
  else console.log(catalogueText(entries));
  return ExitCode.Done;
}
