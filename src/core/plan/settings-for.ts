import type { FleetServer } from '../fleet/fleet.ts';
import { builtInDrsLimits } from '../target-list/drs-limits.ts';
import { fromMs, type Instant, toMs } from '../time.ts';
import { type Desired, laidOverDesired } from './desired.ts';
import { acceptedSeconds } from './duration-field.ts';
import { laidOverHooks, type ServerHooks } from './hooks-for.ts';
import type { ServerWanted } from './launch-configuration/wanted.ts';
import { withNodes } from './managed-node.ts';
import { picks } from './picks.ts';
import type { Plan, PlanKind, PlanWave } from './plan.ts';
import { kindsOfPlans } from './plan-kind.ts';
import { builtInPreflight, type PreflightPlan } from './preflight-plan.ts';
import type { ReplicationType } from './selector.ts';
import type { Phase, ServerSettingsLayer, SettingsLayer } from './settings.ts';
import { migrationPhases } from './settings.ts';

/** A server's settings with nothing left open; durations in seconds. */
export interface ServerSettings {
  readonly phases: readonly Phase[];
  readonly thresholds: {
    readonly lagSeconds: number;
    readonly backlogBytes: number;
    readonly sustainedPolls: number;
    readonly sustainedSeconds: number;
  };
  readonly deadlines: {
    readonly replicateSeconds: number;
    readonly testSeconds: number;
    readonly cutoverSeconds: number;
    readonly finalizeSeconds: number;
  };
  readonly stall: {
    readonly graceSeconds: number;
    /** The budget of every error class that `retriesByError` does not name. */
    readonly retries: number;
    readonly retriesByError: Readonly<Record<string, number>>;
  };
  /** The type to set before replication starts; absent: leave it as it is. */
  readonly replicationType?: ReplicationType;
  readonly poll: { readonly minSeconds: number; readonly maxSeconds: number };
  /** How fast agentless servers start to replicate; absent: as fast as there are slots. */
  readonly feeder?: { readonly firstSyncsPerVcenterClient: number };
  /** What is called on its way; absent where nothing is. */
  readonly hooks?: ServerHooks;
  /** What it shall be set to; absent where the plan says nothing. */
  readonly desired?: Desired;
  /** What DRS shall launch it with, worked out for this server; absent in a migration, and where the plan says nothing. */
  readonly launchWith?: LaunchWith;
  /** What only plans of disaster recovery say; absent in a migration. */
  readonly recovery?: RecoverySettings;
  /** What only a Failback says; absent in every other plan. */
  readonly failback?: FailbackSettings;
}

/** What a launch configuration wants of one server. */
export interface LaunchWith {
  /** What the launch configuration is called: by that name it is put back. */
  readonly configuration: string;
  readonly wanted: Omit<ServerWanted, 'target' | 'server' | 'hostname'>;
}

/** The settings of a server that fails back; durations in seconds. */
export interface FailbackSettings {
  readonly reverseSeconds: number;
  readonly failbackSeconds: number;
  readonly reprotectSeconds: number;
  readonly vacateSeconds: number;
  /** How long the recovery instance is kept once its server has failed back. */
  readonly holdSeconds: number;
}

/** The settings of a server of DRS; durations in seconds. */
export interface RecoverySettings {
  readonly protectSeconds: number;
  readonly drillSeconds: number;
  /** For how long a drill instance that passed is kept before it is terminated. */
  readonly keepSeconds: number;
  /** What follows where an instance of an earlier drill is still there. */
  readonly leftOver: 'refuse' | 'replace';
  readonly rpoSeconds: number;
  readonly rtoSeconds: number;
  readonly extendSeconds: number;
  /** The account that it is extended into, where it is, and the tags that it gets there besides its own. */
  readonly extendInto?: string;
  readonly extendTags?: Readonly<Record<string, string>>;
  readonly retireSeconds: number;
  /** How long a stopped server stays before it is disconnected. */
  readonly graceSeconds: number;
  /** What follows where a server that is to be retired has a live recovery instance. */
  readonly liveAtRetirement: 'refuse' | 'keep';
  readonly recoverSeconds: number;
  /** What follows where the server cannot be recovered: its wave is held, or goes on. */
  readonly impact: 'critical' | 'optional';
  /** The recovery point must have been taken before this instant; absent where the latest will do. */
  readonly before?: Instant;
  /** How often a server is tried again from the next older recovery point. */
  readonly retryOlder: number;
  /** When the incident began, where the plan says so. */
  readonly incidentAt?: Instant;
  /** How the source networks of the servers are recovered before they are launched; absent where they are left as they are. */
  readonly networks?: NetworkPolicy;
  /** What follows where a live recovery instance is already there. */
  readonly liveInstance: 'refuse' | 'replace';
}

/** How source networks are recovered, and what follows where they are not. */
export interface NetworkPolicy {
  readonly deployAsNew: boolean;
  readonly onFailure: 'stop' | 'previous-stack';
  readonly onPartial: 'hold' | 'accept';
}

/** How many servers of a wave may fail: a share of the wave in percent, or a number of servers. */
export type Tolerance = { readonly percent: number } | { readonly count: number };

/** A wave's policy with nothing left open. */
export interface WavePolicy {
  readonly onFailure: 'continue' | 'hold' | 'rollback';
  readonly tolerate: Tolerance;
  readonly canary: number;
  readonly holdTimeoutSeconds: number;
  /** What follows when somebody else acts on a server of the wave; absent: it is told, and the wave goes on. */
  readonly outOfBand?: 'hold';
  /** How often a launch is tried in all. */
  readonly attempts: number;
}

/** The settings of a server about which the plan says nothing (design 16). */
export const builtInSettings: ServerSettings = {
  phases: migrationPhases,
  thresholds: { lagSeconds: 60, backlogBytes: 0, sustainedPolls: 3, sustainedSeconds: 180 },
  deadlines: {
    replicateSeconds: 30 * 86_400,
    testSeconds: 6 * 3600,
    cutoverSeconds: 12 * 3600,
    finalizeSeconds: 6 * 3600,
  },
  stall: { graceSeconds: 15 * 60, retries: 3, retriesByError: {} },
  poll: { minSeconds: 60, maxSeconds: 900 },
};

const builtInRecovery: Omit<RecoverySettings, 'rpoSeconds'> = {
  protectSeconds: 30 * 86_400,
  drillSeconds: 6 * 3600,
  keepSeconds: 0,
  leftOver: 'refuse',
  rtoSeconds: 4 * 3600,
  extendSeconds: 6 * 3600,
  retireSeconds: 86_400,
  graceSeconds: 7 * 86_400,
  recoverSeconds: 6 * 3600,
  impact: 'critical',
  retryOlder: 2,
  liveAtRetirement: 'refuse',
  liveInstance: 'refuse',
};

const builtInFailback: FailbackSettings = {
  reverseSeconds: 14 * 86_400,
  failbackSeconds: 12 * 3600,
  reprotectSeconds: 14 * 86_400,
  vacateSeconds: 86_400,
  holdSeconds: 3 * 86_400,
};

/** The settings of a server about which a plan of a kind says nothing. */
function builtInOf(kind: PlanKind): ServerSettings {
  const { service, usual } = kindsOfPlans[kind];
  if (service === 'mgn') return builtInSettings;
  const thresholds = {
    ...builtInSettings.thresholds,
    lagSeconds: builtInDrsLimits.rpoSeconds,
  };
  return { ...builtInSettings, phases: usual, thresholds };
}

/** Answers a server's settings: its own before the wave's before the defaults before the built-in ones, field by field. */
export function settingsFor(plan: Plan, wave: PlanWave, server: FleetServer): ServerSettings {
  const own = (plan.spec.servers ?? []).filter((override) => picks(override.servers, server));
  const merged = mergedSettings(
    [...(plan.spec.defaults ? [plan.spec.defaults] : []), wave, ...own],
    plan.kind,
  );
  const { hooks } = merged;
  return hooks === undefined ? merged : { ...merged, hooks: withNodes(hooks, server.tags) };
}

/** Lays layers over the built-in settings, the last one on top. */
export function mergedSettings(
  layers: readonly ServerSettingsLayer[],
  kind: PlanKind = 'Migration',
): ServerSettings {
  const merged = layers.reduce(laidOver, builtInOf(kind));
  return kindsOfPlans[kind].service === 'mgn'
    ? merged
    : {
        ...merged,
        recovery: recoveryOf(layers, merged.thresholds.lagSeconds),
        ...(kind === 'Failback' ? { failback: failbackOf(layers) } : {}),
      };
}

function failbackOf(layers: readonly ServerSettingsLayer[]): FailbackSettings {
  const seconds = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : acceptedSeconds(text);
  return layers.reduce(
    (below: FailbackSettings, { deadlines, failback }): FailbackSettings => ({
      reverseSeconds: seconds(deadlines?.reverse, below.reverseSeconds),
      failbackSeconds: seconds(deadlines?.failback, below.failbackSeconds),
      reprotectSeconds: seconds(deadlines?.reprotect, below.reprotectSeconds),
      vacateSeconds: seconds(deadlines?.vacate, below.vacateSeconds),
      holdSeconds: seconds(failback?.hold, below.holdSeconds),
    }),
    builtInFailback,
  );
}

function recoveryOf(layers: readonly ServerSettingsLayer[], lagSeconds: number): RecoverySettings {
  return layers.reduce(
    (
      below: RecoverySettings,
      { deadlines, drill, objectives, extend, retire, recovery },
    ): RecoverySettings => {
      const seconds = (text: string | undefined, otherwise: number) =>
        text === undefined ? otherwise : acceptedSeconds(text);
      return {
        protectSeconds: seconds(deadlines?.protect, below.protectSeconds),
        drillSeconds: seconds(deadlines?.drill, below.drillSeconds),
        keepSeconds: seconds(drill?.keep, below.keepSeconds),
        leftOver: drill?.leftOver ?? below.leftOver,
        rpoSeconds: objectives?.rpoSeconds ?? below.rpoSeconds,
        rtoSeconds: objectives?.rtoSeconds ?? below.rtoSeconds,
        retireSeconds: seconds(deadlines?.retire, below.retireSeconds),
        graceSeconds: seconds(retire?.grace, below.graceSeconds),
        liveAtRetirement: retire?.liveInstance ?? below.liveAtRetirement,
        recoverSeconds: seconds(deadlines?.recover, below.recoverSeconds),
        extendSeconds: seconds(deadlines?.extend, below.extendSeconds),
        ...extendOf(below, extend),
        ...recoverOf(below, recovery),
      };
    },
    { ...builtInRecovery, rpoSeconds: lagSeconds },
  );
}

type ExtendPart = Pick<RecoverySettings, 'extendInto' | 'extendTags'>;

function extendOf(below: ExtendPart, layer: ServerSettingsLayer['extend']): ExtendPart {
  const extendInto = layer?.into ?? below.extendInto;
  const extendTags = layer?.tags ?? below.extendTags;
  return {
    ...(extendInto === undefined ? {} : { extendInto }),
    ...(extendTags === undefined ? {} : { extendTags }),
  };
}

const builtInNetworks: NetworkPolicy = {
  deployAsNew: false,
  onFailure: 'stop',
  onPartial: 'hold',
};

type NetworksLayer = NonNullable<NonNullable<ServerSettingsLayer['recovery']>['networks']>;

function given({ deployAsNew, onFailure, onPartial }: NetworksLayer): Partial<NetworkPolicy> {
  return {
    ...(deployAsNew === undefined ? {} : { deployAsNew }),
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(onPartial === undefined ? {} : { onPartial }),
  };
}

type RecoverPart = Pick<
  RecoverySettings,
  'impact' | 'before' | 'retryOlder' | 'incidentAt' | 'liveInstance' | 'networks'
>;

function recoverOf(below: RecoverPart, layer: ServerSettingsLayer['recovery']): RecoverPart {
  const { pointInTime } = layer ?? {};
  const before =
    pointInTime === undefined
      ? below.before
      : pointInTime === 'latest'
        ? undefined
        : utc(pointInTime.before);
  const networks =
    layer?.networks === undefined
      ? below.networks
      : { ...(below.networks ?? builtInNetworks), ...given(layer.networks) };
  const incidentAt = layer?.incidentAt === undefined ? below.incidentAt : utc(layer.incidentAt);
  return {
    impact: layer?.impact ?? below.impact,
    retryOlder: layer?.retryOlder ?? below.retryOlder,
    liveInstance: layer?.liveInstance ?? below.liveInstance,
    ...(before === undefined ? {} : { before }),
    ...(networks === undefined ? {} : { networks }),
    ...(incidentAt === undefined ? {} : { incidentAt }),
  };
}

const utc = (text: string): Instant => fromMs(toMs(text));

function laidOver(below: ServerSettings, layer: ServerSettingsLayer): ServerSettings {
  const { thresholds, deadlines, poll } = layer;
  const replicationType = layer.replicationType ?? below.replicationType;
  const firstSyncsPerVcenterClient =
    layer.feeder?.firstSyncsPerVcenterClient ?? below.feeder?.firstSyncsPerVcenterClient;
  const hooks = laidOverHooks(below.hooks, layer.hooks);
  const desired = laidOverDesired(below.desired, layer.desired);
  const seconds = (text: string | undefined, otherwise: number) =>
    text === undefined ? otherwise : acceptedSeconds(text);
  return {
    phases: layer.phases ?? below.phases,
    thresholds: {
      lagSeconds: thresholds?.lagSeconds ?? below.thresholds.lagSeconds,
      backlogBytes: thresholds?.backlogBytes ?? below.thresholds.backlogBytes,
      sustainedPolls: thresholds?.sustainedPolls ?? below.thresholds.sustainedPolls,
      sustainedSeconds: thresholds?.sustainedSeconds ?? below.thresholds.sustainedSeconds,
    },
    deadlines: {
      replicateSeconds: seconds(deadlines?.replicate, below.deadlines.replicateSeconds),
      testSeconds: seconds(deadlines?.test, below.deadlines.testSeconds),
      cutoverSeconds: seconds(deadlines?.cutover, below.deadlines.cutoverSeconds),
      finalizeSeconds: seconds(deadlines?.finalize, below.deadlines.finalizeSeconds),
    },
    stall: {
      graceSeconds: seconds(layer.stall?.grace, below.stall.graceSeconds),
      ...laidOverRetries(below.stall, layer.stall?.retries),
    },
    ...(replicationType === undefined ? {} : { replicationType }),
    poll: {
      minSeconds: poll?.minSeconds ?? below.poll.minSeconds,
      maxSeconds: poll?.maxSeconds ?? below.poll.maxSeconds,
    },
    ...(firstSyncsPerVcenterClient === undefined ? {} : { feeder: { firstSyncsPerVcenterClient } }),
    ...(hooks === undefined ? {} : { hooks }),
    ...(desired === undefined ? {} : { desired }),
  };
}

type Retries = Pick<ServerSettings['stall'], 'retries' | 'retriesByError'>;

function laidOverRetries(
  { retries, retriesByError }: Retries,
  layer: NonNullable<ServerSettingsLayer['stall']>['retries'],
): Retries {
  if (layer === undefined) return { retries, retriesByError };
  // A plain number speaks for every class, also for those that a lower layer named.
  if (typeof layer === 'number') return { retries: layer, retriesByError: {} };
  return { retries, retriesByError: { ...retriesByError, ...layer } };
}

/**
 * Answers a wave's policy: its own before the defaults before the built-in one, field by field. A canary that is a share
 * of the wave is rounded up, and leaves at least one server to follow.
 */
export function policyFor(plan: Plan, wave: SettingsLayer, size = 0): WavePolicy {
  const merged = { ...plan.spec.defaults?.policy, ...wave.policy };
  const onFailure = merged.onFailure ?? 'continue';
  return {
    onFailure,
    tolerate: tolerance(merged.tolerate ?? (onFailure === 'continue' ? '100%' : 0)),
    canary: canarySize(merged.canary ?? 0, size),
    holdTimeoutSeconds: acceptedSeconds(merged.holdTimeout ?? 'P3D'),
    ...(merged.outOfBand === 'hold' ? { outOfBand: 'hold' as const } : {}),
    attempts: merged.attempts ?? 2,
  };
}

function canarySize(written: string | number, size: number): number {
  if (typeof written === 'number') return written;
  const share = Math.ceil((Number.parseInt(written, 10) / 100) * size);
  return Math.max(0, Math.min(share, size - 1));
}

/** Answers a wave's preflight: its own before the defaults, field by field; undefined where neither says anything. */
export function preflightFor(plan: Plan, wave: SettingsLayer): PreflightPlan | undefined {
  const { preflight: below } = plan.spec.defaults ?? {};
  const { preflight: own } = wave;
  if (below === undefined && own === undefined) return undefined;
  const timeout = own?.timeout ?? below?.timeout;
  return {
    rules: { ...below?.rules, ...own?.rules },
    timeoutSeconds:
      timeout === undefined ? builtInPreflight.timeoutSeconds : acceptedSeconds(timeout),
    mustSucceed: own?.mustSucceed ?? below?.mustSucceed ?? builtInPreflight.mustSucceed,
    own: own?.own ?? below?.own ?? builtInPreflight.own,
  };
}

function tolerance(written: string | number): Tolerance {
  return typeof written === 'number'
    ? { count: written }
    : { percent: Number.parseInt(written, 10) };
}
