import type { Command } from '../command.ts';
import { drsCompliance } from '../commands/drs-compliance.ts';
import { drsTemplateApply } from '../commands/drs-template-apply.ts';
import { drsTemplateDelete } from '../commands/drs-template-delete.ts';
import { drsTemplateDrift } from '../commands/drs-template-drift.ts';
import { drsTemplatePlan } from '../commands/drs-template-plan.ts';
import { drsTemplateRestore } from '../commands/drs-template-restore.ts';
import { scheduleCommands } from './schedule-commands.ts';

/** The commands on what DRS launches with and when it drills, by name, in the order in which they are used. */
export const drsCommands: ReadonlyMap<string, Command> = new Map([
  ['drs template plan', drsTemplatePlan],
  ['drs template apply', drsTemplateApply],
  ['drs template drift', drsTemplateDrift],
  ['drs template restore', drsTemplateRestore],
  ['drs template delete', drsTemplateDelete],
  ...scheduleCommands,
  ['drs compliance', drsCompliance],
]);
