// In: a server of DRS in a wave and what the core says it takes. Out: that call made, once it is needed and allowed.
// Called by the steps that change one server of DRS; act-on-server.ts is their fellow of MGN.
import { FailureCode, failure, failureText, PermanentFailure } from '../core/failure.ts';
import { observeDrsServer } from '../core/observation/drs-server.ts';
import {
  observeRecoveryInstance,
  type RecoveryInstanceObservation,
} from '../core/observation/recovery-instance.ts';
import type { RetireAct, RetireSight } from '../core/phase/retire.ts';
import type { Finding } from '../core/phase.ts';
import {
  actWhenNeeded,
  type Done,
  type ServerOfTarget,
  spend,
  transient,
} from './act-on-server.ts';
import type { Answer, DrsApi, Ports, WireDocument } from './ports.ts';

type ActPorts = Pick<Ports, 'clock' | 'store' | 'drsOf'>;

/**
 * Looks afresh at a server and its recovery instances, acts only if needed, and treats "already so" as success; what was
 * refused, or whose answer was lost, is looked into afresh before it fails (design.md D6).
 */
export function actOnRecovery(
  ports: ActPorts,
  server: ServerOfTarget,
  decide: (sight: RetireSight) => Finding<RetireAct>,
  pausable: boolean | undefined,
  // Holds and pauses are of the wave's server, also where it is about the one that brings it back.
  about: ServerOfTarget = server,
): Promise<Done> {
  return actWhenNeeded(ports, server, {
    decide,
    look: () => lookAtRecovery(ports, about),
    make: (act) => make(ports.drsOf(about.target), about.server, act),
    pausable,
  });
}

/** Reads one server of DRS and its recovery instances from the service, now. */
export async function lookAtRecovery(
  ports: ActPorts,
  server: ServerOfTarget,
): Promise<RetireSight> {
  const api = ports.drsOf(server.target);
  const readAt = ports.clock.now();
  await spend(ports, server);
  const servers = await api.describeSourceServers([server.server]);
  if (!servers.ok) throw transient(servers.refusal);
  const document = servers.value.find((one) => one['sourceServerID'] === server.server);
  const instances = await lookAtInstances(ports, api, server);
  if (document === undefined) return { server: 'absent', instances };
  const seen = observeDrsServer(document, {
    target: server.target,
    readAt,
    answeredAt: servers.answeredAt ?? readAt,
  });
  if (seen !== undefined) return { server: seen, instances };
  const unread = failure(FailureCode.AnswerIncomplete, 'what DRS says of the server has no ARN');
  throw new PermanentFailure(unread.code, failureText(unread));
}

async function lookAtInstances(
  ports: ActPorts,
  api: DrsApi,
  server: ServerOfTarget,
): Promise<readonly RecoveryInstanceObservation[]> {
  await spend(ports, server);
  const answer = await api.describeRecoveryInstances(server.server);
  if (!answer.ok) throw transient(answer.refusal);
  return answer.value.flatMap((one) => observeRecoveryInstance(one) ?? []);
}

function make(api: DrsApi, id: string, act: RetireAct): Promise<Answer<WireDocument>> {
  switch (act.call) {
    case 'DisconnectRecoveryInstance':
      return api.disconnectRecoveryInstance(act.instance);
    case 'DeleteRecoveryInstance':
      return api.deleteRecoveryInstance(act.instance);
    case 'StopReplication':
      return api.stopReplication(id);
    case 'DisconnectSourceServer':
      return api.disconnectSourceServer(id);
    case 'DeleteSourceServer':
      return api.deleteSourceServer(id);
    default:
      return act satisfies never;
  }
}
