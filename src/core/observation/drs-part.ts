import type { Instant } from '../time.ts';

/** What DRS tells of a source server beyond what MGN does. */
export interface DrsPart {
  /** The current recovery instance, of a drill or of a real recovery. */
  readonly recoveryInstanceId: string | undefined;
  readonly lastLaunch: LastLaunch | undefined;
  /** How the last launch ended as a whole; NOT_STARTED where there was none. */
  readonly lastLaunchResult: string | undefined;
  readonly replicationDirection: string | undefined;
  /** The server of the opposite direction. */
  readonly reversedDirectionArn: string | undefined;
  readonly stagingArea: StagingArea;
  /** Where an EC2 instance is replicated from; undefined for machines elsewhere. */
  readonly origin: Origin | undefined;
  readonly agentVersion: string | undefined;
  readonly addedAt: Instant | undefined;
  /** The protected network that it stands in; undefined where DRS names none. */
  readonly sourceNetworkId?: string | undefined;
  /** Whether a disk lacks what a launch needs to know of it. */
  readonly lacksVolumeAttributes: boolean;
  /** Whether it can be launched as an instance of the Nitro System; undefined where DRS does not say. */
  readonly supportsNitro?: boolean | undefined;
  /** The long name of its operating system. */
  readonly osName?: string | undefined;
}

/** The last launch of a server, drill or real. */
export interface LastLaunch {
  readonly type: string | undefined;
  readonly status: string | undefined;
  readonly jobId: string | undefined;
  readonly at: Instant | undefined;
}

/** Whether the server is an extension of one in a staging account. */
export interface StagingArea {
  readonly status: string | undefined;
  readonly accountId: string | undefined;
  readonly serverArn: string | undefined;
  readonly error: string | undefined;
}

/** Where a machine runs that is replicated from EC2. */
export interface Origin {
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly availabilityZone: string | undefined;
}
