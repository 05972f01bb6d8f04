import * as z from 'zod';
import { type JsonObject, textAt } from '../json.ts';
import type { Operation } from '../operations/operation.ts';
import { notFound, validation } from '../service-exception.ts';
import { drsOperation, listing } from './operation.ts';
import { type Drs, defined } from './part.ts';
import { drsQuotasOf } from './quotas.ts';
import { conflict } from './refusal.ts';

/** The operations on the launch actions of source servers and launch configuration templates. */
export const launchActionOperations: readonly Operation[] = [
  drsOperation(
    'PutLaunchAction',
    z.object({
      resourceId: z.string(),
      actionId: z.string(),
      actionCode: z.string(),
      order: z.number(),
      optional: z.boolean(),
      active: z.boolean(),
      name: z.string(),
      actionVersion: z.string(),
      category: z.string(),
      parameters: z.record(z.string(), z.unknown()).optional(),
      description: z.string(),
    }),
    (drs, { resourceId, ...given }) => {
      const actions = actionsOf(drs, resourceId);
      const { parameters } = drs.region.world;
      const { launchActions: quota } = drsQuotasOf(parameters);
      if (!actions.has(given.actionId) && actions.size >= quota.value) {
        // No ServiceQuotaExceeded is declared here (reference: DRS 1.7).
        throw validation(`Quota exceeded: ${quota.name} (${quota.value})`, 'other', [
          { name: 'resourceId', message: `${resourceId} has ${actions.size} launch actions` },
        ]);
      }
      const rival = [...actions.values()].find(
        (other) => other['order'] === given.order && other['actionId'] !== given.actionId,
      );
      if (rival !== undefined) {
        const id = textAt(rival, 'actionId') ?? '';
        throw conflict(`Launch action ${id} has the order ${given.order}`, [id], 'LaunchAction');
      }
      const action = defined({ ...given, type: parameters.drsLaunchActionType });
      actions.set(given.actionId, action);
      drs.records.launchActions.set(resourceId, actions);
      return { resourceId, ...action };
    },
  ),
  drsOperation(
    'ListLaunchActions',
    z.object({
      resourceId: z.string(),
      filters: z.object({ actionIds: z.array(z.string()).optional() }).optional(),
    }),
    (drs, { resourceId, filters }, call) => {
      const ids = filters?.actionIds ?? [];
      const found = [...actionsOf(drs, resourceId).values()].filter(
        (action) => ids.length === 0 || ids.includes(textAt(action, 'actionId') ?? ''),
      );
      const orderOf = (action: JsonObject) => Number(action['order']);
      return listing(
        call,
        found.toSorted((a, b) => orderOf(a) - orderOf(b)),
        { filters: [resourceId, filters], orderOf, print: (action) => action },
      );
    },
  ),
  drsOperation(
    'DeleteLaunchAction',
    z.object({ resourceId: z.string(), actionId: z.string() }),
    (drs, { resourceId, actionId }) => {
      if (!actionsOf(drs, resourceId).delete(actionId)) throw notFound('LaunchAction', actionId);
      return {};
    },
    { status: 204 },
  ),
];

function actionsOf(drs: Drs, resourceId: string): Map<string, JsonObject> {
  const { launchActions, launchTemplates } = drs.records;
  const isThere = launchTemplates.has(resourceId) || drs.engine.server(resourceId) !== undefined;
  if (!isThere) throw notFound('LaunchActionResource', resourceId);
  return launchActions.get(resourceId) ?? new Map();
}
