import * as z from 'zod';
import { FailureCode, PermanentFailure, TransientFailure } from '../../core/failure.ts';
import type { Refusal } from '../../flow/ports.ts';

/** What is known of a call that did not succeed. */
export interface Complaint {
  /** The service's own name for the error. */
  readonly errorName: string;
  readonly message: string;
  /** The HTTP status; absent where no answer came. */
  readonly status?: number;
  /** The answer's headers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer's body, where it is JSON. */
  readonly body?: unknown;
}

const blamed = z.object({ resourceId: z.string().optional().catch(undefined) });
const complaintBody = z.object({
  message: z.string().optional().catch(undefined),
  quotaCode: z.string().optional().catch(undefined),
  resourceId: z.string().optional().catch(undefined),
  errors: z.array(blamed).catch([]),
  fieldList: z
    .array(z.object({ name: z.string().catch(''), message: z.string().catch('') }))
    .catch([]),
});

/** Reads a complaint as the refusal that the flow understands: by the error's name, then by the status. */
export function refusalOf(complaint: Complaint): Refusal {
  const body = complaintBody.safeParse(complaint.body).data;
  const message = body?.message ?? complaint.message;
  const retryAfter = Number(complaint.headers?.['retry-after'] ?? Number.NaN);
  return {
    kind: kindOf(complaint.errorName, complaint.status),
    errorName: complaint.errorName,
    message,
    culprits: culpritsOf(message, body),
    ...(Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {}),
    ...(body?.quotaCode === undefined ? {} : { quotaCode: body.quotaCode }),
  };
}

/** A refusal as the failure to throw where the port has no refusals: transient where a retry may help. */
export function failureOf(
  refusal: Refusal,
  what: string,
  cause: unknown,
): TransientFailure | PermanentFailure {
  const message = `${what} was refused: ${refusal.errorName}: ${refusal.message}`;
  switch (refusal.kind) {
    case 'throttled':
      return new TransientFailure(FailureCode.ApiThrottled, message, cause);
    case 'ambiguous':
    case 'conflict':
      return new TransientFailure(FailureCode.ApiRefused, message, cause);
    case 'validation':
    case 'not-found':
    case 'quota':
    case 'access-denied':
    case 'uninitialized':
    case 'other':
      return new PermanentFailure(FailureCode.ApiRefused, message, cause);
  }
}

// Throttling has a dozen names; EC2's comes with a 503, which would otherwise be ambiguous.
const throttled =
  /^(Throttl|RequestThrottl|EC2Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded|ProvisionedThroughputExceeded)/;
const denied =
  /^(AccessDenied|Unauthorized|NotAuthorized|AuthFailure|OptInRequired|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|IncompleteSignature|SignatureDoesNotMatch|MissingAuthenticationToken|ExpiredToken|RequestExpired|CredentialsProviderError|TokenProviderError)/;
const byName: readonly (readonly [RegExp, Refusal['kind']])[] = [
  [throttled, 'throttled'],
  [/^Conflict/, 'conflict'],
  [/^(ServiceQuotaExceeded|LimitExceeded)|[a-z]LimitExceeded/, 'quota'],
  [/^UninitializedAccount/, 'uninitialized'],
  [denied, 'access-denied'],
  [/NotFound(Exception)?$|DoesNotExist$|^NoSuchResource/, 'not-found'],
  [/^Validation|^InvalidParameter|^MissingParameter|^SerializationException/, 'validation'],
];

function kindOf(errorName: string, status: number | undefined): Refusal['kind'] {
  const named = byName.find(([pattern]) => pattern.test(errorName))?.[1];
  if (named === 'throttled') return named;
  // Whatever it is called: after a 5xx or a timeout the call may have taken effect.
  if (status !== undefined && (status >= 500 || status === 408)) return 'ambiguous';
  return named ?? kindOfStatus(status);
}

function kindOfStatus(status: number | undefined): Refusal['kind'] {
  switch (status) {
    case undefined:
      return 'ambiguous';
    case 400:
      return 'validation';
    case 401:
    case 403:
      return 'access-denied';
    case 402:
      return 'quota';
    case 404:
      return 'not-found';
    case 409:
      return 'conflict';
    case 429:
      return 'throttled';
    default:
      return 'other';
  }
}

/** Ids of source servers, and of EC2's instances and launch templates for the calls that ask about those. */
const idPattern = /(?<![\w-])(?:[si]|lt)-[0-9a-zA-Z]{8,}(?![\w-])/g;

function culpritsOf(message: string, body: z.infer<typeof complaintBody> | undefined): string[] {
  const errors = (body?.errors ?? []).map((error) => error.resourceId ?? '');
  const named = idsIn([...errors, body?.resourceId ?? '']);
  if (named.length > 0) return named;
  // The texts name the servers only where the members do not.
  const fields = (body?.fieldList ?? []).flatMap((field) => [field.name, field.message]);
  return idsIn([...fields, message]);
}

function idsIn(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(idPattern) ?? []))];
}
