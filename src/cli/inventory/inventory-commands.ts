import type { Command } from '../command.ts';
import { fleetImport } from '../commands/fleet-import.ts';
import { planDraft } from '../commands/plan-draft.ts';
import { planExport } from '../commands/plan-export.ts';

/** The commands on inventories, by name, in the order in which they are used. */
export const inventoryCommands: ReadonlyMap<string, Command> = new Map([
  ['fleet import', fleetImport],
  ['plan draft', planDraft],
  ['plan export', planExport],
]);
