import * as z from 'zod';
import { drsServerEvents } from './catalogue/drs-server-events.ts';
import { jobEvents } from './catalogue/job-events.ts';
import { instant, members, openWord, text } from './catalogue/members.ts';
import { recoveryInstanceEvents } from './catalogue/recovery-instance-events.ts';
import { scheduleEvents } from './catalogue/schedule-events.ts';
import { serverEvents } from './catalogue/server-events.ts';
import { targetEvents } from './catalogue/target-events.ts';
import { toldOfDrsToo } from './catalogue/told-of-drs-too.ts';
import { waveEvents } from './catalogue/wave-events.ts';
import { waveServerEvents } from './catalogue/wave-server-events.ts';
import { type CatalogueEntry, type StreamKind, sourcesOf } from './catalogue-entry.ts';
import type { DetailType } from './detail-type.ts';
import { schemaVersion } from './stream.ts';
import { tagTextLimit } from './told-tags.ts';

/** Everything that Landfall tells, in the order of the documentation. */
export const catalogue: readonly CatalogueEntry[] = [
  ...serverEvents.map(toldOfDrsToo),
  ...drsServerEvents,
  ...recoveryInstanceEvents,
  ...targetEvents.map(toldOfDrsToo),
  ...jobEvents.map(toldOfDrsToo),
  ...waveEvents,
  ...waveServerEvents,
  ...scheduleEvents,
];

const byDetailType: ReadonlyMap<string, CatalogueEntry> = new Map(
  catalogue.map((entry) => [entry.detailType, entry]),
);

/** The entry of a detail-type; undefined where the catalogue has none. */
export function catalogued(detailType: string): CatalogueEntry | undefined {
  return byDetailType.get(detailType);
}

const everyEvent = {
  schemaVersion: z
    .literal(schemaVersion)
    .meta({ description: 'The version of the form; it grows only when an old reader would err.' }),
  eventId: text('Unique, and the same whenever the event is delivered again: drop what repeats.'),
  stream: text('The stream of the event: one server, target, job, wave or server in its wave.'),
  sequence: z
    .number()
    .int()
    .min(1)
    .meta({ description: 'Counts the events of the stream from 1, without gaps.' }),
  observedAt: instant('When it was seen or decided.'),
  accountId: z
    .string()
    .regex(/^\d{12}$/)
    .meta({ description: 'The account that the event is about.' }),
  region: text('The Region that the event is about.'),
  execution: text(
    'The name of the execution of Step Functions that it belongs to; where known.',
  ).optional(),
  cause: members({
    kind: text('What led to it.'),
    jobId: text('The job that led to it.').optional(),
  })
    .meta({ description: 'What led to it; where known.' })
    .optional(),
  truncated: z
    .literal(true)
    .meta({
      description: 'Tells that the event was cut to fit into one entry; left out otherwise.',
    })
    .optional(),
};

const tags = z.record(z.string(), z.string().max(tagTextLimit)).meta({
  description:
    'The tags of the server, at most 50, cut to 256 characters; without those that may hold a secret or personal data. Left out where there is none.',
});

const ofAServer = {
  sourceServerId: text('The id of the source server.'),
  arn: text('The ARN of the source server; left out where the service gives none.').optional(),
  hostname: z
    .string()
    .meta({ description: 'The name of the host; left out where it is not known.' })
    .optional(),
};

const wave = text('The wave as PLAN.WAVE.');

const commonMembers = {
  server: {
    ...everyEvent,
    ...ofAServer,
    tags: tags.optional(),
    wave: wave
      .meta({
        description: 'The wave that the server is in, as PLAN.WAVE; left out where none is.',
      })
      .optional(),
  },
  'recovery-instance': {
    ...everyEvent,
    target: text('The target as SERVICE:ACCOUNT:REGION.'),
    recoveryInstanceId: text('The id of the recovery instance, which is that of its EC2 instance.'),
    arn: ofAServer.arn.meta({
      description: 'The ARN of the recovery instance; left out where the service gives none.',
    }),
    sourceServerId: text(
      'The source server that it was launched from; left out where the service names none.',
    ).optional(),
    hostname: ofAServer.hostname,
    tags: tags
      .meta({ description: 'The tags of the recovery instance, told as those of a server are.' })
      .optional(),
    isDrill: z
      .boolean()
      .meta({
        description:
          'Whether a drill launched it; left out where the service does not say: hold such a one for a live instance.',
      })
      .optional(),
    jobId: text('The job that launched it; left out where the service names none.').optional(),
    pointInTimeAt: instant(
      'The moment whose data it runs on; left out where the service does not say.',
    ).optional(),
    originEnvironment: openWord('Where the source runs; left out where the service does not say.', [
      'ON_PREMISES',
      'AWS',
    ]).optional(),
  },
  target: { ...everyEvent, target: text('The target as SERVICE:ACCOUNT:REGION.') },
  job: {
    ...everyEvent,
    target: text('The target as SERVICE:ACCOUNT:REGION.'),
    jobId: text('The id of the job.'),
  },
  wave: { ...everyEvent, plan: text('The name of the plan.'), wave },
  'wave-server': { ...everyEvent, ...ofAServer, wave },
  schedule: { ...everyEvent, plan: text('The name of the plan that has the schedule.') },
} satisfies Readonly<Record<StreamKind, z.ZodRawShape>>;

/** The schema of what the details of all events of a kind of stream share. */
export function commonSchema(stream: StreamKind): z.ZodObject {
  return z.looseObject(commonMembers[stream]);
}

/** The whole schema of an entry's detail: what its kind of stream shares, and its own members. */
export function detailSchema({ stream, detail }: CatalogueEntry): z.ZodObject {
  return z.looseObject({ ...commonMembers[stream], ...detail.shape });
}

/** The schema of a detail-type's detail; throws a RangeError where the catalogue has no such entry. */
export function eventSchema(detailType: DetailType): z.ZodObject {
  const entry = catalogued(detailType);
  if (entry === undefined) throw new RangeError(`no event is catalogued as ${detailType}`);
  return detailSchema(entry);
}

/** The schema of a whole event as EventBridge delivers it. */
export function envelopeSchema(entry: CatalogueEntry): z.ZodObject {
  return z.looseObject({
    version: text('The version of the envelope; EventBridge says 0.'),
    id: text('The id of this delivery; use `detail.eventId` to tell events apart.'),
    'detail-type': z.literal(entry.detailType).meta({ description: 'What the event tells.' }),
    // What is told of a service may be told of another one some day; waves are ours alone.
    source:
      entry.source === 'landfall.wave'
        ? z.literal(entry.source).meta({ description: 'Who tells it.' })
        : openWord('Who tells it: `landfall.` and the service that it is about.', [
            ...sourcesOf(entry),
          ]),
    account: text('The account of the bus, not that of the server.'),
    time: instant('When it was seen or decided, in whole seconds.'),
    region: text('The Region of the bus, not that of the server.'),
    resources: z
      .array(text('An ARN.'))
      .meta({ description: 'The ARN of the source server or job, where the event is about one.' }),
    detail: detailSchema(entry).meta({ description: entry.when }),
  });
}
