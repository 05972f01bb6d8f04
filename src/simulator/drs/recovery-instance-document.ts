import { type JsonObject, objectAt } from '../json.ts';
import { drsArn } from './appointments.ts';
import { failbackAt } from './failback.ts';
import { type Drs, defined, stampOf } from './part.ts';
import type { RecoveryInstanceRecord } from './records.ts';

/** The recovery instance as DescribeRecoveryInstances shows it at an instant. */
export function recoveryInstanceDocument(
  drs: Drs,
  instance: RecoveryInstanceRecord,
  at: number,
): JsonObject {
  const shown = failbackAt(drs, instance, at);
  const server = drs.engine.serversById.get(instance.sourceServerId);
  return defined({
    ec2InstanceID: instance.id,
    ec2InstanceState: ec2State(drs, instance.id, at),
    jobID: instance.jobId,
    recoveryInstanceID: instance.id,
    sourceServerID: instance.sourceServerId,
    arn: drsArn(drs, 'recovery-instance', instance.id),
    tags: instance.tags,
    failback: shown.failback,
    dataReplicationInfo: shown.replication,
    recoveryInstanceProperties: properties(drs, instance),
    pointInTimeSnapshotDateTime: stampOf(drs, instance.pointInTimeAt),
    isDrill: instance.isDrill,
    originEnvironment: instance.origin,
    originAvailabilityZone: instance.originAvailabilityZone,
    agentVersion: server?.document['agentVersion'],
  });
}

/** The state of a recovery instance's machine in the words of DRS. */
export function ec2State(drs: Drs, id: string, at: number): string {
  const machine = drs.region.instances.get(id);
  if (machine === undefined || machine.launchedAt > at) return 'NOT_FOUND';
  if (machine.terminatedAt !== undefined && at >= machine.terminatedAt) return 'TERMINATED';
  if (at < machine.launchedAt + 15_000) return 'PENDING';
  return machine.stopped === true ? 'STOPPED' : 'RUNNING';
}

function properties(drs: Drs, instance: RecoveryInstanceRecord): JsonObject {
  const server = drs.engine.serversById.get(instance.sourceServerId);
  const told = objectAt(server?.document ?? {}, 'sourceProperties');
  const { chance } = drs.region.world;
  return defined({
    lastUpdatedDateTime: stampOf(drs, instance.from),
    identificationHints: {
      ...objectAt(told, 'identificationHints'),
      awsInstanceID: instance.id,
    },
    networkInterfaces: told['networkInterfaces'],
    disks: instance.disks.map(({ deviceName, bytes }, i) => ({
      internalDeviceName: deviceName,
      bytes,
      // The model's pattern knows 17 digits too, but not its length limit.
      ebsVolumeID: `vol-${chance.hex17('drs volume', instance.id, i).slice(0, 8)}`,
    })),
    cpus: told['cpus'],
    ramBytes: told['ramBytes'],
    os: told['os'],
  });
}
