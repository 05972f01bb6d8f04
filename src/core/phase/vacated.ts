import { FailureCode, failure } from '../failure.ts';
import type { Finding } from '../phase.ts';
import type { RetireAct, RetireSight } from './retire.ts';

/**
 * What it takes to stop the replication that brought a server back, whose machine is gone: never one of the other
 * direction, which would end a protection (reference/drs.md 1.9, H2).
 */
export function reversedStopped({ server }: RetireSight): Finding<RetireAct> {
  if (server === 'absent') return { do: 'nothing', because: 'it is gone already' };
  const { state } = server.replication;
  if (state === 'STOPPED' || state === 'DISCONNECTED') {
    return { do: 'nothing', because: `replication is ${state} already` };
  }
  if (server.drs?.replicationDirection === 'FAILBACK') {
    return { do: 'act', act: { call: 'StopReplication' } };
  }
  const message = `${server.sourceServerId} replicates in direction ${server.drs?.replicationDirection ?? 'unknown'}: it is left running`;
  return { do: 'fail', failure: failure(FailureCode.LifecycleUnexpected, message) };
}

/** What is left of the way back, in words, for a person to decide on. */
export function leftOfReversal({ server, instances }: RetireSight): readonly string[] {
  if (server === 'absent') return [];
  return [
    `source server ${server.sourceServerId} is still listed, its replication stopped`,
    ...instances.map(({ recoveryInstanceId }) => `${recoveryInstanceId} belongs to it, and serves`),
  ];
}
