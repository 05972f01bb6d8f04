import { docAt, docsAt, instantAt, textAt } from './observation.ts';
import type { Instant } from './time.ts';

/** What one poll saw of one job of MGN or DRS. A COMPLETED job may hold FAILED servers (reference/mgn.md 0.1). */
export interface JobObservation {
  readonly jobId: string;
  readonly arn: string | undefined;
  readonly type: string | undefined;
  readonly initiatedBy: string | undefined;
  readonly status: string | undefined;
  readonly createdAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly servers: readonly JobServerObservation[];
}

/** One server's part in a job. */
export interface JobServerObservation {
  readonly sourceServerId: string;
  readonly launchStatus: string | undefined;
  readonly instanceId: string | undefined;
  readonly postLaunchActions: readonly PostLaunchAction[];
}

/** One post-launch action of a launched instance. */
export interface PostLaunchAction {
  readonly name: string;
  readonly status: string | undefined;
  readonly reason: string | undefined;
  readonly mustSucceedForCutover: boolean;
}

type Doc = Readonly<Record<string, unknown>>;

function actionsOf(server: Doc): readonly PostLaunchAction[] {
  const status = docAt(server, 'postLaunchActionsStatus');
  const ofMgn = docsAt(status, 'postLaunchActionsLaunchStatusList').map((entry) => {
    const action = docAt(entry, 'ssmDocument');
    return {
      name: textAt(action, 'actionName') ?? textAt(action, 'ssmDocumentName') ?? 'unnamed action',
      status: textAt(entry, 'executionStatus'),
      reason: textAt(entry, 'failureReason'),
      mustSucceedForCutover: action['mustSucceedForCutover'] === true,
    };
  });
  return [...ofMgn, ...docsAt(docAt(server, 'launchActionsStatus'), 'runs').map(actionOfRun)];
}

/** DRS calls them launch actions; those that are not optional must succeed. */
function actionOfRun(run: Doc): PostLaunchAction {
  const action = docAt(run, 'action');
  const status = textAt(run, 'status');
  return {
    name: textAt(action, 'name') ?? textAt(action, 'actionId') ?? 'unnamed action',
    status: status === 'SUCCEEDED' ? 'SUCCESS' : status,
    reason: textAt(run, 'failureReason'),
    mustSucceedForCutover: action['optional'] === false,
  };
}

/** Normalises a Job document; undefined where it has no id. */
export function observeJob(document: Doc): JobObservation | undefined {
  const jobId = textAt(document, 'jobID');
  if (jobId === undefined) return undefined;
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(docAt(document, 'tags'))) {
    if (typeof value === 'string') tags[key] = value;
  }
  return {
    jobId,
    arn: textAt(document, 'arn'),
    type: textAt(document, 'type'),
    initiatedBy: textAt(document, 'initiatedBy'),
    status: textAt(document, 'status'),
    createdAt: instantAt(document, 'creationDateTime'),
    endedAt: instantAt(document, 'endDateTime'),
    tags,
    servers: docsAt(document, 'participatingServers').flatMap((server) => {
      const sourceServerId = textAt(server, 'sourceServerID');
      if (sourceServerId === undefined) return [];
      return [
        {
          sourceServerId,
          launchStatus: textAt(server, 'launchStatus'),
          instanceId:
            textAt(server, 'launchedEc2InstanceID') ?? textAt(server, 'recoveryInstanceID'),
          postLaunchActions: actionsOf(server),
        },
      ];
    }),
  };
}

/** Says whether a job still counts against the quotas: anything but COMPLETED, unknown values included. */
export function isOpen(job: Pick<JobObservation, 'status'>): boolean {
  return job.status !== 'COMPLETED';
}

/** What a finished job's log says of one server. */
export interface JobLogVerdict {
  readonly usedPreviousSnapshot: boolean;
  readonly skipped: boolean;
  /** The failing event and its raw error, cut to 1,000 characters; undefined where none failed. */
  readonly failure: string | undefined;
  /** When the launch's own snapshot was taken; absent where the log does not say. */
  readonly snapshotEndedAt?: Instant;
  /** The instance that the log names; DRS leaves it out of the job itself (reference/drs.md 1.6). */
  readonly instanceId: string | undefined;
}

const failing = new Set(['SNAPSHOT_FAIL', 'CONVERSION_FAIL', 'LAUNCH_FAILED', 'CLEANUP_FAIL']);

/** Reads a job's log for one server. */
export function readJobLog(log: readonly Doc[], sourceServerId: string): JobLogVerdict {
  let usedPreviousSnapshot = false;
  let skipped = false;
  let failed: string | undefined;
  let instanceId: string | undefined;
  let snapshotEndedAt: Instant | undefined;
  for (const line of log) {
    const data = docAt(line, 'eventData');
    if (textAt(data, 'sourceServerID') !== sourceServerId) continue;
    const event = textAt(line, 'event');
    if (event === 'USING_PREVIOUS_SNAPSHOT') usedPreviousSnapshot = true;
    if (event === 'SERVER_SKIPPED') skipped = true;
    if (event === 'SNAPSHOT_END') snapshotEndedAt = instantAt(line, 'logDateTime');
    if (event === 'LAUNCH_END') instanceId = textAt(data, 'targetInstanceID') ?? instanceId;
    if (event !== undefined && failing.has(event)) {
      const raw = textAt(data, 'rawError');
      failed = (raw === undefined ? event : `${event}: ${raw}`).slice(0, 1000);
    }
  }
  return {
    usedPreviousSnapshot,
    skipped,
    failure: failed,
    instanceId,
    ...(snapshotEndedAt === undefined ? {} : { snapshotEndedAt }),
  };
}
