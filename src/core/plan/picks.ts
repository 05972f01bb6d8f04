import type { FleetServer } from '../fleet/fleet.ts';
import type { Criteria, Selector } from './selector.ts';

/** Says whether a selector picks a server. */
export function picks(selector: Selector, server: FleetServer): boolean {
  const wanted = selector.all === true || meets(selector, server);
  return wanted && !(selector.exclude !== undefined && meets(selector.exclude, server));
}

function meets(criteria: Criteria, server: FleetServer): boolean {
  const { ids, hostnames, tags, replicationType, replicationDirection, applications, mgnWaves } =
    criteria;
  return (
    (ids === undefined || ids.includes(server.sourceServerId)) &&
    (hostnames === undefined || hostnames.some((name) => isCalled(server, name))) &&
    (tags === undefined ||
      Object.entries(tags).every(([key, values]) => hasTag(server, key, values))) &&
    (replicationType === undefined || listed(replicationType, server.replicationType)) &&
    (replicationDirection === undefined || replicationDirection === server.replicationDirection) &&
    (applications === undefined || applications.some((name) => isOfApplication(server, name))) &&
    (mgnWaves === undefined || mgnWaves.some((name) => isOfMgnWave(server, name)))
  );
}

/** Says whether a server has a host name or a fully qualified name, in any case. */
export function isCalled(
  { hostname, fqdn }: Pick<FleetServer, 'hostname' | 'fqdn'>,
  name: string,
): boolean {
  const wanted = name.toLowerCase();
  return hostname?.toLowerCase() === wanted || fqdn?.toLowerCase() === wanted;
}

/** Says whether a server has a tag with that value, or with one of those values. */
export function hasTag(
  { tags }: Pick<FleetServer, 'tags'>,
  key: string,
  values: string | readonly string[],
): boolean {
  return Object.hasOwn(tags, key) && listed(values, tags[key]);
}

/** Says whether a server belongs to an application of MGN, by its id or name. */
export function isOfApplication(
  { applicationId, applicationName }: FleetServer,
  name: string,
): boolean {
  return applicationId === name || applicationName === name;
}

/** Says whether a server belongs to a wave of MGN, by its id or name. */
export function isOfMgnWave({ mgnWaveId, mgnWaveName }: FleetServer, name: string): boolean {
  return mgnWaveId === name || mgnWaveName === name;
}

function listed(values: string | readonly string[], value: string | undefined): boolean {
  if (value === undefined) return false;
  return typeof values === 'string' ? values === value : values.includes(value);
}
