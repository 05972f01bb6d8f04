import * as z from 'zod';
import type { InstanceFacts } from '../../change/drs/instance-facts.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import { DetailType } from '../detail-type.ts';
import { change, flag, instant, members, openWord, outsideText, text } from './members.ts';
import {
  ec2InstanceStates,
  failbackErrors,
  failbackReplicationStates,
  failbackStates,
} from './words.ts';

const event = (
  detailType: DetailType,
  when: string,
  detail: z.ZodObject,
  example: CatalogueEntry['example'],
): CatalogueEntry => ({
  detailType,
  source: 'landfall.drs',
  stream: 'recovery-instance',
  when,
  detail,
  example,
});

const changes: readonly CatalogueEntry[] = [
  event(
    DetailType.InstancePresence,
    'DRS no longer lists a recovery instance: it was terminated, replaced by a new launch, or taken out of DRS.',
    change(flag('Whether DRS lists the recovery instance.')),
    { previous: true, current: false },
  ),
  event(
    DetailType.InstanceState,
    'The EC2 instance of a recovery instance is in another state than before.',
    change(
      openWord(
        'The state as DRS names it; null where it names none.',
        ec2InstanceStates,
      ).nullable(),
    ),
    { previous: 'PENDING', current: 'RUNNING' },
  ),
  event(
    DetailType.Failback,
    'The way back of a recovery instance stands otherwise than before. Between AWS Regions FAILBACK_COMPLETED is never told.',
    change(
      openWord('The state as DRS names it; null where it names none.', failbackStates).nullable(),
    ).extend({
      failbackJobId: text(
        'The job that launches on the way back; left out where there is none.',
      ).optional(),
      initiatedAt: instant('When the way back was begun; left out where it was not.').optional(),
      lagSeconds: z
        .number()
        .min(0)
        .meta({ description: 'The lag of the way back; left out where DRS tells none.' })
        .optional(),
    }),
    {
      previous: 'FAILBACK_IN_PROGRESS',
      current: 'FAILBACK_READY_FOR_LAUNCH',
      initiatedAt: '2026-03-04T08:00:00+00:00',
      lagSeconds: 0,
    },
  ),
  event(
    DetailType.InstanceReplication,
    'The data replication of the way back has changed its state.',
    change(
      openWord(
        'The state as DRS names it; null where it names none.',
        failbackReplicationStates,
      ).nullable(),
    ),
    { previous: 'INITIAL_SYNC', current: 'CONTINUOUS' },
  ),
  event(
    DetailType.InstanceStalled,
    'The data replication of the way back stalls, stalls for another reason, or stalls no longer.',
    change(
      openWord(
        'The error class of the stall, UNKNOWN where DRS gives none; null while nothing stalls.',
        failbackErrors,
      ).nullable(),
    ).extend({
      rawError: outsideText(
        'What DRS says of the error, cut to 1,000 characters; left out where it says nothing.',
      ).optional(),
    }),
    { previous: null, current: 'FAILBACK_CLIENT_NOT_SEEN' },
  ),
  event(
    DetailType.InstanceDrillOverdue,
    'The instance of a drill has been there for longer than the target’s limits give a drill: it costs money until somebody terminates it.',
    change(flag('Whether it is there for too long.')),
    { previous: false, current: true },
  ),
];

const currentOf = (detailType: DetailType): z.ZodType =>
  changes.find((entry) => entry.detailType === detailType)?.detail.shape['current'] ?? z.never();

const facts = {
  present: currentOf(DetailType.InstancePresence),
  ec2State: currentOf(DetailType.InstanceState),
  failbackState: currentOf(DetailType.Failback),
  replicationState: currentOf(DetailType.InstanceReplication),
  stalled: currentOf(DetailType.InstanceStalled),
  drillOverdue: currentOf(DetailType.InstanceDrillOverdue),
} satisfies Readonly<Record<keyof InstanceFacts, z.ZodType>>;

const discovered = event(
  DetailType.InstanceDiscovered,
  'A recovery instance is observed for the first time; it is the first event of its stream.',
  members({
    previous: z.null().meta({ description: 'Always null: nothing was known of the instance.' }),
    current: openWord(
      'The state of the EC2 instance; null where DRS names none.',
      ec2InstanceStates,
    ).nullable(),
    facts: members(facts).meta({
      description: 'Every fact as it was found. Later changes of it are told one by one.',
    }),
  }),
  {
    previous: null,
    current: 'RUNNING',
    facts: {
      present: true,
      ec2State: 'RUNNING',
      failbackState: 'FAILBACK_NOT_STARTED',
      replicationState: 'NOT_STARTED',
      stalled: null,
      drillOverdue: false,
    } satisfies InstanceFacts,
  },
);

/** What is told of one recovery instance of DRS, in its own stream. */
export const recoveryInstanceEvents: readonly CatalogueEntry[] = [discovered, ...changes];
