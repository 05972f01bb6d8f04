import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { planOptions, reasonOption } from '../settings/settings-options.ts';

const definition: CommandDef = {
  meta: { name: 'settings apply', description: 'Set servers as their plan wants them' },
  args: { ...planOptions, ...reasonOption, ...deploymentOptions },
};

/**
 * `landfall settings apply`: sets what differs, and nothing else. What it was before is on record first. Safe to repeat:
 * a server that was left half-way is set by the same again.
 * @example landfall settings apply plan.yaml --wave wave-1 --reason "approved in CHG-1042"
 */
export const settingsApply: Command = {
  definition,
  repeatable: ['fleet', 'wave', 'server'],
  run,
};

async function run(given: Arguments): Promise<ExitCode> {
  const { onSettings, refusedReason } = await import('../settings/on-settings.ts');
  const { applyDifference } = await import('../settings/apply-difference.ts');
  return (
    (await refusedReason(given, 'settings apply')) ??
    (await onSettings(given, 'change', applyDifference))
  );
}
