import * as z from 'zod';
import { checked, type Operation, page, paging } from '../operations/operation.ts';
import type { RegionState } from '../region-state.ts';
import { ServiceException } from '../service-exception.ts';
import { listing, mgnRead, mgnWrite } from './model.ts';

// Reference: MGN 2.6, column "acct". These, templates, connectors, inventories and tags act on the caller's account.
const ownAccountOnly =
  /^(InitializeService|ListManagedAccounts|(Describe|Delete)VcenterClients?|.*Templates?|(Put|Remove|List)TemplateActions?|.*Connectors?|(Start|List)(Import|Export).*|(Tag|Untag)Resource|ListTagsForResource)$/;

/** The operations of MGN on the account itself. */
export const account: readonly Operation[] = [
  mgnWrite('InitializeService', 204, ({ region, input }) => {
    checked(z.object({}), input);
    region.mgn.initialized = true;
    return undefined;
  }),
  mgnRead('ListManagedAccounts', (call) => {
    checked(z.object(paging), call.input);
    const { managedAccounts } = call.region.world.parameters;
    const all = managedAccounts[call.region.accountId] ?? [];
    const { items, nextToken } = page(call, all, 'managed-accounts');
    // accountId here, accountID everywhere else (reference: MGN 2.5).
    return listing(
      items.map((accountId) => ({ accountId })),
      nextToken,
    );
  }),
];

/** Answers the account that a call acts on: the one it names where the operation takes accountID. */
export function actedOn(operation: string, named: unknown, callers: string): string {
  if (typeof named !== 'string' || !/^\d{12}$/.test(named)) return callers;
  return ownAccountOnly.test(operation) ? callers : named;
}

/** Answers why a call may not be made at all: no access, or an account that was never initialized. */
export function refusalOf(
  region: RegionState,
  call: {
    readonly service: string;
    readonly operation: string;
    readonly callerAccountId: string;
  },
): ServiceException | undefined {
  const { parameters } = region.world;
  const { service, operation, callerAccountId } = call;
  const id = region.accountId;
  const foreign =
    service === 'mgn' &&
    id !== callerAccountId &&
    parameters.accountIDScope === 'managed' &&
    parameters.managedAccounts[callerAccountId]?.includes(id) !== true;
  if (foreign || parameters.deniedOperations.includes(`${service}:${operation}`)) {
    const message = `User is not authorized to perform: ${service}:${operation}`;
    return new ServiceException('AccessDeniedException', 403, message);
  }
  const tagging = /^((Tag|Untag)Resource|ListTagsForResource)$/.test(operation);
  const exempt =
    operation === 'InitializeService' ||
    (tagging && parameters.tagCallsWhenUninitialized === 'accept');
  const place = `${id}:${region.region}`;
  return service === 'mgn' &&
    !exempt &&
    !region.mgn.initialized &&
    parameters.uninitializedTargets.includes(place)
    ? new ServiceException('UninitializedAccountException', 400, 'The account is not initialized')
    : undefined;
}
