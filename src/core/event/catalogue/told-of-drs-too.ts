import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';

// What is told of servers of both services alike; the rest of what is told of servers is of MGN alone.
const both: ReadonlySet<DetailType> = new Set([
  DetailType.Discovered,
  DetailType.Presence,
  DetailType.Replication,
  DetailType.Stalled,
  DetailType.InitiationStep,
  DetailType.InitialSync,
  DetailType.EtaSlip,
  DetailType.Launchable,
  DetailType.Lag,
  DetailType.Backlog,
  DetailType.AgentStale,
  DetailType.Instance,
  DetailType.InstanceHealth,
  DetailType.PostLaunch,
  DetailType.ConfigurationDrift,
  DetailType.TargetUnreachable,
  DetailType.TargetReachable,
  DetailType.QuotaPressure,
  DetailType.TemplateDrift,
  DetailType.JobStarted,
  DetailType.JobProgress,
  DetailType.JobStaleSnapshot,
  DetailType.JobEnded,
]);

/** Adds DRS to the sources of what is told of both services alike. */
export function toldOfDrsToo(entry: CatalogueEntry): CatalogueEntry {
  return both.has(entry.detailType) ? { ...entry, alsoFrom: 'landfall.drs' } : entry;
}
