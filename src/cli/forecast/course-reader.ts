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

/** A time in which the preflight kept a wave from a phase. */
interface Block {
  readonly phase: string;
  readonly startedAt: Instant;
  endedAt: Instant | undefined;
}

const read = new Set([
  'Wave Server Wait Ended',
  'Wave Server Phase Ended',
  'Wave Preflight Blocked',
  'Wave Preflight Cleared',
]);

/** Follows the events of a rehearsal. */
export class CourseReader {
  readonly #chronicle = new Chronicle();
  readonly #seen = new Set<string>();
  readonly #waits = new Map<string, EndedWait[]>();
  readonly #ends = new Map<string, PhaseEnd[]>();
  readonly #blocks = new Map<string, Block[]>();

  /** Takes one event; one that is told again changes nothing. */
  told(event: ToldEvent): void {
    this.#chronicle.told(event);
    const { 'detail-type': type, detail } = event;
    if (!read.has(type)) return;
    const id = String(detail['eventId']);
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const wave = String(detail['wave']);
    const at = String(detail['observedAt']);
    if (type === 'Wave Preflight Blocked' || type === 'Wave Preflight Cleared') {
      this.#blocked(wave, type === 'Wave Preflight Blocked', String(detail['phase']), at);
      return;
    }
    const server = String(detail['sourceServerId']);
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

  /** What is told again where something else keeps the wave from the phase goes on from the first time. */
  #blocked(wave: string, isBlocked: boolean, phase: string, at: Instant): void {
    const blocks = this.#blocks.get(wave) ?? [];
    const open = blocks.find((block) => block.phase === phase && block.endedAt === undefined);
    if (isBlocked && open === undefined) {
      this.#blocks.set(wave, [...blocks, { phase, startedAt: at, endedAt: undefined }]);
    } else if (!isBlocked && open !== undefined) open.endedAt = at;
  }

  #wave({ wave, startedAt, concludedAt, stages }: WaveStory): CourseWave {
    const ends = this.#ends.get(wave) ?? [];
    const blocks = (this.#blocks.get(wave) ?? []).flatMap(blockOf);
    return {
      wave: wave.slice(wave.indexOf('.') + 1),
      startedAt,
      concludedAt,
      stages: [
        ...stages.flatMap((stage) => {
          const endedAt = stage.endedAt;
          return endedAt === undefined ? [] : [stageOf(stage, endedAt, ends)];
        }),
        ...blocks,
      ].toSorted((a, b) => secondsBetween(b.startedAt, a.startedAt)),
    };
  }
}

function blockOf({ phase, startedAt, endedAt }: Block): readonly CourseStage[] {
  if (endedAt === undefined) return [];
  return [
    {
      name: `preflight of ${phase}`,
      cohort: undefined,
      servers: 0,
      startedAt,
      endedAt,
      failed: 0,
      lastServer: undefined,
      spent: [{ cause: 'preflight', seconds: secondsBetween(startedAt, endedAt) }],
      needsSeconds: undefined,
      cutByWindow: 0,
    },
  ];
}

/** A stage ends for the chronicle when the next begins; here with its last server, as what follows is another wait. */
function stageOf(stage: Stage, closedAt: Instant, all: readonly PhaseEnd[]): CourseStage {
  const { phase: name, cohort, servers, startedAt, failed } = stage;
  const own = all.filter(
    ({ phase, at }) =>
      phase === name && secondsBetween(startedAt, at) >= 0 && secondsBetween(at, closedAt) >= 0,
  );
  const ways = own.map((end) => spentIn({ from: startedAt, to: end.at }, end.waits));
  const last = own.reduce<number>((latest, { at }, i) => {
    const other = own[latest];
    return other !== undefined && secondsBetween(other.at, at) <= 0 ? latest : i;
  }, 0);
  const endedAt = own[last]?.at ?? closedAt;
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
