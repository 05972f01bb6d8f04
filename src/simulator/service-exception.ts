import type { JsonObject } from './json.ts';

/** A refusal as the service sends it: an exception name, an HTTP status and the exception's members. */
export class ServiceException extends Error {
  override readonly name = 'ServiceException';
  readonly exception: string;
  readonly status: number;
  readonly members: JsonObject;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    exception: string,
    status: number,
    message: string,
    members: JsonObject = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.exception = exception;
    this.status = status;
    this.members = members;
    this.headers = headers;
  }
}

/** The one conflict message that is confirmed word for word (reference: MGN 2.2). */
export const processedByJob =
  'One or more of the Source Servers included in API call are currently being processed by a Job';

/** 400: the input is not what the operation takes. */
export function validation(
  message: string,
  reason: 'unknownOperation' | 'cannotParse' | 'fieldValidationFailed' | 'other',
  fieldList: readonly { readonly name: string; readonly message: string }[] = [],
): ServiceException {
  return new ServiceException('ValidationException', 400, message, {
    reason,
    ...(fieldList.length === 0 ? {} : { fieldList }),
  });
}

/** 409: the servers' present state, or a job, stands in the way; each culprit is named. */
export function conflict(message: string, serverIds: readonly string[]): ServiceException {
  const [only] = serverIds;
  return new ServiceException('ConflictException', 409, message, {
    ...(serverIds.length === 1 ? { resourceId: only, resourceType: 'SourceServer' } : {}),
    errors: serverIds.map((resourceId) => ({
      resourceId,
      resourceType: 'SourceServer',
      code: 'ConflictException',
      message,
    })),
  });
}

/** 404: there is no such thing. */
export function notFound(resourceType: string, resourceId: string): ServiceException {
  return new ServiceException(
    'ResourceNotFoundException',
    404,
    `${resourceType} ${resourceId} was not found`,
    { resourceId, resourceType },
  );
}

/** 402: a quota would be exceeded. */
export function quotaExceeded(quota: {
  readonly code: string;
  readonly name: string;
  readonly value: number;
}): ServiceException {
  return new ServiceException(
    'ServiceQuotaExceededException',
    402,
    `Quota exceeded: ${quota.name} (${quota.value})`,
    { serviceCode: 'mgn', quotaCode: quota.code, quotaValue: quota.value },
  );
}
