import { fromMs } from '../../core/time.ts';
import type { Clock } from '../../flow/ports.ts';

/** Tells the time of this machine. */
export const systemClock: Clock = { now: () => fromMs(Date.now()) };
