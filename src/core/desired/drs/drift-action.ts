import type { DriftMode } from '../../plan/launch-configuration/launch-configuration-form.ts';
import type { Instant } from '../../time.ts';
import type { Freeze } from '../../window/schedule.ts';
import { windowAt } from '../../window/window.ts';

/** What is to be done about drift now, and why not more. */
export type DriftAction =
  | { readonly does: 'report'; readonly because?: string }
  | { readonly does: 'fix' }
  | { readonly does: 'restore' };

/** Decides what is done about drift at a moment: within a freeze it is reported only. */
export function driftAction(
  mode: DriftMode,
  freezes: readonly Freeze[],
  now: Instant,
): DriftAction {
  switch (mode) {
    case 'report':
      return { does: 'report' };
    case 'fix':
      return { does: 'fix' };
    case 'restore':
      return { does: 'restore' };
    case 'fix-outside-freeze': {
      const state = windowAt({ open: [], freezes }, now);
      if (state.is === 'open') return { does: 'fix' };
      const until = state.opensAt === null ? '' : ` until ${state.opensAt}`;
      return { does: 'report', because: `${state.because}${until}` };
    }
    default:
      return mode satisfies never;
  }
}
