import * as z from 'zod';
import { drsParameters } from './drs/parameters.ts';
import { mgnParameters } from './mgn/parameters.ts';

const range = z
  .tuple([z.number().nonnegative(), z.number().nonnegative()])
  .readonly()
  .refine(([low, high]) => low <= high, 'the first number must not exceed the second');
const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/**
 * Every assumption of the simulator, by name. Each description begins with its evidence tag (reference: MGN,
 * section 0; GUESS: no source, a design assumption) and says the unit and the meaning.
 */
export const Parameters = z.strictObject({
  timestampForm: z
    .enum(['+00:00', 'Z'])
    .default('+00:00')
    .describe(
      '[REAL1] How date-times are printed; the model says Z, the wire showed +00:00 with microseconds',
    ),
  pageSizeDefault: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(50)
    .describe('[GUESS] Items a page when maxResults is absent'),
  pageTokenHours: z
    .number()
    .positive()
    .default(24)
    .describe('[GUESS] How long a nextToken is good for'),
  includeArchivedByDefault: z
    .boolean()
    .default(true)
    .describe(
      '[GUESS] Whether DescribeSourceServers without the filter isArchived returns archived servers too',
    ),
  uninitializedTargets: z
    .array(z.string())
    .readonly()
    .default([])
    .describe(
      '[SDK] account:Region pairs in which every MGN call answers UninitializedAccountException',
    ),

  linkMbps: z
    .number()
    .positive()
    .default(2000)
    .describe('[GUESS] Megabits a second that all replicating servers of an account-Region share'),
  serverThrottleMbps: z
    .number()
    .positive()
    .default(1000)
    .describe('[GUESS] Megabits a second that one server gets at most'),
  linkSpread: share
    .refine((s) => s < 1, 'must be below one')
    .default(0.3)
    .describe(
      '[GUESS] How far the link may deviate from linkMbps, as a share, because others use it too; one seeded value for each slot of an account-Region',
    ),
  linkSpreadHours: z
    .number()
    .positive()
    .default(6)
    .describe('[GUESS] Length of the slots after which the link deviates otherwise'),
  wireBytesShare: share
    .refine((s) => s > 0, 'must be above zero')
    .default(1)
    .describe(
      '[third-party] Bytes on the wire for each byte on disk; LZ4 is said to save 60-70 % on some data',
    ),
  changeRatePerDay: range
    .default([0.01, 0.05])
    .describe(
      '[KNOW] Share of the disks that a server rewrites in a day, one seeded value a server',
    ),
  initiationStepSeconds: z
    .array(z.number().positive())
    .length(11)
    .readonly()
    .default([8, 6, 45, 60, 12, 30, 20, 15, 8, 8, 9])
    .describe('[INF REAL1] Length of the eleven initiation steps; 3 min 41 s to the first byte'),
  initiationSpread: share
    .default(0.3)
    .describe('[GUESS] How far a step may deviate from its length, as a share'),
  firstSnapshotSeconds: range
    .default([60, 300])
    .describe('[GUESS] CREATING_SNAPSHOT, from data complete to the first launchable snapshot'),
  heartbeatSeconds: range
    .default([60, 120])
    .describe('[INF REAL1] Time between two heartbeats, one seeded value a server'),
  agentSnapshotMinutes: z
    .number()
    .positive()
    .default(60)
    .describe(
      '[GUESS] Time between two consistent snapshots of an agent-based server; at least 25 min were seen',
    ),
  propertiesRefreshMinutes: z
    .number()
    .positive()
    .default(60)
    .describe('[INF REAL1] Time between two refreshes of sourceProperties.lastUpdatedDateTime'),
  backlogEpisodeHours: z
    .number()
    .positive()
    .default(6)
    .describe('[GUESS] Length of the slots in which a steady server may fall behind once'),
  backlogEpisodeShare: share
    .default(0.25)
    .describe('[GUESS] Share of these slots that hold an episode'),
  backlogEpisodeMinutes: range
    .default([2, 10])
    .describe('[GUESS] Length of an episode, out and back'),
  rescanMBps: z
    .number()
    .positive()
    .default(150)
    .describe('[GUESS] Megabytes a second that an agent reads while it rescans'),
  rescanDirtyShare: share
    .default(0.01)
    .describe('[GUESS] Share of the disks that a rescan finds changed'),
  agentNotSeenSeconds: z
    .number()
    .positive()
    .default(300)
    .describe(
      '[GUESS] Silence of an agent until STALLED with AGENT_NOT_SEEN; the threshold is not published',
    ),
  retryHandshakeSeconds: range
    .default([5, 120])
    .describe('[SDK] RetryDataReplication acts at the next handshake, within the heartbeat'),
  retryFailsAgainSeconds: z
    .number()
    .positive()
    .default(120)
    .describe('[GUESS] From a retry that cures nothing until STALLED again'),
  loadedStallClears: z
    .enum(['never', 'retry'])
    .default('never')
    .describe(
      '[GUESS] Whether RetryDataReplication cures servers that the fleet brings along STALLED',
    ),

  agentlessCycleMinutes: z
    .number()
    .positive()
    .default(60)
    .describe('[GUESS] Time between the starts of two shipping cycles; AWS documents none'),
  agentlessSnapshotSeconds: range
    .default([60, 180])
    .describe('[GUESS] Fixed part of a shipping cycle: VMware snapshot and consolidation'),
  agentlessCycleMBps: z
    .number()
    .positive()
    .default(40)
    .describe('[GUESS] Megabytes a second at which a cycle ships what changed'),
  startReplicationNeedsLiveClient: z
    .boolean()
    .default(true)
    .describe(
      '[INF] StartReplication of an agentless server is refused while its vCenter client is dead',
    ),

  jobStartSeconds: range.default([1, 5]).describe('[INF REAL2] From the call to JOB_START'),
  snapshotSeconds: range
    .default([30, 300])
    .describe('[GUESS] SNAPSHOT_START to SNAPSHOT_END; MGN takes a fresh one'),
  preConversionSeconds: range
    .default([50, 53])
    .describe('[REAL2] SNAPSHOT_END to CONVERSION_START'),
  conversionSeconds: range
    .default([180, 200])
    .describe('[REAL2] CONVERSION_START to CONVERSION_END'),
  launchSeconds: range
    .default([280, 310])
    .describe('[REAL2] LAUNCH_START until the instance is launched'),
  cleanupSeconds: range
    .default([60, 180])
    .describe('[GUESS] CLEANUP_START to CLEANUP_END: an instance is deleted'),
  jobEndSeconds: z
    .number()
    .nonnegative()
    .default(4)
    .describe('[REAL2] From the last server of a job to JOB_END'),
  firstBootSeconds: range
    .default([60, 240])
    .describe('[GUESS] From launched until firstBoot is SUCCEEDED'),
  statusChecksSeconds: range
    .default([120, 240])
    .describe('[KNOW] From launched until both EC2 status checks are ok'),
  postLaunchActions: z
    .array(z.strictObject({ name: z.string().min(1), mustSucceedForCutover: z.boolean() }))
    .readonly()
    .default([])
    .describe(
      '[UG] Post-launch actions of every launch; none are active until a user activates them',
    ),
  postLaunchActionSeconds: range
    .default([60, 180])
    .describe('[GUESS] From launched until a post-launch action ends'),
  launchStatusOfSkipped: z
    .enum(['PENDING', 'FAILED'])
    .default('FAILED')
    .describe('[GUESS] launchStatus of a server that the job skipped'),
  stateAfterFailedLaunch: z
    .enum(['stays', 'goes-back'])
    .default('stays')
    .describe(
      '[GUESS] Whether a failed launch leaves TESTING / CUTTING_OVER or returns to the state before',
    ),

  startCutoverFromReadyForTest: z
    .enum(['reject', 'accept'])
    .default('reject')
    .describe('[UG, contradictory] StartCutover of a READY_FOR_TEST server'),
  changeToCutover: z
    .enum(['reject', 'accept'])
    .default('reject')
    .describe(
      '[CMF, against SDK docs] ChangeServerLifeCycleState(CUTOVER) from DISCONNECTED or CUTTING_OVER',
    ),
  lifecycleCallsDuringJob: z
    .enum(['reject', 'accept'])
    .default('reject')
    .describe('[GUESS] Lifecycle calls on a server that an open job processes'),
  terminateWithoutInstance: z
    .enum(['reject', 'accept'])
    .default('reject')
    .describe('[GUESS] TerminateTargetInstances of a server that has no launched instance'),
  disconnectKeepsCutover: z
    .boolean()
    .default(true)
    .describe('[GUESS] DisconnectFromService leaves the life-cycle state CUTOVER as it is'),
  cleanupAfterDisconnectMinutes: range
    .default([10, 90])
    .describe(
      '[SDK] From finalize or disconnect until the replication resources are gone and disk sizes are zero',
    ),

  quotaActiveServers: count.default(150).describe('[GR] L-9A599620 Max Active Source Servers'),
  quotaNonArchivedServers: count
    .default(4000)
    .describe('[GR] L-50980698 Max Non-Archived Source Servers'),
  quotaTotalServers: count
    .default(50_000)
    .describe('[QC] L-967C958D Max Total Source Servers Per AWS Account'),
  quotaConcurrentJobs: count.default(20).describe('[QC] L-FE2EBE17 Concurrent jobs in progress'),
  quotaServersInJob: count
    .default(200)
    .describe('[QC] L-F1FD732F Max Source Servers in a single Job'),
  quotaServersInAllJobs: count
    .default(200)
    .describe('[QC] L-4FF77426 Max Source Servers in all Jobs'),
  quotaJobsPerServer: count
    .default(1)
    .describe('[QC] L-615F978B Max concurrent Jobs per Source Server'),

  nativeEventDropProbability: share
    .default(0)
    .describe('[EBREF] Native events are best effort: share that is never delivered'),
  nativeEventDuplicateProbability: share
    .default(0)
    .describe('[EBREF] Share of native events that is delivered twice'),
  nativeEventDelaySeconds: range
    .default([0, 0])
    .describe('[EBREF] Delay of native events, which also changes their order'),
  trailEventDropProbability: share
    .default(0)
    .describe(
      '[KNOW] CloudTrail is best effort: share of calls that EventBridge never hears of; 1 where there is no trail',
    ),
  trailEventDuplicateProbability: share
    .default(0)
    .describe('[KNOW] Share of calls that EventBridge hears of twice'),
  trailEventDelaySeconds: range
    .default([60, 300])
    .describe('[KNOW] How late CloudTrail tells a call, which also changes their order'),

  ...mgnParameters,
  ...drsParameters,
});

/** The parameters in force: every one has a value. */
export type Parameters = z.output<typeof Parameters>;

/** Checks overrides and fills in the defaults; throws a RangeError that names every problem at once. */
export function parametersWith(overrides: Partial<Parameters> = {}): Parameters {
  const parsed = Parameters.safeParse(overrides);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'parameters'}: ${issue.message}`,
  );
  throw new RangeError(`simulator parameters refused: ${problems.join('; ')}`);
}

/** Says what each parameter means, where it comes from and what it is when nobody says otherwise. */
export function parameterTable(): readonly {
  readonly name: string;
  readonly evidence: string;
  readonly meaning: string;
  readonly default: unknown;
}[] {
  const defaults: Readonly<Record<string, unknown>> = { ...parametersWith() };
  return Object.entries(Parameters.shape).map(([name, schema]) => {
    const [, evidence = '', meaning = ''] = /^\[(.+?)\] (.*)$/.exec(schema.description ?? '') ?? [];
    return { name, evidence, meaning, default: defaults[name] };
  });
}

/** A quota as Service Quotas lists it and refusals name it. */
export interface Quota {
  readonly code: string;
  readonly name: string;
  readonly value: number;
  readonly adjustable: boolean;
}

/** Answers MGN's quotas with the values in force (reference: MGN, section 3). */
export function quotasOf(p: Parameters) {
  const quota = (code: string, name: string, value: number, adjustable = false): Quota => ({
    code,
    name,
    value,
    adjustable,
  });
  return {
    activeServers: quota('L-9A599620', 'Max Active Source Servers', p.quotaActiveServers, true),
    nonArchivedServers: quota(
      'L-50980698',
      'Max Non-Archived Source Servers',
      p.quotaNonArchivedServers,
      true,
    ),
    totalServers: quota(
      'L-967C958D',
      'Max Total Source Servers Per AWS Account',
      p.quotaTotalServers,
    ),
    concurrentJobs: quota('L-FE2EBE17', 'Concurrent jobs in progress', p.quotaConcurrentJobs),
    serversInJob: quota('L-F1FD732F', 'Max Source Servers in a single Job', p.quotaServersInJob),
    serversInAllJobs: quota(
      'L-4FF77426',
      'Max Source Servers in all Jobs',
      p.quotaServersInAllJobs,
    ),
    jobsPerServer: quota(
      'L-615F978B',
      'Max concurrent Jobs per Source Server',
      p.quotaJobsPerServer,
    ),
  };
}
