import type { JsonObject } from '../json.ts';
import { type Drs, placeOf, recordOf } from './part.ts';
import type { Due, NetworkRecord, RecoveryInstanceRecord } from './records.ts';
import { ebsSnapshots, nextPointAfter, pointAt, takesPoints } from './recovery-points.ts';

/** Makes an appointment; it is kept as data until it is due. */
export function later(drs: Drs, at: number, what: Due): void {
  const { records, region } = drs;
  records.made += 1;
  const nth = records.made;
  records.due.set(nth, { at, what });
  region.world.agenda.add(at, () => {
    records.due.delete(nth);
    happen(drs, at, what);
  });
}

/** Tells the events of recovery snapshots from now on, where the parameters want them. */
export function tellPoints(drs: Drs, serverId: string): void {
  const { world } = drs.region;
  const server = drs.engine.server(serverId);
  if (!world.parameters.drsPitEvents || server === undefined) return;
  const record = recordOf(drs.records, serverId);
  if (record.pointsTold || !takesPoints(server.state)) return;
  const next = nextPointAfter(drs, server, world.now);
  if (next === undefined) return;
  record.pointsTold = true;
  later(drs, pointAt(drs, server, next).takenAt, { kind: 'point-taken', serverId, at: next });
}

/** Builds the ARN of a resource here. */
export function drsArn(drs: Drs, kind: string, id: string): string {
  const { partition, region, accountId } = placeOf(drs);
  return `arn:${partition}:drs:${region}:${accountId}:${kind}/${id}`;
}

/** Tells a native event of a recovery instance's way back. */
export function tellFailback(drs: Drs, instanceId: string, state: string): void {
  const { drsEventRecoveryInstanceArn } = drs.region.world.parameters;
  const id = drsEventRecoveryInstanceArn === 'ri' ? instanceId.replace(/^i-/, 'ri-') : instanceId;
  tell(drs, drsArn(drs, 'recovery-instance', id), 'DRS Recovery Instance Failback State Change', {
    state,
  });
}

function happen(drs: Drs, at: number, what: Due): void {
  switch (what.kind) {
    case 'launch-result':
      tellLaunch(drs, what.jobId, what.serverId);
      break;
    case 'point-taken':
      tellPoint(drs, what.serverId, what.at);
      break;
    case 'client-boots':
      bootClient(drs, at, drs.records.instances.get(what.instanceId));
      break;
    case 'failback-completed': {
      const instance = drs.records.instances.get(what.instanceId);
      if (instance?.failback?.jobId === what.jobId) {
        tellFailback(drs, what.instanceId, 'FAILBACK_COMPLETED');
      }
      break;
    }
    case 'network-protected': {
      const network = drs.records.networks.get(what.networkId);
      if (network?.replicatesSince === what.since) {
        tellNetwork(drs, network, 'DRS Source Network Protection Status Change', 'PROTECTED');
      }
      break;
    }
    case 'network-result': {
      const network = drs.records.networks.get(what.networkId);
      const { recovery } = network ?? {};
      if (network === undefined || recovery?.jobId !== what.jobId) return;
      if (recovery.vpcId !== undefined) network.launchedVpcId = recovery.vpcId;
      tellNetwork(drs, network, 'DRS Source Network Recovery Result', recovery.result);
      break;
    }
  }
}

function tellLaunch(drs: Drs, jobId: string, serverId: string): void {
  const job = drs.records.jobs.get(jobId);
  const server = drs.engine.serversById.get(serverId);
  const note = recordOf(drs.records, serverId).launches.find((one) => one.jobId === jobId);
  if (server === undefined || note === undefined || job === undefined) return;
  const isDrill = note.type === 'DRILL' ? 'TRUE' : 'FALSE';
  const { drsEventIsDrill } = drs.region.world.parameters;
  tell(drs, server.arn, 'DRS Source Server Launch Result', {
    state: `RECOVERY_LAUNCH_${note.outcome === 'LAUNCHED' ? 'SUCCEEDED' : 'FAILED'}`,
    'job-id': jobId,
    'is-drill': drsEventIsDrill === 'lower' ? isDrill.toLowerCase() : isDrill,
  });
}

function tellPoint(drs: Drs, serverId: string, at: number): void {
  const record = recordOf(drs.records, serverId);
  record.pointsTold = false;
  const server = drs.engine.server(serverId);
  if (server === undefined || !takesPoints(server.state)) return;
  const point = pointAt(drs, server, at);
  tell(drs, server.arn, 'DRS PIT Snapshot Taken', {
    DrsSnapshotID: point.id,
    EbsSnapshotIDs: ebsSnapshots(drs, server, point).join(','),
  });
  tellPoints(drs, serverId);
}

function bootClient(drs: Drs, at: number, instance: RecoveryInstanceRecord | undefined): void {
  const gone = instance?.goneAt !== undefined && instance.goneAt <= at;
  if (instance === undefined || gone || instance.failback !== undefined) return;
  if (instance.disconnectedAt !== undefined) return;
  instance.failback = {
    bootedAt: at,
    base: { at, bytes: 0 },
    jobId: undefined,
    completesAt: undefined,
  };
  tellFailback(drs, instance.id, 'FAILBACK_IN_PROGRESS');
}

function tellNetwork(drs: Drs, network: NetworkRecord, detailType: string, state: string): void {
  tell(drs, drsArn(drs, 'source-network', network.id), detailType, { state });
}

function tell(drs: Drs, arn: string, detailType: string, detail: JsonObject): void {
  drs.region.world.announce(drs.engine, [arn], detailType, detail);
}
