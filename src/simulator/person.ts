import { drsConsoleCall } from './drs/console.ts';
import type { ConsoleAction } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { RegionState } from './region-state.ts';
import type { SourceServer } from './source-server.ts';
import type { WireRequest } from './wire.ts';

/** A change of a server's settings, as a form of the console sends it. */
export interface ConsoleCall {
  readonly operation: string;
  /** The members beside the server's id. */
  readonly members: JsonObject;
}

/** The call that the console makes when a person chooses an action, or sends a form. */
export function consoleRequest(
  region: RegionState,
  server: SourceServer,
  action: ConsoleAction | ConsoleCall,
): WireRequest {
  const { operation, input } =
    typeof action === 'string'
      ? actionCall(region, server, action)
      : {
          operation: action.operation,
          input: { sourceServerID: server.id, ...action.members },
        };
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

function actionCall(region: RegionState, server: SourceServer, action: ConsoleAction) {
  const instanceId = region.drs?.records.instancesOfServer.get(server.id)?.at(-1);
  const ofDrs =
    region.service === 'drs' ? drsConsoleCall(server.id, action, instanceId) : undefined;
  // What a console does not have, its service refuses.
  return ofDrs ?? callOf(server.id, action);
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
