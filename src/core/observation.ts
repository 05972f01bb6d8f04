import type { DrsPart } from './observation/drs-part.ts';
import type { Target } from './target.ts';
import { durationSeconds, type Instant, instantMs } from './time.ts';

/**
 * What one poll saw of one server, normalised over the forms of MGN and DRS. Enums stay open: a value that nobody knows
 * is kept as it came. Absent is undefined, never zero (reference/mgn.md 1.6).
 */
export interface Observation {
  readonly sourceServerId: string;
  readonly arn: string;
  readonly target: Target;
  readonly hostname: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly replicationType: string | undefined;
  readonly vcenterClientId: string | undefined;
  readonly applicationId: string | undefined;
  readonly isArchived: boolean;
  readonly lifecycle: string | undefined;
  readonly replication: ReplicationObservation;
  readonly lastSeenAt: Instant | undefined;
  /** When the first byte was copied: the beginning of the free period. */
  readonly firstByteAt: Instant | undefined;
  /** For how long the server has replicated, as the service counts it. */
  readonly elapsedSeconds: number | undefined;
  readonly launched: LaunchedInstance;
  readonly lastTest: LaunchStamps;
  readonly lastCutover: LaunchStamps;
  /** When the read that saw this began, by our clock. */
  readonly readAt: Instant;
  /** The Date header of the answer, or `readAt` where there was none: what AWS's own stamps compare to. */
  readonly answeredAt: Instant;
  /** What only DRS tells; absent for servers of MGN. */
  readonly drs?: DrsPart;
}

/** The data replication of one server at one moment. */
export interface ReplicationObservation {
  readonly state: string | undefined;
  readonly errorClass: string | undefined;
  readonly rawError: string | undefined;
  readonly failedStep: string | undefined;
  /** Undefined until first launchable, and again after disconnect or finalize. */
  readonly lagSeconds: number | undefined;
  /** Undefined where no disk tells it. */
  readonly backlogBytes: number | undefined;
  readonly totalBytes: number | undefined;
  readonly replicatedBytes: number | undefined;
  readonly etaAt: Instant | undefined;
  readonly lastSnapshotAt: Instant | undefined;
}

/** The instance that the last launch left, where there is one. */
export interface LaunchedInstance {
  readonly instanceId: string | undefined;
  readonly jobId: string | undefined;
  readonly firstBoot: string | undefined;
}

/** The stamps of the last test or cutover. */
export interface LaunchStamps {
  readonly jobId: string | undefined;
  readonly initiatedAt: Instant | undefined;
  readonly revertedAt: Instant | undefined;
  readonly finalizedAt: Instant | undefined;
}

type Doc = Readonly<Record<string, unknown>>;
const nothing: Doc = {};

function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a member as a document; an empty one where it is none. */
export function docAt(doc: Doc, key: string): Doc {
  const value = doc[key];
  return isDoc(value) ? value : nothing;
}

/** Reads a member as a list of documents; an empty one where it is none. */
export function docsAt(doc: Doc, key: string): readonly Doc[] {
  const value = doc[key];
  return Array.isArray(value) ? value.filter(isDoc) : [];
}

/** Reads a member as text; undefined where it is none or empty. */
export function textAt(doc: Doc, key: string): string | undefined {
  const value = doc[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Reads a member as a date-time and keeps the service's own form; undefined where it is none. */
export function instantAt(doc: Doc, key: string): Instant | undefined {
  const text = textAt(doc, key);
  return instantMs(text) === undefined ? undefined : text;
}

function sumOf(disks: readonly Doc[], key: string): number | undefined {
  let sum: number | undefined;
  for (const disk of disks) {
    const value = disk[key];
    if (typeof value === 'number') sum = (sum ?? 0) + value;
  }
  return sum;
}

/** Reads the tags of a document; those whose value is no text are left out. */
export function tagsAt(doc: Doc): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(docAt(doc, 'tags'))) {
    if (typeof value === 'string') tags[key] = value;
  }
  return tags;
}

function stampsOf(doc: Doc): LaunchStamps {
  const initiated = docAt(doc, 'initiated');
  return {
    jobId: textAt(initiated, 'jobID'),
    initiatedAt: instantAt(initiated, 'apiCallDateTime'),
    revertedAt: instantAt(docAt(doc, 'reverted'), 'apiCallDateTime'),
    finalizedAt: instantAt(docAt(doc, 'finalized'), 'apiCallDateTime'),
  };
}

/**
 * Normalises a SourceServer document as DescribeSourceServers sends it; undefined where it has no id.
 */
export function observe(
  document: Doc,
  seen: { readonly target: Target; readonly readAt: Instant; readonly answeredAt: Instant },
): Observation | undefined {
  const sourceServerId = textAt(document, 'sourceServerID');
  if (sourceServerId === undefined) return undefined;
  const lifeCycle = docAt(document, 'lifeCycle');
  const replication = docAt(document, 'dataReplicationInfo');
  const error = docAt(replication, 'dataReplicationError');
  const disks = docsAt(replication, 'replicatedDisks');
  const steps = docsAt(docAt(replication, 'dataReplicationInitiation'), 'steps');
  const failedStep = steps.find((step) => step['status'] === 'FAILED');
  const hints = docAt(docAt(document, 'sourceProperties'), 'identificationHints');
  const launched = docAt(document, 'launchedInstance');
  return {
    sourceServerId,
    arn: textAt(document, 'arn') ?? '',
    target: seen.target,
    hostname: textAt(hints, 'hostname') ?? textAt(hints, 'fqdn'),
    tags: tagsAt(document),
    replicationType: textAt(document, 'replicationType'),
    vcenterClientId: textAt(document, 'vcenterClientID'),
    applicationId: textAt(document, 'applicationID'),
    isArchived: document['isArchived'] === true,
    lifecycle: textAt(lifeCycle, 'state'),
    replication: {
      state: textAt(replication, 'dataReplicationState'),
      errorClass: textAt(error, 'error'),
      rawError: textAt(error, 'rawError'),
      failedStep: failedStep === undefined ? undefined : textAt(failedStep, 'name'),
      lagSeconds: durationSeconds(textAt(replication, 'lagDuration')),
      backlogBytes: sumOf(disks, 'backloggedStorageBytes'),
      totalBytes: sumOf(disks, 'totalStorageBytes'),
      replicatedBytes: sumOf(disks, 'replicatedStorageBytes'),
      etaAt: instantAt(replication, 'etaDateTime'),
      lastSnapshotAt: instantAt(replication, 'lastSnapshotDateTime'),
    },
    lastSeenAt: instantAt(lifeCycle, 'lastSeenByServiceDateTime'),
    firstByteAt: instantAt(lifeCycle, 'firstByteDateTime'),
    elapsedSeconds: durationSeconds(textAt(lifeCycle, 'elapsedReplicationDuration')),
    launched: {
      instanceId: textAt(launched, 'ec2InstanceID'),
      jobId: textAt(launched, 'jobID'),
      firstBoot: textAt(launched, 'firstBoot'),
    },
    lastTest: stampsOf(docAt(lifeCycle, 'lastTest')),
    lastCutover: stampsOf(docAt(lifeCycle, 'lastCutover')),
    readAt: seen.readAt,
    answeredAt: seen.answeredAt,
  };
}

/** Life cycle states in the order of a server's way; what is not here is off the way. */
const wayOrder = [
  'NOT_READY',
  'READY_FOR_TEST',
  'TESTING',
  'READY_FOR_CUTOVER',
  'CUTTING_OVER',
  'CUTOVER',
];

/** Says whether a life cycle state is at or beyond another one on a server's way; unknown states are not. */
export function hasReached(lifecycle: string | null | undefined, goal: string): boolean {
  const at = wayOrder.indexOf(lifecycle ?? '');
  return at >= 0 && at >= wayOrder.indexOf(goal);
}

/** Says whether a server is replicated without an agent, in shipping cycles. */
export function isAgentless(observation: Observation): boolean {
  return observation.replicationType === 'SNAPSHOT_SHIPPING';
}
