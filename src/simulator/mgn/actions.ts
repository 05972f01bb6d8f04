import * as z from 'zod';
import { type JsonObject, numberAt } from '../json.ts';
import {
  accountID,
  type Call,
  checked,
  type Operation,
  page,
  paging,
  sourceServerID,
  theServer,
} from '../operations/operation.ts';
import type { Quota } from '../parameters.ts';
import type { RegionState } from '../region-state.ts';
import { notFound, quotaExceeded, ServiceException, validation } from '../service-exception.ts';
import { refuseArchivedServer, theLaunchTemplate } from './launch-settings.ts';
import {
  actionMembers,
  bounded,
  launchConfigurationTemplateID,
  listing,
  mgnRead,
  mgnWrite,
} from './model.ts';
import { groupQuotasOf } from './quotas.ts';

const { actionID } = actionMembers;
const filters = z.object({ actionIDs: z.array(actionID).max(100).optional() }).optional();

/** The operations of MGN on post-launch actions of servers and of launch templates. */
export const actions: readonly Operation[] = [
  mgnWrite('PutSourceServerAction', 200, ({ region, input }) => {
    const given = checked(z.object({ sourceServerID, ...actionMembers, accountID }), input);
    const server = theServer(region, given.sourceServerID);
    refuseArchivedServer(server);
    const { sourceServerID: _server, accountID: _account, ...action } = given;
    const known = region.mgn.serverActions.get(server.id) ?? new Map<string, JsonObject>();
    const quota = groupQuotasOf(region.world.parameters).actionsPerServer;
    const put = putAction(region, known, action, quota);
    region.mgn.serverActions.set(server.id, known);
    return put;
  }),
  mgnWrite('PutTemplateAction', 200, ({ region, input }) => {
    const given = checked(
      z.object({
        launchConfigurationTemplateID,
        ...actionMembers,
        actionName: bounded,
        operatingSystem: z.enum(['linux', 'windows']).optional(),
      }),
      input,
    );
    const { launchConfigurationTemplateID: id, ...action } = given;
    const quota = groupQuotasOf(region.world.parameters).actionsPerTemplate;
    return putAction(region, theLaunchTemplate(region, id).actions, action, quota);
  }),
  mgnWrite('RemoveSourceServerAction', 204, ({ region, input }) => {
    const given = checked(z.object({ sourceServerID, actionID, accountID }), input);
    const server = theServer(region, given.sourceServerID);
    const known = region.mgn.serverActions.get(server.id);
    if (known?.delete(given.actionID) !== true) throw notFound('Action', given.actionID);
    return undefined;
  }),
  mgnWrite('RemoveTemplateAction', 204, ({ region, input }) => {
    const given = checked(z.object({ launchConfigurationTemplateID, actionID }), input);
    const template = theLaunchTemplate(region, given.launchConfigurationTemplateID);
    if (!template.actions.delete(given.actionID)) throw notFound('Action', given.actionID);
    return undefined;
  }),
  mgnRead('ListSourceServerActions', (call) => {
    const model = z.object({ sourceServerID, filters, accountID, ...paging });
    const given = checked(model, call.input);
    const server = theServer(call.region, given.sourceServerID);
    const known = call.region.mgn.serverActions.get(server.id);
    return listed(call, [...(known?.values() ?? [])], given.filters?.actionIDs, server.id);
  }),
  mgnRead('ListTemplateActions', (call) => {
    const model = z.object({ launchConfigurationTemplateID, filters, ...paging });
    const given = checked(model, call.input);
    const { id, actions: known } = theLaunchTemplate(
      call.region,
      given.launchConfigurationTemplateID,
    );
    return listed(call, [...known.values()], given.filters?.actionIDs, id);
  }),
];

function putAction(
  region: RegionState,
  known: Map<string, JsonObject>,
  action: { readonly actionID: string },
  quota: Quota,
): JsonObject {
  if (!known.has(action.actionID) && known.size >= quota.value) throw overQuota(region, quota);
  const document = {
    active: true,
    timeoutSeconds: region.world.parameters.actionTimeoutSecondsDefault,
    mustSucceedForCutover: false,
    documentVersion: '$DEFAULT',
    category: 'OTHER',
    ...action,
  };
  known.set(action.actionID, document);
  return document;
}

function overQuota(region: RegionState, quota: Quota): ServiceException {
  const message = `Quota exceeded: ${quota.name} (${quota.value})`;
  switch (region.world.parameters.actionsOverQuota) {
    case 'ServiceQuotaExceededException':
      return quotaExceeded(quota);
    case 'ValidationException':
      return validation(message, 'other');
    case 'ConflictException':
      return new ServiceException('ConflictException', 409, message);
  }
}

function listed(
  call: Call,
  known: readonly JsonObject[],
  ids: readonly string[] = [],
  of: string,
): JsonObject {
  const found = known
    .filter((action) => ids.length === 0 || ids.includes(String(action['actionID'])))
    .toSorted((a, b) => numberAt(a, 'order') - numberAt(b, 'order'));
  const { items, nextToken } = page(call, found, { of, ids });
  return listing(items, nextToken);
}
