import * as z from 'zod';

const range = z
  .tuple([z.number().nonnegative(), z.number().nonnegative()])
  .readonly()
  .refine(([low, high]) => low <= high, 'the first number must not exceed the second');
const count = z.number().int().nonnegative();

/** The assumptions about accounts, settings, groups, actions and inventories; part of the simulator's Parameters. */
export const mgnParameters = {
  managedAccounts: z
    .record(z.string().regex(/^\d{12}$/), z.array(z.string().regex(/^\d{12}$/)).readonly())
    .readonly()
    .default({})
    .describe(
      '[UG] The member accounts of each management or delegated administrator account, by its id',
    ),
  accountIDScope: z
    .enum(['any', 'managed'])
    .default('any')
    .describe(
      '[GUESS] Whether accountID reaches any account or only those in managedAccounts; others get AccessDeniedException',
    ),
  deniedOperations: z
    .array(z.string().regex(/^(mgn|drs):[A-Za-z]+$/))
    .readonly()
    .default([])
    .describe('[KNOW] Operations, e.g. mgn:InitializeService, that answer AccessDeniedException'),
  missingRoles: z
    .array(z.string().regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/))
    .readonly()
    .default([])
    .describe(
      '[KNOW] ARNs of roles that STS refuses to assume: not there, or no trust in the caller',
    ),
  roleExternalIds: z
    .record(z.string().regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/), z.string())
    .readonly()
    .default({})
    .describe('[KNOW] The external id without which a role, by its ARN, cannot be assumed'),
  tagCallsWhenUninitialized: z
    .enum(['accept', 'reject'])
    .default('accept')
    .describe('[BOTO] Tag operations declare no UninitializedAccountException'),
  filtersRequired: z
    .boolean()
    .default(false)
    .describe('[SEED] In 2021 DescribeSourceServers demanded filters; today they are optional'),

  startReplicationScope: z
    .enum(['any-type', 'snapshot-shipping'])
    .default('any-type')
    .describe('[BOTO, against SDK] Which replication types StartReplication takes'),
  disconnectZeroesStorage: z
    .enum(['after-cleanup', 'at-once', 'never'])
    .default('after-cleanup')
    .describe('[REAL1, against SDK] When finalize and disconnect set totalStorageBytes to zero'),
  finalizeAgent: z
    .enum(['uninstalls', 'stays'])
    .default('uninstalls')
    .describe('[SDK, against UG] Whether the agent falls silent when its server is finalized'),
  pauseStopsReplicationServer: z
    .boolean()
    .default(false)
    .describe(
      '[UG, contradictory] A pause stops the replication server, so that ResumeReplication initiates again',
    ),
  readyForCutoverTerminatesTestInstance: z
    .boolean()
    .default(false)
    .describe(
      '[UG, contradictory] Marking a tested server ready for cutover starts a job that terminates its instance',
    ),
  tagsInAnswers: z
    .enum(['tags', 'stray-resource-arn'])
    .default('tags')
    .describe(
      '[REAL1] In 2022 servers were answered with the one tag key resourceArn instead of their tags',
    ),

  launchDispositionEffect: z
    .enum(['applies', 'ignored'])
    .default('applies')
    .describe(
      '[GUESS] launchDisposition STOPPED leaves the instance stopped, firstBoot STOPPED and no actions run',
    ),
  templateActionsApplyTo: z
    .enum(['all-servers', 'new-servers'])
    .default('all-servers')
    .describe(
      '[GUESS] Whether actions of the launch template run for every server or only for servers added later',
    ),
  postLaunchDeploymentDefault: z
    .enum(['TEST_AND_CUTOVER', 'TEST_ONLY', 'CUTOVER_ONLY'])
    .default('TEST_AND_CUTOVER')
    .describe('[GUESS] Launches that run actions where no deployment is set'),
  actionTimeoutSecondsDefault: z
    .number()
    .int()
    .positive()
    .default(600)
    .describe('[GUESS] timeoutSeconds of an action that names none'),
  actionsOverQuota: z
    .enum(['ConflictException', 'ServiceQuotaExceededException', 'ValidationException'])
    .default('ConflictException')
    .describe('[GUESS] How a 101st action is refused; the model declares no quota exception there'),

  launchConfigurationDefaults: z
    .strictObject({
      launchDisposition: z.enum(['STARTED', 'STOPPED']).default('STARTED'),
      targetInstanceTypeRightSizingMethod: z.enum(['NONE', 'BASIC']).default('BASIC'),
      copyPrivateIp: z.boolean().default(false),
      copyTags: z.boolean().default(true),
      osByol: z.boolean().default(true),
      bootMode: z.enum(['LEGACY_BIOS', 'UEFI', 'USE_SOURCE']).default('LEGACY_BIOS'),
    })
    .prefault({})
    .describe('[KNOW] Launch configuration of a server that no template and no call has changed'),
  replicationConfigurationDefaults: z
    .strictObject({
      stagingAreaSubnetId: z.string().default('subnet-0a1b2c3d4e5f60718'),
      replicationServerInstanceType: z.string().default('t3.small'),
      associateDefaultSecurityGroup: z.boolean().default(true),
      useDedicatedReplicationServer: z.boolean().default(false),
      defaultLargeStagingDiskType: z.enum(['GP2', 'ST1', 'GP3']).default('GP3'),
      dataPlaneRouting: z.enum(['PRIVATE_IP', 'PUBLIC_IP']).default('PRIVATE_IP'),
      createPublicIP: z.boolean().default(false),
    })
    .prefault({})
    .describe('[KNOW] Replication settings of a server that no template and no call has changed'),
  launchConfigurationTemplatesMax: count
    .default(200)
    .describe('[BOTO] Launch configuration templates of an account-Region; the length of a list'),
  replicationConfigurationTemplatesMax: count
    .default(200)
    .describe('[GUESS] Replication configuration templates of an account-Region'),
  deleteTemplateInUse: z
    .enum(['accept', 'reject'])
    .default('accept')
    .describe(
      '[GUESS] Deleting a launch template during a launch job, or a replication template while servers replicate',
    ),
  kmsKeyChangeResync: z
    .boolean()
    .default(true)
    .describe('[CMF] Changing the KMS key of a replicating server begins its initial sync anew'),
  deleteVcenterClient: z
    .enum(['discovered-vanish', 'keeps-servers', 'reject-while-replicating'])
    .default('discovered-vanish')
    .describe(
      '[GUESS] What DeleteVcenterClient does to its servers; those that replicate hear no client any more',
    ),
  launchTemplateSubnet: z
    .enum(['set', 'absent'])
    .default('set')
    .describe('[GUESS] Whether the first version of an EC2 launch template names a subnet'),
  targetSubnetId: z
    .string()
    .default('subnet-0f1e2d3c4b5a69788')
    .describe('[GUESS] The subnet that the first version of a launch template names'),
  subnetFreeAddressesDefault: count
    .default(4000)
    .describe('[GUESS] Free addresses of a subnet in which nothing was launched yet'),
  subnetFreeAddresses: z
    .record(z.string(), count)
    .readonly()
    .default({})
    .describe('[GUESS] Free addresses of single subnets, by id; a subnet named here exists'),
  launchTemplateCheckMinutes: z
    .number()
    .positive()
    .default(60)
    .describe(
      '[UG] How often MGN checks launch templates; with BASIC right-sizing it writes its instance type back',
    ),
  instanceTypesNotOffered: z
    .array(z.string())
    .readonly()
    .default([])
    .describe('[KNOW] EC2 instance types that the Region does not offer: launches of them fail'),
  quotaStandardVcpus: count
    .default(10_000)
    .describe('[GUESS] L-1216C47A Running On-Demand Standard instances, in vCPUs; AWS begins at 5'),
  quotaConnectors: count.default(50).describe('[UG] MGN connectors of an account'),
  quotaServersPerConnector: count.default(500).describe('[UG] Source servers of an MGN connector'),

  groupNamesUnique: z
    .boolean()
    .default(true)
    .describe('[INF] Names of waves, and of applications, are unique in an account-Region'),
  associateElsewhere: z
    .enum(['reject', 'move'])
    .default('reject')
    .describe(
      '[GUESS] Associating what already belongs to another wave or application; an import always moves it',
    ),
  deleteGroup: z
    .enum(['empty-or-archived', 'empty', 'archived'])
    .default('empty-or-archived')
    .describe('[INF] Which waves and applications can be deleted'),
  unarchiveWaveScope: z
    .enum(['wave', 'with-applications'])
    .default('wave')
    .describe('[GUESS] Whether UnarchiveWave brings the applications of the wave back too'),
  laggingAfterSeconds: z
    .number()
    .positive()
    .default(900)
    .describe('[GUESS] Lag of a server from which its application and wave are LAGGING'),
  quotaActiveWaves: count.default(200).describe('[QC] L-9FD6E875 Max active waves'),
  quotaArchivedWaves: count.default(10_000).describe('[QC] L-BB9C7114 Max archived waves'),
  quotaActiveApplications: count.default(200).describe('[QC] L-D5507441 Max active applications'),
  quotaArchivedApplications: count
    .default(10_000)
    .describe('[QC] L-391504A2 Max archived applications'),
  quotaApplicationsPerWave: count
    .default(1000)
    .describe('[QC] L-CBE9E36A Max applications per wave'),
  quotaServersPerApplication: count
    .default(200)
    .describe('[QC] L-90A3F9F5 Max source servers per application'),
  quotaActionsPerServer: count.default(100).describe('[QC] L-0E532B45 Max actions per server'),
  quotaActionsPerTemplate: count.default(100).describe('[QC] L-322CA331 Max actions per template'),

  importStartSeconds: range
    .default([1, 5])
    .describe('[GUESS] From StartImport or StartExport until the task is STARTED'),
  importSeconds: range.default([10, 60]).describe('[GUESS] From STARTED to the end of a task'),
  importWhileRunning: z
    .enum(['ConflictException', 'ServiceQuotaExceededException'])
    .default('ConflictException')
    .describe('[UG] One import at a time; how the second is refused is a guess'),
  quotaConcurrentExports: count
    .default(1)
    .describe('[GUESS] Exports of an account-Region at a time'),
  importHistoryDays: z.number().positive().default(7).describe('[UG] How long imports are listed'),
  importUnknownColumns: z
    .enum(['reject', 'ignore'])
    .default('reject')
    .describe('[GUESS] What an import does about columns that the service does not name'),
  importWithErrors: z
    .enum(['nothing', 'good-rows'])
    .default('nothing')
    .describe('[GUESS] What an import applies when some rows are wrong; it is FAILED either way'),
};
