import type { Place } from '../arn.ts';
import { isJsonObject, type JsonObject, objectAt, textAt } from '../json.ts';
import { validation } from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';
import { begin } from './begin-replication.ts';
import { serverAt } from './extension.ts';
import { refuseDuringJob } from './jobs.ts';
import { addServer } from './new-server.ts';
import { type Drs, defined, placeOf, recordOf } from './part.ts';
import type { RecoveryInstanceRecord } from './records.ts';

/**
 * Starts replication from a recovery instance to where its server came from; answers the ARN of the source server
 * there. A failback instance protects its server again: the server of the first direction takes it as its source.
 */
export function reverse(drs: Drs, instance: RecoveryInstanceRecord): string {
  const server = drs.engine.serversById.get(instance.sourceServerId);
  if (server === undefined) throw new Error(`no source server of ${instance.id}`);
  const origin = originOf(drs, server);
  refuseUnlessInitialized(drs, origin);
  const reversed = reprotected(drs, server, instance) ?? newReversed(drs, origin, server, instance);
  const { now } = drs.region.world;
  instance.reversal = { arn: reversed.server.arn, at: now };
  recordOf(drs.records, server.id).reversedArn = reversed.server.arn;
  const record = recordOf(reversed.drs.records, reversed.server.id);
  record.reversedArn = server.arn;
  const { accountId, region } = drs.region;
  record.failbackOf = { accountId, region, instanceId: instance.id };
  begin(reversed.drs, reversed.server);
  return reversed.server.arn;
}

function refuseUnlessInitialized(drs: Drs, origin: Place): void {
  const target = `${origin.accountId}:${origin.region}`;
  const { drsUninitializedTargets } = drs.region.world.parameters;
  // What nobody has touched yet is as the parameters say, and stays untouched by a refusal.
  const isOpen = drs.find(origin)?.records.initialized ?? !drsUninitializedTargets.includes(target);
  if (isOpen) return;
  throw validation('The origin Region is not initialized', 'other', [
    { name: 'recoveryInstanceID', message: `${origin.accountId} in ${origin.region}` },
  ]);
}

function originOf(drs: Drs, server: SourceServer): Place {
  const cloud = objectAt(server.document, 'sourceCloudProperties');
  const here = placeOf(drs);
  return {
    partition: here.partition,
    accountId: textAt(cloud, 'originAccountID') ?? here.accountId,
    region: textAt(cloud, 'originRegion') ?? here.region,
  };
}

function reprotected(
  drs: Drs,
  server: SourceServer,
  instance: RecoveryInstanceRecord,
): { readonly drs: Drs; readonly server: SourceServer } | undefined {
  if (server.document['replicationDirection'] !== 'FAILBACK') return undefined;
  const first = serverAt(drs, recordOf(drs.records, server.id).reversedArn);
  if (first === undefined) return undefined;
  refuseDuringJob(first.drs, [first.server.id]);
  // The new machine replaces the protected one (reference: DRS 1.9, H11).
  recordOf(first.drs.records, first.server.id).awsInstanceId = instance.id;
  return first;
}

function newReversed(
  drs: Drs,
  origin: Place,
  server: SourceServer,
  instance: RecoveryInstanceRecord,
): { readonly drs: Drs; readonly server: SourceServer } {
  const into = launchedInto(drs.find(origin), server);
  const there = drs.make(origin);
  const goesBack = server.document['replicationDirection'] !== 'FAILBACK';
  const reversed = addServer(there, (_id, _arn, addedAt) =>
    defined({
      tags: server.state.tags,
      dataReplicationInfo: { dataReplicationState: 'STOPPED', replicatedDisks: [] },
      lifeCycle: {
        addedToServiceDateTime: addedAt,
        lastSeenByServiceDateTime: addedAt,
        lastLaunch: { initiated: {} },
      },
      sourceProperties: propertiesOf(server, instance.id, addedAt),
      sourceCloudProperties: {
        originAccountID: drs.region.accountId,
        originRegion: drs.region.region,
        originAvailabilityZone: `${drs.region.region}a`,
      },
      replicationDirection: goesBack ? 'FAILBACK' : 'FAILOVER',
      agentVersion: server.document['agentVersion'],
    }),
  );
  if (into !== undefined) {
    const record = recordOf(there.records, reversed.id);
    record.launchConfiguration = {
      ...record.launchConfiguration,
      launchIntoInstanceProperties: { launchIntoEC2InstanceID: into },
    };
  }
  return { drs: there, server: reversed };
}

/** The source properties of a machine that DRS launched: those of its server, on a Nitro instance. */
function propertiesOf(
  server: SourceServer,
  awsInstanceID: string,
  lastUpdatedDateTime: string,
): JsonObject {
  const told = objectAt(server.document, 'sourceProperties');
  const { supportsNitroInstances = true } = told;
  return {
    ...told,
    lastUpdatedDateTime,
    supportsNitroInstances,
    identificationHints: { ...objectAt(told, 'identificationHints'), awsInstanceID },
  };
}

// The template of the origin may launch into the machine that the server once was.
function launchedInto(there: Drs | undefined, server: SourceServer): string | undefined {
  const [template] = there?.records.launchTemplates.values() ?? [];
  if (!isJsonObject(template) || template['launchIntoSourceInstance'] !== true) return undefined;
  if (template['copyTags'] === true || template['copyPrivateIp'] === true) {
    // The source server cannot be created then (reference: DRS 2.2).
    throw validation(
      'launchIntoSourceInstance needs copyTags and copyPrivateIp to be off',
      'other',
      [{ name: 'recoveryInstanceID', message: 'the prerequisites of the template are not met' }],
    );
  }
  const told = objectAt(server.document, 'sourceProperties');
  return textAt(objectAt(told, 'identificationHints'), 'awsInstanceID');
}
