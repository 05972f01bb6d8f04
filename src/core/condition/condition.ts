import { FailureCode } from '../failure.ts';
import type { Observation } from '../observation.ts';
import type { GatedPhase } from '../plan/gates.ts';
import type { Phase } from '../plan/settings.ts';
import { type Instant, toMs } from '../time.ts';
import { type Approved, evaluateApproved } from './approved.ts';
import { type Drained, evaluateDrained } from './drained.ts';
import { evaluateFailbackReady, type FailbackReady } from './failback-ready.ts';
import { evaluateHealthy, type Healthy } from './healthy.ts';
import { evaluateLaunchable, type Launchable } from './launchable.ts';
import type { Memory } from './memory.ts';
import { evaluateProtected, type Protected } from './protected.ts';
import { evaluateRecovered, type Recovered } from './recovered.ts';
import type { Sight } from './sight.ts';
import { evaluateSignable, type Signable } from './signable.ts';
import { impossible, met, notYet, type Verdict } from './verdict.ts';

/** What a parked execution waits for. A closed union: each kind is evaluated in this folder and nowhere else. */
export type Condition =
  | Approved
  | Launchable
  | Drained
  | Healthy
  | Signable
  | Protected
  | Recovered
  | FailbackReady
  | { readonly kind: 'finalized' }
  | { readonly kind: 'archived' }
  | { readonly kind: 'idle' }
  /** A moment has come, whatever the server is like, or whether it is still there. */
  | { readonly kind: 'elapsed'; readonly until: Instant; readonly meanwhile: string }
  | {
      readonly kind: 'slots-free';
      readonly atLeast: number;
      /** The targets whose slots count, and those that only need to be reached again; the wave's home without them. */
      readonly full?: readonly string[];
      readonly unreached?: readonly string[];
    }
  | { readonly kind: 'preflight'; readonly phase: Phase }
  | { readonly kind: 'window-open'; readonly phase: GatedPhase; readonly opensAt: Instant }
  | { readonly kind: 'resumed'; readonly heldSince: Instant }
  /** A person has resumed one of these held servers. */
  | { readonly kind: 'server-resumed'; readonly servers: readonly string[] }
  /** A server is no longer paused; what is paused is not evaluated at all. */
  | { readonly kind: 'unpaused' }
  /** Hooks of the plan run: whoever runs them releases it, and only an order or the deadline ends it before. */
  | {
      readonly kind: 'hooks';
      readonly site: string;
      readonly attempt: number;
      readonly undo: boolean;
    }
  /** Only an order ends it. */
  | { readonly kind: 'ordered'; readonly reason: string };

/**
 * Evaluates a condition against what this tick saw. Level-triggered: it needs no memory of edges, only of how
 * long it has held. A condition on a server that was not looked at stays as it is.
 */
export function evaluate(condition: Condition, sight: Sight, memory: Memory): Verdict {
  switch (condition.kind) {
    case 'slots-free':
      return evaluateSlots(condition, sight);
    case 'resumed':
      return sight.resumedAt !== undefined && toMs(sight.resumedAt) >= toMs(condition.heldSince)
        ? met({ resumed: true })
        : notYet('held until a person resumes the wave', 'far');
    case 'server-resumed':
      return condition.servers.some((server) => sight.heldServers?.has(server) !== true)
        ? met({ resumed: true })
        : notYet(`${condition.servers.length} servers are held until a person resumes them`, 'far');
    case 'unpaused':
      return met();
    case 'ordered':
      return notYet(condition.reason, 'far');
    case 'hooks':
      return notYet('hooks of the plan run', 'far');
    case 'approved':
      return evaluateApproved(condition, sight.approvals ?? []);
    case 'preflight':
      return sight.blockedBy === undefined ? met() : notYet(sight.blockedBy, 'far');
    case 'window-open':
      return toMs(sight.now) >= toMs(condition.opensAt)
        ? met({ opensAt: condition.opensAt })
        : notYet(
            `${condition.phase} waits for its window, which opens at ${condition.opensAt}`,
            'far',
          );
    case 'idle':
      return sight.busy ? notYet('a job still runs on the server', 'near') : met();
    case 'elapsed':
      return toMs(sight.now) >= toMs(condition.until)
        ? met({ until: condition.until })
        : notYet(`${condition.meanwhile} until ${condition.until}`, 'far');
    case 'failback-ready':
      return evaluateFailbackReady(condition, sight, memory);
    case 'launchable':
    case 'drained':
    case 'healthy':
    case 'signable':
    case 'protected':
    case 'recovered':
    case 'finalized':
    case 'archived':
      return evaluateServer(condition, sight, memory);
    default:
      return condition satisfies never;
  }
}

function evaluateSlots(
  { atLeast, unreached = [] }: Extract<Condition, { kind: 'slots-free' }>,
  sight: Sight,
): Verdict {
  if (sight.freeSlots === undefined) return notYet('the free slots are not known yet', 'near');
  return sight.freeSlots >= atLeast
    ? met({ freeSlots: sight.freeSlots })
    : notYet(
        `${sight.freeSlots} active slots are free, ${atLeast} are needed${unreached.length === 0 ? '' : `; ${unreached.join(', ')} cannot be reached`}`,
        'far',
      );
}

type ServerCondition = Exclude<
  Condition,
  {
    kind:
      | 'slots-free'
      | 'resumed'
      | 'server-resumed'
      | 'approved'
      | 'preflight'
      | 'unpaused'
      | 'ordered'
      | 'hooks'
      | 'window-open'
      | 'idle'
      | 'elapsed'
      | 'failback-ready';
  }
>;

function evaluateServer(condition: ServerCondition, sight: Sight, memory: Memory): Verdict {
  const { observation } = sight;
  if (observation === undefined) return notYet('not looked at in this tick', 'far', memory);
  if (observation === 'absent') {
    if (memory.absentSinceTick === undefined) {
      return notYet('the service did not list the server', 'near', {
        ...memory,
        absentSinceTick: sight.tick,
      });
    }
    return impossible(
      FailureCode.ServerVanished,
      'the service no longer lists the server: it was deleted elsewhere',
    );
  }
  const { absentSinceTick: _, ...seen } = memory;
  if (condition.kind === 'archived') {
    return observation.isArchived ? met() : notYet('not archived yet', 'near', seen);
  }
  // Whoever archived a finalized server: it is finalized.
  const finalized = condition.kind === 'finalized' && observation.lifecycle === 'CUTOVER';
  if (observation.isArchived && !finalized) {
    return impossible(FailureCode.ServerArchived, 'the server was archived by somebody else');
  }
  if (condition.kind === 'finalized') return evaluateFinalized(observation, seen);
  const gone =
    observation.lifecycle === 'DISCONNECTED' ||
    (observation.replication.state === 'DISCONNECTED' && observation.lifecycle !== 'CUTOVER');
  if (gone) {
    return impossible(
      FailureCode.ServerDisconnected,
      'the server is disconnected from the service; its agent must be installed again',
    );
  }
  switch (condition.kind) {
    case 'launchable':
      return evaluateLaunchable(condition, observation, sight, seen);
    case 'drained':
      return evaluateDrained(condition, observation, sight, seen);
    case 'healthy':
      return evaluateHealthy(condition, observation, sight, seen);
    case 'signable':
      return evaluateSignable(condition, observation, sight, seen);
    case 'protected':
      return evaluateProtected(condition, observation, sight, seen);
    case 'recovered':
      return evaluateRecovered(condition, observation, sight, seen);
    default:
      return condition satisfies never;
  }
}

function evaluateFinalized(observation: Observation, memory: Memory): Verdict {
  if (observation.lifecycle === 'CUTOVER') return met();
  if (observation.lifecycle === 'DISCONNECTED') return met();
  return notYet(
    `life cycle ${observation.lifecycle ?? 'unknown'}, not CUTOVER yet`,
    'near',
    memory,
  );
}
