import { docAt, instantAt, tagsAt, textAt } from '../observation.ts';
import { durationSeconds, type Instant } from '../time.ts';

/** What one poll saw of one recovery instance of DRS: what a drill or a real recovery launched. */
export interface RecoveryInstanceObservation {
  /** Equals the id of its EC2 instance (reference/drs.md 1.1). */
  readonly recoveryInstanceId: string;
  readonly arn: string;
  readonly sourceServerId: string | undefined;
  readonly hostname: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly jobId: string | undefined;
  /** Undefined where the service does not say: such an instance must be held for a live one. */
  readonly isDrill: boolean | undefined;
  readonly ec2State: string | undefined;
  /** The moment whose data it runs on. */
  readonly pointInTimeAt: Instant | undefined;
  readonly originEnvironment: string | undefined;
  readonly failback: {
    readonly state: string | undefined;
    readonly jobId: string | undefined;
    readonly initiatedAt: Instant | undefined;
  };
  /** The data replication of the way back. */
  readonly replication: {
    readonly state: string | undefined;
    readonly errorClass: string | undefined;
    readonly rawError: string | undefined;
    readonly lagSeconds: number | undefined;
  };
}

type Doc = Readonly<Record<string, unknown>>;

/** Normalises a recovery instance as DescribeRecoveryInstances sends it; undefined where it has no id. */
export function observeRecoveryInstance(document: Doc): RecoveryInstanceObservation | undefined {
  const recoveryInstanceId =
    textAt(document, 'recoveryInstanceID') ?? textAt(document, 'ec2InstanceID');
  if (recoveryInstanceId === undefined) return undefined;
  const failback = docAt(document, 'failback');
  const replication = docAt(document, 'dataReplicationInfo');
  const error = docAt(replication, 'dataReplicationError');
  const hints = docAt(docAt(document, 'recoveryInstanceProperties'), 'identificationHints');
  const isDrill = document['isDrill'];
  return {
    recoveryInstanceId,
    arn: textAt(document, 'arn') ?? '',
    sourceServerId: textAt(document, 'sourceServerID'),
    hostname: textAt(hints, 'hostname') ?? textAt(hints, 'fqdn'),
    tags: tagsAt(document),
    jobId: textAt(document, 'jobID'),
    isDrill: typeof isDrill === 'boolean' ? isDrill : undefined,
    ec2State: textAt(document, 'ec2InstanceState'),
    pointInTimeAt: instantAt(document, 'pointInTimeSnapshotDateTime'),
    originEnvironment: textAt(document, 'originEnvironment'),
    failback: {
      state: textAt(failback, 'state'),
      jobId: textAt(failback, 'failbackJobID'),
      initiatedAt: instantAt(failback, 'failbackInitiationTime'),
    },
    replication: {
      state: textAt(replication, 'dataReplicationState'),
      errorClass: textAt(error, 'error'),
      rawError: textAt(error, 'rawError'),
      lagSeconds: durationSeconds(textAt(replication, 'lagDuration')),
    },
  };
}
