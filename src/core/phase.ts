import type { DrsJobKind, LaunchKind } from './admission.ts';
import type { Facts } from './change.ts';
import { type Failure, FailureCode, failure } from './failure.ts';
import { hasReached } from './observation.ts';
import { type Phase, phaseNames } from './plan/settings.ts';
import type { ServerSettings } from './plan/settings-for.ts';

/** Where a server stands on its way; rollback is a way back, not a phase of the plan. */
export type Stretch = Phase | 'rollback';
/** All stretches, in the order of a server's way. */
export const stretchNames = [...phaseNames, 'rollback'] as const;

/** Whether a stretch launches no instance, so that nothing of it is left to be taken away. */
export function launchesNothing(stretch: Stretch): boolean {
  return ['replicate', 'protect', 'extend', 'reverse'].includes(stretch);
}

/** What a step finds when it looks: act, leave it (already so), come again, or give the server up. */
export type Finding<A = Act> =
  | { readonly do: 'act'; readonly act: A }
  | { readonly do: 'nothing'; readonly because: string }
  | { readonly do: 'wait'; readonly because: string }
  | { readonly do: 'fail'; readonly failure: Failure };

/** The single-server calls that steps make. */
export type Act =
  | { readonly call: 'UpdateReplicationType'; readonly type: string }
  | { readonly call: 'RetryDataReplication' }
  | { readonly call: 'ChangeServerLifeCycleState'; readonly state: string }
  | { readonly call: 'FinalizeCutover' }
  | { readonly call: 'MarkAsArchived' };

const act = (a: Act): Finding => ({ do: 'act', act: a });
const nothing = (because: string): Finding => ({ do: 'nothing', because });
const wait = (because: string): Finding => ({ do: 'wait', because });
const fail = (code: FailureCode, message: string, detail?: string): Finding => ({
  do: 'fail',
  failure: failure(code, message, detail),
});

/** Gives up servers that cannot go on whatever the step is; undefined for all others. */
function lost(facts: Facts): Finding | undefined {
  if (facts.archived) {
    return fail(FailureCode.ServerArchived, 'the server was archived by somebody else');
  }
  if (facts.lifecycle === 'DISCONNECTED') {
    return fail(
      FailureCode.ServerDisconnected,
      'the server is disconnected from the service; its agent must be installed again',
    );
  }
  return undefined;
}

/** The kinds of launches of MGN. */
export type MgnLaunchKind = Exclude<LaunchKind, DrsJobKind>;

/** Where a server enters its wave: a phase to begin with, or an end that it brings along (design.md 16). */
export type Arrival =
  | { readonly enter: Phase }
  | {
      readonly outcome: 'skipped' | 'succeeded' | 'failed';
      readonly failure?: Failure;
      readonly reason: string;
    };

/** Says with which of its phases a server begins, from what it brings along. */
export function arrivalOf(facts: Facts, phases: readonly Phase[]): Arrival {
  if (facts.archived) {
    return { outcome: 'skipped', reason: 'already archived when the wave began' };
  }
  const state = facts.lifecycle;
  if (state === 'DISCONNECTED') {
    const message = 'disconnected from the service when the wave began';
    return {
      outcome: 'failed',
      failure: failure(FailureCode.ServerDisconnected, message, 'DISCONNECTED'),
      reason: `${message}; install its agent again`,
    };
  }
  const first: Phase =
    state === 'CUTOVER'
      ? 'finalize'
      : state === 'CUTTING_OVER' || state === 'READY_FOR_CUTOVER'
        ? 'cutover'
        : state === 'TESTING'
          ? 'test'
          : 'replicate';
  const order: readonly Phase[] = ['replicate', 'test', 'cutover', 'finalize'];
  const enter = phases.find((phase) => order.indexOf(phase) >= order.indexOf(first));
  if (enter === undefined) {
    return {
      outcome: 'skipped',
      reason: `already past the plan's phases: life cycle ${state ?? 'unknown'}`,
    };
  }
  return { enter };
}

/** What it takes to have a server replicate: nothing, a feeder's turn, or a change of type first. */
export function ensureReplicating(
  facts: Facts,
  settings: Pick<ServerSettings, 'replicationType'>,
): Finding | { readonly do: 'start'; readonly because: string } {
  const gone = lost(facts);
  if (gone !== undefined) return gone;
  const state = facts.replicationState;
  const idle =
    facts.lifecycle === 'DISCOVERED' ||
    facts.lifecycle === 'STOPPED' ||
    state === 'STOPPED' ||
    (state === null && !hasReached(facts.lifecycle, 'NOT_READY'));
  if (!idle) return nothing(`replication is ${state ?? 'unknown'}`);
  if (facts.lifecycle === 'PENDING_INSTALLATION') {
    return nothing('the agent is not installed yet; replication begins by itself');
  }
  const wanted = settings.replicationType;
  if (wanted !== undefined && wanted !== facts.replicationType) {
    return act({ call: 'UpdateReplicationType', type: wanted });
  }
  return {
    do: 'start',
    because: `life cycle ${facts.lifecycle ?? 'unknown'}, replication ${state ?? 'unknown'}`,
  };
}

// A staging disk that cannot be made (key policy, EBS quota) is never mended by asking again; page a person
// (reference/mgn.md 5.3). An unsupported machine stays unsupported.
/** The error classes of a stall that no retry ever mends. */
export const hopelessStalls: ReadonlySet<string> = new Set([
  'FAILED_TO_CREATE_STAGING_DISKS',
  'FAILED_TO_ATTACH_STAGING_DISKS',
  'UNSUPPORTED_VM_CONFIGURATION',
]);

/** What to do about a stalled replication: retry within the class's budget, wait for what heals itself, or fail. */
export function remedyOfStall(
  facts: Facts,
  stall: ServerSettings['stall'],
  retriesUsed: Readonly<Record<string, number>>,
): Finding {
  const gone = lost(facts);
  if (gone !== undefined) return gone;
  if (facts.replicationState !== 'STALLED') return nothing('no longer stalled');
  const errorClass = facts.stalled ?? 'UNKNOWN';
  const budget =
    stall.retriesByError[errorClass] ?? (hopelessStalls.has(errorClass) ? 0 : stall.retries);
  const used = retriesUsed[errorClass] ?? 0;
  if (used >= budget) {
    return fail(
      FailureCode.ReplicationStalled,
      `replication stalled: ${errorClass}, still so after ${used} of ${budget} retries`,
      errorClass,
    );
  }
  return act({ call: 'RetryDataReplication' });
}

/** What it takes to have a server ready for cutover. */
export function ensureReadyForCutover(facts: Facts): Finding {
  const gone = lost(facts);
  if (gone !== undefined) return gone;
  switch (facts.lifecycle) {
    case 'READY_FOR_CUTOVER':
      return nothing('already ready for cutover');
    case 'CUTTING_OVER':
      return nothing('already cutting over');
    case 'READY_FOR_TEST':
    case 'TESTING':
      return !facts.launchable
        ? wait('not launchable: no lag is known')
        : act({ call: 'ChangeServerLifeCycleState', state: 'READY_FOR_CUTOVER' });
    default:
      return fail(
        FailureCode.LifecycleUnexpected,
        `life cycle ${facts.lifecycle ?? 'unknown'} cannot become ready for cutover`,
      );
  }
}

/** What it takes to undo a test or a cutover; refused after finalize. */
export function ensureReverted(facts: Facts): Finding {
  if (facts.archived) {
    return fail(FailureCode.ServerArchived, 'archived: there is no way back');
  }
  switch (facts.lifecycle) {
    case 'CUTTING_OVER':
      return act({ call: 'ChangeServerLifeCycleState', state: 'READY_FOR_CUTOVER' });
    case 'TESTING':
      return act({ call: 'ChangeServerLifeCycleState', state: 'READY_FOR_TEST' });
    case 'CUTOVER':
      return fail(FailureCode.LifecycleUnexpected, 'finalized: MGN knows no way back');
    case 'DISCONNECTED':
      return fail(FailureCode.ServerDisconnected, 'disconnected: MGN knows no way back');
    default:
      return nothing(`life cycle ${facts.lifecycle ?? 'unknown'}: nothing to revert`);
  }
}

/** What it takes to finalize: the point of no return. The sign-off is gate's business. */
export function ensureFinalized(facts: Facts): Finding {
  if (facts.lifecycle === 'CUTOVER') return nothing('already finalized');
  const gone = lost(facts);
  if (gone !== undefined) return gone;
  if (facts.lifecycle !== 'CUTTING_OVER') {
    return fail(
      FailureCode.LifecycleUnexpected,
      `life cycle ${facts.lifecycle ?? 'unknown'} instead of CUTTING_OVER: somebody else changed it`,
    );
  }
  return act({ call: 'FinalizeCutover' });
}

/** What it takes to archive a finalized server. */
export function ensureArchived(facts: Facts): Finding {
  if (facts.archived) return nothing('already archived');
  if (facts.lifecycle !== 'CUTOVER') {
    return fail(
      FailureCode.LifecycleUnexpected,
      `life cycle ${facts.lifecycle ?? 'unknown'} instead of CUTOVER: only finalized servers are archived`,
    );
  }
  return act({ call: 'MarkAsArchived' });
}

/**
 * Says whether a launch is already there, so that none is asked for: a server that came along testing or cutting
 * over goes on from its instance; one without an instance has nothing to terminate.
 */
export function alreadyLaunched(kind: MgnLaunchKind, facts: Facts): Finding {
  if (kind === 'TerminateTargetInstances') {
    if (facts.archived || facts.lifecycle === 'CUTOVER') {
      return fail(FailureCode.LifecycleUnexpected, 'finalized: its instance is the server now');
    }
    return facts.instanceId === null
      ? nothing('no instance was launched')
      : wait('an instance is launched');
  }
  const gone = lost(facts);
  if (gone !== undefined) return gone;
  if (kind === 'StartReplication') {
    const found = ensureReplicating(facts, {});
    return found.do === 'nothing' ? found : wait('not replicating');
  }
  const goal = kind === 'StartTest' ? 'TESTING' : 'CUTTING_OVER';
  if (facts.lifecycle !== goal) return wait(`life cycle ${facts.lifecycle ?? 'unknown'}`);
  return facts.instanceId === null
    ? wait(`${goal} without an instance`)
    : nothing(`already ${goal}`);
}

/** Why a launch may not be made in this tick; checked in the tick that calls (design.md 15.3). */
export function launchGuard(kind: MgnLaunchKind, facts: Facts): Finding {
  if (kind === 'TerminateTargetInstances') {
    if (facts.archived) {
      return fail(FailureCode.ServerArchived, 'the server was archived by somebody else');
    }
    switch (facts.lifecycle) {
      case 'TESTING':
      case 'CUTTING_OVER':
        return wait(`life cycle ${facts.lifecycle}: it must be reverted first`);
      case 'CUTOVER':
        return fail(FailureCode.LifecycleUnexpected, 'finalized: its instance is the server now');
      default:
        return nothing('may be terminated');
    }
  }
  const gone = lost(facts);
  if (gone !== undefined) return gone;
  if (kind === 'StartReplication') return nothing('may start');
  if (!facts.launchable) return wait('not launchable: no lag is known');
  if (facts.replicationState === 'STALLED') {
    return wait(`replication stalled: ${facts.stalled ?? 'UNKNOWN'}`);
  }
  const expected = kind === 'StartTest' ? ['READY_FOR_TEST', 'TESTING'] : ['READY_FOR_CUTOVER'];
  if (!expected.includes(facts.lifecycle ?? '')) {
    return fail(
      FailureCode.LifecycleUnexpected,
      `life cycle ${facts.lifecycle ?? 'unknown'} does not allow ${kind}: somebody else changed it`,
    );
  }
  return nothing(
    facts.replicationType === 'SNAPSHOT_SHIPPING' ? 'launchable from its last cycle' : 'launchable',
  );
}
