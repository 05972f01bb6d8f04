import type { CriticalPath } from '../../core/forecast/critical-path.ts';
import type { Forecast } from '../../core/forecast/forecast.ts';
import type { Instant } from '../../core/time.ts';
import type { Span } from '../../core/window/spans.ts';

/** A lever that was rehearsed. */
export interface ProvenLever {
  readonly name: string;
  readonly words: string;
  /** How much sooner the plan ends, in the median of the rehearsals with the same seeds; negative where it ends later. */
  readonly gainSeconds: number;
  /** Absent where no rehearsal with it concluded. */
  readonly endsAt: Instant | undefined;
  readonly seeds: readonly number[];
}

/** When the phases of a wave may begin and launch, as far as the picture reaches. */
export interface WaveWindow {
  readonly wave: string;
  readonly phase: string;
  readonly open: readonly Span[];
}

/** All that is told of a plan: its schedule, what its end hangs on, and what would bring it forward. */
export interface Planned {
  readonly plan: string;
  readonly servers: number;
  readonly forecast: Forecast;
  /** Of the rehearsal in the middle; absent where no rehearsal concluded. */
  readonly criticalPath: CriticalPath | undefined;
  readonly levers: readonly ProvenLever[];
  readonly windows: readonly WaveWindow[];
}
