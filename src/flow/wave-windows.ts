// In: what review decided about a phase's window. Out: what the wave waits for, or what it enters, on record and told in
// one write. Called by nextStage.
import { DetailType } from '../core/event/detail-type.ts';
import type { Told } from '../core/event/stream.ts';
import type { Stretch } from '../core/phase.ts';
import type { AwaitWindow, Decision } from '../core/review/decision.ts';
import { type Instant, later, toMs } from '../core/time.ts';
import type { Ports } from './ports.ts';
import type { AwaitedWindow, WaveRecord } from './records/wave-records.ts';
import { recordWave } from './wave-record.ts';

/** Has the wave wait for a window, unless it waits for that one already. */
export async function awaitWindow(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  wave: string,
  { phase, servers, opensAt, closesAt, because, missed }: AwaitWindow,
): Promise<void> {
  await recordWave(ports, wave, (record) => {
    const { awaitingWindow: known, cohortsBegun: cohort } = record;
    if (known != null && isSame(known, { phase, cohort, opensAt, servers })) return undefined;
    const since = ports.clock.now();
    const awaited: AwaitedWindow = { phase, cohort, since, servers, opensAt, closesAt, because };
    const members = { phase, cohort, servers: servers.length };
    const closed: Told = {
      detailType: DetailType.WaveWindowClosed,
      members: {
        phase,
        cohort,
        servers: missed,
        opensAt,
        reason: `the window closed before ${missed} of its servers were through`,
      },
    };
    const awaits: Told = {
      detailType: DetailType.WaveWindowAwaited,
      members: { ...members, opensAt, closesAt, reason: because },
    };
    return {
      next: { ...record, awaitingWindow: awaited },
      told: missed > 0 ? [closed, awaits] : [awaits],
    };
  });
}

function isSame(
  known: AwaitedWindow,
  {
    phase,
    cohort,
    opensAt,
    servers,
  }: Pick<AwaitedWindow, 'phase' | 'cohort' | 'opensAt' | 'servers'>,
): boolean {
  return (
    known.phase === phase &&
    known.cohort === cohort &&
    known.opensAt === opensAt &&
    known.servers.join() === servers.join()
  );
}

/** Takes back that the wave waits for a window, once it waits for something else alone. */
export async function forgetWindow(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  wave: WaveRecord,
  decision: Decision,
): Promise<void> {
  if (wave.awaitingWindow == null || !waitsForOther(decision)) return;
  await recordWave(ports, wave.wave, (record) =>
    record.awaitingWindow == null
      ? undefined
      : { next: { ...record, awaitingWindow: null }, told: [] },
  );
}

function waitsForOther(decision: Decision): boolean {
  return (
    decision.kind === 'await-slots' ||
    decision.kind === 'await-servers' ||
    ((decision.kind === 'await-approval' || decision.kind === 'await-preflight') &&
      decision.meanwhile === undefined)
  );
}

/** What the wave no longer waits for once a phase begins. */
export function withoutAwaited(
  { awaitingWindow }: WaveRecord,
  phase: Stretch,
): Pick<WaveRecord, 'awaitingWindow'> {
  return awaitingWindow?.phase === phase ? { awaitingWindow: null } : {};
}

/** Tells the window that a stage enters, and the soak that it begins; one that is over is not told again. */
export function tellEntry(
  { cohortsBegun: cohort }: WaveRecord,
  { phase, servers, window, soakSeconds }: Extract<Decision, { kind: 'run' }>,
  now: Instant,
): readonly Told[] {
  const told: Told[] = [];
  const soaks = servers.flatMap(({ soak }) =>
    soak === undefined || toMs(soak.until) <= toMs(now) ? [] : [soak.until],
  );
  const [first, ...others] = soaks;
  if (first !== undefined && soakSeconds !== undefined) {
    told.push({
      detailType: DetailType.WaveSoakStarted,
      members: {
        cohort,
        servers: soaks.length,
        soakSeconds,
        until: others.reduce((latest, until) => later(latest, until), first),
      },
    });
  }
  if (window !== undefined) {
    told.push({
      detailType: DetailType.WaveWindowOpened,
      members: { phase, cohort, servers: servers.length, ...window },
    });
  }
  return told;
}
