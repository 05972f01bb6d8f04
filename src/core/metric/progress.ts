import { type OutcomeName, outcomeNames } from '../outcome.ts';
import { planIn } from './event-metrics.ts';
import type { Measured } from './metric-line.ts';

/** How far the servers of a wave are. */
export interface WaveProgress {
  readonly servers: number;
  /** Of those that have one. */
  readonly outcomes: readonly OutcomeName[];
}

/** The metric of each outcome. */
export const outcomeMetrics: Readonly<Record<OutcomeName, string>> = {
  succeeded: 'ServersSucceeded',
  skipped: 'ServersSkipped',
  'rolled-back': 'ServersRolledBack',
  failed: 'ServersFailed',
  frozen: 'ServersFrozen',
};

/** The figures of a wave's progress: servers by outcome, and the share that has one. */
export function waveFigures(wave: string, { servers, outcomes }: WaveProgress): Measured {
  const done = outcomes.length;
  return {
    dimensions: { Plan: planIn(wave), Wave: wave },
    metrics: [
      ['ServersPlanned', 'Count', servers],
      ['ServersDone', 'Count', done],
      ['DonePercent', 'Percent', servers === 0 ? null : Math.round((done / servers) * 1000) / 10],
      ...outcomeNames.map(
        (name) =>
          [
            outcomeMetrics[name],
            'Count',
            outcomes.filter((outcome) => outcome === name).length,
          ] as const,
      ),
    ],
  };
}

/** The figures of a plan's progress: its waves, those that have begun, and those that have concluded. */
export function planFigures(
  plan: string,
  waves: { readonly planned: number; readonly begun: number; readonly concluded: number },
): Measured {
  return {
    dimensions: { Plan: plan },
    metrics: [
      ['WavesPlanned', 'Count', waves.planned],
      ['WavesBegun', 'Count', waves.begun],
      ['WavesConcluded', 'Count', waves.concluded],
    ],
  };
}
