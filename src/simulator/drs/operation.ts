import type * as z from 'zod';
import type { JsonObject } from '../json.ts';
import { type Call, checked, type Operation, page } from '../operations/operation.ts';
import { notFound, ServiceException } from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';
import { drsOf } from './drs-of.ts';
import type { Drs } from './part.ts';
import { uninitialized } from './refusal.ts';

/** How an operation of DRS differs from a POST to its own name that answers 200. */
export interface How {
  readonly status?: number;
  readonly method?: Operation['method'];
  readonly path?: string;
  /** It works in accounts in which DRS is not initialised. */
  readonly always?: true;
}

/**
 * Builds an operation of DRS. The wire has checked the input against the service model already; the schema only
 * says which members are read. What it answers is the body; undefined is an empty one.
 */
export function drsOperation<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  act: (drs: Drs, input: z.output<Schema>, call: Call) => JsonObject | undefined,
  how: How = {},
): Operation {
  return {
    service: 'drs',
    name,
    method: how.method ?? 'POST',
    path: how.path ?? `/${name}`,
    writes: !/^(Describe|List|Get)/.test(name),
    status: how.status ?? 200,
    answer: (call) => {
      const drs = drsOf(call.region);
      refuseAsScripted(drs, name);
      if (how.always !== true && !drs.records.initialized) throw uninitialized();
      const body = act(drs, checked(schema, call.input), call);
      return body === undefined ? '' : JSON.stringify(body);
    },
  };
}

/** Answers one page of a list under its member's name. */
export function listing<T>(
  call: Call,
  all: readonly T[],
  by: {
    readonly filters: unknown;
    readonly member?: string;
    readonly orderOf?: (item: T) => number;
    readonly print: (item: T) => unknown;
  },
): JsonObject {
  const { maxResults, nextToken, ...rest } = call.input;
  // DRS sets no upper bound for most pages; no page is larger than the largest of all.
  const size = typeof maxResults === 'number' ? { maxResults: Math.min(maxResults, 1000) } : {};
  const token = nextToken === undefined || nextToken === '' ? {} : { nextToken };
  const input = { ...rest, ...size, ...token };
  const found = page({ ...call, input }, all, by.filters, by.orderOf);
  return {
    [by.member ?? 'items']: found.items.map(by.print),
    ...(found.nextToken === undefined ? {} : { nextToken: found.nextToken }),
  };
}

/** Finds the source server that a call names, or refuses with 404. */
export function theServer(drs: Drs, id: string): SourceServer {
  const server = drs.engine.server(id);
  if (server === undefined) throw notFound('SourceServer', id);
  return server;
}

const statuses = {
  AccessDeniedException: 403,
  ConflictException: 409,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 402,
  ValidationException: 400,
} as const;

function refuseAsScripted(drs: Drs, name: string): void {
  const scripted = drs.region.world.parameters.drsRefusals.find((one) => one.operation === name);
  if (scripted === undefined) return;
  const { exception, message } = scripted;
  const members = exception === 'ValidationException' ? { reason: 'other' } : {};
  throw new ServiceException(
    exception,
    statuses[exception],
    message ?? `${name} is refused`,
    members,
  );
}
