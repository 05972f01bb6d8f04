import { grouped } from './grouped.ts';
import type { Recorded, SeenJob, SeenLog, SeenLogLine } from './recorded.ts';

/** A duration that lies between two bounds, in milliseconds; both are the same where it is exact. */
export interface Bounded {
  readonly least: number;
  readonly most: number;
}

/** Answers the times of all servers and jobs from a line of a log to the first of others that follows it. */
export function stepsOf(
  recorded: Recorded,
  starts: readonly string[],
  ends: readonly string[],
): readonly number[] {
  return recorded.logs.flatMap((log) =>
    [...linesOfServers(log).values()].flatMap((lines) => {
      const found: number[] = [];
      let startedAt: number | undefined;
      for (const { at, event } of lines) {
        if (ends.includes(event) && startedAt !== undefined) {
          found.push(at - startedAt);
          startedAt = undefined;
        }
        if (starts.includes(event)) startedAt = at;
      }
      return found;
    }),
  );
}

/** Answers the times from the creation of jobs to their first log line. */
export function jobStarts(recorded: Recorded): readonly number[] {
  return recorded.logs.flatMap((log) => {
    const job = jobOf(recorded, log);
    const startsAt = log.lines.find((line) => line.event === 'JOB_START')?.at;
    return job?.createdAt === undefined || startsAt === undefined ? [] : [startsAt - job.createdAt];
  });
}

const lastWords = [
  'CLEANUP_END',
  'CLEANUP_FAIL',
  'SERVER_SKIPPED',
  'CONVERSION_FAIL',
  'LAUNCH_FAILED',
];

/** Answers the times from a job's last server to its end, of jobs whose log tells when each server was through. */
export function jobEnds(recorded: Recorded): readonly number[] {
  return recorded.logs.flatMap((log) => {
    const endsAt = log.lines.find((line) => line.event === 'JOB_END')?.at;
    const last = [...linesOfServers(log).values()].flatMap((lines) => lines.at(-1) ?? []);
    const isTold = last.length > 0 && last.every(({ event }) => lastWords.includes(event));
    return endsAt === undefined || !isTold ? [] : [endsAt - Math.max(...last.map(({ at }) => at))];
  });
}

/** Answers how long launches took from LAUNCH_START on, as narrowly as polls tell when instances were launched. */
export function launches(recorded: Recorded): readonly Bounded[] {
  return recorded.logs.flatMap((log) => {
    const job = jobOf(recorded, log);
    const endsAt = log.lines.find((line) => line.event === 'JOB_END')?.at ?? Infinity;
    if (job === undefined) return [];
    return [...linesOfServers(log)].flatMap(([server, lines]) => {
      const startsAt = lines.at(-1)?.event === 'LAUNCH_START' ? lines.at(-1)?.at : undefined;
      const launched = launchOf(recorded, job, server);
      if (startsAt === undefined || launched === undefined) return [];
      return [
        {
          least: Math.max(0, launched.after - startsAt),
          most: Math.min(endsAt, launched.until) - startsAt,
        },
      ];
    });
  });
}

/** Answers how long first boots took from the launch on, as narrowly as polls tell. */
export function firstBoots(recorded: Recorded): readonly Bounded[] {
  return recorded.jobs.flatMap((job) =>
    [...job.statuses.keys()].flatMap((id) => {
      const launched = launchOf(recorded, job, id);
      const sightings = (
        recorded.servers.find((server) => server.id === id)?.sightings ?? []
      ).filter((sighting) => sighting.launchedByJob === job.id);
      const booted = sightings.findIndex((sighting) => sighting.firstBoot === 'SUCCEEDED');
      const until = sightings[booted]?.at;
      if (launched === undefined || until === undefined) return [];
      const after = sightings[booted - 1]?.at ?? launched.after;
      return [
        { least: Math.max(0, after - launched.until), most: Math.max(0, until - launched.after) },
      ];
    }),
  );
}

/** Says whether a log tells of a snapshot that a launch took of a server in a span. */
export function hasLaunchSnapshot(
  recorded: Recorded,
  server: string,
  after: number,
  until: number,
): boolean {
  return recorded.logs.some(({ lines }) =>
    lines.some(
      (line) =>
        line.event === 'SNAPSHOT_START' &&
        line.server === server &&
        line.at > after &&
        line.at <= until + 1000,
    ),
  );
}

// Between the last poll that shows the launch under way and the first that shows it done.
function launchOf(
  recorded: Recorded,
  job: SeenJob,
  server: string,
): { readonly after: number; readonly until: number } | undefined {
  const statuses = job.statuses.get(server) ?? [];
  const done = statuses.findIndex(({ status }) => status === 'LAUNCHED');
  const before = statuses[done - 1];
  const shown = recorded.servers.find(({ id }) => id === server)?.sightings ?? [];
  const place = shown.findIndex((sighting) => sighting.launchedByJob === job.id);
  const after = Math.max(
    done > 0 ? (before?.at ?? -Infinity) : -Infinity,
    place > 0 ? (shown[place - 1]?.at ?? -Infinity) : -Infinity,
  );
  const until = Math.min(statuses[done]?.at ?? Infinity, shown[place]?.at ?? Infinity);
  return Number.isFinite(after) && Number.isFinite(until) && after <= until
    ? { after, until }
    : undefined;
}

// A log without its job is the one of the youngest job before it that has all its servers.
function jobOf(recorded: Recorded, log: SeenLog): SeenJob | undefined {
  if (log.job !== undefined) return recorded.jobs.find(({ id }) => id === log.job);
  const startsAt = log.lines[0]?.at ?? -Infinity;
  const servers = [...linesOfServers(log).keys()];
  return recorded.jobs
    .filter(
      ({ createdAt = Infinity, statuses }) =>
        createdAt <= startsAt && servers.every((server) => statuses.has(server)),
    )
    .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))[0];
}

function linesOfServers(log: SeenLog): ReadonlyMap<string, readonly SeenLogLine[]> {
  return grouped(
    log.lines.filter((line) => line.server !== ''),
    (line) => line.server,
  );
}
