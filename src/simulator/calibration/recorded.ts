// In: the lines of a trace, one recorded answer of MGN each. Out: what was seen of each server, job and job log in the
// order of time. calibrate.ts measures on it.
import type * as z from 'zod';
import { type Line, readLines, type ServerItem, type TraceProblem } from './trace-line.ts';

/** A server as one answer showed it; instants in milliseconds after 1970. */
export interface Sighting {
  readonly at: number;
  /** The replication state. */
  readonly state: string;
  readonly isAgentless: boolean;
  readonly lastSeenAt: number | undefined;
  readonly lastSnapshotAt: number | undefined;
  readonly refreshedAt: number | undefined;
  readonly totalBytes: number;
  readonly replicatedBytes: number;
  readonly backloggedBytes: number;
  readonly launchedByJob: string | undefined;
  readonly firstBoot: string | undefined;
}

/** All that was seen of a server, oldest first. */
export interface SeenServer {
  readonly id: string;
  /** Region and account, from the ARN. */
  readonly place: string;
  readonly sightings: readonly Sighting[];
}

/** A job and when each of its servers had which launch status, oldest first. */
export interface SeenJob {
  readonly id: string;
  readonly createdAt: number | undefined;
  readonly statuses: ReadonlyMap<
    string,
    readonly { readonly at: number; readonly status: string }[]
  >;
}

/** A line of a job log; the server is empty where the line is of the whole job. */
export interface SeenLogLine {
  readonly at: number;
  readonly event: string;
  readonly server: string;
}

/** The log of one job, oldest line first. */
export interface SeenLog {
  readonly job: string | undefined;
  readonly lines: readonly SeenLogLine[];
}

/** A trace that was read. */
export interface Recorded {
  readonly answers: number;
  /** When the first and the last answer were recorded. */
  readonly from: number;
  readonly to: number;
  readonly servers: readonly SeenServer[];
  readonly jobs: readonly SeenJob[];
  readonly logs: readonly SeenLog[];
}

/** A trace, or why it cannot be read. */
export type RecordedRead =
  | { readonly ok: true; readonly recorded: Recorded }
  | { readonly ok: false; readonly problems: readonly TraceProblem[] };

/** Reads a trace; a bad one is refused with all its problems. */
export function readRecorded(text: string): RecordedRead {
  const read = readLines(text);
  return read.ok ? { ok: true, recorded: recordedOf(read.lines) } : read;
}

function recordedOf(lines: readonly Line[]): Recorded {
  return {
    answers: lines.length,
    from: lines[0]?.recordedAt ?? 0,
    to: lines.at(-1)?.recordedAt ?? 0,
    servers: seenServers(lines),
    jobs: seenJobs(lines),
    logs: seenLogs(lines),
  };
}

function seenServers(lines: readonly Line[]): readonly SeenServer[] {
  const seen = new Map<string, { readonly place: string; readonly sightings: Sighting[] }>();
  for (const { operation, recordedAt, answer } of lines) {
    if (operation !== 'describe-source-servers') continue;
    for (const server of answer.items) {
      const id = server.sourceServerID;
      const [, , , region = '', account = ''] = server.arn?.split(':') ?? [];
      const known = seen.get(id) ?? { place: `${region}:${account}`, sightings: [] };
      seen.set(id, known);
      known.sightings.push(sightingOf(server, recordedAt));
    }
  }
  return [...seen].map(([id, rest]) => ({ id, ...rest }));
}

function sightingOf(server: z.output<typeof ServerItem>, at: number): Sighting {
  const { dataReplicationInfo: info, launchedInstance } = server;
  const sum = (bytesOf: (disk: (typeof info.replicatedDisks)[number]) => number) =>
    info.replicatedDisks.reduce((total, disk) => total + bytesOf(disk), 0);
  return {
    at,
    state: info.dataReplicationState,
    isAgentless: server.replicationType === 'SNAPSHOT_SHIPPING',
    lastSeenAt: server.lifeCycle.lastSeenByServiceDateTime,
    lastSnapshotAt: info.lastSnapshotDateTime,
    refreshedAt: server.sourceProperties.lastUpdatedDateTime,
    totalBytes: sum((disk) => disk.totalStorageBytes),
    replicatedBytes: sum((disk) => disk.replicatedStorageBytes),
    backloggedBytes: sum((disk) => disk.backloggedStorageBytes),
    launchedByJob: launchedInstance.jobID,
    firstBoot: launchedInstance.firstBoot,
  };
}

function seenJobs(lines: readonly Line[]): readonly SeenJob[] {
  const seen = new Map<
    string,
    {
      readonly createdAt: number | undefined;
      readonly statuses: Map<string, { readonly at: number; readonly status: string }[]>;
    }
  >();
  for (const { operation, recordedAt, answer } of lines) {
    if (operation !== 'describe-jobs') continue;
    for (const { jobID, creationDateTime, participatingServers } of answer.items) {
      const job = seen.get(jobID) ?? { createdAt: creationDateTime, statuses: new Map() };
      seen.set(jobID, job);
      for (const { sourceServerID, launchStatus } of participatingServers) {
        const statuses = job.statuses.get(sourceServerID) ?? [];
        job.statuses.set(sourceServerID, statuses);
        statuses.push({ at: recordedAt, status: launchStatus });
      }
    }
  }
  return [...seen].map(([id, rest]) => ({ id, ...rest }));
}

// The aws CLI prints a job's log without the job: its first line of a server stands for the job.
function seenLogs(lines: readonly Line[]): readonly SeenLog[] {
  const seen = new Map<
    string,
    { readonly job?: string; readonly lines: Map<string, SeenLogLine> }
  >();
  for (const recorded of lines) {
    if (recorded.operation !== 'describe-job-log-items') continue;
    const { answer, jobID } = recorded;
    const read = answer.items
      .map(({ logDateTime, event, eventData }) => ({
        at: logDateTime,
        event,
        server: eventData.sourceServerID,
      }))
      .toSorted((a, b) => a.at - b.at);
    const first = read.find(({ server }) => server !== '');
    const key = jobID ?? (first && `${first.at} ${first.event} ${first.server}`);
    if (key === undefined) continue;
    const log = seen.get(key) ?? {
      ...(jobID === undefined ? {} : { job: jobID }),
      lines: new Map<string, SeenLogLine>(),
    };
    seen.set(key, log);
    for (const one of read) log.lines.set(`${one.at} ${one.event} ${one.server}`, one);
  }
  return [...seen.values()].map(({ job, lines: all }) => ({
    job,
    lines: [...all.values()].toSorted((a, b) => a.at - b.at),
  }));
}
