import * as z from 'zod';
import { type JsonObject, parseJson } from '../json.ts';
import type { RegionState } from '../region-state.ts';
import { conflict, notFound, processedByJob, validation } from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';

/** One call as an operation sees it. */
export interface Call {
  readonly region: RegionState;
  readonly input: JsonObject;
  /** The instant that reads answer for; earlier than now where a fault makes reads stale. */
  readonly readAt: number;
}

/** One operation of the simulated AWS; the registry holds all of them. */
export interface Operation {
  readonly service: 'mgn' | 'ec2' | 'servicequotas';
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
  const fieldList = parsed.error.issues.map((issue) => ({
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

/** Answers one page of a list, with a token that only fits the same filters. */
export function page<T>(
  call: Call,
  all: readonly T[],
  filters: unknown,
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const { maxResults, nextToken } = checked(z.object(paging), call.input);
  const mark = JSON.stringify(filters ?? {});
  const offset = nextToken === undefined ? 0 : tokenOffset(nextToken, mark);
  const size = maxResults ?? call.region.world.parameters.pageSizeDefault;
  const end = offset + size;
  return {
    items: all.slice(offset, end),
    nextToken:
      end < all.length
        ? Buffer.from(JSON.stringify([end, hash(mark)])).toString('base64url')
        : undefined,
  };
}

function tokenOffset(token: string, mark: string): number {
  const wrong = validation('The nextToken is invalid for this request', 'fieldValidationFailed', [
    { name: 'nextToken', message: 'is not a token that a call with these filters answered' },
  ]);
  const parsed = z
    .tuple([z.number().int(), z.number()])
    .safeParse(parseJson(Buffer.from(token, 'base64url').toString()));
  if (!parsed.success || parsed.data[1] !== hash(mark)) throw wrong;
  return parsed.data[0];
}

function hash(text: string): number {
  let sum = 5381;
  for (let i = 0; i < text.length; i += 1) sum = (Math.imul(sum, 33) ^ text.charCodeAt(i)) >>> 0;
  return sum;
}
