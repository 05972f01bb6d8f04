import type { Figures } from '../figures.ts';
import { isJsonObject, type JsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import { isRunning } from '../region-state.ts';
import { disksAt } from '../server-document.ts';
import type { ServerState, SourceServer } from '../source-server.ts';
import { lastHeartbeat } from '../vcenter-client.ts';
import { durationText, stampMs, stampOfSecond } from '../wire-time.ts';
import { readDrsArn } from './arn.ts';
import { dataOf, replicationOf } from './extension.ts';
import { instanceOfServer } from './instances-of-server.ts';
import { launchStatusAt } from './jobs.ts';
import { type Drs, defined, recordOf, stampOf } from './part.ts';

// What an initiation shows as SKIPPED when the replication server is there already (reference: DRS 1.3).
const ofReplicationServer = new Set([
  'CREATE_SECURITY_GROUP',
  'LAUNCH_REPLICATION_SERVER',
  'BOOT_REPLICATION_SERVER',
  'AUTHENTICATE_WITH_SERVICE',
  'DOWNLOAD_REPLICATION_SOFTWARE',
]);

/** The source server as every answer shows it at an instant; what the simulator does not compute stays as it came. */
export function sourceServerDocument(drs: Drs, server: SourceServer, at: number): JsonObject {
  const { document } = server;
  const state = server.stateAt(at);
  const record = recordOf(drs.records, server.id);
  const launch = lastLaunchAt(drs, server, at);
  return defined({
    ...document,
    sourceServerID: server.id,
    arn: server.arn,
    tags: state.tags,
    recoveryInstanceId: instanceOfServer(drs, server.id, at)?.id,
    lastLaunchResult:
      launch === undefined ? (document['lastLaunchResult'] ?? 'NOT_STARTED') : launch.result,
    dataReplicationInfo: replicationInfo(drs, server, at),
    lifeCycle: lifeCycle(drs, server, launch?.document, at),
    sourceProperties: sourceProperties(drs, server, at),
    stagingArea: stagingArea(drs, server, at),
    replicationDirection: document['replicationDirection'] ?? 'FAILOVER',
    reversedDirectionSourceServerArn:
      record.reversedArn ?? document['reversedDirectionSourceServerArn'],
  });
}

function replicationInfo(drs: Drs, server: SourceServer, at: number): JsonObject {
  const info = objectAt(server.document, 'dataReplicationInfo');
  const {
    lagDuration: _lag,
    etaDateTime: _eta,
    dataReplicationError: _error,
    dataReplicationInitiation: _initiation,
    ...rest
  } = info;
  const shown = replicationOf(drs, server, at);
  if (shown === undefined) return { ...rest, dataReplicationState: 'DISCONNECTED' };
  const { figures, state } = shown;
  if (figures === undefined) return info;
  return {
    ...rest,
    ...measures(figures, (ms) => stampOf(drs, ms)),
    replicatedDisks: disksAt(state.disks, figures),
    ...(state.initiation === undefined
      ? {}
      : { dataReplicationInitiation: initiation(drs, server, state, figures, at) }),
    ...(figures.error === undefined ? {} : { dataReplicationError: figures.error }),
  };
}

function measures(figures: Figures, print: (ms: number) => string): JsonObject {
  return {
    ...(figures.lagMs === undefined ? {} : { lagDuration: durationText(figures.lagMs) }),
    ...(figures.etaAt === undefined ? {} : { etaDateTime: print(figures.etaAt) }),
    dataReplicationState: figures.state,
  };
}

function initiation(
  drs: Drs,
  server: SourceServer,
  state: ServerState,
  figures: Figures,
  at: number,
): JsonObject {
  const told = state.initiation ?? {};
  const list = figures.steps ?? objectsAt(told, 'steps');
  const { sharesReplicationServer } = recordOf(drs.records, server.id);
  const steps = list.map((step) =>
    sharesReplicationServer &&
    step['status'] === 'SUCCEEDED' &&
    ofReplicationServer.has(textAt(step, 'name') ?? '')
      ? { ...step, status: 'SKIPPED' }
      : step,
  );
  const { timestampForm } = drs.region.world.parameters;
  // The next attempt stays in view while all is well (reference: DRS 1.3).
  const moves = isRunning(state.phase) && told['nextAttemptDateTime'] !== undefined;
  const next = (Math.floor(at / 60_000) + 1) * 60_000;
  return {
    ...told,
    ...(moves ? { nextAttemptDateTime: stampOfSecond(next, timestampForm) } : {}),
    steps,
  };
}

function lifeCycle(
  drs: Drs,
  server: SourceServer,
  lastLaunch: JsonObject | undefined,
  at: number,
): JsonObject {
  const own = server.stateAt(at);
  const state = replicationOf(drs, server, at)?.state ?? own;
  const { state: _mgn, lastLaunch: before, ...rest } = own.lifeCycle;
  const addedAt = stampMs(textAt(rest, 'addedToServiceDateTime'));
  const { from, alive } = state.heartbeat;
  const inert = state.phase.kind === 'inert';
  const firstByte = state.lifeCycle['firstByteDateTime'];
  const { heartbeatMs } = dataOf(drs, server)?.server ?? server;
  const seen = from === undefined || !alive ? from : lastHeartbeat(from, heartbeatMs, at);
  return {
    ...rest,
    ...(firstByte === undefined ? {} : { firstByteDateTime: firstByte }),
    ...(isRunning(state.phase) && addedAt !== undefined
      ? { elapsedReplicationDuration: durationText(at - addedAt) }
      : {}),
    ...(inert || seen === undefined
      ? {}
      : { lastSeenByServiceDateTime: server.stampTexts.get(seen) ?? stampOf(drs, seen) }),
    // A server that was never launched has an empty initiation, not none (reference: DRS 1.3).
    lastLaunch: lastLaunch ?? before ?? { initiated: {} },
  };
}

function lastLaunchAt(
  drs: Drs,
  server: SourceServer,
  at: number,
): { readonly document: JsonObject; readonly result: string } | undefined {
  const note = recordOf(drs.records, server.id).launches.findLast((one) => one.at <= at);
  if (note === undefined) return undefined;
  const ended = at >= note.endsAt;
  const gone = note.terminatedAt !== undefined && at >= note.terminatedAt;
  const marks = drs.region.world.parameters.drsTerminateMarksLastLaunch;
  const launched = note.outcome === 'LAUNCHED' ? 'SUCCEEDED' : 'FAILED';
  return {
    document: {
      initiated: {
        apiCallDateTime: stampOf(drs, note.at),
        jobID: note.jobId,
        type: note.type,
      },
      status: launchStatusAt(gone && marks ? { ...note, outcome: 'TERMINATED' } : note, at),
    },
    result: ended ? launched : 'PENDING',
  };
}

function sourceProperties(drs: Drs, server: SourceServer, at: number): JsonObject | undefined {
  const told = server.document['sourceProperties'];
  if (!isJsonObject(told)) return undefined;
  const { awsInstanceId } = recordOf(drs.records, server.id);
  const from = stampMs(textAt(told, 'lastUpdatedDateTime'));
  const state = replicationOf(drs, server, at)?.state ?? server.stateAt(at);
  const { alive, from: lastSeen } = state.heartbeat;
  const heardAt = state.phase.kind === 'inert' ? from : alive ? at : lastSeen;
  const every = drs.region.world.parameters.propertiesRefreshMinutes * 60_000;
  const updatedAt = from === undefined ? undefined : lastHeartbeat(from, every, heardAt ?? from);
  return {
    ...told,
    ...(updatedAt === undefined || updatedAt === from
      ? {}
      : { lastUpdatedDateTime: stampOf(drs, updatedAt) }),
    ...(awsInstanceId === undefined
      ? {}
      : {
          identificationHints: {
            ...objectAt(told, 'identificationHints'),
            awsInstanceID: awsInstanceId,
          },
        }),
  };
}

function stagingArea(drs: Drs, server: SourceServer, at: number): JsonObject {
  const { stagingArn } = recordOf(drs.records, server.id);
  if (stagingArn === undefined) {
    const told = objectAt(server.document, 'stagingArea');
    return { status: 'NOT_EXTENDED', stagingAccountID: drs.region.accountId, ...told };
  }
  const base = {
    stagingAccountID: readDrsArn(stagingArn)?.place.accountId,
    stagingSourceServerArn: stagingArn,
  };
  const readable = replicationOf(drs, server, at) !== undefined;
  return readable
    ? { status: 'EXTENDED', ...base }
    : {
        status: 'EXTENSION_ERROR',
        ...base,
        errorMessage: 'The source server in the staging account does not exist or is disconnected',
      };
}
