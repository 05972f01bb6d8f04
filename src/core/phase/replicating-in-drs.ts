import type { Facts } from '../change.ts';
import { FailureCode, failure } from '../failure.ts';
import type { Finding } from '../phase.ts';

/** What it takes to have a server of DRS replicate: nothing, or a start where it is stopped (reference/drs.md 1.8, 7.1). */
export function replicatingInDrs({ replicationState }: Pick<Facts, 'replicationState'>): Finding {
  switch (replicationState) {
    case 'STOPPED':
      return { do: 'wait', because: 'replication is STOPPED' };
    case 'DISCONNECTED': {
      const message =
        'the server is disconnected from the service; its agent must be installed again';
      return { do: 'fail', failure: failure(FailureCode.ServerDisconnected, message) };
    }
    default:
      return { do: 'nothing', because: `replication is ${replicationState ?? 'unknown'}` };
  }
}
