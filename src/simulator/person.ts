import { drsConsoleCall } from './drs/console.ts';
import type { ConsoleAction } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { RegionState } from './region-state.ts';
import type { SourceServer } from './source-server.ts';
import type { WireRequest } from './wire.ts';

/** The call that the console makes when a person chooses an action. */
export function consoleRequest(
  region: RegionState,
  server: SourceServer,
  action: ConsoleAction,
): WireRequest {
  const instanceId = region.drs?.records.instancesOfServer.get(server.id)?.at(-1);
  const ofDrs =
    region.service === 'drs' ? drsConsoleCall(server.id, action, instanceId) : undefined;
  // What a console does not have, its service refuses.
  const { operation, input } = ofDrs ?? callOf(server.id, action);
  return {
    service: region.service,
    region: region.region,
    accountId: region.accountId,
    caller: 'console',
    method: 'POST',
    path: `/${operation}`,
    query: {},
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  };
}

function callOf(
  sourceServerID: string,
  action: ConsoleAction,
): { readonly operation: string; readonly input: JsonObject } {
  const one = (operation: string) => ({ operation, input: { sourceServerID } });
  const many = (operation: string) => ({
    operation,
    input: { sourceServerIDs: [sourceServerID] },
  });
  const change = (state: string) => ({
    operation: 'ChangeServerLifeCycleState',
    input: { sourceServerID, lifeCycle: { state } },
  });
  switch (action) {
    case 'start-replication':
      return one('StartReplication');
    case 'stop-replication':
      return one('StopReplication');
    case 'pause-replication':
      return one('PauseReplication');
    case 'resume-replication':
      return one('ResumeReplication');
    case 'retry-replication':
      return one('RetryDataReplication');
    case 'start-test':
      return many('StartTest');
    case 'start-cutover':
      return many('StartCutover');
    case 'mark-ready-for-cutover':
      return change('READY_FOR_CUTOVER');
    case 'revert-to-ready-for-test':
      return change('READY_FOR_TEST');
    case 'revert-cutover':
      return change('READY_FOR_CUTOVER');
    case 'terminate':
      return many('TerminateTargetInstances');
    case 'finalize':
      return one('FinalizeCutover');
    case 'disconnect':
      return one('DisconnectFromService');
    case 'archive':
      return one('MarkAsArchived');
    case 'delete':
      return one('DeleteSourceServer');
  }
}
