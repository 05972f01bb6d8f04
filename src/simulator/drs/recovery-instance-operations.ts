import * as z from 'zod';
import type { JsonObject } from '../json.ts';
import type { Operation } from '../operations/operation.ts';
import { notFound, validation } from '../service-exception.ts';

import { later, tellFailback } from './appointments.ts';
import { failbackAt, returnedBytes } from './failback.ts';
import { instanceAt, isThere } from './instances-of-server.ts';
import { jobDocument, openJob, refuseDuringJob, refuseOverQuota } from './jobs.ts';
import { drsOperation, listing } from './operation.ts';
import { type Drs, defined } from './part.ts';
import type { JobServerRecord, LogLine, RecoveryInstanceRecord } from './records.ts';
import { ec2State, recoveryInstanceDocument } from './recovery-instance-document.ts';
import { removeInstance } from './recovery-launch.ts';
import { conflict } from './refusal.ts';
import { reverse } from './reversal.ts';

const one = z.object({ recoveryInstanceID: z.string() });
const many = z.object({
  recoveryInstanceIDs: z.array(z.string()),
  tags: z.record(z.string(), z.string()).optional(),
});

/** The operations on recovery instances and on their way back. */
export const recoveryInstanceOperations: readonly Operation[] = [
  drsOperation(
    'DescribeRecoveryInstances',
    z.object({
      filters: z
        .object({
          recoveryInstanceIDs: z.array(z.string()).optional(),
          sourceServerIDs: z.array(z.string()).optional(),
        })
        .optional(),
    }),
    (drs, { filters = {} }, call) => {
      const { recoveryInstanceIDs: ids = [], sourceServerIDs: serverIds = [] } = filters;
      const found = [...drs.records.instances.values()].filter(
        (instance) =>
          isThere(instance, call.readAt) &&
          (ids.length === 0 || ids.includes(instance.id)) &&
          (serverIds.length === 0 || serverIds.includes(instance.sourceServerId)),
      );
      return listing(call, found, {
        filters,
        print: (instance) => recoveryInstanceDocument(drs, instance, call.readAt),
      });
    },
  ),
  drsOperation('TerminateRecoveryInstances', many, (drs, { recoveryInstanceIDs }) => {
    const instances = theInstances(drs, recoveryInstanceIDs);
    refuseOverQuota(drs, instances.length);
    const job = openJob(drs, {
      type: 'TERMINATE',
      initiatedBy: 'TERMINATE_RECOVERY_INSTANCES',
      tags: {},
      servers: (jobId, startsAt) =>
        instances.map((instance) => terminationOf(drs, instance, jobId, startsAt + 400)),
    });
    for (const { instanceId, endsAt } of job.servers) {
      const instance = drs.records.instances.get(instanceId ?? '');
      if (instance !== undefined) removeInstance(drs, instance, endsAt);
    }
    return { job: jobDocument(drs, job, drs.region.world.now) };
  }),
  drsOperation('DisconnectRecoveryInstance', one, (drs, { recoveryInstanceID }) => {
    const instance = theInstance(drs, recoveryInstanceID);
    if (instance.disconnectedAt !== undefined) {
      throw conflict('The recovery instance is disconnected', [instance.id], 'RecoveryInstance');
    }
    refuseDuringJob(drs, [instance.sourceServerId]);
    instance.disconnectedAt = drs.region.world.now;
    instance.failback = undefined;
    return undefined;
  }),
  drsOperation('DeleteRecoveryInstance', one, (drs, { recoveryInstanceID }) => {
    // No ResourceNotFound is declared here (reference: DRS 1.7).
    const instance = instanceAt(drs, recoveryInstanceID, drs.region.world.now);
    if (instance?.disconnectedAt === undefined) {
      const why = instance === undefined ? 'does not exist' : 'must be disconnected first';
      throw conflict(`The recovery instance ${why}`, [recoveryInstanceID], 'RecoveryInstance');
    }
    refuseDuringJob(drs, [instance.sourceServerId]);
    // Its EC2 instance goes on running (reference: DRS 1.8).
    instance.goneAt = drs.region.world.now;
    return undefined;
  }),
  drsOperation('GetFailbackReplicationConfiguration', one, (drs, { recoveryInstanceID }) => {
    const instance = theInstance(drs, recoveryInstanceID);
    return {
      recoveryInstanceID,
      name: recoveryInstanceID,
      bandwidthThrottling: 0,
      usePrivateIP: false,
      ...instance.replicationConfiguration,
    };
  }),
  drsOperation(
    'UpdateFailbackReplicationConfiguration',
    one.extend({
      name: z.string().optional(),
      bandwidthThrottling: z.number().optional(),
      usePrivateIP: z.boolean().optional(),
      internetProtocol: z.string().optional(),
    }),
    (drs, { recoveryInstanceID, ...changes }) => {
      const instance = theInstance(drs, recoveryInstanceID);
      rebase(drs, instance);
      instance.replicationConfiguration = {
        ...instance.replicationConfiguration,
        ...defined(changes),
      };
      return undefined;
    },
  ),
  drsOperation('ReverseReplication', one, (drs, { recoveryInstanceID }): JsonObject => {
    const instance = theInstance(drs, recoveryInstanceID);
    refuseReversal(drs, instance);
    const reversedDirectionSourceServerArn = reverse(drs, instance);
    tellFailback(drs, instance.id, 'FAILBACK_IN_PROGRESS');
    return { reversedDirectionSourceServerArn };
  }),
  drsOperation('StopFailback', one, (drs, { recoveryInstanceID }) => {
    const instance = theInstance(drs, recoveryInstanceID);
    // It does not apply to failbacks within AWS (reference: DRS 1.5); only NotFound is declared.
    if (instance.failback === undefined) throw notFound('Failback', recoveryInstanceID);
    instance.failback = undefined;
    return undefined;
  }),
  drsOperation('StartFailbackLaunch', many, (drs, { recoveryInstanceIDs, tags = {} }) => {
    const instances = theInstances(drs, recoveryInstanceIDs);
    const { now } = drs.region.world;
    const within = instances.filter((instance) => instance.origin === 'AWS');
    if (within.length > 0) {
      throw validation(
        'Only recovery instances of on-premises servers can be failed back',
        'other',
        [{ name: 'recoveryInstanceIDs', message: `${within[0]?.id ?? ''} originated in EC2` }],
      );
    }
    const early = instances.filter(
      (instance) => failbackAt(drs, instance, now).state !== 'FAILBACK_READY_FOR_LAUNCH',
    );
    if (early.length > 0) {
      throw conflict(
        'The recovery instance is not ready for a failback launch',
        early.map(({ id }) => id),
        'RecoveryInstance',
      );
    }
    refuseOverQuota(drs, instances.length);
    const job = openJob(drs, {
      type: 'LAUNCH',
      initiatedBy: 'FAILBACK',
      tags,
      servers: (jobId, startsAt) =>
        instances.map((instance) => failbackLaunchOf(drs, instance, jobId, startsAt + 400)),
    });
    for (const { instanceId, endsAt } of job.servers) {
      const instance = drs.records.instances.get(instanceId ?? '');
      if (instance?.failback === undefined) continue;
      instance.failback = { ...instance.failback, jobId: job.id, completesAt: endsAt };
      later(drs, endsAt, {
        kind: 'failback-completed',
        instanceId: instance.id,
        jobId: job.id,
      });
    }
    return { job: jobDocument(drs, job, now) };
  }),
];

function theInstance(drs: Drs, id: string): RecoveryInstanceRecord {
  const instance = instanceAt(drs, id, drs.region.world.now);
  if (instance === undefined) throw notFound('RecoveryInstance', id);
  return instance;
}

// Job operations declare no ResourceNotFound (reference: DRS 1.7): what does not exist is a conflict.
function theInstances(drs: Drs, ids: readonly string[]): readonly RecoveryInstanceRecord[] {
  const { now } = drs.region.world;
  const unique = [...new Set(ids)];
  const missing = unique.filter((id) => instanceAt(drs, id, now) === undefined);
  if (missing.length > 0) {
    throw conflict('The recovery instance does not exist', missing, 'RecoveryInstance');
  }
  const instances = unique.flatMap((id) => instanceAt(drs, id, now) ?? []);
  refuseDuringJob(drs, [...new Set(instances.map((instance) => instance.sourceServerId))]);
  return instances;
}

function refuseReversal(drs: Drs, instance: RecoveryInstanceRecord): void {
  const { now, parameters } = drs.region.world;
  if (instance.origin !== 'AWS') {
    throw validation(
      'Replication can be reversed only for servers that originated in EC2',
      'other',
      [{ name: 'recoveryInstanceID', message: `${instance.id} originated on premises` }],
    );
  }
  const why =
    instance.disconnectedAt !== undefined
      ? 'is disconnected'
      : instance.reversal !== undefined
        ? 'replicates in the reversed direction already'
        : ec2State(drs, instance.id, now) !== 'RUNNING'
          ? 'is not running'
          : instance.isDrill && parameters.drsReverseFromDrill === 'reject'
            ? 'is a drill instance'
            : undefined;
  if (why !== undefined) {
    throw conflict(`The recovery instance ${why}`, [instance.id], 'RecoveryInstance');
  }
  refuseDuringJob(drs, [instance.sourceServerId]);
}

// From now on another speed counts for what is still to come.
function rebase(drs: Drs, instance: RecoveryInstanceRecord): void {
  const { now } = drs.region.world;
  if (instance.failback === undefined) return;
  instance.failback = {
    ...instance.failback,
    base: { at: now, bytes: returnedBytes(drs, instance, now) },
  };
}

interface Course {
  readonly part: JobServerRecord;
  readonly log: readonly LogLine[];
}

function terminationOf(
  drs: Drs,
  instance: RecoveryInstanceRecord,
  jobId: string,
  startsAt: number,
): Course {
  const { chance, parameters } = drs.region.world;
  const takes = chance.between(parameters.cleanupSeconds, 'cleanup', jobId, instance.id);
  const endsAt = startsAt + Math.round(takes * 1000);
  const data = { sourceServerID: instance.sourceServerId, targetInstanceID: instance.id };
  return {
    part: partOf(instance, startsAt, endsAt, 'TERMINATED'),
    log: [
      { at: startsAt, event: 'CLEANUP_START', data },
      { at: endsAt, event: 'CLEANUP_END', data },
    ],
  };
}

function failbackLaunchOf(
  drs: Drs,
  instance: RecoveryInstanceRecord,
  jobId: string,
  startsAt: number,
): Course {
  const { chance, parameters } = drs.region.world;
  const takes = chance.between(parameters.drsFailbackLaunchSeconds, 'failback', jobId, instance.id);
  const endsAt = startsAt + Math.round(takes * 1000);
  const data = { sourceServerID: instance.sourceServerId };
  return {
    part: partOf(instance, startsAt, endsAt, 'LAUNCHED'),
    log: [
      { at: startsAt, event: 'LAUNCH_START', data },
      ...(parameters.drsLaunchEndEvent ? [{ at: endsAt, event: 'LAUNCH_END', data }] : []),
    ],
  };
}

function partOf(
  instance: RecoveryInstanceRecord,
  startsAt: number,
  endsAt: number,
  outcome: JobServerRecord['outcome'],
): JobServerRecord {
  return {
    serverId: instance.sourceServerId,
    startsAt,
    endsAt,
    outcome,
    instanceId: instance.id,
    instanceFrom: startsAt,
    runs: [],
  };
}
