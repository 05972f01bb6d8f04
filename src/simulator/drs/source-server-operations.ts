import * as z from 'zod';
import { disconnect, stopReplication } from '../ending.ts';
import { objectAt, textAt } from '../json.ts';
import type { Operation } from '../operations/operation.ts';
import { isRunning } from '../region-state.ts';
import { retry } from '../replication.ts';
import { validation } from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';
import { readDrsArn } from './arn.ts';
import { begin } from './begin-replication.ts';
import { instanceOfServer } from './instances-of-server.ts';
import { refuseDuringJob } from './jobs.ts';
import { drsOperation, listing, theServer } from './operation.ts';
import { type Drs, recordOf } from './part.ts';
import { drsQuotasOf } from './quotas.ts';
import { dropPoints } from './recovery-points.ts';
import { conflict } from './refusal.ts';
import { sourceServerDocument } from './source-server-document.ts';

const one = z.object({ sourceServerID: z.string() });
const filters = z
  .object({
    sourceServerIDs: z.array(z.string()).optional(),
    hardwareId: z.string().optional(),
    stagingAccountIDs: z.array(z.string()).optional(),
  })
  .optional();

/** The operations on source servers and their replication. */
export const sourceServerOperations: readonly Operation[] = [
  drsOperation('DescribeSourceServers', z.object({ filters }), (drs, input, call) => {
    const { sourceServerIDs = [], hardwareId, stagingAccountIDs = [] } = input.filters ?? {};
    const candidates =
      sourceServerIDs.length > 0
        ? drs.engine.serversNamed(new Set(sourceServerIDs))
        : drs.engine.servers;
    const found = candidates.filter(
      (server) =>
        !server.stateAt(call.readAt).deleted &&
        (hardwareId === undefined || isHardware(server, hardwareId)) &&
        (stagingAccountIDs.length === 0 ||
          stagingAccountIDs.includes(stagingAccountOf(drs, server))),
    );
    return listing(call, found, {
      filters: input.filters,
      orderOf: (server) => drs.engine.placeOf(server),
      print: (server) => sourceServerDocument(drs, server, call.readAt),
    });
  }),
  drsOperation('StartReplication', one, (drs, { sourceServerID }) => {
    const server = theServer(drs, sourceServerID);
    const { kind } = server.state.phase;
    const { parameters } = drs.region.world;
    const disconnected =
      kind === 'disconnected' && parameters.drsStartFromDisconnected === 'accept';
    if ((kind !== 'stopped' && !disconnected) || isExtended(drs, server)) {
      throw conflict('Replication can be started only for a stopped source server', [server.id]);
    }
    refuseDuringJob(drs, [server.id]);
    // No ServiceQuotaExceeded is declared here (reference: DRS 1.7).
    const { replicatingServers } = drsQuotasOf(parameters);
    if (drs.engine.activeServers >= replicatingServers.value) {
      throw conflict(`Quota exceeded: ${replicatingServers.name}`, [server.id]);
    }
    begin(drs, server);
    return wrapped(drs, server);
  }),
  drsOperation('StopReplication', one, (drs, { sourceServerID }) => {
    const server = theServer(drs, sourceServerID);
    if (!isRunning(server.state.phase) || isExtended(drs, server)) {
      throw conflict('The source server does not replicate', [server.id]);
    }
    refuseDuringJob(drs, [server.id]);
    stopReplication(drs.engine, server);
    // It deletes every point in time (reference: DRS 1.9, H2).
    dropPoints(drs, server);
    return wrapped(drs, server);
  }),
  drsOperation('RetryDataReplication', one, (drs, { sourceServerID }) => {
    const server = theServer(drs, sourceServerID);
    const { phase } = server.state;
    const idle = phase.kind === 'stopped' || phase.kind === 'disconnected';
    if (phase.kind === 'frozen' && phase.shown === 'STALLED') retry(drs.engine, server);
    else if (idle && drs.region.world.parameters.drsRetryRestarts && !isExtended(drs, server)) {
      begin(drs, server);
    } else {
      // No ConflictException is declared here (reference: DRS 1.4): a wrong state is a ValidationException.
      throw validation(`Data replication of ${server.id} is not stalled or stopped`, 'other', [
        { name: 'sourceServerID', message: `${server.id} cannot be retried in its state` },
      ]);
    }
    return sourceServerDocument(drs, server, drs.region.world.now);
  }),
  drsOperation('DisconnectSourceServer', one, (drs, { sourceServerID }) => {
    const server = theServer(drs, sourceServerID);
    const { now } = drs.region.world;
    if (instanceOfServer(drs, server.id, now) !== undefined) {
      throw conflict('The source server has a recovery instance', [server.id]);
    }
    refuseDuringJob(drs, [server.id]);
    if (server.state.phase.kind !== 'disconnected') end(drs, server);
    // The answer is the server itself, without a wrapping (reference: DRS 2.1).
    return sourceServerDocument(drs, server, now);
  }),
  drsOperation(
    'DeleteSourceServer',
    one,
    (drs, { sourceServerID }) => {
      const server = theServer(drs, sourceServerID);
      if (server.state.phase.kind !== 'disconnected') {
        throw conflict('Only disconnected source servers can be deleted', [server.id]);
      }
      refuseDuringJob(drs, [server.id]);
      drs.engine.change(server, { deleted: true });
      drs.records.launchActions.delete(server.id);
      return {};
    },
    { status: 204 },
  ),
];

/** Ends replication for good; disk sizes are zero at once (API reference, DisconnectSourceServer). */
function end(drs: Drs, server: SourceServer): void {
  disconnect(drs.engine, server);
  drs.engine.change(server, {
    disks: server.state.disks.map((disk) => ({
      ...disk,
      total: 0,
      replicated: 0,
      rescanned: 0,
      backlogged: 0,
    })),
  });
  dropPoints(drs, server);
}

function wrapped(drs: Drs, server: SourceServer) {
  return { sourceServer: sourceServerDocument(drs, server, drs.region.world.now) };
}

function isExtended(drs: Drs, server: SourceServer): boolean {
  return recordOf(drs.records, server.id).stagingArn !== undefined;
}

function isHardware(server: SourceServer, hardwareId: string): boolean {
  const properties = objectAt(server.document, 'sourceProperties');
  const hints = objectAt(properties, 'identificationHints');
  return [hints['vmWareUuid'], hints['awsInstanceID']].includes(hardwareId);
}

function stagingAccountOf(drs: Drs, server: SourceServer): string {
  const { stagingArn } = recordOf(drs.records, server.id);
  const told = textAt(objectAt(server.document, 'stagingArea'), 'stagingAccountID');
  return readDrsArn(stagingArn)?.place.accountId ?? told ?? drs.region.accountId;
}
