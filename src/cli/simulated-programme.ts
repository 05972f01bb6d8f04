// In: plans with when each is started, and the events of a rehearsal. Out: each started at its virtual instant as a person
// starts it, on the fleet as it is then; schedules kept until the end. The same inputs give the same rehearsal.
import { readFleetDocuments } from '../core/fleet/read-fleet-documents.ts';
import type { Plan } from '../core/plan/plan.ts';
import { kindsOfPlans } from '../core/plan/plan-kind.ts';
import { type ResolvedWave, resolvePlan } from '../core/plan/resolve-plan.ts';
import type { Target } from '../core/target.ts';
import { type Instant, toMs } from '../core/time.ts';
import type { Ports, WireDocument } from '../flow/ports.ts';
import { keepSchedule, removeSchedule } from '../flow/schedule/keep-schedule.ts';
import { startPlan } from '../flow/start-wave.ts';
import { waveKey } from '../flow/wave-record.ts';
import type { ToldEvent } from './chronicle.ts';
import { readLiveFleet } from './live-fleet.ts';
import type { DrsAgents } from './simulated-installer.ts';

/** When a plan of a programme is started: at an instant, or so long after another plan of it has concluded. */
export type EntryDue =
  | { readonly atMs: number }
  | { readonly after: string; readonly plusMs: number };

/** A plan of a programme. */
export interface ProgrammeEntry {
  readonly document: Plan;
  readonly hash: string;
  readonly due: EntryDue;
}

/** Plans that are rehearsed on one fleet and one clock. */
export interface Programme {
  readonly entries: readonly ProgrammeEntry[];
  /** When no run of a schedule begins any more; needed where a plan has one. */
  readonly until?: Instant;
  /** Who installs the agent of DRS on what was migrated. */
  readonly drsAgents?: DrsAgents;
  /** The source servers that its plans bring into being, as far as they are known before. */
  readonly coming?: readonly WireDocument[];
}

/** What came of a plan of a programme. */
export interface EntryStarted {
  readonly plan: string;
  readonly at: Instant | null;
  readonly status: 'started' | 'scheduled' | 'not-started';
  readonly said: string;
}

interface Pending {
  readonly entry: ProgrammeEntry;
  /** Undefined while the plan before it has not concluded. */
  atMs: number | undefined;
  /** Why it could not be started so far. */
  said: string;
  /** When it is given up. */
  giveUpMs: number | undefined;
}

// Who is refused tries again, and gives up after a week.
const retryMs = 5 * 60_000;
const patienceMs = 7 * 86_400_000;
const who = 'who rehearses';

/** Somebody who starts the plans of a programme. */
export class SimulatedProgramme {
  readonly #pending: Pending[];
  readonly #untilMs: number | undefined;
  readonly #targets: readonly Target[];
  readonly #waveMachineArn: string;
  readonly #came = new Map<string, EntryStarted>();
  readonly #open = new Map<string, Set<string>>();
  readonly #running = new Set<string>();
  readonly #scheduled = new Set<string>();
  readonly #order: readonly string[];

  constructor(
    { entries, until }: Programme,
    {
      targets,
      waveMachineArn,
    }: { readonly targets: readonly Target[]; readonly waveMachineArn: string },
  ) {
    this.#targets = targets;
    this.#waveMachineArn = waveMachineArn;
    this.#untilMs = until === undefined ? undefined : toMs(until);
    this.#order = entries.map(({ document }) => document.metadata.name);
    this.#pending = entries.map((entry) => ({
      entry,
      atMs: 'atMs' in entry.due ? entry.due.atMs : undefined,
      said: 'the plan before it has not concluded',
      giveUpMs: undefined,
    }));
  }

  /** When somebody acts next, in milliseconds after 1970; undefined where nothing is due yet. */
  get nextMs(): number | undefined {
    const times = this.#pending.flatMap(({ atMs }) => atMs ?? []);
    if (this.#scheduled.size > 0 && this.#untilMs !== undefined) times.push(this.#untilMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Whether nothing is left to start, and every wave that was has concluded. */
  get isOver(): boolean {
    const waits = this.#pending.some(({ atMs }) => atMs !== undefined);
    return !waits && this.#scheduled.size === 0 && this.#running.size === 0;
  }

  /** What came of each plan, in the order of the programme. */
  get came(): readonly EntryStarted[] {
    const left = new Map(this.#pending.map((one) => [nameOf(one), one.said]));
    return this.#order.flatMap(
      (plan) =>
        this.#came.get(plan) ?? [
          { plan, at: null, status: 'not-started' as const, said: left.get(plan) ?? '' },
        ],
    );
  }

  /** Takes one event: waves that begin and conclude. */
  told({ 'detail-type': type, detail }: ToldEvent): void {
    const wave = String(detail['wave']);
    if (type === 'Wave Started') this.#running.add(wave);
    if (type !== 'Wave Concluded') return;
    this.#running.delete(wave);
    const plan = String(detail['plan']);
    const open = this.#open.get(plan);
    if (open === undefined) return;
    open.delete(wave);
    if (open.size > 0) return;
    for (const one of this.#pending) {
      const { due } = one.entry;
      if (!('after' in due) || due.after !== plan) continue;
      one.atMs ??= toMs(String(detail['observedAt'])) + due.plusMs;
    }
  }

  /** Starts the plans that are due, in the order of the programme; at the end takes the schedules off the record. */
  async actDue(ports: Ports): Promise<void> {
    const nowMs = toMs(ports.clock.now());
    for (const one of this.#pending.filter(({ atMs }) => atMs !== undefined && atMs <= nowMs)) {
      one.giveUpMs ??= nowMs + patienceMs;
      const refusal = await this.#start(ports, one.entry);
      if (refusal !== undefined) one.said = refusal;
      one.atMs = nowMs + retryMs;
      if (refusal === undefined || one.atMs > one.giveUpMs) {
        this.#pending.splice(this.#pending.indexOf(one), 1);
        if (refusal !== undefined) this.#note(nameOf(one), null, 'not-started', refusal);
      }
    }
    if (this.#untilMs === undefined || nowMs < this.#untilMs) return;
    for (const plan of this.#scheduled) await removeSchedule(ports, plan);
    this.#scheduled.clear();
  }

  /** Starts a plan on the fleet as it is now; answers why it was refused. */
  async #start(ports: Ports, { document, hash }: ProgrammeEntry): Promise<string | undefined> {
    const { name } = document.metadata;
    const now = ports.clock.now();
    const { service } = kindsOfPlans[document.kind];
    const targets = this.#targets.filter((target) => target.service === service);
    const waves = await wavesNow(ports, document, targets);
    if ('refused' in waves) return waves.refused;
    const home = waves.waves[0]?.servers[0]?.target;
    if (document.spec.schedule !== undefined && home !== undefined) {
      await keepSchedule(ports, { document, hash, home, startedBy: who });
      this.#scheduled.add(name);
      this.#note(name, now, 'scheduled', 'its schedule is on record');
      return undefined;
    }
    const plan = { name, hash, waves: waves.waves, startedBy: who };
    const started = await startPlan(ports, plan, this.#waveMachineArn);
    if (started.status === 'refused') {
      return started.refusals.map(({ message, remedy }) => `${message}: ${remedy}`).join('; ');
    }
    this.#open.set(name, new Set(waves.waves.map((wave) => waveKey(name, wave.name))));
    for (const wave of waves.waves) this.#running.add(waveKey(name, wave.name));
    this.#note(name, now, 'started', `started ${started.waves.join(', ')}`);
    return undefined;
  }

  #note(plan: string, at: Instant | null, status: EntryStarted['status'], said: string): void {
    this.#came.set(plan, { plan, at, status, said });
  }
}

function nameOf({ entry }: Pending): string {
  return entry.document.metadata.name;
}

async function wavesNow(
  ports: Ports,
  document: Plan,
  targets: readonly Target[],
): Promise<{ readonly waves: readonly ResolvedWave[] } | { readonly refused: string }> {
  const live = await readLiveFleet(ports, targets, ['applications', 'waves']);
  if (!live.ok) return { refused: live.problems.map(({ problem }) => problem).join('; ') };
  const { servers, applications, waves } = live.fleet;
  const fleet = readFleetDocuments([{ items: servers }, { items: applications }, { items: waves }]);
  const resolution = resolvePlan(document, fleet);
  if (resolution.ok) return { waves: resolution.waves };
  return {
    refused: resolution.problems.map(({ path, problem }) => `${path}: ${problem}`).join('; '),
  };
}
