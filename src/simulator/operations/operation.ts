import * as z from 'zod';
import { type JsonObject, withoutNulls } from '../json.ts';
import type { RegionState } from '../region-state.ts';
import { conflict, notFound, processedByJob, validation } from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';
import { pageOf } from './page-token.ts';

/** One call as an operation sees it. */
export interface Call {
  /** The operation's name. */
  readonly operation: string;
  readonly region: RegionState;
  readonly input: JsonObject;
  /** The instant that reads answer for; earlier than now where a fault makes reads stale. */
  readonly readAt: number;
}

/** One operation of the simulated AWS; the registry holds all of them. */
export interface Operation {
  readonly service: 'mgn' | 'drs' | 'ec2' | 'sts' | 'servicequotas';
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The path; `{name}` stands for one segment that becomes a member of the input. */
  readonly path: string;
  readonly writes: boolean;
  readonly status: number;
  /** Answers the body; throws a ServiceException where the service refuses. */
  readonly answer: (call: Call) => string;
}

/** A source server id in the model's form. */
export const sourceServerID = z.string().regex(/^s-[0-9a-zA-Z]{17}$/);

/** The page members that every listing takes. */
export const paging = {
  maxResults: z.number().int().min(1).max(1000).optional(),
  nextToken: z.string().min(1).max(2048).optional(),
};

// Made once: zod compiles a schema at its first use.
const pagingAlone = z.object(paging);

/** The account that an administrator may name. */
export const accountID = z
  .string()
  .regex(/^\d{12}$/)
  .optional();

/** Checks an input against its model; refuses with the list of fields. Members that no model names are ignored. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  input: JsonObject,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  // A member that is null counts as absent; hardly any client sends one.
  const filled = schema.safeParse(withoutNulls(input));
  if (filled.success) return filled.data;
  const fieldList = filled.error.issues.map((issue) => ({
    name: issue.path.join('.'),
    message: issue.message,
  }));
  throw validation('Input validation failed', 'fieldValidationFailed', fieldList);
}

/** Finds the server that a call names, or refuses with 404. */
export function theServer(region: RegionState, id: string): SourceServer {
  const server = region.server(id);
  if (server === undefined) throw notFound('SourceServer', id);
  return server;
}

/** Refuses while an open job processes the server. */
export function refuseDuringJob(region: RegionState, server: SourceServer): void {
  if (server.openJob === undefined) return;
  if (region.world.parameters.lifecycleCallsDuringJob === 'accept') return;
  throw conflict(processedByJob, [server.id]);
}

/**
 * Answers one page of those items of a list that fit, with a token that fits only the same call: operation, account, Region and filters.
 * `orderOf`, a number that ascends along the list and stays with an item, keeps pages stable under any change.
 */
export function page<T>(
  call: Call,
  all: readonly T[],
  filters: unknown,
  orderOf?: (item: T) => number,
  fits?: (item: T) => boolean,
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const { maxResults, nextToken } = checked(pagingAlone, call.input);
  const { region } = call;
  const { pageSizeDefault, pageTokenHours } = region.world.parameters;
  const request = JSON.stringify([call.operation, region.accountId, region.region, filters ?? {}]);
  const found = pageOf(
    all,
    { size: maxResults ?? pageSizeDefault, token: nextToken },
    {
      chance: region.world.chance,
      now: region.world.now,
      lifeMs: pageTokenHours * 3_600_000,
      request,
    },
    orderOf,
    fits,
  );
  if (found !== undefined) return found;
  throw validation('The nextToken is invalid for this request', 'fieldValidationFailed', [
    { name: 'nextToken', message: 'is not a token that a call with these filters answered' },
  ]);
}
