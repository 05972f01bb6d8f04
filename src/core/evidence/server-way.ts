// In: events of waves. Out: the way of each server of each wave: phases, waits, launches, and how it ended. Pure.

import {
  type Detail,
  memberKey,
  numberIn,
  objectIn,
  objectsIn,
  type ToldFact,
  textIn,
  textsIn,
  whenOf,
} from '../event/told.ts';
import type { Instant } from '../time.ts';
import { type StepWay, stepOf } from './server-step.ts';

/** A phase that ended for a server. */
export interface PhaseWay {
  readonly phase: string;
  readonly attempt: number;
  readonly status: string;
  readonly endedAt: Instant;
  readonly durationSeconds: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

/** A wait of a server, and why it lasted; `ended` is `waiting` where it still does. */
export interface WaitWay {
  readonly phase: string;
  readonly wait: string;
  readonly since: Instant;
  readonly seconds: number;
  readonly ended: string;
  readonly reasons: readonly { readonly since: Instant; readonly reason: string }[];
}

/** What became of a launch, or of an instance, for a server. */
export interface LaunchWay {
  readonly at: Instant;
  readonly kind: string;
  readonly status: string;
  readonly jobId: string | null;
  readonly instanceId: string | null;
  readonly reason: string | null;
}

/** One try of a hook of the plan; `started` is one that nobody has told the end of. */
export interface HookWay {
  readonly key: string;
  readonly at: Instant;
  readonly point: string;
  readonly hook: string;
  readonly try: number;
  readonly status: string;
  readonly durationSeconds: number | null;
  readonly reason: string | null;
  /** What it showed, as it was told: JSON, cut. */
  readonly evidence: string | null;
}

/** What a drill or recovery has measured, held against the plan’s objectives. */
export interface RecoveryWay {
  readonly at: Instant;
  readonly recovery: string;
  readonly instanceId: string | null;
  readonly calledAt: string | null;
  readonly pointInTimeAt: string | null;
  readonly rpoSeconds: number | null;
  readonly rpoObjectiveSeconds: number | null;
  readonly rpo: string | null;
  readonly rtoSeconds: number | null;
  readonly rtoObjectiveSeconds: number | null;
  readonly rto: string | null;
}

/** The way of one server through its wave; null is what nobody told. */
export interface ServerWay {
  readonly kind: 'server';
  readonly wave: string;
  readonly server: string;
  readonly hostname: string | null;
  readonly accountId: string | null;
  readonly region: string | null;
  readonly outcome: string | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly endedAt: Instant | null;
  readonly jobId: string | null;
  readonly instanceId: string | null;
  readonly lifecycle: string | null;
  readonly replicationState: string | null;
  readonly eventIds: readonly string[];
  readonly nextAction: string | null;
  readonly phases: readonly PhaseWay[];
  readonly waits: readonly WaitWay[];
  readonly launches: readonly LaunchWay[];
  readonly hooks: readonly HookWay[];
  readonly recoveries: readonly RecoveryWay[];
  readonly steps: readonly StepWay[];
}

type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer One)[] ? One[] : T[K] };

/** Gathers the way of every server that events of a wave tell of, by wave and then by the order of their first event. */
export function serverWays(told: readonly ToldFact[]): readonly ServerWay[] {
  const ways = new Map<string, Open<ServerWay>>();
  for (const event of told) {
    const key = memberKey(event);
    if (key === undefined) continue;
    const known = ways.get(key);
    // What is observed of a server tells of its wave only once the wave itself did.
    if (known === undefined && !event.type.startsWith('Wave Server ')) continue;
    const way = known ?? emptyWay(event.detail);
    if (known === undefined) ways.set(key, way);
    way.hostname ??= textIn(event.detail, 'hostname');
    take(way, event);
  }
  return [...ways.values()].toSorted((a, b) => (a.wave < b.wave ? -1 : a.wave > b.wave ? 1 : 0));
}

function emptyWay(detail: Detail): Open<ServerWay> {
  return {
    kind: 'server',
    wave: textIn(detail, 'wave') ?? '',
    server: textIn(detail, 'sourceServerId') ?? '',
    hostname: null,
    accountId: textIn(detail, 'accountId'),
    region: textIn(detail, 'region'),
    ...noEnd,
    phases: [],
    waits: [],
    launches: [],
    hooks: [],
    recoveries: [],
    steps: [],
  };
}

const noEnd = {
  outcome: null,
  code: null,
  reason: null,
  endedAt: null,
  jobId: null,
  instanceId: null,
  lifecycle: null,
  replicationState: null,
  eventIds: [],
  nextAction: null,
};

function take(way: Open<ServerWay>, event: ToldFact): void {
  const { type, detail } = event;
  switch (type) {
    case 'Wave Server Phase Ended':
      way.phases.push(phaseOf(event));
      return;
    case 'Wave Server Wait Ended':
      way.waits.push(waitOf(detail));
      return;
    case 'Source Server Launch Result':
      way.launches.push({
        at: whenOf(event),
        kind: textIn(detail, 'kind') ?? '',
        status: `${textIn(detail, 'launchStatus') ?? ''}${
          detail['usedPreviousSnapshot'] === true ? ', from the previous snapshot' : ''
        }`,
        jobId: textIn(detail, 'jobId'),
        instanceId: textIn(detail, 'instanceId'),
        reason: textIn(detail, 'reason'),
      });
      return;
    case 'Wave Server Healthy':
    case 'Wave Server Recovered':
      way.launches.push({
        at: whenOf(event),
        kind: textIn(detail, 'kind') ?? '',
        status: 'healthy',
        jobId: textIn(detail, 'jobId'),
        instanceId: textIn(detail, 'instanceId'),
        reason: null,
      });
      return;
    case 'Wave Server Recovery Measured':
      way.recoveries.push(recoveryOf(event));
      return;
    case 'Wave Server Retirement Step':
      way.steps.push(stepOf(event, 'retirement'));
      return;
    case 'Wave Server Failback Step':
      way.steps.push(stepOf(event, 'failback'));
      return;
    case 'Wave Server Extended':
      way.steps.push(stepOf(event, 'extension'));
      return;
    case 'Wave Server Hook Run': {
      const hook = hookOf(event);
      const begun = way.hooks.findIndex(({ key }) => key === hook.key);
      way.hooks.splice(begun === -1 ? way.hooks.length : begun, 1, hook);
      return;
    }
    case 'Wave Server Reopened':
      Object.assign(way, { ...noEnd, eventIds: [] });
      return;
    case 'Wave Server Outcome':
      end(way, event);
      return;
    default:
      return;
  }
}

function recoveryOf(event: ToldFact): RecoveryWay {
  const { detail } = event;
  return {
    at: whenOf(event),
    recovery: textIn(detail, 'kind') ?? '',
    instanceId: textIn(detail, 'instanceId'),
    calledAt: textIn(detail, 'calledAt'),
    pointInTimeAt: textIn(detail, 'pointInTimeAt'),
    rpoSeconds: numberIn(detail, 'rpoSeconds'),
    rpoObjectiveSeconds: numberIn(detail, 'rpoObjectiveSeconds'),
    rpo: textIn(detail, 'rpo'),
    rtoSeconds: numberIn(detail, 'rtoSeconds'),
    rtoObjectiveSeconds: numberIn(detail, 'rtoObjectiveSeconds'),
    rto: textIn(detail, 'rto'),
  };
}

function end(way: Open<ServerWay>, event: ToldFact): void {
  const { detail } = event;
  const evidence = objectIn(detail, 'evidence');
  const seen = objectIn(evidence, 'seen');
  Object.assign(way, {
    outcome: textIn(detail, 'outcome'),
    code: textIn(detail, 'code'),
    reason: textIn(detail, 'reason'),
    endedAt: whenOf(event),
    jobId: textIn(evidence, 'jobId'),
    instanceId: textIn(evidence, 'instanceId'),
    lifecycle: textIn(seen, 'lifecycle'),
    replicationState: textIn(seen, 'replicationState'),
    eventIds: textsIn(evidence, 'eventIds'),
    nextAction: textIn(detail, 'nextAction'),
  } satisfies Partial<ServerWay>);
}

function phaseOf(event: ToldFact): PhaseWay {
  const { detail } = event;
  const failure = objectIn(detail, 'failure');
  return {
    phase: textIn(detail, 'phase') ?? '',
    attempt: numberIn(detail, 'attempt') ?? 1,
    status: textIn(detail, 'status') ?? '',
    endedAt: whenOf(event),
    durationSeconds: numberIn(detail, 'durationSeconds'),
    code: textIn(failure, 'code'),
    message: textIn(failure, 'message'),
  };
}

function hookOf(event: ToldFact): HookWay {
  const { detail } = event;
  return {
    key: textIn(detail, 'key') ?? '',
    at: whenOf(event),
    point: textIn(detail, 'point') ?? '',
    hook: textIn(detail, 'hook') ?? '',
    try: numberIn(detail, 'try') ?? 1,
    status: textIn(detail, 'status') ?? '',
    durationSeconds: numberIn(detail, 'durationSeconds'),
    reason: textIn(detail, 'reason'),
    evidence: textIn(detail, 'evidence'),
  };
}

function waitOf(detail: Detail): WaitWay {
  return {
    phase: textIn(detail, 'phase') ?? '',
    wait: textIn(detail, 'wait') ?? '',
    since: textIn(detail, 'since') ?? '',
    seconds: numberIn(detail, 'waitedSeconds') ?? 0,
    ended: textIn(detail, 'ended') ?? '',
    reasons: objectsIn(detail, 'reasons').map((one) => ({
      since: textIn(one, 'since') ?? '',
      reason: textIn(one, 'reason') ?? '',
    })),
  };
}
