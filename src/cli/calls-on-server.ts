// In: the logs of a rehearsal and one server. Out: every changing call that touched it, also those that name only what stands
// for it: a recovery instance, or the source server of the opposite direction by which it comes back. Pure.
import { allInstances } from '../trace/drill-rules.ts';
import type { Call, Trace } from '../trace/trace.ts';
import { waysBack } from '../trace/ways-back.ts';

/** The changing calls on a server, by its key `ACCOUNT/REGION/SERVER`, in the order of the log. */
export function callsOnServer(key: string, trace: Trace): readonly Call[] {
  const ways = waysBack(trace).filter(({ server }) => server === key);
  const servers = new Set([key, ...ways.flatMap(({ reversed }) => reversed ?? [])]);
  const launched = allInstances(trace).filter(({ server }) => servers.has(server ?? ''));
  const instances = new Set([
    ...launched.map(({ id }) => id),
    ...ways.flatMap(({ instanceId }) => instanceId ?? []),
  ]);
  return trace.calls.filter(
    (call) =>
      !call.reads &&
      (call.servers.some((one) => servers.has(one)) ||
        instancesOf(call).some((one) => instances.has(one))),
  );
}

/** The recovery instances that a call names. */
export function instancesOf({ record: { input } }: Call): readonly string[] {
  const { recoveryInstanceID: one, recoveryInstanceIDs: many } = input;
  const named: readonly unknown[] = Array.isArray(many) ? many : [one];
  return named.filter((id) => typeof id === 'string');
}
