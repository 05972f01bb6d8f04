import { type JsonObject, objectAt } from '../json.ts';
import type { RegionState } from '../region-state.ts';
import type { Resource } from './settings.ts';

/** Finds the tags of a resource that is no more than its document, by the kind in its ARN. */
export function taggedResource(
  region: RegionState,
  kind: string | undefined,
  id: string,
): { readonly read: () => JsonObject; readonly write: (tags: JsonObject) => void } | undefined {
  const resource = resourcesOf(region, kind)?.get(id);
  if (resource !== undefined) {
    return {
      read: () => objectAt(resource.document, 'tags'),
      write: (tags) => {
        resource.document = { ...resource.document, tags };
      },
    };
  }
  const client = kind === 'vcenter-client' ? region.clients.get(id) : undefined;
  if (client === undefined) return undefined;
  return {
    read: () => objectAt(client.document, 'tags'),
    write: (tags) => {
      client.document = { ...client.document, tags };
    },
  };
}

function resourcesOf(
  region: RegionState,
  kind: string | undefined,
): ReadonlyMap<string, Resource> | undefined {
  const { mgn } = region;
  switch (kind) {
    case 'launch-configuration-template':
      return mgn.launchTemplates;
    case 'replication-configuration-template':
      return mgn.replicationTemplates;
    case 'connector':
      return mgn.connectors;
    case 'import':
      return mgn.imports;
    case 'export':
      return mgn.exports;
    default:
      return undefined;
  }
}
