import * as z from 'zod';

const range = z
  .tuple([z.number().nonnegative(), z.number().nonnegative()])
  .readonly()
  .refine(([low, high]) => low <= high, 'the first number must not exceed the second');
const count = z.number().int().nonnegative();

/**
 * The assumptions about DRS, by name; part of the simulator's parameters. Each description begins with its
 * evidence tag (reference: DRS, section 0; GUESS: no source) and says the unit and the meaning.
 */
export const drsParameters = {
  drsUninitializedTargets: z
    .array(z.string())
    .readonly()
    .default([])
    .describe(
      '[SDK] account:Region pairs in which DRS answers UninitializedAccountException until InitializeService',
    ),
  drsRefusals: z
    .array(
      z.strictObject({
        operation: z.string().min(1),
        exception: z.enum([
          'AccessDeniedException',
          'ConflictException',
          'ResourceNotFoundException',
          'ServiceQuotaExceededException',
          'ValidationException',
        ]),
        message: z.string().optional(),
      }),
    )
    .readonly()
    .default([])
    .describe(
      '[MODEL] Operations that refuse whatever they are asked, by exception: IAM denials, and declared errors whose cause nobody has published',
    ),
  drsPitPolicy: z
    .array(
      z.strictObject({
        ruleID: count,
        units: z.enum(['MINUTE', 'HOUR', 'DAY']),
        interval: z.number().int().min(1),
        retentionDuration: z.number().int().min(1),
        enabled: z.boolean(),
      }),
    )
    .min(1)
    .max(10)
    .readonly()
    .default([
      { ruleID: 1, units: 'MINUTE', interval: 10, retentionDuration: 60, enabled: true },
      { ruleID: 2, units: 'HOUR', interval: 1, retentionDuration: 24, enabled: true },
      { ruleID: 3, units: 'DAY', interval: 1, retentionDuration: 7, enabled: true },
    ])
    .describe('[INF] The point-in-time policy of servers that no template shaped'),
  drsPitSeconds: range
    .default([1, 20])
    .describe('[GUESS] From the expected time of a recovery snapshot until it is taken'),
  drsLoadedServersHavePits: z
    .boolean()
    .default(true)
    .describe('[GUESS] Whether servers of the fleet bring the recovery snapshots of their past'),
  drsPitEvents: z
    .boolean()
    .default(false)
    .describe(
      '[DOC] Whether "DRS PIT Snapshot Taken" is told: real, but hundreds of events a server and day',
    ),
  drsSharedReplicationServerSkips: z
    .boolean()
    .default(true)
    .describe(
      '[OBS] A server that joins a shared replication server shows CREATE_SECURITY_GROUP to DOWNLOAD_REPLICATION_SOFTWARE as SKIPPED',
    ),
  drsStartFromDisconnected: z
    .enum(['reject', 'accept'])
    .default('reject')
    .describe('[DOC unknown] StartReplication of a DISCONNECTED server'),
  drsRetryRestarts: z
    .boolean()
    .default(true)
    .describe(
      '[SEED] RetryDataReplication starts a STOPPED or DISCONNECTED server again; it "may not function as expected"',
    ),

  ec2Instances: z
    .array(
      z.strictObject({
        instanceId: z.string().regex(/^i-[0-9a-f]{8,17}$/),
        state: z
          .enum(['pending', 'running', 'stopping', 'stopped', 'terminated'])
          .default('stopped'),
        tags: z
          .record(z.string(), z.string())
          .readonly()
          .default({ AWSDRS: 'AllowLaunchingIntoThisInstance' }),
        platform: z.enum(['windows', 'linux']).default('linux'),
        architecture: z.string().default('x86_64'),
        virtualizationType: z.string().default('hvm'),
        rootDeviceType: z.string().default('ebs'),
      }),
    )
    .readonly()
    .default([])
    .describe(
      '[DOC] Instances of the account that servers of DRS may be launched into; those that launch settings name besides are as they should be',
    ),

  drsSnapshotSeconds: range
    .default([0, 1])
    .describe('[OBS] SNAPSHOT_START to SNAPSHOT_END of an on-demand snapshot'),
  drsLaunchEndEvent: z
    .boolean()
    .default(true)
    .describe('[OBS against SDK] The job log holds LAUNCH_END, which no model knows'),
  drsJobNamesRecoveryInstance: z
    .enum(['never', 'always'])
    .default('never')
    .describe(
      '[OBS against SDK] Whether participatingServers of a finished launch name their recovery instance',
    ),
  drsDrillCleansLiveInstance: z
    .boolean()
    .default(true)
    .describe(
      '[DOC] A drill cleans up earlier recovery instances that are no drills too, at its start; unknown how soon',
    ),
  drsTerminateMarksLastLaunch: z
    .boolean()
    .default(false)
    .describe('[GUESS] Termination turns lifeCycle.lastLaunch.status to TERMINATED'),
  drsMandatoryActionFailsLaunch: z
    .boolean()
    .default(true)
    .describe('[MODEL] A failed launch action that is not optional marks the launch as FAILED'),
  drsLaunchActionType: z
    .enum(['SSM_COMMAND', 'SSM_AUTOMATION'])
    .default('SSM_COMMAND')
    .describe('[GUESS] The type of launch actions; what their codes say of it is not published'),
  drsConfigurationCallsDuringJob: z
    .enum(['reject', 'accept'])
    .default('reject')
    .describe('[INF] UpdateLaunchConfiguration of a server that an open job processes'),

  drsExtensionNeedsCustomKey: z
    .boolean()
    .default(true)
    .describe(
      '[PEER] A staging server with the default EBS key (ebsEncryption DEFAULT) cannot be extended',
    ),
  drsStagingConversionJob: z
    .boolean()
    .default(true)
    .describe(
      '[INF] A launch of an extended server runs a CREATE_CONVERTED_SNAPSHOT job in the staging account',
    ),
  drsReverseFromDrill: z
    .enum(['reject', 'accept'])
    .default('accept')
    .describe('[INF] ReverseReplication of a drill instance'),
  drsAwsFailbackCompletes: z
    .boolean()
    .default(false)
    .describe(
      '[SDK against DOC] FAILBACK_COMPLETED after a failback between Regions; the documentation says never',
    ),
  drsFailbackClientBootsAfterMinutes: z
    .union([z.number().nonnegative(), z.literal('never')])
    .default('never')
    .describe(
      '[GUESS] When a person boots the failback client of a launched on-premises server, after the launch; of one that the fleet brings along, after the beginning',
    ),
  drsFailbackLinkSeconds: z
    .number()
    .nonnegative()
    .default(180)
    .describe('[GUESS] From the boot of the failback client until data flow back'),
  drsFailbackMBps: z
    .number()
    .positive()
    .default(100)
    .describe('[GUESS] Megabytes a second at which data flow back, unless throttled'),
  drsFailbackLaunchSeconds: range
    .default([300, 600])
    .describe('[GUESS] LAUNCH_START until the machine that is failed back to runs'),
  drsRecoveryInstanceDurations: z
    .enum(['duration', 'datetime'])
    .default('duration')
    .describe(
      '[MODEL, contradictory] Form of lagDuration and elapsedReplicationDuration of recovery instances, which the model types as date-times',
    ),
  drsEventRecoveryInstanceArn: z
    .enum(['i', 'ri'])
    .default('i')
    .describe(
      '[MODEL against DOC] Recovery instance ids in the ARNs of native events: i-… or ri-…',
    ),
  drsEventIsDrill: z
    .enum(['upper', 'lower'])
    .default('upper')
    .describe('[DOC] is-drill of a launch result: "TRUE" and "FALSE", or "true" and "false"'),

  drsNetworkProtectionMinutes: range
    .default([3, 10])
    .describe('[GUESS] StartSourceNetworkReplication until PROTECTED'),
  drsNetworkDeploySeconds: range
    .default([180, 600])
    .describe('[GUESS] DEPLOY_NETWORK_CONFIGURATION_START to _END'),
  drsNetworkTemplateSeconds: range
    .default([10, 60])
    .describe('[GUESS] UPDATE_LAUNCH_TEMPLATE_START to _END'),
  drsNetworkRecoveryResult: z
    .enum(['SUCCESS', 'FAIL', 'PARTIAL_SUCCESS'])
    .default('SUCCESS')
    .describe('[MODEL] How recoveries and associations of source networks end'),
  drsNetworkAssociationResult: z
    .enum(['as-recovery', 'SUCCESS', 'FAIL'])
    .default('as-recovery')
    .describe(
      '[MODEL] How associations of source networks with a stack end, where that is not as recoveries end',
    ),
  drsLoadedNetworks: z
    .enum(['PROTECTED', 'STOPPED'])
    .default('PROTECTED')
    .describe('[GUESS] How the source networks are replicated that servers of the fleet name'),
  drsKnownStacks: z
    .enum(['any', 'own'])
    .default('any')
    .describe('[GUESS] AssociateSourceNetworkStack takes any stack, or only those DRS deployed'),

  drsTemplateQuotaScope: z
    .enum(['region', 'account'])
    .default('region')
    .describe(
      '[PEER against DOC] Whether the quota of launch configuration templates counts a Region or the account',
    ),
  drsQuotaConcurrentJobs: count
    .default(20)
    .describe('[DOC] L-D88FAC3A Concurrent jobs in progress'),
  drsQuotaServersInJob: count
    .default(100)
    .describe('[DOC] L-B827C881 Max source servers in a single Job; an older list has 200'),
  drsQuotaServersInAllJobs: count
    .default(500)
    .describe('[DOC] L-05AFA8C6 Max source servers in all Jobs; an older list has 200'),
  drsQuotaJobsPerServer: count
    .default(1)
    .describe('[PEER] L-DD6D028C Max concurrent Jobs per source server'),
  drsQuotaReplicatingServers: count
    .default(300)
    .describe('[DOC] L-C1D14A2B Max Total replicating source servers Per AWS Account'),
  drsQuotaTotalServers: count
    .default(4000)
    .describe(
      '[PEER] L-E28BE5E0 Max Total source servers Per AWS Account; an older list has 3,000',
    ),
  drsQuotaLaunchActions: count
    .default(200)
    .describe('[PEER] L-0588D03B Launch actions per resource'),
  drsQuotaLaunchTemplates: count
    .default(1)
    .describe('[PEER] L-1F3FAE4D Max number of launch configuration templates per AWS account'),
  drsQuotaReplicationTemplates: count
    .default(1)
    .describe('[GUESS] Replication configuration templates; declared, but no quota is published'),
  drsQuotaSourceNetworks: count
    .default(100)
    .describe('[PEER] L-4B0323BD Max number of source networks per AWS account'),
};
