/**
 * Every failure that a person can meet, by the name that state machines match, events carry and
 * docs/failures.md explains.
 */
export const FailureCode = {
  ApiRefused: 'ApiRefused',
  ApiThrottled: 'ApiThrottled',
  ApprovalDenied: 'ApprovalDenied',
  ApprovalExpired: 'ApprovalExpired',
  AnswerIncomplete: 'AnswerIncomplete',
  ContractBroken: 'ContractBroken',
  DeadlineExceeded: 'DeadlineExceeded',
  DefaultEbsKey: 'DefaultEbsKey',
  DrillInstancePresent: 'DrillInstancePresent',
  ExecutionDied: 'ExecutionDied',
  ExtensionBroken: 'ExtensionBroken',
  FailbackNotReady: 'FailbackNotReady',
  FirstBootFailed: 'FirstBootFailed',
  HoldExpired: 'HoldExpired',
  HookFailed: 'HookFailed',
  PreflightBlocked: 'PreflightBlocked',
  LaunchFailed: 'LaunchFailed',
  LaunchRefused: 'LaunchRefused',
  LaunchUnresolved: 'LaunchUnresolved',
  InstanceUnhealthy: 'InstanceUnhealthy',
  LifecycleUnexpected: 'LifecycleUnexpected',
  LiveRecoveryInstance: 'LiveRecoveryInstance',
  NoWindow: 'NoWindow',
  NetworkNotRecovered: 'NetworkNotRecovered',
  NetworkPartlyRecovered: 'NetworkPartlyRecovered',
  NotExtensible: 'NotExtensible',
  NotRecoverable: 'NotRecoverable',
  NotReversible: 'NotReversible',
  OrderedRollback: 'OrderedRollback',
  OrderedSkip: 'OrderedSkip',
  PostLaunchActionFailed: 'PostLaunchActionFailed',
  PreviousSnapshotUsed: 'PreviousSnapshotUsed',
  RecoveryTookOver: 'RecoveryTookOver',
  ReplicationStalled: 'ReplicationStalled',
  ServerArchived: 'ServerArchived',
  ServerDisconnected: 'ServerDisconnected',
  ServerHeld: 'ServerHeld',
  ServerSkipped: 'ServerSkipped',
  ServerVanished: 'ServerVanished',
  SettingsNotApplied: 'SettingsNotApplied',
  SignOffMissing: 'SignOffMissing',
  StagingServerInUse: 'StagingServerInUse',
  StatusChecksFailed: 'StatusChecksFailed',
  StoreConflict: 'StoreConflict',
  UndoFailed: 'UndoFailed',
  WaveAborted: 'WaveAborted',
  WaveHeld: 'WaveHeld',
  WindowClosed: 'WindowClosed',
} as const;
export type FailureCode = (typeof FailureCode)[keyof typeof FailureCode];

/** An expected failure as a value: what went wrong, in a sentence, and with which details. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  /** The error class of a stalled replication, a job id, an AWS error name: what narrows the code down. */
  readonly detail?: string;
}

/** Builds a failure value. */
export function failure(code: FailureCode, message: string, detail?: string): Failure {
  return detail === undefined ? { code, message } : { code, message, detail };
}

/** Thrown when trying again may help: throttling, a lost connection, a lost race for a write. */
export class TransientFailure extends Error {
  override readonly name = 'TransientFailure';
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Thrown when trying again cannot help: the server, not the attempt, is at fault. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure';
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Thrown when a contract between two of our own parts is broken; no retry can mend it. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly code = FailureCode.ContractBroken;
}

/**
 * Thrown by a step that finds its server paused, before it calls: the machine parks until the pause is over, and takes
 * the step again. No failure, so no retry is spent on it.
 */
export class ScopePaused extends Error {
  override readonly name = 'ScopePaused';
}

/**
 * Thrown by a step before which hooks of the plan are due: the machine has them run, and takes the step again. No
 * failure, so no retry is spent on it, and a server without hooks takes no state more.
 */
export class HooksDue extends Error {
  override readonly name = 'HooksDue';
}

/** The names of the classes, as state machines match them. */
export const failureClasses = [
  'TransientFailure',
  'PermanentFailure',
  'InvalidInput',
  'ScopePaused',
  'HooksDue',
] as const;

/** Every failure code, to recognise one in text. */
const codes: ReadonlySet<string> = new Set(Object.values(FailureCode));

function isFailureCode(text: string | undefined): text is FailureCode {
  return text !== undefined && codes.has(text);
}

/** Writes a failure so that it survives a Lambda's error message; `failureOfError` reads it again. */
export function failureText({ code, message }: Failure): string {
  return `${code}: ${message}`;
}

/**
 * Reads the failure out of what a state machine caught: `{ Error, Cause }`, where Error is a failure code (from a
 * parked wait), or Cause is the JSON of a Lambda error with our text in it. Anything else died without a word.
 */
export function failureOfError(caught: {
  readonly Error?: string;
  readonly Cause?: string;
}): Failure {
  const cause = caught.Cause ?? '';
  if (isFailureCode(caught.Error)) return failure(caught.Error, cause);
  const text = errorMessageIn(cause) ?? cause;
  const [, code, message] = /^(\w+): ([\s\S]*)$/.exec(text) ?? [];
  if (isFailureCode(code)) return failure(code, message ?? '');
  if (caught.Error === 'States.Timeout' || caught.Error === 'States.HeartbeatTimeout') {
    return failure(FailureCode.DeadlineExceeded, 'the state machine timed out', caught.Error);
  }
  return failure(
    FailureCode.ContractBroken,
    `${caught.Error ?? 'an unnamed error'}: ${text.slice(0, 500)}`,
    caught.Error,
  );
}

function errorMessageIn(cause: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed) {
      return String(parsed.errorMessage);
    }
  } catch {
    // A cause need not be JSON; then it is the message itself.
  }
  return undefined;
}
