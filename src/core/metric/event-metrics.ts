// In: an event of Landfall, as it was delivered. Out: the figures that it tells by itself, and the wave whose progress
// it has moved. Levels come from the poller's ticks (src/handlers/_metrics.ts); no figure is kept by server.

import { replicationErrors, stretches } from '../event/catalogue/words.ts';
import { DetailType } from '../event/detail-type.ts';
import type { Measured, Metric } from './metric-line.ts';

/** What an event tells, as far as figures are drawn from it. */
export interface ToldEvent {
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What an event comes to in figures. */
export interface EventFigures {
  readonly measured: readonly Measured[];
  /** The wave, as PLAN.WAVE, of whose progress the event tells; the record says how far it is. */
  readonly progressOf?: string;
}

/** The detail-types that figures are drawn from; the rule of the function names the same. */
export const measuredEvents: readonly DetailType[] = [
  DetailType.WaveStarted,
  DetailType.WaveStageStarted,
  DetailType.WaveHeld,
  DetailType.WaveApprovalRequested,
  DetailType.WaveConcluded,
  DetailType.ServerPhaseEnded,
  DetailType.RemedyTried,
];

/** Draws the figures out of an event; one that tells none comes to nothing. */
export function figuresOf({ 'detail-type': type, detail }: ToldEvent): EventFigures {
  switch (type) {
    case DetailType.ServerPhaseEnded:
      return { measured: phaseFigures(detail) };
    // Outcomes are settled together, right before one of these is told.
    case DetailType.WaveStarted:
    case DetailType.WaveStageStarted:
    case DetailType.WaveHeld:
    case DetailType.WaveApprovalRequested:
    case DetailType.WaveConcluded: {
      const wave = textIn(detail, 'wave');
      return { measured: [], ...(wave === undefined ? {} : { progressOf: wave }) };
    }
    case DetailType.RemedyTried:
      return { measured: remedyFigures(detail) };
    default:
      return { measured: [] };
  }
}

/** The name of the plan in PLAN.WAVE. */
export function planIn(wave: string): string {
  return wave.split('.', 1)[0] ?? wave;
}

function phaseFigures(detail: ToldEvent['detail']): readonly Measured[] {
  const wave = textIn(detail, 'wave');
  if (wave === undefined) return [];
  const seconds = detail['durationSeconds'];
  const metrics: readonly Metric[] = [
    ['PhaseSeconds', 'Seconds', typeof seconds === 'number' ? seconds : null],
    ['PhasesFailed', 'Count', detail['status'] === 'failed' ? 1 : 0],
  ];
  return [
    {
      dimensions: {
        Plan: planIn(wave),
        Wave: wave,
        Phase: knownOr(stretches, textIn(detail, 'phase')),
      },
      by: [
        ['Plan', 'Phase'],
        ['Plan', 'Wave', 'Phase'],
      ],
      metrics,
    },
  ];
}

function remedyFigures(detail: ToldEvent['detail']): readonly Measured[] {
  const [account, region] = [textIn(detail, 'accountId'), textIn(detail, 'region')];
  const service = textIn(detail, 'stream')?.split('/', 1)[0];
  if (account === undefined || region === undefined || service === undefined) return [];
  return [
    {
      dimensions: {
        Target: `${service}:${account}:${region}`,
        ErrorClass: knownOr(replicationErrors, textIn(detail, 'errorClass')),
      },
      metrics: [['RemediesTried', 'Count', 1]],
    },
  ];
}

/** A word of a bounded set: each value of a dimension is a metric that is paid for. */
function knownOr(known: readonly string[], word: string | undefined): string {
  return word !== undefined && known.includes(word) ? word : 'OTHER';
}

function textIn(detail: ToldEvent['detail'], member: string): string | undefined {
  const value = detail[member];
  return typeof value === 'string' ? value : undefined;
}
