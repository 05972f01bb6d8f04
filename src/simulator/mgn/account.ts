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

/** Answers why a call may not be made at all: no access, a Region that is off, or an account never initialized. */
export function refusalOf(
  region: RegionState,
  call: {
    readonly service: string;
    readonly operation: string;
    readonly callerAccountId: string;
  },
): ServiceException | undefined {
  const { parameters, book, now } = region.world;
  const { service, operation, callerAccountId } = call;
  const id = region.accountId;
  const callers = { accountId: callerAccountId, region: region.region };
  if (
    book.isUnreachable('region-off', callers, now) ||
    (service !== 'sts' && book.isUnreachable('region-off', region, now))
  ) {
    return regionOff(service);
  }
  const foreign =
    service === 'mgn' &&
    id !== callerAccountId &&
    parameters.accountIDScope === 'managed' &&
    parameters.managedAccounts[callerAccountId]?.includes(id) !== true;
  const denied =
    foreign ||
    parameters.deniedOperations.includes(`${service}:${operation}`) ||
    (service !== 'sts' && book.isUnreachable('access-denied', region, now));
  if (denied) {
    const message = `User is not authorized to perform: ${service}:${operation}`;
    const name = service === 'ec2' ? 'UnauthorizedOperation' : 'AccessDeniedException';
    return new ServiceException(name, 403, message);
  }
  const tagging = /^((Tag|Untag)Resource|ListTagsForResource)$/.test(operation);
  const exempt =
    operation === 'InitializeService' ||
    (tagging && parameters.tagCallsWhenUninitialized === 'accept');
  if (service !== 'mgn' || exempt || region.mgn.initialized) return undefined;
  return parameters.uninitializedTargets.includes(`${id}:${region.region}`) ||
    book.isUnreachable('not-initialized', region, now)
    ? new ServiceException('UninitializedAccountException', 400, 'The account is not initialized')
    : undefined;
}

// To credentials of an account in which the Region is not enabled, the Region says that it does not know them.
function regionOff(service: string): ServiceException {
  switch (service) {
    case 'ec2':
      return new ServiceException(
        'AuthFailure',
        401,
        'AWS was not able to validate the provided access credentials',
      );
    case 'sts':
      return new ServiceException('InvalidClientTokenId', 403, invalidToken);
    default:
      return new ServiceException('UnrecognizedClientException', 403, invalidToken);
  }
}

const invalidToken = 'The security token included in the request is invalid.';
