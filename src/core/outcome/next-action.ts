import type { FailureCode } from '../failure.ts';

// Stands for the retry, which is a command while the wave is open and another wave after that.
const again = 'try it again';

/** What a person does about each failure, in a sentence; docs/failures.md says it at length. */
export const remedies: Readonly<Record<FailureCode, string>> = {
  AnswerIncomplete: 'nothing at first; where it stays, look for throttling and for other tools',
  ApiRefused: `read AWS’s error, extend the role or mend the state, then ${again}`,
  ApiThrottled: `stop other tools that call the same account and Region, then ${again}`,
  ApprovalDenied: 'mend what the reason names, then move it in a new wave',
  ApprovalExpired: 'finalize it or take it back in the console, or move it in a new wave',
  ContractBroken: 'keep the logs and report it; look at the server in the console',
  DeadlineExceeded: `see what it waited for, extend the deadline or raise the quota, or ${again}`,
  DefaultEbsKey: `have it replicate with a key of your own (docs/failures.md#defaultebskey), then ${again}`,
  DrillInstancePresent:
    'look why it was left; terminate it in the console or set drill.leftOver: replace, then drill or retire it again',
  ExecutionDied: `look at the server in the console, then ${again}`,
  ExtensionBroken: `mend what the error names in the staging account, then ${again}`,
  FailbackNotReady: `see how its way back stands, in the console of the recovery Region; boot its failback client where it came from outside AWS; then ${again}`,
  FirstBootFailed: `look at the instance’s screenshot and its conversion, mend the source, then ${again}`,
  HoldExpired: 'move it in a new wave, or finalize it in the console where it was cut over',
  HookFailed: `read what the hook said, mend what it looks at or the hook itself, then ${again}`,
  InstanceUnhealthy:
    'look at the instance; finalize it in the console once it is mended, or take it back',
  LaunchFailed: `read the job’s log, mend the launch settings or permissions, then ${again}`,
  LaunchRefused: `read AWS’s error, mend the launch template or the server’s state, then ${again}`,
  LaunchUnresolved: `find out in the console whether it was launched, then ${again}`,
  LifecycleUnexpected: `compare the console with the plan; somebody else acted; then ${again}`,
  LiveRecoveryInstance:
    'nothing: its live instance serves; drill or retire it once it has failed back',
  NetworkNotRecovered: `read the log of the network’s job, mend its stack, then ${again}: it is recovered anew`,
  NetworkPartlyRecovered: `look at the networks and launch templates that the message names, then ${again}: it takes them as they are`,
  NotExtensible: `see that it replicates in its staging account, and that this trusts the other, then ${again}`,
  NotReversible: `mend each point that speaks against it, then ${again}`,
  NotRecoverable:
    'mend what its Source Server Readiness Change events name, then drill or recover it again',
  NoWindow:
    'give the plan later or longer windows, then move it in a new wave; look at it first where it was cut over',
  OrderedRollback: `nothing, or ${again} when what spoke against it is mended`,
  OrderedSkip: 'move it in another wave when its time has come',
  PostLaunchActionFailed: `mend the action or its script, then ${again}`,
  PreflightBlocked: 'mend what the rule found (docs/preflight.md), then move it in a new wave',
  PreviousSnapshotUsed: `see why the last snapshot was missing, then ${again}`,
  RecoveryTookOver: 'nothing: it is recovered; drill it again once it has failed back',
  ReplicationStalled: `mend what the error class names, then ${again}`,
  ServerArchived: 'see who archived it; take it out of the archive to move it',
  ServerDisconnected: `install its agent again, then ${again}`,
  ServerHeld: 'ask whoever acted on it, then resume it: landfall resume --server',
  ServerSkipped: `read the job’s log for why it was skipped, then ${again}`,
  ServerVanished: 'see who deleted it; install its agent again for a new server',
  SettingsNotApplied: `see what differs: landfall settings diff (of DRS landfall drs template plan); mend what the reason names, then ${again}`,
  SignOffMissing: 'look at the launched instance; finalize it in the console, or take it back',
  StagingServerInUse:
    'retire its extension in the other account first, then this server in a new wave',
  StatusChecksFailed: `look at the instance’s log and network, then ${again}`,
  StoreConflict: `nothing at first; then ${again}`,
  UndoFailed: `read what the hook said; thaw the source or switch the traffic back by hand, then ${again}`,
  WaveAborted: 'look at it in the console: what was launched is still there',
  WaveHeld: 'see why the wave is held: landfall status; then resume it',
  WindowClosed: `make the window longer, or move fewer servers in it, then ${again}`,
};

/** Says what a person does next about a server whose way has ended; an open wave takes it back with a retry. */
export function nextActionOf(
  { outcome, code }: { readonly outcome: string; readonly code?: FailureCode },
  {
    wave,
    server,
    isOpen,
    left = [],
  }: {
    readonly wave: string;
    readonly server: string;
    readonly isOpen: boolean;
    /** What hooks have done and nobody has taken back. */
    readonly left?: readonly LeftByHooks[];
  },
): string {
  if (outcome === 'succeeded') return 'nothing';
  const first = left.map((one) => `${leftWords[one]}; then: `).join('');
  return `${first}${actionOf({ outcome, ...(code === undefined ? {} : { code }) }, { wave, server, isOpen })}`;
}

/** What hooks of a plan may leave behind where a server does not move. */
export type LeftByHooks = 'source-frozen' | 'traffic-switched';

const leftWords: Readonly<Record<LeftByHooks, string>> = {
  'source-frozen': 'a hook has frozen its source: thaw it where it is to go on serving',
  'traffic-switched':
    'a hook has switched the traffic to its instance: leave that running, or switch back',
};

function actionOf(
  { outcome, code }: { readonly outcome: string; readonly code?: FailureCode },
  {
    wave,
    server,
    isOpen,
  }: { readonly wave: string; readonly server: string; readonly isOpen: boolean },
): string {
  if (code === undefined && outcome === 'skipped') return 'nothing, or move it in another wave';
  const what = code === undefined ? `look at it, then ${again}` : remedies[code];
  if (!what.includes(again)) return what;
  if (!isOpen || outcome === 'skipped') return what.replace(again, 'move it in another wave');
  const confirm = outcome === 'frozen' ? ' --confirm-state' : '';
  return `${what} while the wave is open: landfall retry ${wave} --server ${server}${confirm} --reason "…"`;
}
