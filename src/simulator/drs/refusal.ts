import { processedByJob, ServiceException } from '../service-exception.ts';

/** 409: the present state, or a job, stands in the way; the culprit is named where there is only one. */
export function conflict(
  message: string,
  resourceIds: readonly string[] = [],
  resourceType = 'SourceServer',
): ServiceException {
  const [only] = resourceIds;
  return new ServiceException('ConflictException', 409, message, {
    ...(resourceIds.length === 1 ? { resourceId: only, resourceType } : {}),
  });
}

/** 409: an open job processes these servers. */
export function busy(serverIds: readonly string[]): ServiceException {
  return conflict(processedByJob, serverIds);
}

/** 402: a quota would be exceeded. */
export function overQuota(quota: {
  readonly code?: string;
  readonly name: string;
  readonly value: number;
}): ServiceException {
  return new ServiceException(
    'ServiceQuotaExceededException',
    402,
    `Quota exceeded: ${quota.name} (${quota.value})`,
    { serviceCode: 'drs', ...(quota.code === undefined ? {} : { quotaCode: quota.code }) },
  );
}

/** 403: the caller may not do this. */
export function denied(message: string): ServiceException {
  return new ServiceException('AccessDeniedException', 403, message);
}

/** 400: DRS is not initialised here. */
export function uninitialized(): ServiceException {
  return new ServiceException(
    'UninitializedAccountException',
    400,
    'The account is not initialized',
  );
}
