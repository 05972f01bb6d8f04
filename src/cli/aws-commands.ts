import type { Command } from './command.ts';
import { abort } from './commands/abort.ts';
import { approve } from './commands/approve.ts';
import { deployCheck } from './commands/deploy-check.ts';
import { fleetExport } from './commands/fleet-export.ts';
import { hold } from './commands/hold.ts';
import { pause } from './commands/pause.ts';
import { resume } from './commands/resume.ts';
import { retry } from './commands/retry.ts';
import { rollback } from './commands/rollback.ts';
import { skip } from './commands/skip.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { watch } from './commands/watch.ts';

/** The commands that work on a deployment, by name, in the order in which they are used. */
export const awsCommands: ReadonlyMap<string, Command> = new Map([
  ['deploy-check', deployCheck],
  ['fleet export', fleetExport],
  ['start', start],
  ['status', status],
  ['watch', watch],
  ['approve', approve],
  ['pause', pause],
  ['resume', resume],
  ['hold', hold],
  ['skip', skip],
  ['retry', retry],
  ['rollback', rollback],
  ['abort', abort],
]);
