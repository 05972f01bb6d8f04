import { launchesAs } from '../ec2/launch-templates.ts';
import { type JsonObject, objectAt, textAt } from '../json.ts';
import type { SourceServer } from '../source-server.ts';
import { later } from './appointments.ts';
import { launchConfiguration } from './configurations.ts';
import { dataOf } from './extension.ts';
import { keepInstance } from './instances-of-server.ts';
import { openJob } from './jobs.ts';
import { intoInstanceOf } from './launch-fitness.ts';
import { type Drs, recordOf } from './part.ts';
import type { JobRecord, RecoveryInstanceRecord } from './records.ts';
import { type Course, courseOf } from './recovery-course.ts';
import type { RecoveryPoint } from './recovery-points.ts';
import { convertInStaging } from './staging-conversion.ts';

/** A server that is to be launched, from a recovery snapshot where one was pinned. */
export interface ServerOrder {
  readonly server: SourceServer;
  readonly point: RecoveryPoint | undefined;
}

/** A launch of servers; id and creation are given for a job that was under way before the start. */
export interface RecoveryOrder {
  readonly isDrill: boolean;
  readonly servers: readonly ServerOrder[];
  readonly tags: JsonObject;
  readonly id?: string;
  readonly createdAt?: number;
}

/**
 * Starts the job of a drill or recovery; each server goes its own way through the pipeline. Of the launch faults,
 * those on `test-launch` hit drills and those on `cutover-launch` hit recoveries.
 */
export function runRecovery(drs: Drs, order: RecoveryOrder): JobRecord {
  const { world } = drs.region;
  const kind = order.isDrill ? 'test-launch' : 'cutover-launch';
  const courses: Course[] = [];
  const job = openJob(drs, {
    type: 'LAUNCH',
    initiatedBy: order.isDrill ? 'START_DRILL' : 'START_RECOVERY',
    tags: order.tags,
    ...(order.id === undefined ? {} : { id: order.id }),
    ...(order.createdAt === undefined ? {} : { createdAt: order.createdAt }),
    servers: (jobId, startsAt) => {
      for (const { server, point } of order.servers) {
        server.launches[kind] += 1;
        const faults = world.book.launch(server, kind, server.launches[kind]);
        const launch = { jobId, startsAt: startsAt + 400, isDrill: order.isDrill, point, faults };
        courses.push(courseOf(drs, server, launch));
      }
      return courses;
    },
  });
  for (const course of courses) follow(drs, job, course, order.isDrill);
  convertInStaging(
    drs,
    order.servers.map(({ server }) => server),
  );
  return job;
}

/** What a launch into another instance finds there is not known. */
function shapeOf(drs: Drs, server: SourceServer) {
  if (intoInstanceOf(drs, server) !== undefined) return {};
  const { instanceType, subnetId } = launchesAs(drs.engine, server);
  return { instanceType, ...(subnetId === undefined ? {} : { subnetId }) };
}

// What a launch does: earlier instances go, the new one comes, the server remembers it.
function follow(drs: Drs, job: JobRecord, course: Course, isDrill: boolean): void {
  const { region, records, engine } = drs;
  const { part } = course;
  const server = engine.serversById.get(part.serverId);
  if (server === undefined) return;
  for (const { instance, at } of course.cleaned) removeInstance(drs, instance, at);
  const record = recordOf(records, server.id);
  record.launches = [
    ...record.launches.slice(-4),
    {
      at: job.createdAt,
      jobId: job.id,
      type: isDrill ? 'DRILL' : 'RECOVERY',
      startsAt: part.startsAt,
      endsAt: part.endsAt,
      outcome: part.outcome,
    },
  ];
  later(drs, part.endsAt, { kind: 'launch-result', jobId: job.id, serverId: server.id });
  const id = part.instanceId;
  if (id === undefined) return;
  const configuration = launchConfiguration(drs, server);
  const { chance, parameters } = region.world;
  const checks = chance.between(parameters.statusChecksSeconds, 'status checks', id) * 1000;
  region.instances.set(id, {
    id,
    launchedAt: part.instanceFrom,
    checksOkAt: course.launchedAt + checks,
    impaired: course.impaired,
    ...(configuration['launchDisposition'] === 'STOPPED' ? { stopped: true } : {}),
    ...shapeOf(drs, server),
    terminatedAt: undefined,
  });
  const cloud = objectAt(server.document, 'sourceCloudProperties');
  const origin = textAt(cloud, 'originRegion') === undefined ? 'ON_PREMISES' : 'AWS';
  keepInstance(drs, {
    id,
    jobId: job.id,
    sourceServerId: server.id,
    isDrill,
    pointInTimeAt: course.pointInTimeAt,
    from: course.launchedAt,
    goneAt: undefined,
    origin,
    originAvailabilityZone: textAt(cloud, 'originAvailabilityZone'),
    disks: (dataOf(drs, server)?.server ?? server).state.disks.map((disk) => ({
      deviceName: textAt(disk.known, 'deviceName') ?? '',
      bytes: disk.total,
    })),
    disconnectedAt: undefined,
    tags: configuration['copyTags'] === true ? server.state.tags : {},
    replicationConfiguration: {},
    reversal: undefined,
    failback: undefined,
  });
  const boots = parameters.drsFailbackClientBootsAfterMinutes;
  if (origin === 'ON_PREMISES' && !isDrill && boots !== 'never') {
    later(drs, course.launchedAt + boots * 60_000, { kind: 'client-boots', instanceId: id });
  }
}

/** Takes a recovery instance and its EC2 instance away at an instant. */
export function removeInstance(drs: Drs, instance: RecoveryInstanceRecord, at: number): void {
  instance.goneAt = at;
  const machine = drs.region.instances.get(instance.id);
  if (machine !== undefined) machine.terminatedAt = at;
  const record = recordOf(drs.records, instance.sourceServerId);
  record.launches = record.launches.map((note) =>
    note.jobId === instance.jobId ? { ...note, terminatedAt: at } : note,
  );
}
