import { atEvent, breachBy } from './breach.ts';
import { type Rule, Tally } from './rule.ts';
import { type Call, type Told, type Trace, textOf } from './trace.ts';
import { utcMs } from './utc-instant.ts';
import { EventType } from './vocabulary.ts';

/** The operations that a window keeps, with the phase that they belong to. */
const windowed: ReadonlyMap<string, string> = new Map([
  ['StartTest', 'test'],
  ['StartCutover', 'cutover'],
  ['FinalizeCutover', 'finalize'],
]);

const launchesInWindow: Rule = {
  promise: 3,
  name: 'launches-in-window',
  holds:
    'Landfall launches and finalizes the servers of a wave only within the window that the wave told for that phase, where it has one.',
  meaning: 'A server was cut over, tested or finalized at a time that the plan forbids.',
  check: (trace) => {
    const tally = new Tally();
    for (const { call, key, wave } of ownActs(trace)) {
      const phase = windowed.get(call.record.operation);
      if (phase === undefined || !isWindowed(wave, phase)) continue;
      const entered = wave.findLast(
        (event) =>
          event.type === EventType.WindowOpened &&
          textOf(event.detail, 'phase') === phase &&
          event.ms <= call.ms,
      );
      tally.see(
        entered !== undefined && isWithin(call, entered)
          ? undefined
          : breachBy(
              call,
              key,
              `${call.record.operation} outside the window of ${phase}`,
              entered === undefined ? [] : [atEvent(entered)],
            ),
      );
    }
    return tally.finding();
  },
};

const finalizeAfterSoak: Rule = {
  promise: 3,
  name: 'finalize-after-soak',
  holds:
    'Where a wave has its servers soak, Landfall finalizes a server only when it was healthy for so long after its cutover.',
  meaning: 'The point of no return was passed before the time that the plan asks for.',
  check: (trace) => {
    const tally = new Tally();
    for (const { call, key, wave } of ownActs(trace)) {
      if (call.record.operation !== 'FinalizeCutover') continue;
      const seconds = startOf(wave)?.detail['soakSeconds'];
      if (typeof seconds !== 'number') continue;
      const healthy = trace.servers
        .get(key)
        ?.told.findLast(
          (event) =>
            event.type === EventType.Healthy &&
            textOf(event.detail, 'kind') === 'cutover' &&
            event.ms <= call.ms,
        );
      // What was never healthy breaks another rule.
      if (healthy === undefined) continue;
      tally.see(
        call.ms - healthy.ms >= seconds * 1000
          ? undefined
          : breachBy(call, key, `FinalizeCutover before it had soaked for ${seconds} s`, [
              atEvent(healthy),
            ]),
      );
    }
    return tally.finding();
  },
};

interface OwnAct {
  readonly call: Call;
  readonly key: string;
  /** The own events of the wave that the server was in when the call was made, in their order. */
  readonly wave: readonly Told[];
}

/** Every act of ours on a server that was in a wave then; refused calls count too. */
function* ownActs(trace: Trace): Generator<OwnAct> {
  const own = new Map(
    [...trace.waves].map(([wave, events]) => [
      wave,
      events
        .filter((event) => event.server === undefined)
        .toSorted((a, b) => a.detail.sequence - b.detail.sequence || a.index - b.index),
    ]),
  );
  for (const story of trace.servers.values()) {
    const waves = [...new Set(story.told.flatMap(({ wave }) => wave ?? []))].map(
      (wave) => own.get(wave) ?? [],
    );
    for (const call of story.acts) {
      if (!call.ours) continue;
      const wave = waves.findLast((events) => (startOf(events)?.ms ?? call.ms + 1) <= call.ms);
      if (wave !== undefined) yield { call, key: story.key, wave };
    }
  }
}

function startOf(wave: readonly Told[]): Told | undefined {
  return wave.find((event) => event.type === EventType.WaveStarted);
}

function isWindowed(wave: readonly Told[], phase: string): boolean {
  const phases: unknown = startOf(wave)?.detail['windowed'];
  return Array.isArray(phases) && phases.includes(phase);
}

function isWithin(call: Call, { detail }: Told): boolean {
  const opensAt = textOf(detail, 'opensAt');
  const closesAt = textOf(detail, 'closesAt');
  if (opensAt === undefined || call.ms < utcMs(opensAt)) return false;
  return closesAt === undefined || call.ms < utcMs(closesAt);
}

/** Promise 3 of windows and soaks: no launch outside its window, and nothing finalized before its time. */
export const windowRules: readonly Rule[] = [launchesInWindow, finalizeAfterSoak];
