import * as z from 'zod';
import { disconnect } from '../ending.ts';
import { jobDocument } from '../job.ts';
import { runLaunch, runTermination } from '../launch.ts';
import { setLifeCycleState, stamped } from '../life-cycle.ts';
import { quotasOf } from '../parameters.ts';
import type { RegionState } from '../region-state.ts';
import {
  conflict,
  notFound,
  processedByJob,
  quotaExceeded,
  validation,
} from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';
import { stamp } from '../wire-time.ts';
import { serverOperation } from './mgn-replication.ts';
import {
  accountID,
  checked,
  type Operation,
  refuseDuringJob,
  sourceServerID,
  theServer,
} from './operation.ts';
import { stringRecord } from './tags.ts';

const many = z.object({
  sourceServerIDs: z.array(sourceServerID).min(1).max(200),
  tags: stringRecord.optional(),
  accountID,
});

/** The operations of MGN that launch, judge and conclude servers. */
export const mgnLifeCycle: readonly Operation[] = [
  jobOperation('StartTest', (region, servers, tags) => {
    const states = ['READY_FOR_TEST', 'TESTING'];
    refuseUnlessLaunchable(servers, states);
    refuseOverQuota(region, servers);
    const job = runLaunch(region, 'test-launch', { servers, tags });
    for (const server of servers) {
      const initiated = { apiCallDateTime: nowText(region), jobID: job.id };
      setLifeCycleState(
        region,
        server,
        'TESTING',
        stamped(server.state.lifeCycle, 'lastTest', 'initiated', initiated),
      );
    }
    return job;
  }),
  jobOperation('StartCutover', (region, servers, tags) => {
    const skip = region.world.parameters.startCutoverFromReadyForTest === 'accept';
    refuseUnlessLaunchable(servers, ['READY_FOR_CUTOVER', ...(skip ? ['READY_FOR_TEST'] : [])]);
    refuseOverQuota(region, servers);
    const job = runLaunch(region, 'cutover-launch', { servers, tags });
    for (const server of servers) {
      const initiated = { apiCallDateTime: nowText(region), jobID: job.id };
      setLifeCycleState(
        region,
        server,
        'CUTTING_OVER',
        stamped(server.state.lifeCycle, 'lastCutover', 'initiated', initiated),
      );
    }
    return job;
  }),
  jobOperation('TerminateTargetInstances', (region, servers, tags) => {
    const refused = ['TESTING', 'CUTTING_OVER', 'CUTOVER'];
    refuseThose(
      servers.filter((server) => refused.includes(server.lifeCycleState)),
      'Target instances cannot be terminated in life-cycle states TESTING, CUTTING_OVER and CUTOVER',
    );
    if (region.world.parameters.terminateWithoutInstance === 'reject') {
      refuseThose(
        servers.filter((server) => server.state.launched.instanceId === undefined),
        'The source server has no launched instance',
      );
    }
    refuseOverQuota(region, servers);
    return runTermination(region, { servers, tags });
  }),
  serverOperation('ChangeServerLifeCycleState', (region, server, input) => {
    const target = z.enum(['READY_FOR_TEST', 'READY_FOR_CUTOVER', 'CUTOVER']);
    const { state } = checked(
      z.object({ lifeCycle: z.object({ state: target }) }),
      input,
    ).lifeCycle;
    refuseDuringJob(region, server);
    changeState(region, server, state);
  }),
  serverOperation('FinalizeCutover', (region, server) => {
    refuseDuringJob(region, server);
    refuseFinalize(region, server);
    const at = nowText(region);
    disconnect(region, server, region.world.parameters.finalizeAgent);
    setLifeCycleState(
      region,
      server,
      'CUTOVER',
      stamped(server.state.lifeCycle, 'lastCutover', 'finalized', { apiCallDateTime: at }),
    );
  }),
  serverOperation('DisconnectFromService', (region, server) => {
    refuseDuringJob(region, server);
    if (server.state.archived) throw conflict('The source server is archived', [server.id]);
    const keeps =
      server.lifeCycleState === 'CUTOVER' && region.world.parameters.disconnectKeepsCutover;
    if (server.state.phase.kind !== 'disconnected') disconnect(region, server);
    if (!keeps) setLifeCycleState(region, server, 'DISCONNECTED');
  }),
  serverOperation('MarkAsArchived', (region, server) => {
    if (!isConcluded(server)) {
      throw conflict('Only servers in life-cycle state CUTOVER or DISCONNECTED can be archived', [
        server.id,
      ]);
    }
    refuseDuringJob(region, server);
    region.change(server, { archived: true });
  }),
  {
    service: 'mgn',
    name: 'DeleteSourceServer',
    method: 'POST',
    path: '/DeleteSourceServer',
    writes: true,
    status: 204,
    answer: ({ region, input }) => {
      const server = theServer(
        region,
        checked(z.object({ sourceServerID, accountID }), input).sourceServerID,
      );
      if (server.lifeCycleState !== 'DISCONNECTED' && !server.state.archived) {
        throw conflict('Only disconnected or archived source servers can be deleted', [server.id]);
      }
      refuseDuringJob(region, server);
      region.change(server, { deleted: true });
      return '';
    },
  },
  {
    service: 'mgn',
    name: 'DeleteJob',
    method: 'POST',
    path: '/DeleteJob',
    writes: true,
    status: 204,
    answer: ({ region, input }) => {
      const jobID = z.string().regex(/^mgnjob-[0-9a-zA-Z]{17}$/);
      const id = checked(z.object({ jobID, accountID }), input).jobID;
      const job = region.jobs.get(id);
      if (job === undefined) throw notFound('Job', id);
      if (region.openJobs.has(job)) throw conflict('The job is not completed', []);
      region.jobs.delete(id);
      return '';
    },
  },
];

/** Says whether a server's way is over, so that it may be archived. */
export function isConcluded(server: SourceServer): boolean {
  return ['CUTOVER', 'DISCONNECTED'].includes(server.lifeCycleState);
}

function jobOperation(
  name: string,
  start: (
    region: RegionState,
    servers: readonly SourceServer[],
    tags: Readonly<Record<string, string>>,
  ) => ReturnType<typeof runLaunch>,
): Operation {
  return {
    service: 'mgn',
    name,
    method: 'POST',
    path: `/${name}`,
    writes: true,
    status: 202,
    answer: ({ region, input }) => {
      const { sourceServerIDs, tags = {} } = checked(many, input);
      const servers = [...new Set(sourceServerIDs)].map((id) => namedServer(region, id));
      refuseThose(
        servers.filter((server) => server.openJob !== undefined),
        processedByJob,
      );
      refuseThose(
        servers.filter((server) => server.state.archived),
        'The source server is archived',
      );
      const job = start(region, servers, tags);
      const { now, parameters } = region.world;
      return JSON.stringify({ job: jobDocument(job, now, parameters.timestampForm) });
    },
  };
}

// Job operations declare no ResourceNotFound (reference: MGN 2.2).
function namedServer(region: RegionState, id: string): SourceServer {
  const server = region.server(id);
  if (server !== undefined) return server;
  throw validation(`Source server ${id} does not exist`, 'other', [
    { name: 'sourceServerIDs', message: `${id} does not exist` },
  ]);
}

function refuseThose(servers: readonly SourceServer[], message: string): void {
  if (servers.length > 0)
    throw conflict(
      message,
      servers.map((server) => server.id),
    );
}

function refuseUnlessLaunchable(servers: readonly SourceServer[], states: readonly string[]): void {
  refuseThose(
    servers.filter((server) => !states.includes(server.lifeCycleState)),
    `The source server is not in life-cycle state ${states.join(' or ')}`,
  );
  refuseThose(
    servers.filter((server) => !server.state.launchable),
    'The source server is not launchable: it has no consistent snapshot',
  );
}

function refuseOverQuota(region: RegionState, servers: readonly SourceServer[]): void {
  const quotas = quotasOf(region.world.parameters);
  if (servers.length > quotas.serversInJob.value) throw quotaExceeded(quotas.serversInJob);
  if (region.openJobs.size >= quotas.concurrentJobs.value)
    throw quotaExceeded(quotas.concurrentJobs);
  const inJobs = [...region.openJobs].reduce((sum, job) => sum + job.servers.length, 0);
  if (inJobs + servers.length > quotas.serversInAllJobs.value) {
    throw quotaExceeded(quotas.serversInAllJobs);
  }
}

function changeState(
  region: RegionState,
  server: SourceServer,
  target: 'READY_FOR_TEST' | 'READY_FOR_CUTOVER' | 'CUTOVER',
): void {
  const from = server.lifeCycleState;
  const reverted = { apiCallDateTime: nowText(region) };
  const { lifeCycle, launchable } = server.state;
  if (target === 'CUTOVER') {
    const allowed = region.world.parameters.changeToCutover === 'accept';
    if (!allowed || !['DISCONNECTED', 'CUTTING_OVER'].includes(from)) refuseChange(server, target);
    setLifeCycleState(
      region,
      server,
      target,
      stamped(lifeCycle, 'lastCutover', 'finalized', reverted),
    );
    return;
  }
  if (!launchable) {
    throw validation('The source server is not launchable', 'other', [
      { name: 'sourceServerID', message: `${server.id} has no consistent snapshot` },
    ]);
  }
  switch (`${from} to ${target}`) {
    case 'TESTING to READY_FOR_TEST':
    case 'READY_FOR_CUTOVER to READY_FOR_TEST':
      setLifeCycleState(
        region,
        server,
        target,
        stamped(lifeCycle, 'lastTest', 'reverted', reverted),
      );
      break;
    case 'TESTING to READY_FOR_CUTOVER':
    case 'READY_FOR_TEST to READY_FOR_CUTOVER':
      // lastTest.finalized stays {} (REAL1).
      setLifeCycleState(region, server, target);
      if (
        region.world.parameters.readyForCutoverTerminatesTestInstance &&
        server.state.launched.instanceId !== undefined
      ) {
        runTermination(region, { servers: [server], tags: {} });
      }
      break;
    case 'CUTTING_OVER to READY_FOR_CUTOVER':
      setLifeCycleState(
        region,
        server,
        target,
        stamped(lifeCycle, 'lastCutover', 'reverted', reverted),
      );
      break;
    default:
      refuseChange(server, target);
  }
}

function refuseChange(server: SourceServer, target: string): never {
  throw conflict(`The life-cycle state cannot change from ${server.lifeCycleState} to ${target}`, [
    server.id,
  ]);
}

function refuseFinalize(region: RegionState, server: SourceServer): void {
  if (server.lifeCycleState !== 'CUTTING_OVER') {
    throw conflict('Only servers in life-cycle state CUTTING_OVER can be finalized', [server.id]);
  }
  const { instanceId, jobId } = server.state.launched;
  if (instanceId === undefined)
    throw conflict('The source server has no launched instance', [server.id]);
  const part = region.jobs.get(jobId ?? '')?.servers.find((p) => p.serverId === server.id);
  const failed = part?.actions.some(
    (action) =>
      action.mustSucceedForCutover &&
      (action.failureReason !== undefined || action.endsAt > region.world.now),
  );
  if (failed === true) {
    throw conflict('A post-launch action that must succeed for cutover has not succeeded', [
      server.id,
    ]);
  }
}

function nowText(region: RegionState): string {
  return stamp(region.world.now, region.world.parameters.timestampForm);
}
