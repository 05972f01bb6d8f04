import { atEvent, breachBy, breachIn } from './breach.ts';
import { grouped } from './grouped.ts';
import { type Rule, Tally } from './rule.ts';
import { type Call, type Told, type Trace, textOf } from './trace.ts';
import { EventType, jobKindOf } from './vocabulary.ts';
import { isTakenHome, waysBack } from './ways-back.ts';

const HOUR_MS = 3_600_000;

const noDrillOverLiveInstance: Rule = {
  promise: 2,
  name: 'no-drill-over-live-instance',
  holds: 'No drill is launched for a server whose live recovery instance was told and is not gone.',
  meaning: 'DRS takes earlier instances away as it launches: the drill destroyed what served.',
  check: (trace) => {
    const tally = new Tally();
    const known = grouped(allInstances(trace), ({ server }) => server);
    for (const call of trace.calls) {
      if (!call.ours || !call.accepted || jobKindOf(call.record) !== 'drill') continue;
      for (const server of call.servers) {
        const live = known
          .get(server)
          ?.find(
            (one) => !one.isDrill && one.from.ms < call.ms && (one.until ?? call.ms) >= call.ms,
          );
        tally.see(
          live === undefined
            ? undefined
            : breachBy(call, server, `a drill was launched over live instance ${live.id}`, [
                atEvent(live.from),
              ]),
        );
      }
    }
    return tally.finding();
  },
};

const onlyOwnInstancesTerminated: Rule = {
  promise: 2,
  name: 'only-own-instances-terminated',
  holds:
    'Landfall terminates only drill instances, and live ones whose rollback was ordered before their traffic was switched, or whose failback is taken back; and only those that a job of its own has launched, and what a failed-back server has left.',
  meaning: 'A live instance, or somebody else’s, was terminated.',
  check: (trace) => {
    const tally = new Tally();
    const jobs = ownJobs(trace);
    const known = new Map(allInstances(trace).map((one) => [one.id, one]));
    const ways = waysBack(trace);
    for (const call of trace.calls) {
      if (!call.ours || !call.accepted) continue;
      if (call.record.operation !== 'TerminateRecoveryInstances') continue;
      for (const id of idsIn(call)) {
        const one = known.get(id);
        const isOwn = one?.jobId !== undefined && jobs.has(one.jobId);
        const home = ways.find(
          ({ reversed }) => reversed !== undefined && reversed === one?.server,
        );
        const isBackOff =
          home === undefined
            ? isTakenBack(trace, one?.server, call)
            : isTakenHome(trace, home, call);
        // What a server fails back from is judged by a rule of its own.
        const isLeft = ways.some(({ instanceId }) => instanceId === id);
        tally.see(
          isLeft || (isOwn && (one.isDrill || isBackOff))
            ? undefined
            : breachBy(
                call,
                one?.server ?? '',
                `${id} was terminated, which is ${one === undefined ? 'not known' : one.isDrill ? 'of somebody else’s drill' : 'no drill instance'}`,
              ),
        );
      }
    }
    return tally.finding();
  },
};

const drillInstancesGone: Rule = {
  promise: 4,
  name: 'drill-instances-gone',
  holds:
    'Every instance of a drill of Landfall’s is gone when the logs end, and not much later than it may be there.',
  meaning: 'A drill has left an instance behind, which costs money and keeps the next drill away.',
  check: (trace) => {
    const tally = new Tally();
    const jobs = ownJobs(trace);
    const longest = trace.bounds.drillInstanceHours * HOUR_MS;
    for (const one of allInstances(trace)) {
      if (!one.isDrill || one.jobId === undefined || !jobs.has(one.jobId)) continue;
      const isGone = one.until !== undefined && one.until - one.from.ms <= longest;
      tally.see(
        isGone
          ? undefined
          : breachIn(
              one.from,
              one.until === undefined
                ? `drill instance ${one.id} is still there`
                : `drill instance ${one.id} was there for ${Math.round((one.until - one.from.ms) / HOUR_MS)} h`,
            ),
      );
    }
    return tally.finding();
  },
};

/** A recovery instance as it was told: of which server and job, from when, and until when. */
export interface Instance {
  readonly id: string;
  readonly server: string | undefined;
  readonly isDrill: boolean;
  readonly jobId: string | undefined;
  readonly from: Told;
  /** Milliseconds; undefined where it is not gone. */
  readonly until: number | undefined;
}

/** Whether the rollback of a recovery was ordered, and its traffic is not known to have been switched. */
function isTakenBack(trace: Trace, server: string | undefined, { ms }: Call): boolean {
  const ordered = trace.told.some(
    (event) =>
      event.type === EventType.OrderGiven &&
      event.ms <= ms &&
      textOf(event.detail, 'order') === 'rollback',
  );
  const switched = trace.servers
    .get(server ?? '')
    ?.told.some(
      (event) =>
        event.type === EventType.Hook &&
        event.ms <= ms &&
        textOf(event.detail, 'point') === 'switch',
    );
  return ordered && switched !== true;
}

/** The recovery instances that were told, drill and live. */
export function allInstances(trace: Trace): readonly Instance[] {
  const gone = new Map<string, number>();
  for (const event of trace.told) {
    if (event.type !== EventType.InstancePresence || event.detail['current'] === true) continue;
    const id = textOf(event.detail, 'recoveryInstanceId');
    if (id !== undefined && !gone.has(id)) gone.set(id, event.ms);
  }
  return trace.told.flatMap((event) => {
    const id = textOf(event.detail, 'recoveryInstanceId');
    if (event.type !== EventType.InstanceDiscovered || id === undefined) return [];
    return [
      {
        id,
        server: event.server,
        isDrill: event.detail['isDrill'] === true,
        jobId: textOf(event.detail, 'jobId'),
        from: event,
        until: gone.get(id),
      },
    ];
  });
}

/** The jobs that Landfall began: by its calls, and as their events tell, where an answer was lost. */
export function ownJobs(trace: Trace): ReadonlySet<string> {
  const jobs = new Set(trace.calls.flatMap((call) => (call.ours ? (call.jobId ?? []) : [])));
  for (const { type, detail } of trace.told) {
    const jobId = textOf(detail, 'jobId');
    const isOwn = textOf(detail, 'cause', 'kind') === 'landfall';
    if (type === EventType.JobStarted && isOwn && jobId !== undefined) jobs.add(jobId);
  }
  return jobs;
}

/** The recovery instances that a termination names. */
export function idsIn({ record }: Call): readonly string[] {
  const ids = record.input['recoveryInstanceIDs'];
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

/** What drills of DRS must keep (reference/drs.md 1.9: H1, H10). */
export const drillRules: readonly Rule[] = [
  noDrillOverLiveInstance,
  onlyOwnInstancesTerminated,
  drillInstancesGone,
];
