import type { Target } from '../target.ts';
import type { JsonObject } from './document.ts';
import type { Problem } from './problem.ts';

/** One source server of a fleet: its document as the service sent it, and what a plan can select by. */
export interface FleetServer {
  readonly document: JsonObject;
  readonly sourceServerId: string;
  readonly arn: string;
  readonly target: Target;
  readonly hostname?: string;
  readonly fqdn?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** As sent: an unknown value is kept. */
  readonly replicationType?: string;
  /** Of DRS, as sent: an unknown value is kept. */
  readonly replicationDirection?: string;
  readonly applicationId?: string;
  /** Known where the fleet's files hold the application. */
  readonly applicationName?: string;
  /** The wave in MGN of the server's application, where the fleet's files hold it. */
  readonly mgnWaveId?: string;
  readonly mgnWaveName?: string;
  /** As sent: an unknown value is kept. */
  readonly lifeCycleState?: string;
  readonly vcenterClientId?: string;
}

/** An application of MGN, from `list-applications`. */
export interface FleetApplication {
  readonly document: JsonObject;
  readonly applicationId: string;
  readonly name?: string;
  readonly waveId?: string;
}

/** A wave of MGN, from `list-waves`. */
export interface FleetWave {
  readonly document: JsonObject;
  readonly waveId: string;
  readonly name?: string;
}

/** A vCenter client of MGN, from `describe-vcenter-clients`. */
export interface FleetVcenterClient {
  readonly document: JsonObject;
  readonly vcenterClientId: string;
}

/** All that fleet files hold. With problems, the rest is what could be read and must not be acted on. */
export interface Fleet {
  /** In the order of the files. */
  readonly servers: readonly FleetServer[];
  readonly applications: readonly FleetApplication[];
  readonly waves: readonly FleetWave[];
  readonly vcenterClients: readonly FleetVcenterClient[];
  /** Accepted, but worth a person's look: unknown members and values, once per kind. */
  readonly warnings: readonly Problem[];
  /** Refused. */
  readonly problems: readonly Problem[];
}
