import { type Failure, FailureCode, failure } from '../failure.ts';
import type { ServerOrder } from './order.ts';

/** What a server waits for within a phase: a wait by its name, or a queued launch by its kind. */
export interface Interruptible {
  readonly phase: string;
  readonly waitsFor: string;
}

// Before these are met nothing was launched by the phase.
const beforeLaunch: ReadonlySet<string> = new Set([
  'launchable',
  'drained',
  'hooks-before-launch',
  'protected',
  'reversed',
  'failback-ready',
  'StartDrill',
  'StartFailbackLaunch',
  'StartRecovery',
  'StartReplication',
  'CreateExtendedSourceServer',
  'StartTest',
  'StartCutover',
]);

/**
 * Says with which failure an order ends what a server waits for; undefined where it waits on. A rollback lets nothing go
 * on but what takes back, and what is past the point of no return; a skip ends only what has launched nothing; a drill that
 * yields to a recovery waits for nothing more, not even for its instance to be taken away.
 */
export function interruption(
  order: ServerOrder | undefined,
  { phase, waitsFor }: Interruptible,
): Failure | undefined {
  if (order?.order === 'yield') return yielding(order, phase);
  // From where a failed-back server is protected again there is only one way.
  const isPast = phase === 'rollback' || phase === 'reprotect' || phase === 'vacate';
  if (order === undefined || isPast) return undefined;
  const said = `${order.by}: ${order.reason}`;
  switch (order.order) {
    case 'skip':
      return beforeLaunch.has(waitsFor) || (phase === 'retire' && waitsFor === 'idle')
        ? failure(FailureCode.OrderedSkip, `skipped by ${said}`)
        : undefined;
    case 'rollback': {
      const goesOn =
        waitsFor === 'TerminateTargetInstances' ||
        waitsFor === 'TerminateRecoveryInstances' ||
        (phase === 'finalize' && waitsFor !== 'signable') ||
        (phase === 'retire' && waitsFor === 'cleared');
      return goesOn
        ? undefined
        : failure(FailureCode.OrderedRollback, `its rollback was ordered by ${said}`);
    }
    case 'retry':
      return undefined;
    default:
      return order.order satisfies never;
  }
}

// DRS takes the instance of a drill away as it launches the recovery.
function yielding({ by, reason }: ServerOrder, phase: string): Failure | undefined {
  return phase === 'drill' || phase === 'rollback'
    ? failure(FailureCode.RecoveryTookOver, `${by} takes it over: ${reason}`)
    : undefined;
}
