import { docAt, docsAt, instantAt, type Observation, observe, textAt } from '../observation.ts';
import type { DrsPart, LastLaunch, Origin } from './drs-part.ts';

type Doc = Readonly<Record<string, unknown>>;

/** Normalises a source server of DRS as DescribeSourceServers sends it; undefined where it has no id. */
export function observeDrsServer(
  document: Doc,
  seen: Parameters<typeof observe>[1],
): Observation | undefined {
  const observation = observe(document, seen);
  if (observation === undefined) return undefined;
  const drs = partOf(document);
  const ended = drs.lastLaunch?.status === 'LAUNCHED';
  return {
    ...observation,
    drs,
    launched: {
      instanceId: drs.recoveryInstanceId,
      // While a launch is under way, the instance is still that of an earlier one.
      jobId: ended ? drs.lastLaunch?.jobId : undefined,
      firstBoot: undefined,
    },
  };
}

function partOf(document: Doc): DrsPart {
  const lifeCycle = docAt(document, 'lifeCycle');
  const staging = docAt(document, 'stagingArea');
  const disks = docsAt(docAt(document, 'dataReplicationInfo'), 'replicatedDisks');
  const source = docAt(document, 'sourceProperties');
  const supportsNitro = source['supportsNitroInstances'];
  return {
    recoveryInstanceId: textAt(document, 'recoveryInstanceId'),
    lastLaunch: launchIn(docAt(lifeCycle, 'lastLaunch')),
    lastLaunchResult: textAt(document, 'lastLaunchResult'),
    replicationDirection: textAt(document, 'replicationDirection'),
    reversedDirectionArn: textAt(document, 'reversedDirectionSourceServerArn'),
    stagingArea: {
      status: textAt(staging, 'status'),
      accountId: textAt(staging, 'stagingAccountID'),
      serverArn: textAt(staging, 'stagingSourceServerArn'),
      error: textAt(staging, 'errorMessage'),
    },
    origin: originIn(docAt(document, 'sourceCloudProperties')),
    agentVersion: textAt(document, 'agentVersion'),
    addedAt: instantAt(lifeCycle, 'addedToServiceDateTime'),
    sourceNetworkId: textAt(document, 'sourceNetworkID'),
    lacksVolumeAttributes: disks.some(
      (disk) => textAt(disk, 'volumeStatus')?.startsWith('MISSING_VOLUME_ATTRIBUTES') === true,
    ),
    supportsNitro: typeof supportsNitro === 'boolean' ? supportsNitro : undefined,
    osName: textAt(docAt(source, 'os'), 'fullString'),
  };
}

/** A server that was never launched has an empty initiation, not none (reference/drs.md 1.3). */
function launchIn(lastLaunch: Doc): LastLaunch | undefined {
  const initiated = docAt(lastLaunch, 'initiated');
  const jobId = textAt(initiated, 'jobID');
  const at = instantAt(initiated, 'apiCallDateTime');
  const status = textAt(lastLaunch, 'status');
  if (jobId === undefined && at === undefined && status === undefined) return undefined;
  return { type: textAt(initiated, 'type'), status, jobId, at };
}

function originIn(properties: Doc): Origin | undefined {
  const accountId = textAt(properties, 'originAccountID');
  const region = textAt(properties, 'originRegion');
  const availabilityZone = textAt(properties, 'originAvailabilityZone');
  if (accountId === undefined && region === undefined && availabilityZone === undefined) {
    return undefined;
  }
  return { accountId, region, availabilityZone };
}
