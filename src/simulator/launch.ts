import { launchesAs } from './ec2/launch-templates.ts';
import { refusedByEc2, standardVcpus } from './ec2/room.ts';
import type { LaunchFault } from './fault-book.ts';
import type { Job, JobServer, LogEvent, PostLaunchAction } from './job.ts';
import type { JsonObject } from './json.ts';
import { setLifeCycleState } from './life-cycle.ts';
import { configuredActions, launchesStopped } from './mgn/launch-actions.ts';
import type { RegionState } from './region-state.ts';
import type { SourceServer } from './source-server.ts';
import { durationMs } from './wire-time.ts';

/** The two kinds of launch. */
export type LaunchKind = 'test-launch' | 'cutover-launch';

/** What a new job is made of; id and creation are given for a job that was under way before the start. */
export interface JobOrder {
  readonly servers: readonly SourceServer[];
  readonly tags: JsonObject;
  readonly id?: string;
  readonly createdAt?: number;
}

/** Starts a launch job over servers; each goes its own way through the pipeline, faults included. */
export function runLaunch(region: RegionState, kind: LaunchKind, order: JobOrder): Job {
  const job = openJob(region, order, {
    type: 'LAUNCH',
    initiatedBy: kind === 'test-launch' ? 'START_TEST' : 'START_CUTOVER',
    plan: (server, jobId, startsAt) => {
      server.launches[kind] += 1;
      const faults = region.world.book.launch(server, kind, server.launches[kind]);
      return planLaunch(region, server, { jobId, startsAt, faults, kind });
    },
  });
  for (const part of job.servers) {
    const server = region.serversById.get(part.serverId);
    if (server !== undefined) followLaunch(region, server, job, part);
  }
  return job;
}

/** Starts a job that terminates the launched instances of servers. */
export function runTermination(region: RegionState, order: JobOrder): Job {
  const job = openJob(region, order, {
    type: 'TERMINATE',
    initiatedBy: 'TERMINATE',
    plan: (server, jobId, startsAt) => planTermination(region, server, jobId, startsAt),
  });
  for (const part of job.servers) {
    const server = region.serversById.get(part.serverId);
    if (server === undefined || part.outcome !== 'TERMINATED') continue;
    region.world.agenda.add(part.endsAt, () => dropInstance(region, server, part.instanceId));
  }
  return job;
}

interface JobKind {
  readonly type: Job['type'];
  readonly initiatedBy: Job['initiatedBy'];
  readonly plan: (server: SourceServer, jobId: string, startsAt: number) => JobServer;
}

function openJob(region: RegionState, order: JobOrder, kind: JobKind): Job {
  const { world } = region;
  const { chance, parameters, now } = world;
  region.jobsStarted += 1;
  const place = `${region.accountId}:${region.region}`;
  const id = order.id ?? `mgnjob-${chance.hex17('job', place, region.jobsStarted)}`;
  const startsAt = now + Math.round(chance.between(parameters.jobStartSeconds, 'job', id) * 1000);
  const servers = order.servers.map((server) => kind.plan(server, id, startsAt + 400));
  const endsAt =
    Math.max(startsAt, ...servers.map((server) => server.endsAt)) +
    Math.round(parameters.jobEndSeconds * 1000);
  const job: Job = {
    id,
    arn: region.arn('job', id),
    type: kind.type,
    initiatedBy: kind.initiatedBy,
    createdAt: order.createdAt ?? now,
    startsAt,
    endsAt,
    servers,
    log: [
      { at: startsAt, event: 'JOB_START', data: {} },
      ...servers.flatMap((server) => server.log).toSorted((a, b) => a.at - b.at),
      { at: endsAt, event: 'JOB_END', data: {} },
    ],
    tags: order.tags,
  };
  region.jobs.set(id, job);
  region.openJobs.add(job);
  for (const server of order.servers) server.openJob = job;
  world.agenda.add(endsAt, () => {
    region.openJobs.delete(job);
    for (const server of order.servers) {
      if (server.openJob === job) server.openJob = undefined;
    }
  });
  return job;
}

function planLaunch(
  region: RegionState,
  server: SourceServer,
  launch: {
    readonly jobId: string;
    readonly startsAt: number;
    readonly faults: readonly LaunchFault[];
    readonly kind: LaunchKind;
  },
): JobServer {
  const { chance, parameters } = region.world;
  const { jobId, startsAt, faults, kind } = launch;
  const fault = <Name extends LaunchFault['fault']>(name: Name) =>
    faults.find((f): f is Extract<LaunchFault, { fault: Name }> => f.fault === name);
  const log: LogEvent[] = [];
  let at = startsAt;
  const take = (range: readonly [number, number], what: string) => {
    at += Math.round(chance.between(range, what, jobId, server.id) * 1000);
  };
  const say = (event: string, extra: JsonObject = {}) => {
    log.push({ at, event, data: { sourceServerID: server.id, ...extra } });
  };
  const plan = (outcome: JobServer['outcome'], more: Partial<JobServer> = {}): JobServer => ({
    serverId: server.id,
    startsAt,
    endsAt: at,
    outcome,
    instanceId: undefined,
    instanceFrom: at,
    log,
    actions: [],
    firstBoot: 'SUCCEEDED',
    cleanedAt: undefined,
    snapshotAt: undefined,
    ...more,
  });

  if (fault('server-skipped') !== undefined) {
    say('SERVER_SKIPPED');
    return plan(parameters.launchStatusOfSkipped);
  }
  let cleanedAt: number | undefined;
  if (server.state.launched.instanceId !== undefined) {
    say('CLEANUP_START');
    take(parameters.cleanupSeconds, 'cleanup');
    const failed = fault('cleanup-failure');
    if (failed === undefined) {
      say('CLEANUP_END');
      cleanedAt = at;
    } else say('CLEANUP_FAIL', { rawError: failed.rawError });
  }
  say('SNAPSHOT_START');
  let snapshotAt: number | undefined = at;
  take(parameters.snapshotSeconds, 'snapshot');
  const noSnapshot = fault('snapshot-failure');
  if (noSnapshot === undefined) say('SNAPSHOT_END');
  else {
    snapshotAt = undefined;
    say('SNAPSHOT_FAIL', { rawError: noSnapshot.rawError });
    say('USING_PREVIOUS_SNAPSHOT');
  }
  take(parameters.preConversionSeconds, 'pre-conversion');
  const conversionServerID = `i-${chance.hex17('converter', jobId, server.id)}`;
  say('CONVERSION_START');
  take(parameters.conversionSeconds, 'conversion');
  const notConverted = fault('conversion-failure');
  if (notConverted !== undefined) {
    say('CONVERSION_FAIL', { conversionServerID, rawError: notConverted.rawError });
    return plan('FAILED', { cleanedAt, snapshotAt });
  }
  say('CONVERSION_END', { conversionServerID });
  at += 1000;
  const instanceId = `i-${chance.hex17('instance', jobId, server.id)}`;
  const notLaunched =
    fault('launch-failure')?.rawError ?? refusedByEc2(region, launchesAs(region, server));
  if (notLaunched !== undefined) {
    say('LAUNCH_START');
    at += 5000;
    say('LAUNCH_FAILED', { rawError: notLaunched });
    return plan('FAILED', { cleanedAt, snapshotAt });
  }
  const vcpus = standardVcpus(launchesAs(region, server).instanceType);
  region.vcpusPromised += vcpus;
  say('LAUNCH_START', { targetInstanceID: instanceId });
  const instanceFrom = at;
  const stopped = launchesStopped(region, server);
  take(parameters.launchSeconds, 'launch');
  return plan('LAUNCHED', {
    instanceId,
    instanceFrom,
    vcpus,
    cleanedAt,
    snapshotAt,
    ...(stopped ? { stopped } : {}),
    ...impairment(fault('instance-impaired')?.fails),
    actions: stopped ? [] : planActions(region, server, { jobId, launchedAt: at, faults, kind }),
    firstBoot: fault('first-boot-stuck')?.firstBoot ?? (stopped ? 'STOPPED' : 'SUCCEEDED'),
  });
}

function impairment(fails: string | undefined): Pick<JobServer, 'impairedAfterMs'> {
  const impairedAfterMs = durationMs(fails);
  return impairedAfterMs === undefined ? {} : { impairedAfterMs };
}

function planActions(
  region: RegionState,
  server: SourceServer,
  launch: {
    readonly jobId: string;
    readonly launchedAt: number;
    readonly faults: readonly LaunchFault[];
    readonly kind: LaunchKind;
  },
): readonly PostLaunchAction[] {
  const { chance, parameters } = region.world;
  const { jobId, launchedAt, faults } = launch;
  const failing = faults.filter((f) => f.fault === 'post-launch-action-failed');
  const named = new Map(parameters.postLaunchActions.map((a) => [a.name, a.mustSucceedForCutover]));
  for (const f of failing) named.set(f.action, f.mustSucceedForCutover);
  const configured = configuredActions(region, server, { ...launch, failing });
  for (const { name } of configured) named.delete(name);
  const always = [...named].map(([name, mustSucceedForCutover]) => {
    const takes = chance.between(
      parameters.postLaunchActionSeconds,
      'action',
      jobId,
      server.id,
      name,
    );
    return {
      name,
      executionId: chance.uuid('execution', jobId, server.id, name),
      endsAt: launchedAt + Math.round(takes * 1000),
      mustSucceedForCutover,
      failureReason: failing.find((f) => f.action === name)?.failureReason,
    };
  });
  return [...always, ...configured];
}

function planTermination(
  region: RegionState,
  server: SourceServer,
  jobId: string,
  startsAt: number,
): JobServer {
  const { chance, parameters } = region.world;
  const takes = Math.round(
    chance.between(parameters.cleanupSeconds, 'cleanup', jobId, server.id) * 1000,
  );
  const { instanceId } = server.state.launched;
  const data = { sourceServerID: server.id };
  const nothing = instanceId === undefined;
  const endsAt = nothing ? startsAt : startsAt + takes;
  return {
    serverId: server.id,
    startsAt,
    endsAt,
    outcome: nothing ? parameters.launchStatusOfSkipped : 'TERMINATED',
    instanceId,
    instanceFrom: startsAt,
    log: nothing
      ? [{ at: startsAt, event: 'SERVER_SKIPPED', data }]
      : [
          { at: startsAt, event: 'CLEANUP_START', data },
          { at: endsAt, event: 'CLEANUP_END', data },
        ],
    actions: [],
    firstBoot: 'SUCCEEDED',
    cleanedAt: undefined,
    snapshotAt: undefined,
  };
}

// What a launch does to its server: the old instance goes, a snapshot is taken, the new instance comes.
function followLaunch(region: RegionState, server: SourceServer, job: Job, part: JobServer): void {
  const { agenda } = region.world;
  const old = server.state.launched.instanceId;
  if (part.cleanedAt !== undefined) {
    agenda.add(part.cleanedAt, () => dropInstance(region, server, old));
  }
  const { snapshotAt } = part;
  if (snapshotAt !== undefined && !server.agentless) {
    agenda.add(snapshotAt, () => {
      if (server.state.lastSnapshotAt !== undefined) {
        region.change(server, { lastSnapshotAt: region.world.now });
      }
    });
  }
  const { instanceId } = part;
  if (instanceId !== undefined) {
    agenda.add(part.instanceFrom, () => addInstance(region, server, instanceId, part));
  }
  agenda.add(part.endsAt, () => endLaunch(region, server, job, part));
}

function addInstance(region: RegionState, server: SourceServer, id: string, part: JobServer): void {
  const { instanceType, subnetId } = launchesAs(region, server);
  region.vcpusPromised -= part.vcpus ?? 0;
  const { chance, parameters } = region.world;
  const checks = chance.between(parameters.statusChecksSeconds, 'status checks', id) * 1000;
  region.instances.set(id, {
    id,
    launchedAt: part.instanceFrom,
    checksOkAt: part.endsAt + checks,
    impaired: part.firstBoot !== 'SUCCEEDED',
    ...(part.stopped === true ? { stopped: true } : {}),
    instanceType,
    ...(subnetId === undefined ? {} : { subnetId }),
    ...(part.impairedAfterMs === undefined
      ? {}
      : { impairedFrom: part.endsAt + part.impairedAfterMs }),
    terminatedAt: undefined,
  });
}

function endLaunch(region: RegionState, server: SourceServer, job: Job, part: JobServer): void {
  const { world } = region;
  const launched = part.outcome === 'LAUNCHED';
  if (launched) {
    const boots = world.chance.between(
      world.parameters.firstBootSeconds,
      'boot',
      job.id,
      server.id,
    );
    const boot = part.firstBoot === 'SUCCEEDED' ? 'WAITING' : part.firstBoot;
    region.change(server, {
      launched: {
        document: { ec2InstanceID: part.instanceId, jobID: job.id, firstBoot: boot },
        instanceId: part.instanceId,
        jobId: job.id,
        bootsAt: part.firstBoot === 'SUCCEEDED' ? world.now + Math.round(boots * 1000) : undefined,
      },
    });
  } else if (world.parameters.stateAfterFailedLaunch === 'goes-back') {
    if (server.lifeCycleState === 'TESTING') setLifeCycleState(region, server, 'READY_FOR_TEST');
    if (server.lifeCycleState === 'CUTTING_OVER') {
      setLifeCycleState(region, server, 'READY_FOR_CUTOVER');
    }
  }
  const kind = job.initiatedBy === 'START_TEST' ? 'TEST' : 'CUTOVER';
  world.tell(region, server, 'MGN Source Server Launch Result', {
    state: `${kind}_LAUNCH_${launched ? 'SUCCEEDED' : 'FAILED'}`,
    'job-id': job.id,
  });
}

function dropInstance(region: RegionState, server: SourceServer, id: string | undefined): void {
  const instance = region.instances.get(id ?? '');
  if (instance !== undefined) instance.terminatedAt = region.world.now;
  if (server.state.launched.instanceId !== id) return;
  region.change(server, {
    launched: { document: {}, instanceId: undefined, jobId: undefined, bootsAt: undefined },
  });
}
