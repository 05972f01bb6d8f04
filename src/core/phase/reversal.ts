import { FailureCode, failure } from '../failure.ts';
import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';
import type { Observation } from '../observation.ts';
import type { Finding } from '../phase.ts';

/** What the first step of a failback is judged by, all of it looked at just before its call. */
export interface ReversalSight {
  readonly server: Observation | 'absent';
  /** All recovery instances of the server, drill or live. */
  readonly instances: readonly RecoveryInstanceObservation[];
}

/** What is known of the target that a server came from; undefined where it came from no account of AWS. */
export interface OriginSight {
  readonly name: string;
  /** Whether the deployment polls it. */
  readonly isPolled: boolean;
  /** Why the poller cannot read it; undefined while it can. */
  readonly unreachable: string | undefined;
  /** What its account's launch configuration template says; undefined where it has none, or nobody has looked. */
  readonly launchTemplate: Readonly<Record<string, unknown>> | undefined;
}

/** The calls that turn the replication of a recovered server round. */
export type ReversalAct =
  | { readonly call: 'ReverseReplication'; readonly instance: string }
  | { readonly call: 'StopFailback'; readonly instance: string };

/** What the first step comes to: the call, a replication that is reversed already, a way back by a client, or a refusal. */
export type ReversalFinding =
  | { readonly do: 'act'; readonly act: ReversalAct; readonly instance: string }
  | { readonly do: 'adopt'; readonly instance: string; readonly reversedArn: string }
  | { readonly do: 'client'; readonly instance: string }
  | Extract<Finding, { do: 'fail' | 'wait' }>;

/** Refuses a failback with everything that speaks against it at once, so that a person mends it in one go. */
function refused(points: readonly string[]): Extract<Finding, { do: 'fail' }> {
  const message = `it cannot fail back: ${points.join('; ')}`;
  return { do: 'fail', failure: failure(FailureCode.NotReversible, message) };
}

/**
 * Says how a recovered server begins its way back: its replication is reversed, where somebody has not done so already;
 * a machine from outside AWS comes back by the failback client instead (reference/drs.md 7.4). What was recovered before
 * and is reversed no more still names its earlier reversed server, so the instance itself says whether it is reversed.
 */
export function reversalOf(
  { server, instances }: ReversalSight,
  origin: OriginSight | undefined,
): ReversalFinding {
  if (server === 'absent') {
    const gone = failure(FailureCode.ServerVanished, 'the service no longer lists the server');
    return { do: 'fail', failure: gone };
  }
  const live = instances.filter(({ isDrill }) => isDrill === false);
  const [one] = live;
  const named = server.drs?.recoveryInstanceId;
  if (named !== undefined && instances.length === 0) {
    return { do: 'wait', because: `nobody knows yet whether its instance ${named} is a live one` };
  }
  if (one === undefined) return refused([whyNoneIsLive(instances)]);
  const { recoveryInstanceId: instance, ec2State, failback } = one;
  const points = [
    ...(live.length > 1 ? [`it has ${live.length} live recovery instances`] : []),
    ...(ec2State === 'RUNNING' ? [] : [`${instance} is ${ec2State ?? 'in an unknown state'}`]),
  ];
  if (isFromElsewhere(server, one)) {
    return points.length > 0 ? refused(points) : { do: 'client', instance };
  }
  points.push(...againstOrigin(origin));
  if (points.length > 0) return refused(points);
  const reversedArn = server.drs?.reversedDirectionArn;
  const isReversed = failback.state !== undefined && failback.state !== 'FAILBACK_NOT_STARTED';
  return isReversed && reversedArn !== undefined
    ? { do: 'adopt', instance, reversedArn }
    : { do: 'act', act: { call: 'ReverseReplication', instance }, instance };
}

function whyNoneIsLive(instances: readonly RecoveryInstanceObservation[]): string {
  const [other] = instances;
  if (other === undefined) return 'it has no recovery instance';
  return other.isDrill === true
    ? `its recovery instance ${other.recoveryInstanceId} is of a drill`
    : `nobody says whether ${other.recoveryInstanceId} is of a drill`;
}

/** Whether the machine came from outside AWS: then there is no Region to replicate back to. */
export function isFromElsewhere(
  { drs }: Observation,
  { originEnvironment }: Pick<RecoveryInstanceObservation, 'originEnvironment'>,
): boolean {
  return originEnvironment === 'ON_PREMISES' || drs?.origin?.region === undefined;
}

function againstOrigin(origin: OriginSight | undefined): readonly string[] {
  if (origin === undefined) return ['DRS does not say which account it came from'];
  const { name, isPolled, unreachable, launchTemplate } = origin;
  if (!isPolled) return [`${name}, where it came from, is no target of this deployment`];
  const intoSource = launchTemplate?.['launchIntoSourceInstance'] === true;
  const copies = ['copyTags', 'copyPrivateIp'].filter((field) => launchTemplate?.[field] === true);
  return [
    ...(unreachable === undefined
      ? []
      : [`${name}, where it came from, cannot be read: ${unreachable}`]),
    ...(intoSource && copies.length > 0
      ? [
          `the launch template of ${name} launches into the source machine, which needs ${copies.join(' and ')} off`,
        ]
      : []),
  ];
}

/** What is known of a failed-back server that is to be protected again. */
export interface ReprotectSight extends ReversalSight {
  /** The instance that this wave has launched and found well; undefined where none is on record. */
  readonly launched: { readonly instanceId: string; readonly jobId: string | null } | undefined;
}

/**
 * What it takes to protect a failed-back server again: its instance replicates to where it was recovered, and takes the
 * place of the machine that was protected there. So it is asked for at the last moment, for the very instance that this
 * wave launched, and never for one that a drill launched or that nobody calls live (reference/drs.md 1.9, H11).
 */
export function reprotectionOf({ instances, launched }: ReprotectSight): Finding<ReversalAct> {
  if (launched === undefined) return refused(['no failed-back instance of this wave is on record']);
  const { instanceId, jobId } = launched;
  const one = instances.find(({ recoveryInstanceId }) => recoveryInstanceId === instanceId);
  if (one === undefined) return refused([`its failed-back instance ${instanceId} is gone`]);
  const points = [
    ...(one.isDrill === false ? [] : [`${instanceId} is not known to be live: never of a drill`]),
    ...(jobId === null || one.jobId === undefined || one.jobId === jobId
      ? []
      : [`${instanceId} is of job ${one.jobId}, not of this wave's ${jobId}`]),
    ...(one.ec2State === 'RUNNING'
      ? []
      : [`${instanceId} is ${one.ec2State ?? 'in an unknown state'}`]),
  ];
  if (points.length > 0) return refused(points);
  const { state } = one.failback;
  return state === undefined || state === 'FAILBACK_NOT_STARTED'
    ? { do: 'act', act: { call: 'ReverseReplication', instance: instanceId } }
    : { do: 'nothing', because: `it is protected again already: ${state}` };
}

// A failback that runs, and has launched nothing yet. After the launch DRS has no call that takes it back: the machine at
// home runs on until a person shuts it down.
const stoppable: ReadonlySet<string | undefined> = new Set([
  'FAILBACK_IN_PROGRESS',
  'FAILBACK_READY_FOR_LAUNCH',
  'FAILBACK_NOT_READY_FOR_LAUNCH',
  'FAILBACK_ERROR',
]);

/** What it takes to stop the failback of a machine outside AWS before its launch (reference/drs.md 7.4 B). */
export function clientStopped(
  { instances }: ReversalSight,
  instanceId: string,
): Finding<ReversalAct> {
  const one = instances.find(({ recoveryInstanceId }) => recoveryInstanceId === instanceId);
  const state = one?.failback.state;
  return stoppable.has(state)
    ? { do: 'act', act: { call: 'StopFailback', instance: instanceId } }
    : { do: 'nothing', because: `its failback is ${state ?? 'unknown'}: nothing to stop` };
}
