import type { DrsFacts } from '../change/drs/server-facts.ts';
import type { Facts } from '../change.ts';
import { FailureCode, failure } from '../failure.ts';
import { type Arrival, arrivalOf } from '../phase.ts';
import type { Phase } from '../plan/settings.ts';
import type { ServerSettings } from '../plan/settings-for.ts';

/** Where a server begins, of either service, as far as its record tells. */
export function arrivalFor(
  {
    facts,
    drs,
  }: { readonly facts: Facts; readonly drs?: { readonly facts: DrsFacts } | undefined },
  { phases, recovery }: Pick<ServerSettings, 'phases' | 'recovery'>,
): Arrival {
  return recovery === undefined
    ? arrivalOf(facts, phases)
    : recoveryArrivalOf(facts, drs?.facts, phases);
}

/** Whether a server begins with its replication, which takes an active slot where it does not replicate yet. */
export function startsToReplicate(arrival: Arrival): boolean {
  return 'enter' in arrival && (arrival.enter === 'replicate' || arrival.enter === 'protect');
}

/** Says with which of its phases a server of DRS begins, from what it brings along (reference/drs.md 7.1). */
export function recoveryArrivalOf(
  facts: Pick<Facts, 'replicationState'>,
  drs: Pick<DrsFacts, 'extension'> | undefined,
  phases: readonly Phase[],
): Arrival {
  // What is retired may be as broken as it likes.
  if (phases[0] === 'retire') return { enter: 'retire' };
  // What speaks against a recovery is judged at its launch, and stops the line where the server is critical.
  if (phases[0] === 'recover') return { enter: 'recover' };
  if (facts.replicationState === 'DISCONNECTED') {
    const message = 'disconnected from the service when the wave began';
    return {
      outcome: 'failed',
      failure: failure(FailureCode.ServerDisconnected, message, 'DISCONNECTED'),
      reason: `${message}; install its agent again`,
    };
  }
  if (drs?.extension === 'EXTENSION_ERROR') {
    const message = 'its extension from the staging account was broken when the wave began';
    return {
      outcome: 'failed',
      failure: failure(FailureCode.NotRecoverable, message, 'extension-error'),
      reason: `${message}; its Extension Status Change event says why`,
    };
  }
  const [first] = phases;
  return first === undefined
    ? { outcome: 'skipped', reason: 'the plan has no phase for it' }
    : { enter: first };
}
