import { initiate } from '../replication.ts';
import { discoveredDisks, initiationSteps, type SourceServer } from '../source-server.ts';
import { replicationConfiguration } from './configurations.ts';
import { type Drs, recordOf } from './part.ts';
import { dropPoints } from './recovery-points.ts';

/** Starts replication from nothing: initiation, initial sync, the first consistent snapshot. */
export function begin(drs: Drs, server: SourceServer): void {
  const { engine, region } = drs;
  const { parameters, now } = region.world;
  const { disks } = server.state;
  const known = disks.some((disk) => disk.total > 0) ? disks : discoveredDisks(server.document);
  const dedicated = replicationConfiguration(drs, server)['useDedicatedReplicationServer'] === true;
  const joins =
    !dedicated && engine.activeServers > 0 && parameters.drsSharedReplicationServerSkips;
  dropPoints(drs, server);
  engine.change(server, {
    phase: { kind: 'stopped' },
    disks: known.map((disk) => ({ ...disk, replicated: 0, rescanned: 0, backlogged: 0 })),
    launchable: false,
    lastSnapshotAt: undefined,
    heartbeat: { from: now, alive: true },
  });
  server.cause = undefined;
  recordOf(drs.records, server.id).sharesReplicationServer = joins;
  initiate(engine, server, joins ? initiationSteps.indexOf('CREATE_STAGING_DISKS') : 0, undefined);
}
