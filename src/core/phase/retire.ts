import { FailureCode, failure } from '../failure.ts';
import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';
import type { Observation } from '../observation.ts';
import type { Finding } from '../phase.ts';

/** What a step of retiring a server is judged by, all of it looked at just before its call. */
export interface RetireSight {
  readonly server: Observation | 'absent';
  /** All recovery instances of the server, drill or live. */
  readonly instances: readonly RecoveryInstanceObservation[];
}

/** The calls that take a server and what it launched out of DRS; none of them touches an instance in EC2. */
export type RetireAct =
  | { readonly call: 'DisconnectRecoveryInstance'; readonly instance: string }
  | { readonly call: 'DeleteRecoveryInstance'; readonly instance: string }
  | { readonly call: 'StopReplication' }
  | { readonly call: 'DisconnectSourceServer' }
  | { readonly call: 'DeleteSourceServer' };

type RetireFinding = Finding<RetireAct>;

const act = (a: RetireAct): RetireFinding => ({ do: 'act', act: a });
const nothing = (because: string): RetireFinding => ({ do: 'nothing', because });
const fail = (
  code: FailureCode,
  message: string,
  detail?: string,
): Extract<RetireFinding, { do: 'fail' }> => ({
  do: 'fail',
  failure: failure(code, message, detail),
});

/**
 * What it takes to part a server from its live recovery instance, which is never terminated: refused, or let go of by DRS
 * where the plan says so. Drill instances are left to whoever terminates ours (reference/drs.md 7.5).
 */
export function ensureInstanceLetGo(
  { server, instances }: RetireSight,
  live: 'refuse' | 'keep',
): RetireFinding {
  if (server === 'absent') return vanished();
  const one = instances.find(({ isDrill }) => isDrill !== true);
  const named = server.drs?.recoveryInstanceId;
  if (named !== undefined && instances.length === 0) {
    return {
      do: 'wait',
      because: `nobody knows yet whether its instance ${named} is a live one`,
    };
  }
  if (one === undefined) return nothing('it has no live recovery instance');
  const instance = one.recoveryInstanceId;
  if (live === 'refuse') {
    return fail(
      FailureCode.LiveRecoveryInstance,
      `recovery instance ${instance} is live, and the plan does not say that DRS may let go of it`,
      instance,
    );
  }
  return act({
    call:
      one.replication.state === 'DISCONNECTED'
        ? 'DeleteRecoveryInstance'
        : 'DisconnectRecoveryInstance',
    instance,
  });
}

/**
 * What it takes to stop a server's replication, which deletes its recovery points for good (H2): so never while it has a
 * recovery instance, as somebody may just have recovered it. An extension has no replication of its own.
 */
export function ensureStopped(sight: RetireSight): RetireFinding {
  const { server } = sight;
  if (server === 'absent') return vanished();
  if (isExtension(server)) return nothing('an extension: its staging account replicates it');
  const { state } = server.replication;
  if (state === 'STOPPED' || state === 'DISCONNECTED') {
    return nothing(`replication is ${state} already`);
  }
  return instanceLeft(sight) ?? act({ call: 'StopReplication' });
}

/** What it takes to disconnect a server: from here on only a new agent brings it back. */
export function ensureDisconnected(sight: RetireSight): RetireFinding {
  const { server } = sight;
  if (server === 'absent') return nothing('it is gone already');
  if (server.replication.state === 'DISCONNECTED') return nothing('it is disconnected already');
  const stopped = server.replication.state === 'STOPPED' || isExtension(server);
  if (!stopped) {
    return fail(
      FailureCode.LifecycleUnexpected,
      `replication is ${server.replication.state ?? 'unknown'} instead of STOPPED: somebody has it replicate again`,
    );
  }
  return instanceLeft(sight) ?? act({ call: 'DisconnectSourceServer' });
}

/** What it takes to delete a disconnected server; what is gone is success. */
export function ensureDeleted({ server }: RetireSight): RetireFinding {
  if (server === 'absent') return nothing('it is gone already');
  const { state } = server.replication;
  return state === 'DISCONNECTED'
    ? act({ call: 'DeleteSourceServer' })
    : fail(
        FailureCode.LifecycleUnexpected,
        `replication is ${state ?? 'unknown'} instead of DISCONNECTED: its agent was installed anew`,
      );
}

/** Refuses a server that another account's extension lives by: without it that one could not be recovered. */
export function stagingRefused(
  extensions: readonly { readonly arn: string }[],
): Extract<RetireFinding, { do: 'fail' }> | undefined {
  const [first] = extensions;
  return first === undefined
    ? undefined
    : fail(
        FailureCode.StagingServerInUse,
        `${first.arn} is an extension of it: retire that one first`,
        first.arn,
      );
}

/** Whether a server only stands for one that is replicated in a staging account. */
export function isExtension({ drs }: Observation): boolean {
  const status = drs?.stagingArea.status;
  return status === 'EXTENDED' || status === 'EXTENSION_ERROR';
}

/** What DRS still holds of a server that was deleted, in words; nothing where all is gone. */
export function leftBehind({ server, instances }: RetireSight): readonly string[] {
  return [
    ...(server === 'absent' ? [] : [`source server ${server.sourceServerId} is still listed`]),
    ...instances.map((one) => `recovery instance ${one.recoveryInstanceId} is still listed`),
  ];
}

/** What the look after the end does not reach, in words: these stay with whoever owns the staging area. */
export const notLookedAt: readonly string[] = [
  'EBS volumes and snapshots of its staging area in EC2',
  'replication servers in EC2 that served it alone',
  'the agent on the source, which removes itself within 10 minutes where it reaches DRS',
];

function vanished(): RetireFinding {
  return fail(FailureCode.ServerVanished, 'the service no longer lists the server');
}

function instanceLeft({ instances }: RetireSight): RetireFinding | undefined {
  const [any] = instances;
  if (any === undefined) return undefined;
  const live = instances.find(({ isDrill }) => isDrill !== true);
  if (live !== undefined) {
    const message = `recovery instance ${live.recoveryInstanceId} is live: it was launched meanwhile`;
    return fail(FailureCode.LiveRecoveryInstance, message, live.recoveryInstanceId);
  }
  const message = `drill instance ${any.recoveryInstanceId} of job ${any.jobId ?? 'unknown'} is still there`;
  return fail(FailureCode.DrillInstancePresent, message, any.recoveryInstanceId);
}
