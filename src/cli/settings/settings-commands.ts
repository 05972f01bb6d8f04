import type { Command } from '../command.ts';
import { settingsApply } from '../commands/settings-apply.ts';
import { settingsDiff } from '../commands/settings-diff.ts';
import { settingsRestore } from '../commands/settings-restore.ts';

/** The commands on the settings of servers, by name, in the order in which they are used. */
export const settingsCommands: ReadonlyMap<string, Command> = new Map([
  ['settings diff', settingsDiff],
  ['settings apply', settingsApply],
  ['settings restore', settingsRestore],
]);
