// In: what was told of a server that is retired, fails back or is extended. Out: how far it came, and what was left. Pure.
import { type ToldFact, textIn, textsIn, whenOf } from '../event/told.ts';
import type { Instant } from '../time.ts';

/** A step of a retirement, of a failback, or of an extension into another account. */
export interface StepWay {
  readonly at: Instant;
  readonly of: 'retirement' | 'failback' | 'extension';
  readonly step: string;
  /** The recovery instance that it is about. */
  readonly instanceId: string | null;
  /** What stands for it elsewhere: the source server of the opposite direction, or its extension. */
  readonly counterpartArn: string | null;
  readonly graceUntil: string | null;
  /** What was found of it after the end; empty where nothing was. */
  readonly left: readonly string[];
  readonly notLookedAt: readonly string[];
}

/** Reads a step from its event. */
export function stepOf(event: ToldFact, of: StepWay['of']): StepWay {
  const { detail } = event;
  return {
    at: whenOf(event),
    of,
    step: of === 'extension' ? 'extended' : (textIn(detail, 'step') ?? ''),
    instanceId: textIn(detail, 'instanceId'),
    counterpartArn: textIn(detail, 'reversedArn') ?? textIn(detail, 'extensionArn'),
    graceUntil: textIn(detail, 'graceUntil'),
    left: textsIn(detail, 'left'),
    notLookedAt: textsIn(detail, 'notLookedAt'),
  };
}
