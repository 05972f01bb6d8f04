import { isPaused, mergedPauses, type Pause } from '../pause.ts';
import type { Orders, Placed } from './order.ts';

/**
 * The stretches during which a wave, or one of its servers, was paused by whatever scope holds it: the whole stage, its
 * plan, its wave, its tier, itself. Overlapping stretches count once, so deadlines are extended once.
 */
export function effectivePauses({ stage, plan, wave }: Orders, placed?: Placed): readonly Pause[] {
  const lists = [stage?.pauses, plan?.pauses, wave?.pauses];
  if (placed !== undefined) {
    lists.push(wave?.tierPauses?.[String(placed.tier)], wave?.serverPauses?.[placed.server]);
  }
  return mergedPauses(
    lists.flatMap((list) => (list === undefined || list.length === 0 ? [] : [list])),
  );
}

/** Which scope holds a wave or a server now, the widest first; undefined where none does. */
export function pausedBy(
  { stage, plan, wave }: Orders,
  placed?: Placed,
): 'stage' | 'plan' | 'wave' | 'tier' | 'server' | undefined {
  if (isPaused(stage?.pauses ?? [])) return 'stage';
  if (isPaused(plan?.pauses ?? [])) return 'plan';
  if (isPaused(wave?.pauses ?? [])) return 'wave';
  if (placed === undefined) return undefined;
  if (isPaused(wave?.tierPauses?.[String(placed.tier)] ?? [])) return 'tier';
  return isPaused(wave?.serverPauses?.[placed.server] ?? []) ? 'server' : undefined;
}

const holders = {
  stage: 'everything is paused',
  plan: 'the plan is paused',
  wave: 'the wave is paused',
  tier: 'its tier is paused',
  server: 'the server is paused',
} as const;

/** Says what holds a server or a wave back, for whoever asks why it waits; undefined where nothing is paused. */
export function pauseReason(orders: Orders, placed?: Placed): string | undefined {
  const by = pausedBy(orders, placed);
  return by === undefined ? undefined : holders[by];
}
