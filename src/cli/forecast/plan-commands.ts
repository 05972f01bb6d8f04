import type { Command } from '../command.ts';
import { plan } from '../commands/plan.ts';
import { planDiff } from '../commands/plan-diff.ts';

/** The commands on plans, by name, in the order in which they are used. */
export const planCommands: ReadonlyMap<string, Command> = new Map([
  ['plan', plan],
  ['plan diff', planDiff],
]);
