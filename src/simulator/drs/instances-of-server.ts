import type { Drs } from './part.ts';
import type { RecoveryInstanceRecord } from './records.ts';

/** Says whether a recovery instance is listed at an instant. */
export function isThere(instance: RecoveryInstanceRecord, at: number): boolean {
  return instance.from <= at && (instance.goneAt === undefined || at < instance.goneAt);
}

/** Finds a recovery instance that is listed at an instant. */
export function instanceAt(drs: Drs, id: string, at: number): RecoveryInstanceRecord | undefined {
  const instance = drs.records.instances.get(id);
  return instance !== undefined && isThere(instance, at) ? instance : undefined;
}

/** Answers the recovery instances that a server has at an instant, the latest first. */
export function instancesOfServer(
  drs: Drs,
  serverId: string,
  at: number,
): readonly RecoveryInstanceRecord[] {
  const ids = drs.records.instancesOfServer.get(serverId) ?? [];
  return ids.flatMap((id) => instanceAt(drs, id, at) ?? []).toReversed();
}

/** The latest recovery instance of a server at an instant. */
export function instanceOfServer(
  drs: Drs,
  serverId: string,
  at: number,
): RecoveryInstanceRecord | undefined {
  return instancesOfServer(drs, serverId, at)[0];
}

/** Keeps a new recovery instance. */
export function keepInstance(drs: Drs, instance: RecoveryInstanceRecord): void {
  const { instances, instancesOfServer: ids } = drs.records;
  instances.delete(instance.id);
  instances.set(instance.id, instance);
  const others = (ids.get(instance.sourceServerId) ?? []).filter((id) => id !== instance.id);
  ids.set(instance.sourceServerId, [...others, instance.id]);
}
