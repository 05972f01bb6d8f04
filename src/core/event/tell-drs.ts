import type { InstanceChange, InstanceFacts } from '../change/drs/instance-facts.ts';
import type { DrsBeside, DrsChange } from '../change/drs/server-facts.ts';
import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';
import type { Observation } from '../observation.ts';
import { type Target, targetName } from '../target.ts';
import { DetailType } from './detail-type.ts';
import { known } from './evidence.ts';
import { cutText, type Stream, type Told } from './stream.ts';
import { toldTags } from './told-tags.ts';

type Members = Readonly<Record<string, unknown>>;

const detailTypeOfFact: Readonly<Record<DrsChange['fact'], DetailType>> = {
  readiness: DetailType.Readiness,
  lagObjective: DetailType.LagObjective,
  recoveryPoint: DetailType.RecoveryPoint,
  lastLaunch: DetailType.LastLaunch,
  drill: DetailType.Drill,
  extension: DetailType.Extension,
  direction: DetailType.Direction,
  reversedDirection: DetailType.Reversal,
  agentVersion: DetailType.AgentVersion,
};

/** Tells each change of a fact of DRS as one event, with the measures behind it. */
export function tellDrsChanges(
  changes: readonly DrsChange[],
  observation: Pick<Observation, 'replication' | 'drs'>,
  beside: DrsBeside,
): readonly Told[] {
  return changes.map((change) => ({
    detailType: detailTypeOfFact[change.fact],
    members: {
      previous: change.previous,
      current: change.current,
      ...evidenceOf(change.fact, observation, beside),
    },
  }));
}

function evidenceOf(
  fact: DrsChange['fact'],
  { replication, drs }: Pick<Observation, 'replication' | 'drs'>,
  { limits, recoveryPoint }: DrsBeside,
): Members {
  switch (fact) {
    case 'lagObjective':
      return known({ lagSeconds: replication.lagSeconds, limitSeconds: limits.rpoSeconds });
    case 'recoveryPoint':
      return known({
        newestAt: recoveryPoint?.newestAt,
        limitSeconds: limits.recoveryPointSeconds,
      });
    case 'drill':
      return { limitDays: limits.drillDays };
    case 'extension': {
      const { accountId, serverArn, error } = drs?.stagingArea ?? {};
      return known({
        stagingAccountId: accountId,
        stagingServerArn: serverArn,
        error: error === undefined ? undefined : cutText(error),
      });
    }
    default:
      return {};
  }
}

/** What the events of a recovery instance say of it beside what happens. */
export type InstanceIdentity = Pick<
  RecoveryInstanceObservation,
  | 'recoveryInstanceId'
  | 'arn'
  | 'sourceServerId'
  | 'hostname'
  | 'tags'
  | 'jobId'
  | 'isDrill'
  | 'pointInTimeAt'
  | 'originEnvironment'
>;

/** The stream of one recovery instance, which may outlive the record of its source server. */
export function recoveryInstanceStream(target: Target, instance: InstanceIdentity): Stream {
  const { service, accountId, region } = target;
  const { recoveryInstanceId, arn, hostname } = instance;
  return {
    source: `landfall.${service}`,
    stream: `recovery-instance/${service}/${accountId}/${region}/${recoveryInstanceId}`,
    resources: arn === '' ? [] : [arn],
    common: known({
      accountId,
      region,
      target: targetName(target),
      recoveryInstanceId,
      arn: arn === '' ? undefined : arn,
      sourceServerId: instance.sourceServerId,
      hostname: hostname === undefined ? undefined : cutText(hostname),
      tags: toldTags(instance.tags),
      isDrill: instance.isDrill,
      jobId: instance.jobId,
      pointInTimeAt: instance.pointInTimeAt,
      originEnvironment: instance.originEnvironment,
    }),
  };
}

const detailTypeOfInstanceFact: Readonly<Record<InstanceChange['fact'], DetailType>> = {
  present: DetailType.InstancePresence,
  ec2State: DetailType.InstanceState,
  failbackState: DetailType.Failback,
  replicationState: DetailType.InstanceReplication,
  stalled: DetailType.InstanceStalled,
  drillOverdue: DetailType.InstanceDrillOverdue,
};

/** Tells that a recovery instance is there, with all its facts. */
export function tellInstanceDiscovered(facts: InstanceFacts): Told {
  return {
    detailType: DetailType.InstanceDiscovered,
    members: { previous: null, current: facts.ec2State, facts },
  };
}

/** Tells each change of a recovery instance's facts as one event. */
export function tellInstanceChanges(
  changes: readonly InstanceChange[],
  observation?: Pick<RecoveryInstanceObservation, 'failback' | 'replication'>,
): readonly Told[] {
  return changes.map(({ fact, previous, current }) => ({
    detailType: detailTypeOfInstanceFact[fact],
    members: { previous, current, ...evidenceOfInstance(fact, observation) },
  }));
}

function evidenceOfInstance(
  fact: InstanceChange['fact'],
  observation: Pick<RecoveryInstanceObservation, 'failback' | 'replication'> | undefined,
): Members {
  if (observation === undefined) return {};
  const { failback, replication } = observation;
  switch (fact) {
    case 'failbackState':
      return known({
        failbackJobId: failback.jobId,
        initiatedAt: failback.initiatedAt,
        lagSeconds: replication.lagSeconds,
      });
    case 'stalled':
      return known({
        rawError: replication.rawError === undefined ? undefined : cutText(replication.rawError),
      });
    default:
      return {};
  }
}
