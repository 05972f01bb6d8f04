// In: all events of the same wave, deployed and rehearsed. Out: where what they tell differs. Ticks fall on other moments
// in the two, so each detail-type says how far its events follow those moments; none is left out.
import { DetailType } from '../../src/core/event/detail-type.ts';
import type { Envelope } from '../../src/trace/forms.ts';

type Detail = Envelope['detail'];

/** How the events of a detail-type are held against those of the rehearsal. */
type Manner =
  /** The same lines in the same order, in their stream. */
  | { readonly kind: 'way'; readonly line: (detail: Detail) => string }
  /** The same lines in the same order among their own: which of two facts a tick sees first is the tick's. */
  | { readonly kind: 'fact'; readonly line: (detail: Detail) => string }
  /** What lies between depends on when a tick looked: in the end the same, for every server of the wave. */
  | { readonly kind: 'end'; readonly value: (detail: Detail) => unknown }
  /** How launches are batched depends on when a tick came: each server goes through the same jobs. */
  | { readonly kind: 'job' }
  /** Tells of a moment and nothing else. */
  | { readonly kind: 'moment' };

const way = (line: (detail: Detail) => string): Manner => ({ kind: 'way', line });
const end = (value: (detail: Detail) => unknown = ({ current }) => current): Manner => ({
  kind: 'end',
  value,
});
const fromTo = ({ previous, current }: Detail) => `${String(previous)} -> ${String(current)}`;
const change = way(fromTo);
const fact: Manner = { kind: 'fact', line: fromTo };
const happens = way(() => '');
const job: Manner = { kind: 'job' };
const moment: Manner = { kind: 'moment' };

/** How each detail-type of the catalogue is compared. */
export const manners: Readonly<Partial<Record<string, Manner>>> = {
  [DetailType.Discovered]: way(({ current }) => String(current)),
  [DetailType.Presence]: change,
  [DetailType.Lifecycle]: change,
  [DetailType.ReplicationType]: change,
  [DetailType.InitialSync]: fact,
  [DetailType.Launchable]: fact,
  [DetailType.Snapshot]: fact,
  [DetailType.Archived]: change,
  [DetailType.LaunchResult]: way((d) => `${String(d['kind'])} ${String(d['launchStatus'])}`),
  [DetailType.Replication]: end(),
  [DetailType.Stalled]: end(),
  [DetailType.InitiationStep]: end(),
  [DetailType.Lag]: end(),
  [DetailType.Backlog]: end(),
  [DetailType.AgentStale]: end(),
  [DetailType.FreePeriod]: end(),
  [DetailType.FirstBoot]: end(),
  [DetailType.InstanceHealth]: end(),
  [DetailType.PostLaunch]: end(),
  // Instances have other ids, and cycles other times.
  [DetailType.Instance]: end(({ current }) => current !== null),
  [DetailType.ShippingCycle]: end(({ current }) => current !== null),
  [DetailType.EtaSlip]: moment,
  [DetailType.OutOfBand]: happens,
  [DetailType.TargetOutOfBand]: happens,
  [DetailType.ScheduleStarted]: way((d) => String(d['date'])),
  [DetailType.ScheduleSkipped]: way((d) => `${String(d['date'])} ${String(d['reason'])}`),
  [DetailType.ScheduleMissed]: way((d) => String(d['date'])),
  [DetailType.ServerHeld]: happens,
  [DetailType.ServerResumed]: happens,
  // How often settings are looked at follows the ticks: what they come to in the end is the same.
  [DetailType.ConfigurationDrift]: end((d) => d['differences']),
  [DetailType.TemplateDrift]: moment,
  [DetailType.SettingsApplied]: way((d) => `${String(d['differences'])} ${String(d['left'])}`),
  [DetailType.SettingsRestored]: way((d) => `${String(d['differences'])} ${String(d['left'])}`),
  [DetailType.RemedyTried]: happens,
  [DetailType.RemediesStopped]: happens,
  [DetailType.RemediesResumed]: happens,
  // Waves are of MGN; what is told of DRS beside them is held to the same rules.
  [DetailType.Readiness]: end(({ current }) => memberOf(current, 'state')),
  [DetailType.LagObjective]: end(),
  [DetailType.RecoveryPoint]: end(),
  [DetailType.LastLaunch]: end(
    (d) => `${memberOf(d['current'], 'type')} ${memberOf(d['current'], 'status')}`,
  ),
  [DetailType.Drill]: end(({ current }) => memberOf(current, 'state')),
  [DetailType.Extension]: change,
  [DetailType.Direction]: change,
  // Servers and instances have other ids.
  [DetailType.Reversal]: way(({ current }) => (current === null ? 'none' : 'another')),
  [DetailType.AgentVersion]: end(),
  [DetailType.InstanceDiscovered]: happens,
  [DetailType.InstancePresence]: change,
  [DetailType.InstanceState]: end(),
  [DetailType.Failback]: end(),
  [DetailType.InstanceReplication]: end(),
  [DetailType.InstanceStalled]: end(),
  [DetailType.InstanceDrillOverdue]: change,
  [DetailType.TargetUnreachable]: happens,
  [DetailType.TargetReachable]: happens,
  [DetailType.QuotaPressure]: moment,
  [DetailType.ClientSilent]: happens,
  [DetailType.ClientBack]: happens,
  [DetailType.ClientRemoved]: happens,
  [DetailType.JobStarted]: job,
  [DetailType.JobProgress]: job,
  [DetailType.JobStaleSnapshot]: job,
  [DetailType.JobEnded]: job,
  [DetailType.WaveStarted]: way(({ servers }) => `${String(servers)} servers`),
  [DetailType.WaveStageStarted]: way((d) => `${String(d['phase'])} of ${String(d['servers'])}`),
  [DetailType.WaveHeld]: way(({ reason }) => String(reason)),
  [DetailType.WaveResumed]: way(({ ended }) => String(ended)),
  [DetailType.WavePaused]: happens,
  [DetailType.WaveAbortRequested]: happens,
  [DetailType.WaveOrderGiven]: way(({ order }) => String(order)),
  [DetailType.WaveDrillYielded]: way(({ servers }) => `${String(servers)} servers`),
  [DetailType.WaveApprovalWithdrawn]: way(({ phase }) => String(phase)),
  [DetailType.ServerHook]: way((d) => `${String(d['key'])} ${String(d['status'])}`),
  [DetailType.ServerSettingsCompared]: way(
    (d) => `${String(d['phase'])} ${String(d['differences'])}`,
  ),
  [DetailType.ServerReopened]: way(({ outcome }) => String(outcome)),
  [DetailType.ServerOrderLapsed]: way(({ order }) => String(order)),
  [DetailType.WaveApprovalRequested]: way(({ phase }) => String(phase)),
  [DetailType.WaveApprovalGiven]: way(({ phase }) => String(phase)),
  [DetailType.WaveApprovalDenied]: way(({ phase }) => String(phase)),
  [DetailType.WaveApprovalExpired]: way(({ phase }) => String(phase)),
  [DetailType.WavePreflightBlocked]: way(({ phase }) => String(phase)),
  [DetailType.WavePreflightCleared]: way(({ phase }) => String(phase)),
  [DetailType.WavePreflightWarned]: way(({ phase }) => String(phase)),
  // When a window opens is the plan's; when servers soak follows the clock of each.
  [DetailType.WaveWindowAwaited]: way(({ phase }) => String(phase)),
  [DetailType.WaveWindowOpened]: way(({ phase }) => String(phase)),
  [DetailType.WaveWindowClosed]: way(({ phase }) => String(phase)),
  [DetailType.WaveSoakStarted]: way(({ servers }) => `${String(servers)} servers`),
  [DetailType.WaveConcluded]: way(({ outcomes }) => JSON.stringify(outcomes)),
  [DetailType.ServerHealthy]: way(({ kind }) => String(kind)),
  [DetailType.ServerRecovered]: way(({ kind }) => String(kind)),
  [DetailType.ServerRecoveryChosen]: way(({ attempt }) => String(attempt)),
  [DetailType.ServerRecoveryMeasured]: way(({ kind }) => String(kind)),
  [DetailType.ServerSoakEnded]: way(({ ended }) => String(ended)),
  [DetailType.ServerSignedOff]: happens,
  [DetailType.ServerExtended]: way(({ extensionAccountId }) => String(extensionAccountId)),
  [DetailType.ServerRetirement]: way(({ step }) => String(step)),
  [DetailType.ServerFailback]: way(({ step }) => String(step)),
  [DetailType.ServerWaitEnded]: way((d) => `${String(d['phase'])} ${String(d['wait'])}`),
  [DetailType.ServerPhaseEnded]: way((d) => `${String(d['phase'])} ${String(d['status'])}`),
  [DetailType.ServerOutcome]: way((d) => `${String(d['outcome'])} ${String(d['code'])}`),
};

function memberOf(value: unknown, member: string): string {
  return typeof value === 'object' && value !== null
    ? String(new Map(Object.entries(value)).get(member))
    : 'none';
}

/** What the events of a wave come to, by what they are about. */
interface Telling {
  readonly ways: ReadonlyMap<string, readonly string[]>;
  /** The last value of what follows the ticks, by server and detail-type. */
  readonly ends: ReadonlyMap<string, unknown>;
  /** The jobs that each server went through, sorted. */
  readonly jobs: ReadonlyMap<string, readonly string[]>;
}

function tellingOf(events: readonly Envelope[]): Telling {
  const byId = new Map(events.map((event) => [event.detail.eventId, event]));
  const inOrder = [...byId.values()].sort((a, b) => a.detail.sequence - b.detail.sequence);
  const inAWave = new Set(
    inOrder.flatMap(({ 'detail-type': type, detail }) =>
      type === DetailType.ServerOutcome ? [String(detail['sourceServerId'])] : [],
    ),
  );
  const ways = new Map<string, readonly string[]>();
  const ends = new Map<string, unknown>();
  const jobs = new Map<string, readonly string[]>();
  for (const { 'detail-type': type, detail } of inOrder) {
    const manner = manners[type];
    const server = String(detail['sourceServerId']);
    if (manner?.kind === 'way' || manner?.kind === 'fact') {
      // Servers of no wave go on after it, as long as anybody looks.
      if (isOfAServer(detail) && !inAWave.has(server)) continue;
      const line = `${type}: ${manner.line(detail)}`.trim();
      const key = manner.kind === 'way' ? detail.stream : `${detail.stream} ${type}`;
      ways.set(key, [...(ways.get(key) ?? []), line]);
    } else if (manner?.kind === 'end') {
      if (inAWave.has(server)) ends.set(`${server} ${type}`, manner.value(detail));
    } else if (type === DetailType.JobEnded) {
      for (const { id, status } of resultsOf(detail)) {
        const line = `${String(detail['initiatedBy'])} ${status}`;
        jobs.set(id, [...(jobs.get(id) ?? []), line].sort());
      }
    }
  }
  return { ways, ends, jobs };
}

function isOfAServer({ stream }: Detail): boolean {
  return stream.startsWith('mgn/');
}

function resultsOf(detail: Detail): readonly { readonly id: string; readonly status: string }[] {
  const results: unknown = detail['results'];
  if (!Array.isArray(results)) throw new Error(`${detail.eventId} tells no results`);
  return results.map((one) => ({
    id: String(one.sourceServerId),
    status: String(one.launchStatus),
  }));
}

/** Where two tellings of a wave differ; what neither knows of is no difference. */
export function differences(
  told: readonly Envelope[],
  rehearsed: readonly Envelope[],
): readonly string[] {
  const one = tellingOf(told);
  const other = tellingOf(rehearsed);
  const unknown = [...told, ...rehearsed].map((event) => event['detail-type']);
  return [
    ...[...new Set(unknown)]
      .filter((type) => manners[type] === undefined)
      .map((t) => `what is ${t}?`),
    ...differ('way', one.ways, other.ways),
    ...differ('end', one.ends, other.ends),
    ...differ('jobs', one.jobs, other.jobs),
  ];
}

function differ(
  what: string,
  one: ReadonlyMap<string, unknown>,
  other: ReadonlyMap<string, unknown>,
): readonly string[] {
  const keys = [...new Set([...one.keys(), ...other.keys()])].sort();
  return keys.flatMap((key) => {
    const [a, b] = [one.get(key), other.get(key)].map(
      (value) => JSON.stringify(value) ?? 'nothing',
    );
    return a === b ? [] : [`${what} of ${key}: ${a}, not ${b}`];
  });
}
