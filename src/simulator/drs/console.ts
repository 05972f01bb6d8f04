import type { ConsoleAction } from '../faults.ts';
import type { JsonObject } from '../json.ts';

/** The call that the DRS console makes when a person chooses an action; undefined for actions that it does not have. */
export function drsConsoleCall(
  sourceServerID: string,
  action: ConsoleAction,
  recoveryInstanceID: string | undefined,
): { readonly operation: string; readonly input: JsonObject } | undefined {
  const one = (operation: string) => ({ operation, input: { sourceServerID } });
  const launch = (isDrill: boolean) => ({
    operation: 'StartRecovery',
    input: { isDrill, sourceServers: [{ sourceServerID }] },
  });
  switch (action) {
    case 'start-replication':
      return one('StartReplication');
    case 'stop-replication':
      return one('StopReplication');
    case 'retry-replication':
      return one('RetryDataReplication');
    case 'start-test':
      return launch(true);
    case 'start-cutover':
      return launch(false);
    case 'terminate':
      return {
        operation: 'TerminateRecoveryInstances',
        input: {
          recoveryInstanceIDs: recoveryInstanceID === undefined ? [] : [recoveryInstanceID],
        },
      };
    case 'disconnect':
      return one('DisconnectSourceServer');
    case 'delete':
      return one('DeleteSourceServer');
    case 'pause-replication':
    case 'resume-replication':
    case 'mark-ready-for-cutover':
    case 'revert-to-ready-for-test':
    case 'revert-cutover':
    case 'finalize':
    case 'archive':
      return undefined;
  }
}
