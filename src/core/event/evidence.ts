import { builtInLimits, type Limits } from '../change/bands.ts';
import type { InstanceChecks } from '../change/launched.ts';
import { freeHours, usedFreeHours } from '../change/replication-course.ts';
import type { Change } from '../change.ts';
import type { PostLaunchAction } from '../job.ts';
import { isAgentless, type Observation } from '../observation.ts';
import { cutTo } from './fit-detail.ts';

/** What was seen when a fact changed. */
export interface Evidence {
  readonly observation: Observation;
  readonly limits?: Limits | undefined;
  readonly instance?: InstanceChecks | undefined;
  /** The post-launch actions of the server's last launch. */
  readonly actions?: readonly PostLaunchAction[] | undefined;
  /** The job that launched its instance. */
  readonly jobId?: string | undefined;
}

type Members = Readonly<Record<string, unknown>>;

// A server has at most 100 actions (reference/mgn.md 3); so long a text of each still fits one event.
const actionTextLimit = 256;

/** Leaves out what is not known. */
export function known(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Says what a change of a fact shows beside the values before and now: the measures and names behind it. */
export function evidenceOf({ fact, previous, current }: Change, seen: Evidence): Members {
  const { observation, limits = builtInLimits, instance, actions = [], jobId } = seen;
  const { replication, launched } = observation;
  switch (fact) {
    case 'stalled':
      return { course: courseOfStall(previous, current) };
    case 'initialSync':
      return known({
        totalBytes: replication.totalBytes,
        replicatedBytes: replication.replicatedBytes,
      });
    case 'lagBand':
      return known({
        lagSeconds: replication.lagSeconds,
        limitSeconds: isAgentless(observation) ? undefined : limits.lagSeconds,
      });
    case 'backlogBand':
      return known({ backlogBytes: replication.backlogBytes, limitBytes: limits.backlogBytes });
    case 'agentStale':
      return known({ lastSeenAt: observation.lastSeenAt });
    case 'freePeriodUsed':
      return known({ usedHours: rounded(usedFreeHours(observation)), freeHours });
    case 'instanceHealth':
      return known({
        instanceId: launched.instanceId,
        systemStatus: instance?.systemStatus,
        instanceStatus: instance?.instanceStatus,
      });
    case 'postLaunch':
      return known({
        instanceId: launched.instanceId,
        jobId: jobId ?? launched.jobId,
        actions: actions.map(({ name, status, reason, mustSucceedForCutover }) =>
          known({
            name: cutTo(name, actionTextLimit),
            status: status ?? 'UNKNOWN',
            reason: reason === undefined ? undefined : cutTo(reason, actionTextLimit),
            mustSucceedForCutover,
          }),
        ),
      });
    default:
      return {};
  }
}

function courseOfStall(previous: Change['previous'], current: Change['current']): string {
  if (previous === null) return 'began';
  return current === null ? 'ended' : 'class-changed';
}

function rounded(hours: number | undefined): number | undefined {
  return hours === undefined ? undefined : Math.round(hours * 10) / 10;
}
