/** Differences from the service model that answers may show, each with its reason; the driver knows them by name. */
export const knownDeviations: Readonly<Record<string, string>> = {
  'offset-times':
    'Times end in `+00:00`, as recorded answers do; the pattern of ISO8601DatetimeString asks for `Z`. The parameter `timestampForm` prints `Z`.',
  'launch-end':
    'Job logs of DRS hold the event `LAUNCH_END`, as recorded logs do; no model has it. The parameter `drsLaunchEndEvent` leaves it out.',
  'recovery-instance-durations':
    '`lagDuration` and `elapsedReplicationDuration` of recovery instances are durations; the model types them as date-times. The parameter `drsRecoveryInstanceDurations` prints date-times.',
  'newer-than-sdk':
    'Import and export tasks have `arn` and `tags`, as in the service model; the pinned AWS SDK is older and leaves them unread.',
  'undeclared-code':
    'Bodies of ThrottlingException and InternalServerException name the exception in `code`, as those of all others do; restJson1 reads it there, but these two do not declare the member.',
  'undeclared-validation':
    'Input that breaks the model is refused with ValidationException by every operation, declared or not.',
};

const slots = 'It takes no slot of a quota: a paused server counts as replicating.';

/** Declared errors that nothing makes the simulator answer, by `service operation exception`, each with its reason. */
export const notReachable: Readonly<Record<string, string>> = {
  'mgn DescribeVcenterClients ResourceNotFoundException':
    'No input of it names a resource that might not exist.',
  'mgn InitializeService ValidationException':
    'It has no input members, so a client cannot send anything that would be wrong.',
  'mgn PauseReplication ServiceQuotaExceededException': slots,
  'mgn ResumeReplication ServiceQuotaExceededException': slots,
  'mgn StopReplication ServiceQuotaExceededException': slots,
};

/** Parameters that take back every deviation of which the simulator can be told to leave it. */
export const toTheLetter = {
  timestampForm: 'Z',
  drsLaunchEndEvent: false,
  drsRecoveryInstanceDurations: 'datetime',
} as const;
