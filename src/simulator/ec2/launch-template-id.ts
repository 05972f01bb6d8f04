import type { RegionState } from '../region-state.ts';
import type { SourceServer } from '../source-server.ts';

/** Answers the id of the launch template that its service keeps for a server. */
export function templateIdOf(
  { world, service }: Pick<RegionState, 'world' | 'service'>,
  server: Pick<SourceServer, 'id' | 'arn'>,
): string {
  // A server of DRS may have the id of one of MGN.
  return `lt-${world.chance.hex17('launch template', service === 'drs' ? server.arn : server.id)}`;
}
