import { launchesAs } from '../ec2/launch-templates.ts';
import { standardVcpus } from '../ec2/room.ts';
import type { LaunchFault } from '../fault-book.ts';
import type { JsonObject } from '../json.ts';
import type { SourceServer } from '../source-server.ts';
import { launchConfiguration } from './configurations.ts';
import { replicationOf } from './extension.ts';
import { instancesOfServer } from './instances-of-server.ts';
import { intoInstanceOf, whyNotLaunched } from './launch-fitness.ts';
import type { Drs } from './part.ts';
import type { ActionRun, JobServerRecord, LogLine, RecoveryInstanceRecord } from './records.ts';
import { newestPointOf, type RecoveryPoint } from './recovery-points.ts';

/** How one server fares in a launch, decided when its job begins. */
export interface Course {
  readonly part: JobServerRecord;
  readonly log: readonly LogLine[];
  /** When the launch itself is through; its launch actions may still run. */
  readonly launchedAt: number;
  readonly pointInTimeAt: number;
  readonly cleaned: readonly { readonly instance: RecoveryInstanceRecord; readonly at: number }[];
  readonly impaired: boolean;
}

/** What a launch of one server depends on. */
export interface Launch {
  readonly jobId: string;
  readonly startsAt: number;
  readonly isDrill: boolean;
  readonly point: RecoveryPoint | undefined;
  readonly faults: readonly LaunchFault[];
}

/** Plans the way of one server through the launch pipeline, faults included. */
export function courseOf(drs: Drs, server: SourceServer, launch: Launch): Course {
  const { chance, parameters } = drs.region.world;
  const { jobId, startsAt, faults } = launch;
  const fault = <Name extends LaunchFault['fault']>(name: Name) =>
    faults.find((f): f is Extract<LaunchFault, { fault: Name }> => f.fault === name);
  const log: LogLine[] = [];
  const cleaned: { instance: RecoveryInstanceRecord; at: number }[] = [];
  let at = startsAt;
  const take = (range: readonly [number, number], what: string) => {
    at += Math.round(chance.between(range, what, jobId, server.id) * 1000);
  };
  const say = (event: string, extra: JsonObject = {}) => {
    log.push({ at, event, data: { sourceServerID: server.id, ...extra } });
  };
  let pointInTimeAt = startsAt;
  const course = (
    outcome: JobServerRecord['outcome'],
    more: Partial<JobServerRecord> = {},
  ): Course => ({
    part: {
      serverId: server.id,
      startsAt,
      endsAt: at,
      outcome,
      instanceId: undefined,
      instanceFrom: at,
      runs: [],
      ...more,
    },
    log,
    launchedAt: at,
    pointInTimeAt,
    cleaned,
    impaired: fault('first-boot-stuck') !== undefined,
  });

  if (fault('server-skipped') !== undefined) {
    say('SERVER_SKIPPED');
    return course(parameters.launchStatusOfSkipped);
  }
  for (const instance of earlierInstances(drs, server, launch.isDrill)) {
    say('CLEANUP_START', { targetInstanceID: instance.id });
    take(parameters.cleanupSeconds, `cleanup ${instance.id}`);
    const failed = fault('cleanup-failure');
    if (failed === undefined) {
      say('CLEANUP_END', { targetInstanceID: instance.id });
      cleaned.push({ instance, at });
    } else say('CLEANUP_FAIL', { targetInstanceID: instance.id, rawError: failed.rawError });
  }
  if (launch.point === undefined) {
    say('SNAPSHOT_START');
    take(parameters.drsSnapshotSeconds, 'snapshot');
    const failure = fault('snapshot-failure')?.rawError ?? whyNoSnapshot(drs, server);
    pointInTimeAt = at;
    if (failure === undefined) say('SNAPSHOT_END');
    else {
      say('SNAPSHOT_FAIL', { rawError: failure });
      const previous = previousConsistent(drs, server, at);
      if (previous === undefined) {
        say('USING_PREVIOUS_SNAPSHOT_FAILED');
        return course('FAILED');
      }
      say('USING_PREVIOUS_SNAPSHOT');
      pointInTimeAt = previous;
    }
  } else pointInTimeAt = launch.point.takenAt;
  take(parameters.preConversionSeconds, 'pre-conversion');
  const conversionServerID = `i-${chance.hex17('drs converter', jobId, server.id)}`;
  say('CONVERSION_START', { conversionServerID });
  take(parameters.conversionSeconds, 'conversion');
  const notConverted = fault('conversion-failure');
  if (notConverted !== undefined) {
    say('CONVERSION_FAIL', { conversionServerID, rawError: notConverted.rawError });
    return course('FAILED');
  }
  say('CONVERSION_END', { conversionServerID });
  at += 1000;
  const notLaunched = fault('launch-failure')?.rawError ?? whyNotLaunched(drs, server);
  const instanceId =
    intoInstanceOf(drs, server) ?? `i-${chance.hex17('drs instance', jobId, server.id)}`;
  say('LAUNCH_START');
  const instanceFrom = at;
  if (notLaunched !== undefined) {
    at += 5000;
    say('LAUNCH_FAILED', { rawError: notLaunched });
    return course('FAILED');
  }
  promise(drs, server, instanceFrom);
  take(parameters.launchSeconds, 'launch');
  if (parameters.drsLaunchEndEvent) say('LAUNCH_END', { targetInstanceID: instanceId });
  const runs = plannedRuns(drs, server, jobId, at, faults);
  const mandatory = runs.filter((run) => run.action['optional'] !== true);
  const fails =
    parameters.drsMandatoryActionFailsLaunch &&
    mandatory.some((run) => run.failureReason !== undefined);
  const endsAt = Math.max(at, ...mandatory.map((run) => run.endsAt));
  return course(fails ? 'FAILED' : 'LAUNCHED', { instanceId, instanceFrom, runs, endsAt });
}

/** Counts the vCPUs of an instance that is on its way, until it is there. */
function promise({ region, engine }: Drs, server: SourceServer, until: number): void {
  const vcpus = standardVcpus(launchesAs(engine, server).instanceType);
  region.vcpusPromised += vcpus;
  region.world.agenda.add(until, () => {
    region.vcpusPromised -= vcpus;
  });
}

/** A new launch cleans up all earlier recovery instances of its server (reference: DRS 1.9, H1). */
function earlierInstances(
  drs: Drs,
  server: SourceServer,
  isDrill: boolean,
): readonly RecoveryInstanceRecord[] {
  const { now, parameters } = drs.region.world;
  const earlier = instancesOfServer(drs, server.id, now);
  return isDrill && !parameters.drsDrillCleansLiveInstance
    ? earlier.filter((instance) => instance.isDrill)
    : earlier;
}

function whyNoSnapshot(drs: Drs, server: SourceServer): string | undefined {
  const { phase } = replicationOf(drs, server, drs.region.world.now)?.state ?? server.state;
  return phase.kind === 'frozen' || phase.kind === 'initiating'
    ? 'The source server does not replicate at the moment'
    : undefined;
}

function previousConsistent(drs: Drs, server: SourceServer, at: number): number | undefined {
  const last = newestPointOf(drs, server, at);
  if (last !== undefined) return last.takenAt;
  const { figures } = replicationOf(drs, server, at) ?? {};
  return figures?.lagMs === undefined ? undefined : at - figures.lagMs;
}

function plannedRuns(
  drs: Drs,
  server: SourceServer,
  jobId: string,
  launchedAt: number,
  faults: readonly LaunchFault[],
): readonly ActionRun[] {
  const { chance, parameters } = drs.region.world;
  const configured =
    launchConfiguration(drs, server)['postLaunchEnabled'] === true
      ? [...(drs.records.launchActions.get(server.id)?.values() ?? [])]
      : [];
  const failing = faults.filter((f) => f.fault === 'post-launch-action-failed');
  const nameless = failing.filter((f) => !configured.some((action) => action['name'] === f.action));
  const actions = [
    ...configured
      .filter((action) => action['active'] === true)
      .toSorted((a, b) => Number(a['order']) - Number(b['order'])),
    ...nameless.map((f) => ({ name: f.action, active: true, optional: !f.mustSucceedForCutover })),
  ];
  let at = launchedAt;
  return actions.map((action, i) => {
    const startsAt = at;
    const takes = chance.between(parameters.postLaunchActionSeconds, 'action', jobId, server.id, i);
    at += Math.round(takes * 1000);
    return {
      action,
      runId: chance.uuid('run', jobId, server.id, i),
      startsAt,
      endsAt: at,
      failureReason: failing.find((f) => f.action === action['name'])?.failureReason,
    };
  });
}
