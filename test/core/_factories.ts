import { readFileSync } from 'node:fs';
import type { Candidate, Load } from '../../src/core/admission.ts';
import type { Facts } from '../../src/core/change.ts';
import type { Sight } from '../../src/core/condition/sight.ts';
import type { JobObservation, JobServerObservation } from '../../src/core/job.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { ServerSettings, WavePolicy } from '../../src/core/plan/settings-for.ts';
import type { Member, PhaseResult, WaveView } from '../../src/core/review/wave-view.ts';
import type { Target } from '../../src/core/target.ts';

/** The moment of the example fleets. */
export const now = '2024-03-04T16:20:07.000Z';

export const target: Target = {
  partition: 'aws',
  service: 'mgn',
  accountId: '111122223333',
  region: 'us-east-1',
};

/** The id of the n-th server of a test. */
export function serverId(n: number): string {
  return `s-${String(n).padStart(17, '0')}`;
}

/** Freezes a value through and through, so that a change to it throws. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}

/** The server documents of an example fleet, as the service sends them. */
export function exampleFleet(name: string): readonly Record<string, unknown>[] {
  return JSON.parse(readFileSync(`examples/fleets/${name}`, 'utf8')).items;
}

/** An agent-based server in sync, with what a test wants to differ. */
export function anObservation(
  is: Partial<Omit<Observation, 'replication' | 'launched'>> & {
    readonly replication?: Partial<Observation['replication']>;
    readonly launched?: Partial<Observation['launched']>;
  } = {},
): Observation {
  const { replication, launched, ...rest } = is;
  const stamps = {
    jobId: undefined,
    initiatedAt: undefined,
    revertedAt: undefined,
    finalizedAt: undefined,
  };
  return frozen({
    sourceServerId: serverId(1),
    arn: `arn:aws:mgn:us-east-1:111122223333:source-server/${serverId(1)}`,
    target,
    hostname: 'host-1',
    tags: { Name: 'host-1' },
    replicationType: 'AGENT_BASED',
    vcenterClientId: undefined,
    applicationId: undefined,
    recommendedType: undefined,
    isArchived: false,
    lifecycle: 'READY_FOR_TEST',
    lastSeenAt: '2024-03-04T16:19:30.000000+00:00',
    firstByteAt: '2024-03-01T16:20:07.000000+00:00',
    elapsedSeconds: 3 * 86_400,
    lastTest: stamps,
    lastCutover: stamps,
    readAt: now,
    answeredAt: now,
    ...rest,
    replication: {
      state: 'CONTINUOUS',
      errorClass: undefined,
      rawError: undefined,
      failedStep: undefined,
      lagSeconds: 0,
      backlogBytes: 0,
      totalBytes: 1000,
      replicatedBytes: 1000,
      etaAt: undefined,
      lastSnapshotAt: '2024-03-04T16:00:00.000000+00:00',
      ...replication,
    },
    launched: { instanceId: undefined, jobId: undefined, firstBoot: undefined, ...launched },
  });
}

/** The facts of an agent-based server in sync, with what a test wants to differ. */
export function someFacts(is: Partial<Facts> = {}): Facts {
  return frozen({
    lifecycle: 'READY_FOR_TEST',
    replicationState: 'CONTINUOUS',
    stalled: null,
    failedStep: null,
    replicationType: 'AGENT_BASED',
    archived: false,
    initialSync: 'done' as const,
    lagBand: 'current' as const,
    backlogBand: 'none' as const,
    launchable: true,
    lastSnapshot: true,
    lastCycleAt: null,
    agentStale: false,
    freePeriodUsed: 0 as const,
    instanceId: null,
    firstBoot: null,
    instanceHealth: null,
    postLaunch: null,
    present: true,
    ...is,
  });
}

/** One server's part in a job that launched it. */
export function aJobServer(is: Partial<JobServerObservation> = {}): JobServerObservation {
  return {
    sourceServerId: serverId(1),
    launchStatus: 'LAUNCHED',
    instanceId: 'i-1',
    postLaunchActions: [],
    ...is,
  };
}

/** A completed launch job of one server. */
export function aJob(is: Partial<JobObservation> = {}): JobObservation {
  return frozen({
    jobId: 'mgnjob-1',
    arn: undefined,
    type: 'LAUNCH',
    initiatedBy: 'START_TEST',
    status: 'COMPLETED',
    createdAt: now,
    endedAt: undefined,
    tags: {},
    servers: [aJobServer()],
    ...is,
  });
}

/** What a tick sees: a server in sync, and nothing else. */
export function aSight(is: Partial<Sight> = {}): Sight {
  return frozen({
    now,
    tick: 10,
    lastFailedTick: 0,
    observation: anObservation(),
    job: undefined,
    instance: undefined,
    busy: false,
    freeSlots: undefined,
    resumedAt: undefined,
    ...is,
  });
}

/** A queued test launch of the n-th server. */
export function aCandidate(n: number, is: Partial<Candidate> = {}): Candidate {
  return {
    id: `w/${serverId(n)}/test/StartTest/1`,
    kind: 'StartTest',
    stage: 'launch',
    wave: 'w',
    tier: 0,
    server: serverId(n),
    phase: 'test',
    requestedAt: now,
    refusals: 0,
    ...is,
  };
}

/** An account in which nothing runs. */
export function aLoad(is: Partial<Load> = {}): Load {
  return {
    openJobs: 0,
    serversInJobs: 0,
    busyServers: new Set<string>(),
    activeServers: 0,
    inJobsOfWaves: new Map(),
    firstSyncs: new Map(),
    ...is,
  };
}

export const settings: ServerSettings = frozen({
  phases: ['replicate', 'test', 'cutover', 'finalize'],
  thresholds: { lagSeconds: 60, backlogBytes: 0, sustainedPolls: 3, sustainedSeconds: 180 },
  deadlines: {
    replicateSeconds: 30 * 86_400,
    testSeconds: 6 * 3600,
    cutoverSeconds: 12 * 3600,
    finalizeSeconds: 6 * 3600,
  },
  stall: { graceSeconds: 900, retries: 3, retriesByError: {} },
  poll: { minSeconds: 60, maxSeconds: 900 },
});

/** A policy that goes on whatever fails, with one attempt. */
export function aPolicy(is: Partial<WavePolicy> = {}): WavePolicy {
  return {
    onFailure: 'continue',
    tolerate: { percent: 100 },
    canary: 0,
    holdTimeoutSeconds: 3 * 86_400,
    attempts: 1,
    ...is,
  };
}

/** A member of a wave that begins with replicate. */
export function aMember(n: number, is: Partial<Member> = {}): Member {
  return {
    server: serverId(n),
    target: 'mgn:111122223333:us-east-1',
    tier: 0,
    phases: ['replicate', 'test', 'cutover', 'finalize'],
    arrival: { enter: 'replicate' },
    needsSlot: false,
    results: [],
    ...is,
  };
}

/** A phase's result. */
export function aResult(phase: PhaseResult['phase'], is: Partial<PhaseResult> = {}): PhaseResult {
  return { phase, attempt: 1, status: 'succeeded', endedAt: now, ...is };
}

/** A wave of these members, all in its cohort. */
export function aWaveView(members: readonly Member[], is: Partial<WaveView> = {}): WaveView {
  return frozen({
    policy: aPolicy(),
    members,
    cohort: members.map((m) => m.server),
    acknowledgedFailures: 0,
    ...is,
  });
}
