import type { DocumentRun } from '../core/hook/command-result.ts';
import type { HookAnswer, HookRequest } from '../core/hook/hook-result.ts';
import type { Target } from '../core/target.ts';
import type { Instant } from '../core/time.ts';

/** All that the flow may ask of the outside. Local and AWS adapters are siblings behind it. */
export interface Ports {
  readonly clock: Clock;
  readonly store: Store;
  readonly bus: EventBus;
  readonly workflows: Workflows;
  /** The API of one target of MGN; the same object for the same target. */
  readonly serviceOf: (target: Target) => ServiceApi;
  /** The API of one target of DRS; the same object for the same target. */
  readonly drsOf: (target: Target) => DrsApi;
  /** What settings of servers are read and set by in one target of MGN; the same object for the same target. */
  readonly settingsOf: (target: Target) => SettingsApi;
  /** What settings of servers are read and set by in one target of DRS; the same object for the same target. */
  readonly drsSettingsOf: (target: Target) => DrsServerSettingsApi;
  /** What the hooks of plans call. */
  readonly hooks: HookCalls;
}

/** Calls what hooks name, once each; whatever comes of it is a value. */
export interface HookCalls {
  /** Calls a function of Lambda and waits for its answer. */
  readonly invoke: (functionName: string, request: HookRequest) => Promise<HookAnswer>;
  /** Has Run Command run a document on a managed node, or says how far that is. */
  readonly runDocument: (run: DocumentRun) => Promise<HookAnswer>;
  /** Asks an address, or connects to one. */
  readonly probe: (probe: Probe, manner: ProbeManner) => Promise<HookAnswer>;
}

/** How an address is probed, and for which try of which hook. */
export interface ProbeManner {
  readonly timeoutSeconds: number;
  readonly about: Pick<HookRequest, 'key' | 'point' | 'hook' | 'try'> &
    Pick<HookRequest['server'], 'sourceServerId' | 'hostname'>;
}

/** What a probe looks at, with everything filled in. */
export type Probe =
  | { readonly kind: 'http'; readonly url: string; readonly status: number }
  | { readonly kind: 'tcp'; readonly address: string };

/** Tells the time. */
export interface Clock {
  readonly now: () => Instant;
}

/** A JSON document at a place, with the version that the next write must name. */
export interface Item {
  readonly sort: string;
  /** Counts the writes from 1; 0 stands for "there is none". */
  readonly version: number;
  readonly body: unknown;
}

/**
 * Keeps JSON documents by partition and sort key. Every write is conditional on the version that the
 * writer read, so two writers never overwrite one another. Reads are strongly consistent.
 */
export interface Store {
  readonly get: (partition: string, sort: string) => Promise<Item | undefined>;
  /** The items of a partition with these sort keys, those that are there, in the order of the keys. */
  readonly getMany: (partition: string, sorts: readonly string[]) => Promise<readonly Item[]>;
  /** All items of a partition whose sort key starts with the prefix, in the order of their UTF-8 bytes. */
  readonly list: (partition: string, prefix?: string) => Promise<readonly Item[]>;
  /** Writes when the stored version is the expected one (0: absent). Answers the new version, or `conflict`. */
  readonly put: (
    partition: string,
    sort: string,
    body: unknown,
    expectedVersion: number,
    expiresAt?: Instant,
  ) => Promise<number | 'conflict'>;
  /** Deletes when the stored version is the expected one; an absent item is a `conflict`. */
  readonly delete: (
    partition: string,
    sort: string,
    expectedVersion: number,
  ) => Promise<'deleted' | 'conflict'>;
}

/** One event for the bus; `detail` is JSON and carries its own `eventId`. */
export interface BusEntry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly resources: readonly string[];
  readonly time: Instant;
}

/** Publishes events at least once. */
export interface EventBus {
  /** Answers the indexes of the entries that were not accepted; those are published again later. */
  readonly publish: (entries: readonly BusEntry[]) => Promise<readonly number[]>;
}

export type TokenAnswer = 'released' | 'already-released';

/** Starts and resumes state machine executions. */
export interface Workflows {
  readonly sendTaskSuccess: (token: string, output: unknown) => Promise<TokenAnswer>;
  readonly sendTaskFailure: (token: string, error: string, cause: string) => Promise<TokenAnswer>;
  /** Starts an execution; a running one of that name and input is the same execution. */
  readonly startExecution: (
    stateMachineArn: string,
    name: string,
    input: unknown,
  ) => Promise<{ readonly executionArn: string } | 'name-taken'>;
  readonly describeExecution: (executionArn: string) => Promise<
    | {
        readonly status:
          | 'RUNNING'
          | 'SUCCEEDED'
          | 'FAILED'
          | 'TIMED_OUT'
          | 'ABORTED'
          | 'PENDING_REDRIVE';
        readonly error?: string;
        readonly cause?: string;
      }
    | 'not-found'
  >;
}

/** Why a call to a service was not answered with success. */
export interface Refusal {
  readonly kind:
    | 'throttled'
    | 'conflict'
    | 'validation'
    | 'not-found'
    | 'quota'
    | 'access-denied'
    | 'uninitialized'
    /** No answer, or a 5xx: the call may have taken effect. */
    | 'ambiguous'
    | 'other';
  /** The service's own name for it, e.g. `ConflictException`. */
  readonly errorName: string;
  readonly message: string;
  /** The servers that the answer blames, where it names any. */
  readonly culprits: readonly string[];
  readonly retryAfterSeconds?: number;
  readonly quotaCode?: string;
}

export type Answer<T> =
  | {
      readonly ok: true;
      readonly value: T /** The answer's Date header. */;
      readonly answeredAt?: Instant;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** A document as the service sent it, in wire casing; the core reads it with open eyes. */
export type WireDocument = Readonly<Record<string, unknown>>;

/**
 * What Landfall reads of either service in one target. Every call is one attempt; lists follow all pages and are refused
 * whole when one page is. Refusals are values.
 */
export interface WatchApi {
  /** All servers, or those with these ids (any number; asked for by 200). Archived ones are included. */
  readonly describeSourceServers: (
    ids?: readonly string[],
  ) => Promise<Answer<readonly WireDocument[]>>;
  /** Jobs by id, or those created since an instant. */
  readonly describeJobs: (
    filter: { readonly ids: readonly string[] } | { readonly fromAt: Instant },
  ) => Promise<Answer<readonly WireDocument[]>>;
  readonly describeJobLog: (jobId: string) => Promise<Answer<readonly WireDocument[]>>;
  /** EC2 status checks by instance id: `{instanceId, instanceState, systemStatus, instanceStatus}`. */
  readonly describeInstanceStatus: (
    instanceIds: readonly string[],
  ) => Promise<Answer<readonly WireDocument[]>>;
  /** Quota values by code (`L-9A599620`); an empty answer means "use the published values". */
  readonly quotas: () => Promise<Answer<Readonly<Record<string, number>>>>;
}

/** How settings are read of either service: those of servers, and those that new servers take over. */
export interface ConfigurationApi {
  readonly getLaunchConfiguration: (id: string) => Promise<Answer<WireDocument>>;
  readonly getReplicationConfiguration: (id: string) => Promise<Answer<WireDocument>>;
  /** The account's launch configuration templates, which new servers take their settings from. */
  readonly describeLaunchConfigurationTemplates: () => Promise<Answer<readonly WireDocument[]>>;
  readonly describeReplicationConfigurationTemplates: () => Promise<
    Answer<readonly WireDocument[]>
  >;
  /** EC2 launch templates: `{launchTemplateId, defaultVersion, latestVersion}`; those that are gone are left out. */
  readonly describeLaunchTemplates: (
    ids: readonly string[],
  ) => Promise<Answer<readonly WireDocument[]>>;
  /** What one version of an EC2 launch template says, by short fields; never its user data. */
  readonly describeLaunchTemplateVersion: (
    id: string,
    version: number,
  ) => Promise<Answer<WireDocument>>;
}

/** What launches into a target depend on beside its service. */
export interface SurroundingsApi {
  /** Subnets: `{subnetId, freeAddresses}`; those that do not exist are left out. */
  readonly describeSubnets: (ids: readonly string[]) => Promise<Answer<readonly WireDocument[]>>;
  /** Instance types that the Region offers: `{instanceType, vcpus, nitro}`; the others are left out. */
  readonly describeInstanceTypes: (
    types: readonly string[],
  ) => Promise<Answer<readonly WireDocument[]>>;
  /** All instances that run or are about to: `{instanceId, instanceType, vcpus, spot}`. */
  readonly describeRunningInstances: () => Promise<Answer<readonly WireDocument[]>>;
  /** EC2's quota values by code. */
  readonly ec2Quotas: () => Promise<Answer<Readonly<Record<string, number>>>>;
}

/** What Landfall asks of DRS in one target. */
export interface DrsApi extends WatchApi, ConfigurationApi, SurroundingsApi {
  /** Instances that servers are launched into: `{instanceId, state, tags, platform, architecture, virtualization, rootDevice}`; those that do not exist are left out. */
  readonly describeInstancesToLaunchInto: (
    instanceIds: readonly string[],
  ) => Promise<Answer<readonly WireDocument[]>>;
  readonly startReplication: (id: string) => Promise<Answer<WireDocument>>;
  /** The servers of this account that live by servers of a staging account. */
  readonly describeExtensions: (
    stagingAccountId: string,
  ) => Promise<Answer<readonly WireDocument[]>>;
  /** The servers of a staging account that this account may extend and has not extended. */
  readonly listExtensibleSourceServers: (
    stagingAccountId: string,
  ) => Promise<Answer<readonly WireDocument[]>>;
  /** Extends a server of a staging account into this account, by its ARN there. */
  readonly createExtendedSourceServer: (
    arn: string,
    tags: Readonly<Record<string, string>>,
  ) => Promise<Answer<WireDocument>>;
  /** Those of these source networks that are there. */
  readonly describeSourceNetworks: (
    ids: readonly string[],
  ) => Promise<Answer<readonly WireDocument[]>>;
  /** Starts a job that recovers source networks (at most 100); the answer is the job. */
  readonly startSourceNetworkRecovery: (
    ids: readonly string[],
    manner: {
      readonly deployAsNew: boolean;
      readonly tags: Readonly<Record<string, string>>;
    },
  ) => Promise<Answer<WireDocument>>;
  /** Starts a job that gives a source network a stack of CloudFormation that is there; the answer is the job. */
  readonly associateSourceNetworkStack: (
    id: string,
    stackName: string,
  ) => Promise<Answer<WireDocument>>;
  /** Starts a job that launches servers (at most 200); the answer is the job. */
  readonly startRecovery: (
    ids: readonly string[],
    manner: {
      readonly isDrill: boolean;
      readonly tags: Readonly<Record<string, string>>;
      /** The recovery snapshots of the servers that are not launched from their latest one. */
      readonly snapshots?: Readonly<Record<string, string>>;
    },
  ) => Promise<Answer<WireDocument>>;
  /** Starts a job that terminates recovery instances (at most 200), by their own ids; the answer is the job. It takes no tags. */
  readonly terminateRecoveryInstances: (
    instanceIds: readonly string[],
  ) => Promise<Answer<WireDocument>>;
  /** Starts a job that launches machines outside AWS by their failback clients; the answer is the job. */
  readonly startFailbackLaunch: (
    instanceIds: readonly string[],
    tags: Readonly<Record<string, string>>,
  ) => Promise<Answer<WireDocument>>;
  /** Has a recovery instance replicate to where it came from; the answer names the source server there. */
  readonly reverseReplication: (instanceId: string) => Promise<Answer<WireDocument>>;
  /** Stops the failback of a machine outside AWS before its launch. */
  readonly stopFailback: (instanceId: string) => Promise<Answer<WireDocument>>;
  /** All recovery instances, or those of one server. */
  readonly describeRecoveryInstances: (
    sourceServerId?: string,
  ) => Promise<Answer<readonly WireDocument[]>>;
  /** Deprecated by AWS, which says that it may not work as expected. */
  readonly retryDataReplication: (id: string) => Promise<Answer<WireDocument>>;
  /** Deletes all recovery points of the server. */
  readonly stopReplication: (id: string) => Promise<Answer<WireDocument>>;
  readonly disconnectSourceServer: (id: string) => Promise<Answer<WireDocument>>;
  readonly deleteSourceServer: (id: string) => Promise<Answer<WireDocument>>;
  readonly disconnectRecoveryInstance: (instanceId: string) => Promise<Answer<WireDocument>>;
  /** Takes a disconnected recovery instance out of DRS; its instance in EC2 goes on running. */
  readonly deleteRecoveryInstance: (instanceId: string) => Promise<Answer<WireDocument>>;
  /** The latest recovery snapshot of a server; an empty list where it has none. One call a server. */
  /** The newest recovery snapshots of a server up to an instant, at most so many, the newest first. */
  readonly recoverySnapshots: (
    id: string,
    wanted: { readonly until?: Instant; readonly most: number },
  ) => Promise<Answer<readonly WireDocument[]>>;
  readonly newestRecoverySnapshot: (id: string) => Promise<Answer<readonly WireDocument[]>>;
  /** The launch actions of a server, or of a launch configuration template. */
  readonly listLaunchActions: (resourceId: string) => Promise<Answer<readonly WireDocument[]>>;
}

/** What Landfall asks of MGN in one target. */
export interface ServiceApi extends WatchApi, ConfigurationApi, SurroundingsApi {
  readonly describeVcenterClients: () => Promise<Answer<readonly WireDocument[]>>;
  readonly listApplications: () => Promise<Answer<readonly WireDocument[]>>;
  readonly listWaves: () => Promise<Answer<readonly WireDocument[]>>;
  readonly startReplication: (id: string) => Promise<Answer<WireDocument>>;
  readonly retryDataReplication: (id: string) => Promise<Answer<WireDocument>>;
  readonly updateReplicationType: (id: string, type: string) => Promise<Answer<WireDocument>>;
  readonly changeLifeCycleState: (id: string, state: string) => Promise<Answer<WireDocument>>;
  readonly finalizeCutover: (id: string) => Promise<Answer<WireDocument>>;
  readonly markAsArchived: (id: string) => Promise<Answer<WireDocument>>;
  /** Archives a wave of MGN, whose servers must all be archived, CUTOVER or DISCONNECTED. */
  readonly archiveWave: (waveId: string) => Promise<Answer<WireDocument>>;
  /** Starts a job over servers (at most 200) with tags; the answer is the job. */
  readonly startJob: (
    kind: 'StartTest' | 'StartCutover' | 'TerminateTargetInstances',
    ids: readonly string[],
    tags: Readonly<Record<string, string>>,
  ) => Promise<Answer<WireDocument>>;
  /** The post-launch actions of one server. */
  readonly listSourceServerActions: (id: string) => Promise<Answer<readonly WireDocument[]>>;
  /** How instances are reached: `{instanceId, privateIp, privateDnsName}`; those that do not exist are left out. */
  readonly describeInstanceAddresses: (
    instanceIds: readonly string[],
  ) => Promise<Answer<readonly WireDocument[]>>;
}

/** A new version of an EC2 launch template. */
export interface NewTemplateVersion {
  /** The version that it goes out from; what `data` does not say is as there. */
  readonly from: number;
  /** What is otherwise, by the names of EC2. */
  readonly data: WireDocument;
  /** The same token and the same rest make one version, however often it is asked for. */
  readonly token: string;
  readonly description: string;
}

/** What is asked of MGN and EC2 in one target by whoever applies desired settings or puts them back. */
export interface SettingsApi
  extends Pick<
    ServiceApi,
    | 'describeSourceServers'
    | 'describeJobs'
    | 'getLaunchConfiguration'
    | 'getReplicationConfiguration'
    | 'listSourceServerActions'
    | 'describeLaunchTemplateVersion'
  > {
  /** The default version of an EC2 launch template: `{version, data}`, by the names of EC2; never its user data. */
  readonly defaultTemplateVersion: (id: string) => Promise<Answer<WireDocument>>;
  readonly updateLaunchConfiguration: (
    id: string,
    fields: WireDocument,
  ) => Promise<Answer<WireDocument>>;
  readonly updateReplicationConfiguration: (
    id: string,
    fields: WireDocument,
  ) => Promise<Answer<WireDocument>>;
  /** Sets a post-launch action as a whole. */
  readonly putSourceServerAction: (
    id: string,
    action: WireDocument,
  ) => Promise<Answer<WireDocument>>;
  /** Answers `{version}`. */
  readonly createTemplateVersion: (
    id: string,
    version: NewTemplateVersion,
  ) => Promise<Answer<WireDocument>>;
  readonly setDefaultTemplateVersion: (
    id: string,
    version: number,
  ) => Promise<Answer<WireDocument>>;
}

/** What launch templates of EC2 are read and changed by. */
export type LaunchTemplateApi = Pick<
  SettingsApi,
  | 'describeLaunchTemplateVersion'
  | 'defaultTemplateVersion'
  | 'createTemplateVersion'
  | 'setDefaultTemplateVersion'
>;

/** What the settings of servers of DRS are read and set by in one target: their launch configurations, launch templates and actions. */
export interface DrsServerSettingsApi
  extends LaunchTemplateApi,
    Pick<
      DrsApi,
      'describeSourceServers' | 'describeJobs' | 'getLaunchConfiguration' | 'listLaunchActions'
    > {
  readonly updateLaunchConfiguration: (
    id: string,
    fields: WireDocument,
  ) => Promise<Answer<WireDocument>>;
  /** Sets a launch action of a server or a template as a whole. */
  readonly putLaunchAction: (
    resourceId: string,
    action: WireDocument,
  ) => Promise<Answer<WireDocument>>;
  readonly deleteLaunchAction: (
    resourceId: string,
    actionId: string,
  ) => Promise<Answer<WireDocument>>;
}

/** What `landfall drs template` asks of DRS and EC2 in one target: what servers are launched with, and to set it. */
export interface DrsSettingsApi
  extends DrsServerSettingsApi,
    Pick<DrsApi, 'describeLaunchConfigurationTemplates'> {
  /** Has DRS begin its service in the account and Region. */
  readonly initializeService: () => Promise<Answer<WireDocument>>;
  /** Answers the template, as all calls do that change it. */
  readonly createLaunchConfigurationTemplate: (
    fields: WireDocument,
    tags: Readonly<Record<string, string>>,
  ) => Promise<Answer<WireDocument>>;
  readonly updateLaunchConfigurationTemplate: (
    id: string,
    fields: WireDocument,
  ) => Promise<Answer<WireDocument>>;
  readonly deleteLaunchConfigurationTemplate: (id: string) => Promise<Answer<WireDocument>>;
  readonly tagResource: (
    arn: string,
    tags: Readonly<Record<string, string>>,
  ) => Promise<Answer<WireDocument>>;
  readonly untagResource: (arn: string, keys: readonly string[]) => Promise<Answer<WireDocument>>;
}
