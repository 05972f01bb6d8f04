import type { ErrorClass } from './faults.ts';
import type { Job } from './job.ts';
import { isJsonObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from './json.ts';
import type { Flow } from './shared-link.ts';
import { stampMs } from './wire-time.ts';

/** The life-cycle states of the model (reference: MGN 1.1); any other value makes a server inert. */
export const lifeCycleStates = [
  'STOPPED',
  'NOT_READY',
  'READY_FOR_TEST',
  'TESTING',
  'READY_FOR_CUTOVER',
  'CUTTING_OVER',
  'CUTOVER',
  'DISCONNECTED',
  'DISCOVERED',
  'PENDING_INSTALLATION',
] as const;

/** The eleven initiation steps, in their order (reference: MGN 1.4). */
export const initiationSteps = [
  'WAIT',
  'CREATE_SECURITY_GROUP',
  'LAUNCH_REPLICATION_SERVER',
  'BOOT_REPLICATION_SERVER',
  'AUTHENTICATE_WITH_SERVICE',
  'DOWNLOAD_REPLICATION_SOFTWARE',
  'CREATE_STAGING_DISKS',
  'ATTACH_STAGING_DISKS',
  'PAIR_REPLICATION_SERVER_WITH_AGENT',
  'CONNECT_AGENT_TO_REPLICATION_SERVER',
  'START_DATA_TRANSFER',
] as const;

/** Where a server's replication stands. Every phase is a formula of time until something replaces it. */
export type Phase =
  /** A state that the simulator does not know: the document is served as it came. */
  | { readonly kind: 'inert' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'disconnected' }
  | {
      readonly kind: 'initiating';
      readonly firstStep: number;
      /** The end of each step from `firstStep` on. */
      readonly ends: readonly number[];
      readonly behindSince: number | undefined;
    }
  | { readonly kind: 'syncing'; readonly startedAt: number; readonly flow: Flow }
  | {
      readonly kind: 'flushing';
      readonly flow: Flow;
      readonly backlog: number;
      readonly behindSince: number | undefined;
    }
  | {
      readonly kind: 'rescanning';
      readonly startedAt: number;
      readonly endsAt: number;
      readonly fromShare: number;
      readonly behindSince: number;
    }
  | { readonly kind: 'snapshotting'; readonly startedAt: number }
  | { readonly kind: 'continuous'; readonly since: number; readonly lag: number }
  /** Agentless steady state: shipping cycles that begin at `origin` and then every period. */
  | { readonly kind: 'cycling'; readonly origin: number; readonly salt: number }
  | {
      readonly kind: 'diverging';
      readonly since: number;
      readonly backlog: number;
      readonly behindSince: number;
    }
  | {
      readonly kind: 'frozen';
      readonly shown: string;
      readonly at: number;
      readonly backlog: number;
      readonly behindSince: number | undefined;
      readonly error: JsonObject | undefined;
      readonly resume: 'initiation' | 'transfer';
    };

/** One disk; `known` keeps the members that the simulator does not compute. */
export interface Disk {
  readonly known: JsonObject;
  readonly total: number;
  readonly replicated: number;
  readonly rescanned: number;
  readonly backlogged: number;
}

/** The instance that a launch left behind. */
export interface LaunchedInstance {
  readonly document: JsonObject;
  readonly instanceId: string | undefined;
  readonly jobId: string | undefined;
  /** When firstBoot turns SUCCEEDED; undefined when the document's word stands. */
  readonly bootsAt: number | undefined;
}

/** All of a server that calls and events change; replaced, never mutated, so that a stale read can look back. */
export interface ServerState {
  readonly since: number;
  readonly phase: Phase;
  readonly lifeCycle: JsonObject;
  readonly launched: LaunchedInstance;
  readonly archived: boolean;
  readonly tags: JsonObject;
  readonly replicationType: string | undefined;
  readonly initiation: JsonObject | undefined;
  readonly disks: readonly Disk[];
  readonly launchable: boolean;
  readonly lastSnapshotAt: number | undefined;
  readonly heartbeat: { readonly from: number | undefined; readonly alive: boolean };
  readonly deleted: boolean;
  /** Members that calls put in the place of the document's; null where a call took one away. */
  readonly assigned?: JsonObject;
}

/** Why a server is stalled, and what cures it. */
export interface StallCause {
  readonly errorClass: ErrorClass | string;
  readonly rawError: string | undefined;
  readonly clears: 'never' | 'retry' | { readonly afterMs: number };
  retriesLeft: number;
}

/** A source server: who it is, and its states. */
export class SourceServer {
  readonly id: string;
  readonly arn: string;
  readonly document: JsonObject;
  readonly names: readonly string[];
  readonly vcenterClientId: string | undefined;
  /** Date-times that came with the fleet keep their exact text. */
  readonly stampTexts: ReadonlyMap<number, string>;
  /** Grows with each phase; appointments of an earlier phase are void. */
  generation = 0;
  cause: StallCause | undefined;
  openJob: Job | undefined;
  /** The time between two heartbeats. */
  heartbeatMs = 90_000;
  readonly launches = { 'test-launch': 0, 'cutover-launch': 0 };
  readonly faultsMet = new Set<number>();
  toldReadyForTest: boolean;
  states: readonly ServerState[];

  constructor(id: string, arn: string, document: JsonObject, loadedAt: number) {
    this.id = id;
    this.arn = arn;
    this.document = document;
    this.vcenterClientId = textAt(document, 'vcenterClientID');
    const hints = objectAt(objectAt(document, 'sourceProperties'), 'identificationHints');
    this.names = [
      textAt(hints, 'hostname'),
      textAt(hints, 'fqdn'),
      textAt(objectAt(document, 'tags'), 'Name'),
    ]
      .filter((name) => name !== undefined)
      .map((name) => name.toLowerCase());
    const state = loadedState(document, loadedAt);
    this.states = [state];
    this.toldReadyForTest = state.launchable;
    this.stampTexts = stampTextsOf(document);
  }

  /** The state in force now. */
  get state(): ServerState {
    const state = this.states.at(-1);
    if (state === undefined) throw new Error(`server ${this.id} has no state`);
    return state;
  }

  /** The state in force at an instant, as far back as the horizon. */
  stateAt(at: number): ServerState {
    return this.states.findLast((state) => state.since <= at) ?? this.states[0] ?? this.state;
  }

  /** Whether its data travel as snapshots that a vCenter client ships. */
  get agentless(): boolean {
    return this.state.replicationType === 'SNAPSHOT_SHIPPING';
  }

  /** The size of all its disks in bytes. */
  get totalBytes(): number {
    return this.state.disks.reduce((sum, disk) => sum + disk.total, 0);
  }

  get lifeCycleState(): string {
    return textAt(this.state.lifeCycle, 'state') ?? '';
  }
}

/** Answers a text member of a server in a state: as a call set it, otherwise as its document has it. */
export function assignedText(
  server: SourceServer,
  state: ServerState,
  name: string,
): string | undefined {
  const { assigned } = state;
  return textAt(assigned !== undefined && name in assigned ? assigned : server.document, name);
}

/** Answers the disks that discovery found, none of them copied yet. */
export function discoveredDisks(document: JsonObject): readonly Disk[] {
  return objectsAt(objectAt(document, 'sourceProperties'), 'disks').map((disk) => ({
    known: { deviceName: disk['deviceName'] },
    total: numberAt(disk, 'bytes'),
    replicated: 0,
    rescanned: 0,
    backlogged: 0,
  }));
}

/** Answers the steps as the wire lists them: those before `done` succeeded, the next one is as told. */
export function stepList(done: number, next?: 'IN_PROGRESS' | 'FAILED'): readonly JsonObject[] {
  return initiationSteps.map((name, i) => ({
    name,
    status: i < done ? 'SUCCEEDED' : i === done && next !== undefined ? next : 'NOT_STARTED',
  }));
}

function loadedState(document: JsonObject, since: number): ServerState {
  const info = objectAt(document, 'dataReplicationInfo');
  const lifeCycle = objectAt(document, 'lifeCycle');
  const launched = objectAt(document, 'launchedInstance');
  const error = textAt(objectAt(info, 'dataReplicationError'), 'error');
  const disconnected = textAt(info, 'dataReplicationState') === 'DISCONNECTED';
  return {
    since,
    phase: { kind: 'inert' },
    lifeCycle,
    launched: {
      document: launched,
      instanceId: textAt(launched, 'ec2InstanceID'),
      jobId: textAt(launched, 'jobID'),
      bootsAt: undefined,
    },
    archived: document['isArchived'] === true,
    tags: objectAt(document, 'tags'),
    replicationType: textAt(document, 'replicationType'),
    initiation: isJsonObject(info['dataReplicationInitiation'])
      ? info['dataReplicationInitiation']
      : undefined,
    disks: objectsAt(info, 'replicatedDisks').map((disk) => ({
      known: disk,
      total: numberAt(disk, 'totalStorageBytes'),
      replicated: numberAt(disk, 'replicatedStorageBytes'),
      rescanned: numberAt(disk, 'rescannedStorageBytes'),
      backlogged: numberAt(disk, 'backloggedStorageBytes'),
    })),
    launchable: textAt(info, 'lagDuration') !== undefined,
    lastSnapshotAt: stampMs(textAt(info, 'lastSnapshotDateTime')),
    heartbeat: {
      from: stampMs(textAt(lifeCycle, 'lastSeenByServiceDateTime')),
      alive: error !== 'AGENT_NOT_SEEN' && !disconnected,
    },
    deleted: false,
  };
}

function stampTextsOf(document: JsonObject): ReadonlyMap<number, string> {
  const texts = [
    textAt(objectAt(document, 'dataReplicationInfo'), 'lastSnapshotDateTime'),
    textAt(objectAt(document, 'lifeCycle'), 'lastSeenByServiceDateTime'),
    textAt(objectAt(document, 'sourceProperties'), 'lastUpdatedDateTime'),
  ];
  return new Map(
    texts.flatMap((text) => {
      const ms = stampMs(text);
      return text === undefined || ms === undefined ? [] : [[ms, text] as const];
    }),
  );
}
