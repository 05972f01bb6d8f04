import {
  DeleteRecoveryInstanceCommand,
  DeleteSourceServerCommand,
  DisconnectRecoveryInstanceCommand,
  DisconnectSourceServerCommand,
  RetryDataReplicationCommand,
  ReverseReplicationCommand,
  StopFailbackCommand,
  StopReplicationCommand,
} from '@aws-sdk/client-drs';
import type { DrsApi } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { askForDocument } from './wire-call.ts';

type Steps = Pick<
  DrsApi,
  | 'retryDataReplication'
  | 'stopReplication'
  | 'disconnectSourceServer'
  | 'deleteSourceServer'
  | 'disconnectRecoveryInstance'
  | 'deleteRecoveryInstance'
  | 'reverseReplication'
  | 'stopFailback'
>;

/** The calls of DRS that change one server or one recovery instance, without a job. */
export function drsSteps(clients: Pick<Clients, 'drs'>): Steps {
  const drs = clients.drs();
  return {
    retryDataReplication: (sourceServerID) =>
      askForDocument(new RetryDataReplicationCommand({ sourceServerID }), (command) =>
        drs.send(command),
      ),
    stopReplication: (sourceServerID) =>
      askForDocument(new StopReplicationCommand({ sourceServerID }), (command) =>
        drs.send(command),
      ),
    disconnectSourceServer: (sourceServerID) =>
      askForDocument(new DisconnectSourceServerCommand({ sourceServerID }), (command) =>
        drs.send(command),
      ),
    deleteSourceServer: (sourceServerID) =>
      askForDocument(new DeleteSourceServerCommand({ sourceServerID }), (command) =>
        drs.send(command),
      ),
    disconnectRecoveryInstance: (recoveryInstanceID) =>
      askForDocument(new DisconnectRecoveryInstanceCommand({ recoveryInstanceID }), (command) =>
        drs.send(command),
      ),
    reverseReplication: (recoveryInstanceID) =>
      askForDocument(new ReverseReplicationCommand({ recoveryInstanceID }), (command) =>
        drs.send(command),
      ),
    stopFailback: (recoveryInstanceID) =>
      askForDocument(new StopFailbackCommand({ recoveryInstanceID }), (command) =>
        drs.send(command),
      ),
    deleteRecoveryInstance: (recoveryInstanceID) =>
      askForDocument(new DeleteRecoveryInstanceCommand({ recoveryInstanceID }), (command) =>
        drs.send(command),
      ),
  };
}
