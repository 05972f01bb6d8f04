// Writes what the docs take from the simulator: faults into docs/faults.md, parameters into docs/rehearse.md and
// docs/simulator.md, operations into docs/simulator.md; the commands on AWS into docs/operate.md, those on settings into docs/settings.md, those on DRS into docs/drs-templates.md, those on inventories
// into docs/inventory.md, those on reports into docs/report.md, those on plans into
// docs/plan.md; and the rules of the preflight into docs/preflight.md.
// Run with `node scripts/write-cli-docs.ts`; a test says when it has to be run.
import { readFileSync, writeFileSync } from 'node:fs';
import { awsCommands } from '../src/cli/aws-commands.ts';
import { commandReference, plainReference } from '../src/cli/command-reference.ts';
import { drsCommands } from '../src/cli/drs/drs-commands.ts';
import { faultReference, parameterReference } from '../src/cli/fault-reference.ts';
import { planCommands } from '../src/cli/forecast/plan-commands.ts';
import { inventoryCommands } from '../src/cli/inventory/inventory-commands.ts';
import { operationReference } from '../src/cli/operation-reference.ts';
import { preflightReference } from '../src/cli/preflight-reference.ts';
import { reportCommands } from '../src/cli/report/report-commands.ts';
import { settingsCommands } from '../src/cli/settings/settings-commands.ts';

function write(file: string, mark: string, reference: string): void {
  const page = new URL(`../docs/${file}`, import.meta.url);
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`docs/${file} has lost its markers ${begin} and ${end}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${reference}\n\n${text.slice(to)}`);
}

write('faults.md', 'faults', faultReference());
write('rehearse.md', 'parameters', parameterReference());
write('simulator.md', 'operations', operationReference());
write('simulator.md', 'parameters', parameterReference());
write('operate.md', 'commands', commandReference(awsCommands));
write('preflight.md', 'rules', preflightReference());
write('inventory.md', 'commands', plainReference(inventoryCommands));
write('report.md', 'commands', plainReference(reportCommands));
write('plan.md', 'commands', plainReference(planCommands));
write('drs-templates.md', 'commands', commandReference(drsCommands));
write('settings.md', 'commands', commandReference(settingsCommands));
