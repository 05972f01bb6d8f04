// In: the events of a rehearsal, as they are told. Out: what a summary says of it: each server's end, each wave's
// stages, and what was waited for. It keeps sums, not events, so it can follow a rehearsal of any length.
import { type OutcomeName, outcomeNames } from '../core/outcome.ts';
import { type Instant, later, secondsBetween } from '../core/time.ts';
import { type PhaseDuration, PhaseDurations } from './phase-durations.ts';
import { type RecoveryTimes, RecoveryTimesOf } from './recovery-times.ts';

/** An event as the chronicle reads it. */
export interface ToldEvent {
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** How one server of a wave ended. */
export interface ServerEnd {
  readonly server: string;
  readonly hostname: string | undefined;
  readonly wave: string;
  readonly outcome: OutcomeName;
  readonly code: string | undefined;
  readonly reason: string;
  readonly at: Instant;
  /** The job and the instance that show it, where there are any. */
  readonly jobId: string | undefined;
  readonly instanceId: string | undefined;
  /** What a person does next. */
  readonly nextAction: string | undefined;
}

/** One stage of a wave: a phase of some servers, a time on hold, or one until an approval or a window. */
export interface Stage {
  readonly phase: string;
  readonly servers: number;
  readonly cohort: number | undefined;
  readonly attempts: number;
  readonly startedAt: Instant;
  /** Absent where the rehearsal ended before the stage. */
  readonly endedAt: Instant | undefined;
  readonly failed: number;
  /** Why a wave was held, or how its approval was answered. */
  readonly reason: string | undefined;
}

/** One wave from its start on. */
export interface WaveStory {
  readonly wave: string;
  readonly servers: number;
  readonly startedAt: Instant;
  readonly concludedAt: Instant | undefined;
  readonly stages: readonly Stage[];
}

/** All waits of one kind in one phase. */
export interface WaitGroup {
  readonly phase: string;
  readonly wait: string;
  readonly count: number;
  readonly totalSeconds: number;
  readonly medianSeconds: number;
  readonly longestSeconds: number;
  /** Who waited longest, and for what that wait was held up longest. */
  readonly longestServer: string | undefined;
  readonly longestReason: string | undefined;
  /** How many ended otherwise than met. */
  readonly unmet: number;
}

/** How many approvals waves asked for, and what came of them. */
export interface ApprovalCounts {
  readonly requested: number;
  readonly given: number;
  readonly denied: number;
  readonly expired: number;
}

/** What a chronicle knows so far. */
export interface Chronicled {
  readonly ends: readonly ServerEnd[];
  readonly waves: readonly WaveStory[];
  /** The kind that was waited for longest in all comes first. */
  readonly waits: readonly WaitGroup[];
  readonly approvals: ApprovalCounts;
  /** How long each phase took for its servers. */
  readonly phases: readonly PhaseDuration[];
  /** What drills and recoveries have measured; absent where there were none. */
  readonly recoveries?: readonly RecoveryTimes[];
}

type Open<T> = { -readonly [K in keyof T]: T[K] };
interface OpenWave extends Omit<Open<WaveStory>, 'stages'> {
  readonly stages: Open<Stage>[];
}
interface OpenGroup {
  readonly phase: string;
  readonly wait: string;
  readonly seconds: number[];
  longestServer: string | undefined;
  longestReason: string | undefined;
  longestSeconds: number;
  unmet: number;
}

/** Follows the events of a rehearsal. */
export class Chronicle {
  readonly #seen = new Set<string>();
  readonly #ends: ServerEnd[] = [];
  readonly #waves = new Map<string, OpenWave>();
  readonly #waits = new Map<string, OpenGroup>();
  readonly #durations = new PhaseDurations();
  readonly #recoveries = new RecoveryTimesOf();
  readonly #soaked = new Map<string, Instant>();
  readonly #approvals = { requested: 0, given: 0, denied: 0, expired: 0 };

  /** Takes one event; one that is told again changes nothing. */
  told({ 'detail-type': type, detail }: ToldEvent): void {
    if (!type.startsWith('Wave ')) return;
    const id = text(detail, 'eventId') ?? '';
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const at = text(detail, 'observedAt') ?? '';
    const wave = text(detail, 'wave') ?? '';
    switch (type) {
      case 'Wave Started':
        this.#waves.set(wave, {
          wave,
          servers: amount(detail, 'servers'),
          startedAt: at,
          concludedAt: undefined,
          stages: [],
        });
        return;
      case 'Wave Stage Started':
        this.#closeStage(wave, at);
        this.#openStage(wave, text(detail, 'phase') ?? '?', at, detail);
        return;
      case 'Wave Held':
        this.#closeStage(wave, at);
        this.#openStage(wave, 'held', at, detail);
        return;
      case 'Wave Resumed':
        // A pause lies over a stage, which goes on after it.
        if (detail['ended'] !== 'pause') this.#closeStage(wave, at);
        return;
      case 'Wave Approval Requested':
        this.#approvals.requested += 1;
        this.#closeStage(wave, at);
        this.#openStage(wave, `approval of ${text(detail, 'phase') ?? '?'}`, at, detail);
        return;
      case 'Wave Approval Given':
        this.#approvals.given += 1;
        this.#answer(wave, at, `approved by ${text(detail, 'by') ?? '?'}`);
        return;
      case 'Wave Approval Denied':
        this.#approvals.denied += 1;
        this.#answer(wave, at, text(detail, 'reason') ?? 'denied');
        return;
      case 'Wave Approval Expired':
        this.#approvals.expired += 1;
        this.#answer(wave, at, text(detail, 'reason') ?? 'nobody answered');
        return;
      case 'Wave Window Awaited':
        this.#closeStage(wave, at);
        this.#openStage(wave, `window of ${text(detail, 'phase') ?? '?'}`, at, detail);
        return;
      case 'Wave Concluded': {
        this.#closeStage(wave, at);
        const story = this.#waves.get(wave);
        if (story !== undefined) story.concludedAt = at;
        return;
      }
      case 'Wave Server Phase Ended':
        if (detail['status'] === 'failed') this.#countFailure(wave, text(detail, 'phase'));
        else this.#measure(wave, detail, at);
        return;
      case 'Wave Server Recovery Measured':
        this.#recoveries.add(detail);
        return;
      case 'Wave Server Soak Ended':
        this.#soaked.set(`${wave} ${text(detail, 'sourceServerId') ?? ''}`, at);
        return;
      case 'Wave Server Wait Ended':
        this.#wait(detail, at);
        return;
      case 'Wave Server Reopened':
        this.#reopen(detail, wave);
        return;
      case 'Wave Server Outcome':
        this.#end(detail, wave, at);
        return;
      default:
        return;
    }
  }

  /** What was told so far. */
  read(): Chronicled {
    const recoveries = this.#recoveries.read();
    return {
      ends: [...this.#ends],
      waves: [...this.#waves.values()].map((wave) => ({ ...wave, stages: [...wave.stages] })),
      waits: [...this.#waits.values()]
        .map(groupOf)
        .toSorted((a, b) => b.totalSeconds - a.totalSeconds || (a.wait < b.wait ? -1 : 1)),
      approvals: { ...this.#approvals },
      phases: this.#durations.read(),
      ...(recoveries.length === 0 ? {} : { recoveries }),
    };
  }

  #openStage(wave: string, phase: string, at: Instant, detail: ToldEvent['detail']): void {
    this.#waves.get(wave)?.stages.push({
      phase,
      servers: amount(detail, 'servers'),
      cohort: typeof detail['cohort'] === 'number' ? detail['cohort'] : undefined,
      attempts: Math.max(1, amount(detail, 'attempts')),
      startedAt: at,
      endedAt: undefined,
      failed: 0,
      reason: text(detail, 'reason'),
    });
  }

  #closeStage(wave: string, at: Instant): void {
    const stage = this.#waves.get(wave)?.stages.at(-1);
    if (stage !== undefined) stage.endedAt ??= at;
  }

  #answer(wave: string, at: Instant, reason: string): void {
    const stage = this.#waves.get(wave)?.stages.at(-1);
    if (stage?.phase.startsWith('approval of ') !== true) return;
    stage.reason = reason;
    stage.endedAt ??= at;
  }

  /** A phase takes its time from the start of its stage on; what soaks begins when it has soaked. */
  #measure(wave: string, detail: ToldEvent['detail'], at: Instant): void {
    const phase = text(detail, 'phase') ?? '?';
    const stage = this.#waves.get(wave)?.stages.findLast((one) => one.phase === phase);
    if (stage === undefined) return;
    const soaked = this.#soaked.get(`${wave} ${text(detail, 'sourceServerId') ?? ''}`);
    const from = phase === 'finalize' ? later(stage.startedAt, soaked) : stage.startedAt;
    this.#durations.add(phase, secondsBetween(from, at));
  }

  #countFailure(wave: string, phase: string | undefined): void {
    const stage = this.#waves.get(wave)?.stages.findLast((one) => one.phase === phase);
    if (stage !== undefined) stage.failed += 1;
  }

  #wait(detail: ToldEvent['detail'], at: Instant): void {
    const phase = text(detail, 'phase') ?? '?';
    const wait = text(detail, 'wait') ?? '?';
    const seconds = amount(detail, 'waitedSeconds');
    const key = `${phase}/${wait}`;
    const group = this.#waits.get(key) ?? {
      phase,
      wait,
      seconds: [],
      longestServer: undefined,
      longestReason: undefined,
      longestSeconds: -1,
      unmet: 0,
    };
    this.#waits.set(key, group);
    group.seconds.push(seconds);
    if (detail['ended'] !== 'met') group.unmet += 1;
    if (seconds <= group.longestSeconds) return;
    group.longestSeconds = seconds;
    group.longestServer = text(detail, 'hostname') ?? text(detail, 'sourceServerId');
    group.longestReason = longestReason(reasonsOf(detail), at);
  }

  /** A server that goes on has no end yet. */
  #reopen(detail: ToldEvent['detail'], wave: string): void {
    const server = text(detail, 'sourceServerId');
    const at = this.#ends.findLastIndex((end) => end.server === server && end.wave === wave);
    if (at >= 0) this.#ends.splice(at, 1);
  }

  #end(detail: ToldEvent['detail'], wave: string, at: Instant): void {
    const outcome = outcomeNames.find((name) => name === detail['outcome']);
    if (outcome === undefined) return;
    this.#ends.push({
      server: text(detail, 'sourceServerId') ?? '?',
      hostname: text(detail, 'hostname'),
      wave,
      outcome,
      code: text(detail, 'code'),
      reason: text(detail, 'reason') ?? '',
      at,
      jobId: evidence(detail, 'jobId'),
      instanceId: evidence(detail, 'instanceId'),
      nextAction: text(detail, 'nextAction'),
    });
  }
}

/** A reason to wait, from a moment on. */
export interface TimedReason {
  readonly since: Instant;
  readonly reason: string;
}

/** Reads the reasons of a wait that ended, in their order. */
export function reasonsOf(detail: ToldEvent['detail']): readonly TimedReason[] {
  const reasons: unknown = detail['reasons'];
  if (!Array.isArray(reasons)) return [];
  return reasons.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return [];
    if (!('since' in one && 'reason' in one)) return [];
    const { since, reason } = one;
    return typeof since === 'string' && typeof reason === 'string' ? [{ since, reason }] : [];
  });
}

/** The reason that held a wait up longest; undefined where none is known. */
export function longestReason(reasons: readonly TimedReason[], until: Instant): string | undefined {
  const spans = reasons.map(({ since, reason }, i) => ({
    reason,
    seconds: secondsBetween(since, reasons[i + 1]?.since ?? until),
  }));
  return spans.toSorted((a, b) => b.seconds - a.seconds)[0]?.reason;
}

/** Reads a member of the evidence that is text. */
function evidence(detail: ToldEvent['detail'], key: string): string | undefined {
  const shown: unknown = detail['evidence'];
  if (typeof shown !== 'object' || shown === null) return undefined;
  const value: unknown = Reflect.get(shown, key);
  return typeof value === 'string' ? value : undefined;
}

/** Reads a member that is text. */
function text(detail: ToldEvent['detail'], key: string): string | undefined {
  const value = detail[key];
  return typeof value === 'string' ? value : undefined;
}

function amount(detail: ToldEvent['detail'], key: string): number {
  const value = detail[key];
  return typeof value === 'number' ? value : 0;
}

function groupOf({ seconds, ...group }: OpenGroup): WaitGroup {
  const sorted = seconds.toSorted((a, b) => a - b);
  return {
    ...group,
    count: seconds.length,
    totalSeconds: seconds.reduce((sum, one) => sum + one, 0),
    medianSeconds: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
  };
}
