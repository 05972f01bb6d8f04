import * as z from 'zod';
import { stopReplication } from '../ending.ts';
import type { JsonObject } from '../json.ts';
import { quotasOf } from '../parameters.ts';
import { isRunning, type RegionState } from '../region-state.ts';
import { freeze, initiate, resume, retry, startReplication } from '../replication.ts';
import { serverDocument } from '../server-document.ts';
import { conflict, quotaExceeded, validation } from '../service-exception.ts';
import { initiationSteps, type SourceServer } from '../source-server.ts';
import {
  accountID,
  checked,
  type Operation,
  refuseDuringJob,
  sourceServerID,
  theServer,
} from './operation.ts';

const one = z.object({ sourceServerID, accountID });

/** Builds an operation on one server that answers the whole server (reference: MGN 2.6). */
export function serverOperation(
  name: string,
  act: (region: RegionState, server: SourceServer, input: JsonObject) => void,
): Operation {
  return {
    service: 'mgn',
    name,
    method: 'POST',
    path: `/${name}`,
    writes: true,
    status: 200,
    answer: ({ region, input }) => {
      const server = theServer(region, checked(one, input).sourceServerID);
      act(region, server, input);
      return serverDocument(region, server, region.world.now);
    },
  };
}

/** The operations of MGN that start, stop and mend replication. */
export const mgnReplication: readonly Operation[] = [
  serverOperation('StartReplication', (region, server) => {
    const { phase, archived } = server.state;
    const startable = ['DISCOVERED', 'STOPPED'].includes(server.lifeCycleState);
    if (!startable || archived || phase.kind !== 'stopped') {
      throw conflict('The source server is not in a state in which replication can be started', [
        server.id,
      ]);
    }
    const { parameters } = region.world;
    if (!server.agentless && parameters.startReplicationScope === 'snapshot-shipping') {
      throw conflict('Replication can be started only for SNAPSHOT_SHIPPING source servers', [
        server.id,
      ]);
    }
    if (
      server.agentless &&
      parameters.startReplicationNeedsLiveClient &&
      !region.clientAlive(server)
    ) {
      throw conflict('The vCenter client of the source server is not connected', [server.id]);
    }
    const { activeServers } = quotasOf(parameters);
    if (region.activeServers >= activeServers.value) throw quotaExceeded(activeServers);
    startReplication(region, server);
  }),
  serverOperation('StopReplication', (region, server) => {
    refuseDuringJob(region, server);
    refuseUnlessRunning(server);
    stopReplication(region, server);
  }),
  serverOperation('PauseReplication', (region, server) => {
    const { phase } = server.state;
    refuseUnlessRunning(server);
    if (phase.kind === 'frozen' && phase.shown === 'PAUSED') {
      throw conflict('Replication is already paused', [server.id]);
    }
    server.cause = undefined;
    freeze(region, server, 'PAUSED', undefined);
  }),
  serverOperation('ResumeReplication', (region, server) => {
    const { phase } = server.state;
    if (phase.kind !== 'frozen' || phase.shown !== 'PAUSED') {
      throw conflict('Replication is not paused', [server.id]);
    }
    if (region.world.parameters.pauseStopsReplicationServer) {
      initiate(
        region,
        server,
        initiationSteps.indexOf('LAUNCH_REPLICATION_SERVER'),
        phase.behindSince,
      );
    } else resume(region, server);
  }),
  serverOperation('RetryDataReplication', (region, server) => {
    const { phase } = server.state;
    // No ConflictException is declared here (reference: MGN 2.2): a wrong state is a ValidationException.
    if (phase.kind !== 'frozen' || phase.shown !== 'STALLED') {
      throw validation(`Data replication of source server ${server.id} is not stalled`, 'other', [
        { name: 'sourceServerID', message: `${server.id} is not stalled` },
      ]);
    }
    retry(region, server);
  }),
  serverOperation('UpdateSourceServerReplicationType', (region, server, input) => {
    const model = z.object({ replicationType: z.enum(['AGENT_BASED', 'SNAPSHOT_SHIPPING']) });
    const { replicationType } = checked(model, input);
    if (!['DISCOVERED', 'STOPPED'].includes(server.lifeCycleState)) {
      throw conflict(
        'The replication type can be changed only while the server does not replicate',
        [server.id],
      );
    }
    if (replicationType === 'SNAPSHOT_SHIPPING' && server.vcenterClientId === undefined) {
      throw validation('SNAPSHOT_SHIPPING needs a vCenter client', 'other', [
        { name: 'replicationType', message: `${server.id} has no vcenterClientID` },
      ]);
    }
    region.change(server, { replicationType });
  }),
];

function refuseUnlessRunning(server: SourceServer): void {
  if (isRunning(server.state.phase) && !server.state.archived) return;
  throw conflict('The source server does not replicate', [server.id]);
}
