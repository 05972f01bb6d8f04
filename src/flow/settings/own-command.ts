import type { OwnCommand, TrailCall } from '../../core/event/trail-call.ts';
import { plusSeconds, secondsBetween } from '../../core/time.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import { templatePlace } from './drs/drs-settings-ports.ts';

const ofServers = new Set([
  'UpdateLaunchConfiguration',
  'UpdateReplicationConfiguration',
  'PutSourceServerAction',
  'PutLaunchAction',
  'DeleteLaunchAction',
]);
const ofTemplates = new Set([
  'InitializeService',
  'CreateLaunchConfigurationTemplate',
  'UpdateLaunchConfigurationTemplate',
  'DeleteLaunchConfigurationTemplate',
  'PutLaunchAction',
  'DeleteLaunchAction',
  'TagResource',
  'UntagResource',
]);

// Clocks differ by seconds; what broke off did so within minutes.
const skewSeconds = 10;
const longestSeconds = 900;

/**
 * Says for which command of Landfall a call was made that CloudTrail tells, by whoever ran it: it is on record by then.
 * Of a server, or of the account's template where none is named; undefined where the call was made for no command.
 */
export async function ownCommandOf(
  { store }: Pick<Ports, 'store'>,
  { target, operation, calledAt }: Pick<TrailCall, 'target' | 'operation' | 'calledAt'>,
  server?: string,
): Promise<OwnCommand | undefined> {
  const isOfDrs = target.service === 'drs';
  if (server === undefined && !isOfDrs) return undefined;
  if (!(server === undefined ? ofTemplates : ofServers).has(operation)) return undefined;
  const where = server === undefined ? templatePlace(target) : place.settings(target, server);
  const { body } = await read(store, where);
  const entry = (body?.log ?? []).find(({ at, endedAt }) => {
    const end = endedAt ?? plusSeconds(at, longestSeconds);
    return (
      secondsBetween(at, calledAt) >= -skewSeconds && secondsBetween(end, calledAt) <= skewSeconds
    );
  });
  if (entry === undefined) return undefined;
  const { by, reason } = entry;
  return { name: isOfDrs ? 'landfall drs template' : 'landfall settings', by, reason };
}
