import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { planOptions } from '../settings/settings-options.ts';

const definition: CommandDef = {
  meta: {
    name: 'settings diff',
    description:
      'Say how servers are set otherwise than their plan wants; ends with 1 where one is',
  },
  args: { ...planOptions, ...deploymentOptions },
};

/**
 * `landfall settings diff`: shows each setting that a plan wants otherwise than it is. Only reads.
 * @example landfall settings diff plan.yaml --wave wave-1
 */
export const settingsDiff: Command = {
  definition,
  repeatable: ['fleet', 'wave', 'server'],
  run,
};

async function run(given: Arguments): Promise<ExitCode> {
  const { onSettings } = await import('../settings/on-settings.ts');
  const { showDifference } = await import('../settings/show-difference.ts');
  return onSettings(given, 'look', showDifference);
}
