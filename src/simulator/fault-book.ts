import type { Chance } from './chance.ts';
import type { Fault, FaultFile, Trigger, UnreachableCause } from './faults.ts';
import { durationMs, stampMs } from './wire-time.ts';

/** What names a server in a fault's selection. */
export interface Named {
  readonly id: string;
  readonly names: readonly string[];
}

type Of<Name extends Fault['fault']> = Extract<Fault, { fault: Name }>;

/** Faults that befall a server at a moment. */
export type TimedFault = Of<
  | 'stall'
  | 'agent-lost'
  | 'rescan'
  | 'not-converging'
  | 'console-action'
  | 'launch-template-edited'
  | 'settings-edited'
  | 'server-archived'
  | 'server-disconnected'
>;

/** Faults that befall a server in a launch. */
export type LaunchFault = Of<
  | 'snapshot-failure'
  | 'conversion-failure'
  | 'launch-failure'
  | 'server-skipped'
  | 'cleanup-failure'
  | 'post-launch-action-failed'
  | 'first-boot-stuck'
  | 'instance-impaired'
>;

/** Faults that befall a call. */
export type CallFault = Of<'throttling' | 'internal-error' | 'answer-lost' | 'stale-reads'>;

/** A fault and its number in the file, which keeps its draws apart from those of the others. */
export interface Numbered<F extends Fault> {
  readonly fault: F;
  readonly index: number;
}

/** Answers how many launches of a kind a server had before a fault came into force. */
export type LaunchesBefore = (serverId: string, kind: 'test-launch' | 'cutover-launch') => number;

/** Answers who is hit by which fault and when. Faults may be added; none ever goes. */
export class FaultBook {
  readonly #chance: Chance;
  readonly #timed: Numbered<TimedFault>[] = [];
  readonly #launches: (Numbered<LaunchFault> & { readonly before: LaunchesBefore })[] = [];
  readonly #calls: Numbered<CallFault>[] = [];
  readonly #clients: Numbered<Of<'vcenter-client-dead'>>[] = [];
  readonly #regions: Numbered<Of<'region-lost'>>[] = [];
  readonly #unreachable: (Numbered<Of<'target-unreachable'>> & { readonly from: number })[] = [];
  readonly #callCounts = new Map<string, number>();
  #size = 0;
  /** How far back a read may have to look. */
  horizonMs = 0;

  constructor(file: FaultFile, chance: Chance, startAt: number) {
    this.#chance = chance;
    this.add(file, () => 0, startAt);
  }

  /**
   * Adds faults to those in force at an instant, with the launches that each server had before; `times` counts from
   * there. Answers the number of the first.
   */
  add(file: FaultFile, before: LaunchesBefore, from: number): number {
    const first = this.#size;
    this.#size += file.faults.length;
    file.faults.forEach((fault, i) => {
      const index = first + i;
      switch (fault.fault) {
        case 'stall':
        case 'agent-lost':
        case 'rescan':
        case 'not-converging':
        case 'console-action':
        case 'launch-template-edited':
        case 'settings-edited':
        case 'server-archived':
        case 'server-disconnected':
          this.#timed.push({ fault, index });
          break;
        case 'snapshot-failure':
        case 'conversion-failure':
        case 'launch-failure':
        case 'server-skipped':
        case 'cleanup-failure':
        case 'post-launch-action-failed':
        case 'first-boot-stuck':
        case 'instance-impaired':
          this.#launches.push({ fault, index, before });
          break;
        case 'throttling':
        case 'internal-error':
        case 'answer-lost':
        case 'stale-reads':
          this.#calls.push({ fault, index });
          break;
        case 'vcenter-client-dead':
          this.#clients.push({ fault, index });
          break;
        case 'region-lost':
          this.#regions.push({ fault, index });
          break;
        case 'target-unreachable':
          this.#unreachable.push({ fault, index, from });
          break;
      }
    });
    this.horizonMs = Math.max(
      0,
      ...this.#calls.map(({ fault }) =>
        fault.fault === 'stale-reads' ? fault.staleSeconds * 1000 : 0,
      ),
    );
    return first;
  }

  /** How many calls faults have been drawn for, by operation and place. */
  get callCounts(): readonly (readonly [string, number])[] {
    return [...this.#callCounts];
  }

  /** Sets these counts, so that the draws go on from there. */
  setCallCounts(counts: readonly (readonly [string, number])[]): void {
    this.#callCounts.clear();
    for (const [key, count] of counts) this.#callCounts.set(key, count);
  }

  /** Answers the faults that wait for a moment of a server's way; without one, those that wait for the clock. */
  timed(server: Named, trigger: Trigger | undefined): readonly Numbered<TimedFault>[] {
    return this.#timed.filter(
      ({ fault, index }) => fault.on === trigger && this.#hits(server, fault, index),
    );
  }

  /** Answers when a fault happens whose clock starts at an instant. */
  moment(
    numbered: {
      readonly fault: {
        at?: string | undefined;
        after?: string | undefined;
        within?: string | undefined;
      };
      readonly index: number;
    },
    id: string,
    from: number,
  ): number {
    const { fault, index } = numbered;
    const base = stampMs(fault.at) ?? from + (durationMs(fault.after) ?? 0);
    const span = durationMs(fault.within) ?? 0;
    return Math.round(base + span * this.#chance.unit('moment', index, id));
  }

  /** Answers the faults that hit a server's n-th launch of a kind, counted from 1. */
  launch(
    server: Named,
    kind: 'test-launch' | 'cutover-launch',
    nth: number,
  ): readonly LaunchFault[] {
    return this.#launches
      .filter(
        ({ fault, before }) =>
          (fault.on === 'any-launch' || fault.on === kind) &&
          nth - before(server.id, kind) <= fault.times,
      )
      .filter(({ fault, index }) => this.#hits(server, fault, index))
      .map(({ fault }) => fault);
  }

  /** Answers the faults that hit this call of an operation, at most one of a name. */
  call(operation: string, place: string, now: number): readonly CallFault[] {
    const candidates = this.#calls.filter(
      ({ fault }) =>
        (fault.operations?.includes(operation) ?? true) &&
        now >= (stampMs(fault.from) ?? Number.NEGATIVE_INFINITY) &&
        now < (stampMs(fault.until) ?? Number.POSITIVE_INFINITY),
    );
    if (candidates.length === 0) return [];
    const key = `${operation}|${place}`;
    const nth = (this.#callCounts.get(key) ?? 0) + 1;
    this.#callCounts.set(key, nth);
    return candidates
      .filter(({ fault, index }) => this.#chance.unit('call', index, key, nth) < fault.probability)
      .map(({ fault }) => fault);
  }

  /** Says whether an account in a Region is out of reach for a cause. */
  isUnreachable(
    cause: UnreachableCause,
    { accountId, region }: { readonly accountId: string; readonly region: string },
    now: number,
  ): boolean {
    const place = `${accountId}:${region}`;
    return this.#unreachable.some((numbered) => {
      const { fault, index, from } = numbered;
      const { targets } = fault;
      if (fault.because !== cause) return false;
      if (targets !== undefined && !targets.includes(accountId) && !targets.includes(place)) {
        return false;
      }
      if (this.#chance.unit('hits', index, place) >= fault.probability) return false;
      const begins = this.moment(numbered, place, from);
      const lasts = durationMs(fault.mendedAfter) ?? Number.POSITIVE_INFINITY;
      return now >= begins && now < begins + lasts;
    });
  }

  /** Answers when a vCenter client dies and when it is back, by the faults from number `first` on. */
  clientDeaths(
    clientId: string,
    startAt: number,
    first = 0,
  ): readonly { readonly at: number; readonly until: number | undefined }[] {
    return this.#clients
      .filter(({ fault, index }) => {
        if (index < first) return false;
        const chosen =
          fault.clients.all === true ||
          fault.clients.ids?.includes(clientId) === true ||
          this.#chance.unit('share', index, clientId) < (fault.clients.share ?? 0);
        return chosen && this.#chance.unit('hits', index, clientId) < fault.probability;
      })
      .map((numbered) => {
        const at = this.moment(numbered, clientId, startAt);
        const revives = durationMs(numbered.fault.revivesAfter);
        return { at, until: revives === undefined ? undefined : at + revives };
      });
  }

  /** Answers when what replicates to an account in a Region is lost, by the faults from number `first` on. */
  regionLosses(
    { accountId, region }: { readonly accountId: string; readonly region: string },
    startAt: number,
    first = 0,
  ): readonly { readonly at: number; readonly returnsAfterMs: number | undefined }[] {
    const place = `${accountId}:${region}`;
    return this.#regions
      .filter(({ fault: { targets }, index }) => {
        const isMeant = targets === undefined || targets.includes(accountId);
        return index >= first && (isMeant || targets.includes(place));
      })
      .map((numbered) => ({
        at: this.moment(numbered, place, startAt),
        returnsAfterMs: durationMs(numbered.fault.returnsAfter),
      }));
  }

  #hits(server: Named, fault: TimedFault | LaunchFault, index: number): boolean {
    const { all, ids, hostnames, share } = fault.servers;
    const chosen =
      all === true ||
      ids?.includes(server.id) === true ||
      hostnames?.some((name) => server.names.includes(name.toLowerCase())) === true ||
      (share !== undefined && this.#chance.unit('share', index, server.id) < share);
    return chosen && this.#chance.unit('hits', index, server.id) < fault.probability;
  }
}
