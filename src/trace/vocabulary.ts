import type { CallRecord } from './forms.ts';

/** The detail-types that a rule reads; all others are fine and only counted in their stream. */
export const EventType = {
  Discovered: 'Source Server Discovered',
  LifecycleChange: 'Source Server Lifecycle State Change',
  Archived: 'Source Server Archived',
  LaunchResult: 'Source Server Launch Result',
  SignedOff: 'Wave Server Signed Off',
  Healthy: 'Wave Server Healthy',
  ServerHeld: 'Wave Server Held',
  ServerResumed: 'Wave Server Resumed',
  Hook: 'Wave Server Hook Run',
  PhaseEnded: 'Wave Server Phase Ended',
  Outcome: 'Wave Server Outcome',
  Reopened: 'Wave Server Reopened',
  Paused: 'Wave Paused',
  Resumed: 'Wave Resumed',
  OrderGiven: 'Wave Order Given',
  DrillYielded: 'Wave Drill Yielded',
  SettingsCompared: 'Wave Server Settings Compared',
  WaveStarted: 'Wave Started',
  WaveConcluded: 'Wave Concluded',
  StageStarted: 'Wave Stage Started',
  WindowOpened: 'Wave Window Opened',
  InstanceDiscovered: 'Recovery Instance Discovered',
  InstancePresence: 'Recovery Instance Presence Change',
  JobStarted: 'Job Started',
  Extended: 'Wave Server Extended',
  RecoveryChosen: 'Wave Server Recovery Chosen',
  FailbackStep: 'Wave Server Failback Step',
  AbortRequested: 'Wave Abort Requested',
  ApprovalRequested: 'Wave Approval Requested',
  ApprovalGiven: 'Wave Approval Given',
  ApprovalDenied: 'Wave Approval Denied',
  ApprovalWithdrawn: 'Wave Approval Withdrawn',
  ApprovalExpired: 'Wave Approval Expired',
  ScheduleStarted: 'Drill Schedule Started',
} as const;

/** The caller whose promises are checked; everyone else acts freely. */
export const LANDFALL = 'landfall';

/** The call that extends a server into another account. */
export const EXTEND = 'CreateExtendedSourceServer';

/** The tag that ties a launch call to the intent written before it. */
export const INTENT_TAG = 'landfall:intent';

/** The outcomes a server of a wave may end in (design.md 4). */
export const outcomes = ['succeeded', 'skipped', 'rolled-back', 'failed', 'frozen'] as const;

/** What a job does for a server: a launch by its kind, or `terminate`, which ends one. */
export type JobKind = 'test' | 'cutover' | 'drill' | 'recovery' | 'terminate';

const kinds: ReadonlyMap<string, JobKind> = new Map([
  ['StartTest', 'test'],
  ['StartCutover', 'cutover'],
  ['TerminateTargetInstances', 'terminate'],
]);

/** The kind of job that a call starts; undefined where it starts none, or names no servers, as terminations of DRS do. */
export function jobKindOf({ operation, input }: CallRecord): JobKind | undefined {
  if (operation === 'StartRecovery') return input['isDrill'] === true ? 'drill' : 'recovery';
  if (operation === 'StartFailbackLaunch') return 'recovery';
  return kinds.get(operation);
}

/** Says whether an operation only reads: AWS names those Describe…, List… and Get…. */
export function isRead(operation: string): boolean {
  return /^(?:Describe|List|Get|BatchGet)/.test(operation);
}
