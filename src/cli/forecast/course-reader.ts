// In: the events of one rehearsal, as they are told. Out: its course: waves, stages, and what their time went into. Stages
// are those of the chronicle; this adds who was last through each, and why.
import { type EndedWait, spentIn } from '../../core/forecast/cause.ts';
import type { Cause, Course, CourseStage, CourseWave, Spent } from '../../core/forecast/course.ts';
import { type Instant, plusSeconds, secondsBetween } from '../../core/time.ts';
import { Chronicle, reasonsOf, type Stage, type ToldEvent, type WaveStory } from '../chronicle.ts';

interface PhaseEnd {
  readonly phase: string;
  readonly server: string;
  readonly at: Instant;
  readonly failed: boolean;
  readonly cutByWindow: boolean;
  readonly waits: readonly EndedWait[];
}

/** Follows the events of a rehearsal. */
export class CourseReader {
  readonly #chronicle = new Chronicle();
  readonly #seen = new Set<string>();
  readonly #waits = new Map<string, EndedWait[]>();
  readonly #ends = new Map<string, PhaseEnd[]>();

  /** Takes one event; one that is told again changes nothing. */
  told(event: ToldEvent): void {
    this.#chronicle.told(event);
    const { 'detail-type': type, detail } = event;
    if (type !== 'Wave Server Wait Ended' && type !== 'Wave Server Phase Ended') return;
    const id = String(detail['eventId']);
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const wave = String(detail['wave']);
    const server = String(detail['sourceServerId']);
    const at = String(detail['observedAt']);
    const key = `${wave} ${server}`;
    if (type === 'Wave Server Wait Ended') {
      const seconds = typeof detail['waitedSeconds'] === 'number' ? detail['waitedSeconds'] : 0;
      const since = String(detail['since']);
      const wait = {
        wait: String(detail['wait']),
        since,
        endedAt: plusSeconds(since, seconds),
        reasons: reasonsOf(detail),
      };
      this.#waits.set(key, [...(this.#waits.get(key) ?? []), wait]);
      return;
    }
    const end = {
      phase: String(detail['phase']),
      server: typeof detail['hostname'] === 'string' ? detail['hostname'] : server,
      at,
      failed: detail['status'] === 'failed',
      cutByWindow: codeOf(detail['failure']) === 'WindowClosed',
      waits: this.#waits.get(key) ?? [],
    };
    this.#waits.delete(key);
    this.#ends.set(wave, [...(this.#ends.get(wave) ?? []), end]);
  }

  /** The course so far, of a rehearsal that began with this seed at this instant. */
  read(seed: number, startedAt: Instant): Course {
    const { waves, ends } = this.#chronicle.read();
    const servers: Record<string, number> = {};
    for (const { outcome } of ends) servers[outcome] = (servers[outcome] ?? 0) + 1;
    return {
      seed,
      startedAt,
      servers,
      waves: waves.map((wave) => this.#wave(wave)),
    };
  }

  #wave({ wave, startedAt, concludedAt, stages }: WaveStory): CourseWave {
    const ends = this.#ends.get(wave) ?? [];
    return {
      wave: wave.slice(wave.indexOf('.') + 1),
      startedAt,
      concludedAt,
      stages: stages.flatMap((stage) => {
        const endedAt = stage.endedAt;
        return endedAt === undefined ? [] : [stageOf(stage, endedAt, ends)];
      }),
    };
  }
}

function stageOf(stage: Stage, endedAt: Instant, all: readonly PhaseEnd[]): CourseStage {
  const { phase: name, cohort, servers, startedAt, failed } = stage;
  const own = all.filter(
    ({ phase, at }) =>
      phase === name && secondsBetween(startedAt, at) >= 0 && secondsBetween(at, endedAt) >= 0,
  );
  const ways = own.map((end) => spentIn({ from: startedAt, to: end.at }, end.waits));
  const last = own.reduce<number>((latest, { at }, i) => {
    const other = own[latest];
    return other !== undefined && secondsBetween(other.at, at) <= 0 ? latest : i;
  }, 0);
  const needs = own.flatMap((end, i) =>
    end.failed && !end.cutByWindow ? [] : [withoutWaits(ways[i] ?? [])],
  );
  return {
    name,
    cohort,
    servers,
    startedAt,
    endedAt,
    failed,
    lastServer: own[last]?.server,
    spent:
      own[last] === undefined
        ? [{ cause: waitedFor(name), seconds: secondsBetween(startedAt, endedAt) }]
        : spentIn({ from: startedAt, to: endedAt }, own[last].waits),
    needsSeconds: needs.length === 0 ? undefined : Math.max(...needs),
    cutByWindow: own.filter(({ cutByWindow }) => cutByWindow).length,
  };
}

/** What a phase itself took: soak and the wait for its window are no part of what a window must hold. */
function withoutWaits(spent: readonly Spent[]): number {
  return spent
    .filter(({ cause }) => cause !== 'soak' && cause !== 'window')
    .reduce((sum, { seconds }) => sum + seconds, 0);
}

function waitedFor(name: string): Cause {
  if (name.startsWith('window of ')) return 'window';
  if (name.startsWith('approval of ')) return 'approval';
  return name === 'held' ? 'held' : 'pace';
}

function codeOf(failure: unknown): unknown {
  return typeof failure === 'object' && failure !== null ? Reflect.get(failure, 'code') : undefined;
}
