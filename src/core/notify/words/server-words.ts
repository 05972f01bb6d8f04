import { DetailType } from '../../event/detail-type.ts';
import { spokenSpan } from '../../time.ts';
import { changed, clock, either, info, sentence, type Teller, telling, word } from '../telling.ts';
import type { Detail } from '../told-event.ts';
import { outOfBandWords } from './out-of-band-words.ts';

const lookAtReplication =
  'See which servers stall: landfall status. Landfall retries within the plan’s budget.';

/** How what is told of one source server is said. */
export const serverWords = {
  [DetailType.Discovered]: info(
    ({ current }) => `seen for the first time, life cycle ${word(current)}`,
  ),
  [DetailType.Presence]: either(
    ({ current }) => current === false,
    () =>
      telling(
        'warning',
        'the service no longer lists it',
        undefined,
        'If nobody deleted it on purpose, look for who disconnected it: docs/failures.md#servervanished',
      ),
    () => 'the service lists it again',
  ),
  [DetailType.Lifecycle]: info(changed('life cycle')),
  [DetailType.Replication]: info(changed('replication')),
  [DetailType.ReplicationType]: info(changed('replication type')),
  [DetailType.Stalled]: either(
    ({ current }) => current !== null && current !== undefined,
    ({ current, rawError }) =>
      telling(
        'warning',
        `replication stalls: ${word(current)}`,
        sentence(rawError),
        lookAtReplication,
      ),
    () => 'replication stalls no longer',
  ),
  [DetailType.InitiationStep]: either(
    ({ current }) => current !== null && current !== undefined,
    ({ current }) =>
      telling(
        'warning',
        `the initiation of its replication fails at ${word(current)}`,
        undefined,
        'Look at the staging area: quotas, subnet, and what its role may do.',
      ),
    () => 'the failed initiation step is over',
  ),
  [DetailType.InitialSync]: info(({ current }) =>
    current === 'done' ? 'the first full copy is done' : 'the first full copy runs',
  ),
  [DetailType.EtaSlip]: {
    severities: ['warning'],
    tell: ({ previous, current, slippedSeconds }) =>
      telling(
        'warning',
        'the end of its sync slips',
        `now estimated at ${clock(current)} instead of ${clock(previous)}${typeof slippedSeconds === 'number' ? `, ${spokenSpan(slippedSeconds)} later` : ''}`,
        'Look at its network and at what is written on it, or move it to a later wave.',
      ),
  },
  [DetailType.Launchable]: either(
    ({ current }) => current === false,
    () =>
      telling(
        'warning',
        'can no longer be launched',
        undefined,
        'The service tells no lag of it any more: look at its replication.',
      ),
    () => 'can be launched',
  ),
  [DetailType.Lag]: either(
    ({ current }) => current === 'hour' || current === 'behind',
    (detail) =>
      telling(
        'warning',
        changed('lag')(detail),
        lagOf(detail),
        'Look at its network and its replication server before its cutover.',
      ),
    changed('lag'),
  ),
  [DetailType.Backlog]: info(changed('backlog')),
  [DetailType.Snapshot]: info(({ current }) =>
    current === true ? 'has its first snapshot' : 'has no snapshot any more',
  ),
  [DetailType.ShippingCycle]: info(
    ({ current }) =>
      current === null ? 'has no shipping cycle any more' : 'a shipping cycle is done',
    ({ current }) => (current === null ? undefined : `taken at ${clock(current)}`),
  ),
  [DetailType.AgentStale]: either(
    ({ current }) => current === true,
    ({ lastSeenAt }) =>
      telling(
        'warning',
        'its agent is silent',
        lastSeenAt === undefined ? undefined : `last heard of at ${clock(lastSeenAt)}`,
        'Look whether the server runs and reaches the service on port 443.',
      ),
    () => 'its agent is heard of, or not needed',
  ),
  [DetailType.FreePeriod]: either(
    ({ current }) => typeof current === 'number' && current >= 90,
    ({ current, usedHours, freeHours }) =>
      telling(
        'warning',
        `has used ${word(current)} % of its free period`,
        typeof usedHours === 'number' ? `${usedHours} of ${word(freeHours)} hours` : undefined,
        'Cut it over, or reckon with what its replication costs from then on.',
      ),
    ({ current }) => `has used ${word(current)} % of its free period`,
  ),
  [DetailType.Instance]: info(
    ({ current }) => (current === null ? 'its instance is gone' : 'an instance is launched'),
    ({ current, previous }) => word(current ?? previous),
  ),
  [DetailType.FirstBoot]: info(changed('first boot')),
  [DetailType.InstanceHealth]: either(
    ({ current }) => current === 'impaired',
    ({ instanceId }) =>
      telling(
        'warning',
        'EC2 finds its instance impaired',
        word(instanceId),
        'Read the console of the instance: docs/failures.md#statuschecksfailed',
      ),
    ({ current }) =>
      current === null
        ? 'nobody looks at its instance any more'
        : `EC2 finds its instance ${word(current)}`,
  ),
  [DetailType.PostLaunch]: either(
    ({ current }) => current === 'failed',
    ({ actions }) =>
      telling(
        'warning',
        'a post-launch action failed',
        failedActions(actions),
        'Read the command in Systems Manager: docs/failures.md#postlaunchactionfailed',
      ),
    changed('post-launch actions'),
  ),
  [DetailType.Archived]: info(({ current }) =>
    current === false ? 'is no longer archived' : 'is archived',
  ),
  [DetailType.LaunchResult]: either(
    ({ launchStatus, usedPreviousSnapshot }) =>
      launchStatus === 'FAILED' || usedPreviousSnapshot === true,
    ({ kind, launchStatus, jobId, reason }) =>
      launchStatus === 'FAILED'
        ? telling(
            'warning',
            `the ${word(kind)} launch failed`,
            [`job ${word(jobId)}`, sentence(reason)].filter(Boolean).join(': '),
            'Meaning and remedy: docs/failures.md#launchfailed',
          )
        : telling(
            'warning',
            `the ${word(kind)} launch used an earlier snapshot`,
            `job ${word(jobId)}`,
            'What was written since is missing: docs/failures.md#previoussnapshotused',
          ),
    ({ kind, launchStatus }) => `${word(kind)} job: ${word(launchStatus)}`,
  ),
  [DetailType.OutOfBand]: outOfBandWords,
} as const satisfies Readonly<Record<string, Teller>>;

function lagOf({ lagSeconds }: Detail): string | undefined {
  return typeof lagSeconds === 'number' ? `it lags ${spokenSpan(lagSeconds)}` : undefined;
}

function failedActions(actions: unknown): string | undefined {
  if (!Array.isArray(actions)) return undefined;
  const failed = actions.flatMap((action: unknown) => {
    if (typeof action !== 'object' || action === null) return [];
    const { name, status, reason }: { name?: unknown; status?: unknown; reason?: unknown } = action;
    return status === 'FAILED' ? [[word(name), sentence(reason)].filter(Boolean).join(': ')] : [];
  });
  return failed.length === 0 ? undefined : failed.slice(0, 3).join('; ');
}
