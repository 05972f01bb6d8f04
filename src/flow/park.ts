// In: a task token and the name of what it waits for. Out: the token is parked and will be released by the poller.
// Called by the callback states of the machines.
import { FailureCode, InvalidInput } from '../core/failure.ts';
import type { HookSite } from '../core/hook/hook-run.ts';
import type { Target } from '../core/target.ts';
import { toMs } from '../core/time.ts';
import { type Awaited, hooksWait, serverWait, type WaitName, waveWait } from './condition-of.ts';
import { hasten } from './hasten.ts';
import { refuseWhileHooksDue } from './hooks/hooks-due.ts';
import type { Ports } from './ports.ts';
import { change, read } from './records/documents.ts';
import { place } from './records/place.ts';
import type { WaitRecord } from './records/wait-records.ts';
import { sideOf } from './side-of.ts';
import { waveServerOf } from './wave-server.ts';

/** Where in an execution a token was issued; a later one of the same place replaces an earlier one. */
export interface TokenPlace {
  readonly execution: string;
  readonly state: string;
  readonly enteredAt: string;
  readonly retryCount: number;
}

/** Park's input. */
export interface Parking {
  readonly subject: {
    readonly wave: string;
    readonly server?: string | undefined;
    readonly attempt?: number | undefined;
  };
  readonly phase: string;
  readonly wait: WaitName;
  /** The site whose hooks the wait is for; or whose hooks come before it, where it is another wait. */
  readonly hooks?: HookSite | undefined;
  readonly token: string;
  readonly place: TokenPlace;
}

/** The version of the waits' contract; a poller that reads an older one still understands it. */
export const waitContractVersion = 1;

/** Says whether a token was issued later than a recorded one of the same place (design.md 15.7). */
export function isLater(
  issued: TokenPlace,
  recorded: { readonly enteredAt: string; readonly retryCount: number },
): boolean {
  const entered = toMs(issued.enteredAt) - toMs(recorded.enteredAt);
  return entered > 0 || (entered === 0 && issued.retryCount > recorded.retryCount);
}

/** Names a place within the store: execution names hold no blank, so the two parts cannot run together. */
export function placeKey({ execution, state }: TokenPlace): string {
  return `${execution.split(':').at(-1) ?? execution} ${state}`;
}

/**
 * Parks a token on a condition and makes a look due at once, so that what holds already is released with the next
 * tick. Repeating it, or a late repetition of an earlier try, changes nothing.
 */
export async function park(ports: Ports, parking: Parking): Promise<{ readonly parked: string }> {
  const { target, awaited, marks } = await whatToAwait(ports, parking);
  const key = placeKey(parking.place);
  const now = ports.clock.now();
  await change(ports.store, place.wait(target, key), (recorded): WaitRecord | undefined => {
    if (recorded !== undefined && !isLater(parking.place, recorded)) return undefined;
    return {
      key,
      wave: parking.subject.wave,
      server: parking.subject.server ?? null,
      ...marks,
      phase: parking.phase,
      wait: parking.wait,
      condition: awaited.condition,
      notBefore: now,
      deadlineAt: awaited.deadlineAt,
      deadlineFrom: awaited.deadlineFrom ?? now,
      onDeadline: awaited.onDeadline,
      ...(awaited.wakeAt === undefined ? {} : { wakeAt: awaited.wakeAt }),
      ...(awaited.windowClosesAt === undefined ? {} : { windowClosesAt: awaited.windowClosesAt }),
      token: parking.token,
      enteredAt: parking.place.enteredAt,
      retryCount: parking.place.retryCount,
      contractVersion: waitContractVersion,
      pace: 'near',
      reason: 'not looked at yet',
      trail: [],
      memory: {},
    };
  });
  await hasten(ports, target);
  return { parked: key };
}

async function whatToAwait(
  ports: Ports,
  { subject, wait, phase, hooks }: Parking,
): Promise<{
  readonly target: Target;
  readonly awaited: Awaited;
  readonly marks: Pick<WaitRecord, 'tier' | 'orderTaken' | 'afterOrder' | 'sourceServer'>;
}> {
  if (wait === 'wave') {
    const { body } = await read(ports.store, place.wave(subject.wave));
    if (body === undefined) {
      throw new InvalidInput(`${FailureCode.ContractBroken}: there is no wave ${subject.wave}`);
    }
    const marks = { afterOrder: body.ordersKnown ?? 0 };
    return { target: body.home, awaited: waveWait(body), marks };
  }
  const server = await waveServerOf(ports, { wave: subject.wave, server: subject.server ?? '' });
  const { tier, orderTaken } = server;
  const marks = { tier, ...(orderTaken === undefined ? {} : { orderTaken }) };
  if (wait === 'hooks' || wait === 'hooks-before-launch') {
    const { attempt } = subject;
    if (hooks === undefined || attempt === undefined) {
      throw new InvalidInput(
        `${FailureCode.ContractBroken}: a wait on hooks names no site or attempt`,
      );
    }
    return { target: server.target, awaited: hooksWait(hooks, { phase, attempt }, server), marks };
  }
  refuseWhileHooksDue(ports, server, { site: hooks, phase, attempt: subject.attempt });
  const { target, ...other } = sideOf(server, { phase, waitsFor: wait });
  return { target, awaited: serverWait(wait, phase, server), marks: { ...marks, ...other } };
}
