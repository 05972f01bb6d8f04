import type { JsonObject } from '../json.ts';

/** A resource that is no more than its document; tags are a member of it. */
export interface Resource {
  readonly id: string;
  document: JsonObject;
}

/** A launch configuration template with its post-launch actions by id. */
export interface LaunchTemplate extends Resource {
  readonly actions: Map<string, JsonObject>;
}

/** An import or export; all but its result is known when it begins. */
export interface InventoryTask extends Resource {
  readonly createdAt: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly clientToken: string | undefined;
  outcome: 'SUCCEEDED' | 'FAILED' | undefined;
  summary: JsonObject;
  errors: readonly JsonObject[];
}

/** What an account keeps in a Region besides servers, jobs and groups: plain data, changed by calls alone. */
export interface MgnSettings {
  /** InitializeService was called. */
  initialized: boolean;
  /** How many ids were given out. */
  created: number;
  readonly launchTemplates: Map<string, LaunchTemplate>;
  readonly replicationTemplates: Map<string, Resource>;
  readonly connectors: Map<string, Resource>;
  /** What calls changed in the configurations of servers, by server id. */
  readonly launchConfigurations: Map<string, JsonObject>;
  readonly replicationConfigurations: Map<string, JsonObject>;
  readonly serverActions: Map<string, Map<string, JsonObject>>;
  /** Launch settings of inventory files that end in the EC2 launch template, by server id and column. */
  readonly launchColumns: Map<string, Readonly<Record<string, string>>>;
  readonly imports: Map<string, InventoryTask>;
  readonly exports: Map<string, InventoryTask>;
  /** vCenter clients that were deleted while servers still named them. */
  readonly deletedClients: Set<string>;
}

/** Answers the settings of an account that has not changed any. */
export function newMgnSettings(): MgnSettings {
  return {
    initialized: false,
    created: 0,
    launchTemplates: new Map(),
    replicationTemplates: new Map(),
    connectors: new Map(),
    launchConfigurations: new Map(),
    replicationConfigurations: new Map(),
    serverActions: new Map(),
    launchColumns: new Map(),
    imports: new Map(),
    exports: new Map(),
    deletedClients: new Set(),
  };
}
