import type { Command } from '../command.ts';
import { report } from '../commands/report.ts';
import { reportVerify } from '../commands/report-verify.ts';

/** The commands on reports, by name. */
export const reportCommands: ReadonlyMap<string, Command> = new Map([
  ['report', report],
  ['report verify', reportVerify],
]);
