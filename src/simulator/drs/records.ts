import type { JsonObject } from '../json.ts';

/** How a launch, termination or deployment ends for one participant. */
export type Outcome = 'LAUNCHED' | 'FAILED' | 'TERMINATED' | 'PENDING';

/** A line of a job's log. */
export interface LogLine {
  readonly at: number;
  readonly event: string;
  readonly data: JsonObject;
}

/** One run of a launch action, decided when its job begins. */
export interface ActionRun {
  readonly action: JsonObject;
  readonly runId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly failureReason: string | undefined;
}

/** What a job does with one server. */
export interface JobServerRecord {
  readonly serverId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly outcome: Outcome;
  /** The recovery instance that was launched, terminated or failed back. */
  readonly instanceId: string | undefined;
  readonly instanceFrom: number;
  readonly runs: readonly ActionRun[];
}

/** What a job does with one source network. */
export interface JobNetworkRecord {
  readonly networkId: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly outcome: Outcome;
}

/** A job: all of it is known when it begins, so that any instant of it can be read. */
export interface JobRecord {
  readonly id: string;
  readonly type: 'LAUNCH' | 'TERMINATE' | 'CREATE_CONVERTED_SNAPSHOT';
  readonly initiatedBy: string;
  readonly createdAt: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly servers: readonly JobServerRecord[];
  readonly networks: readonly JobNetworkRecord[];
  readonly log: readonly LogLine[];
  tags: JsonObject;
}

/** The last launches of a server, as its life cycle tells them. */
export interface LaunchNote {
  readonly at: number;
  readonly jobId: string;
  readonly type: 'DRILL' | 'RECOVERY';
  readonly startsAt: number;
  readonly endsAt: number;
  readonly outcome: Outcome;
  readonly terminatedAt?: number;
}

/** When recovery snapshots were taken: spans in which the policy's times count, and single kept ones. */
export interface PointsInTime {
  readonly spans: readonly { readonly from: number; readonly to: number | undefined }[];
  readonly kept: readonly { readonly at: number; readonly until: number }[];
}

/** What DRS keeps of a source server besides its replication. */
export interface ServerRecord {
  points: PointsInTime;
  pointsTold: boolean;
  launches: readonly LaunchNote[];
  launchConfiguration: JsonObject;
  replicationConfiguration: JsonObject;
  /** The server in the staging account that an extended server stands for. */
  stagingArn: string | undefined;
  /** The server of the opposite direction. */
  reversedArn: string | undefined;
  /** The recovery instance whose way back this server is. */
  failbackOf:
    | { readonly accountId: string; readonly region: string; readonly instanceId: string }
    | undefined;
  /** The instance that the agent runs on since the server was protected again. */
  awsInstanceId: string | undefined;
  sharesReplicationServer: boolean;
}

/** The way back to an on-premises machine, from the boot of its failback client. */
export interface ClientFailback {
  readonly bootedAt: number;
  /** Bytes that had come back at an instant; from there on the speed in force counts. */
  readonly base: { readonly at: number; readonly bytes: number };
  readonly jobId: string | undefined;
  readonly completesAt: number | undefined;
}

/** A recovery instance. */
export interface RecoveryInstanceRecord {
  readonly id: string;
  readonly jobId: string;
  readonly sourceServerId: string;
  readonly isDrill: boolean;
  readonly pointInTimeAt: number;
  /** Since when it is listed; its EC2 instance is there a little earlier. */
  readonly from: number;
  goneAt: number | undefined;
  readonly origin: 'AWS' | 'ON_PREMISES';
  readonly originAvailabilityZone: string | undefined;
  readonly disks: readonly { readonly deviceName: string; readonly bytes: number }[];
  disconnectedAt: number | undefined;
  tags: JsonObject;
  replicationConfiguration: JsonObject;
  /** The source server that ReverseReplication made of it. */
  reversal: { readonly arn: string; readonly at: number } | undefined;
  failback: ClientFailback | undefined;
}

/** A source network. */
export interface NetworkRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly accountId: string;
  readonly region: string;
  tags: JsonObject;
  replicatesSince: number | undefined;
  protectedAt: number | undefined;
  stackName: string | undefined;
  stacks: readonly string[];
  recovery:
    | {
        readonly at: number;
        readonly jobId: string;
        readonly endsAt: number;
        readonly result: string;
        readonly vpcId: string | undefined;
      }
    | undefined;
  launchedVpcId: string | undefined;
}

/** Something of DRS's own that will happen at an instant, as data. */
export type Due =
  | { readonly kind: 'launch-result'; readonly jobId: string; readonly serverId: string }
  | { readonly kind: 'point-taken'; readonly serverId: string; readonly at: number }
  | { readonly kind: 'client-boots'; readonly instanceId: string }
  | { readonly kind: 'failback-completed'; readonly instanceId: string; readonly jobId: string }
  | { readonly kind: 'network-protected'; readonly networkId: string; readonly since: number }
  | { readonly kind: 'network-result'; readonly networkId: string; readonly jobId: string };

/** All that DRS keeps of one account in one Region, besides the replication of its servers: plain data. */
export interface DrsRecords {
  initialized: boolean;
  readonly servers: Map<string, ServerRecord>;
  /** Recovery instances, those that are gone too. */
  readonly instances: Map<string, RecoveryInstanceRecord>;
  /** The ids of all recovery instances that a server ever had, the latest last. */
  readonly instancesOfServer: Map<string, readonly string[]>;
  readonly jobs: Map<string, JobRecord>;
  /** The open job of each server; one that has ended meanwhile counts as none. */
  readonly jobOfServer: Map<string, string>;
  openJobs: readonly string[];
  readonly networks: Map<string, NetworkRecord>;
  readonly launchTemplates: Map<string, JsonObject>;
  readonly replicationTemplates: Map<string, JsonObject>;
  /** The launch actions of servers and templates, by resource and action id. */
  readonly launchActions: Map<string, Map<string, JsonObject>>;
  readonly due: Map<number, { readonly at: number; readonly what: Due }>;
  /** How many things were made here; ids are drawn from it. */
  made: number;
}

/** Answers the records of an account-Region in which nothing has happened yet. */
export function noRecords(initialized: boolean): DrsRecords {
  return {
    initialized,
    servers: new Map(),
    instances: new Map(),
    instancesOfServer: new Map(),
    jobs: new Map(),
    jobOfServer: new Map(),
    openJobs: [],
    networks: new Map(),
    launchTemplates: new Map(),
    replicationTemplates: new Map(),
    launchActions: new Map(),
    due: new Map(),
    made: 0,
  };
}
