import type { CatalogueEntry, StreamKind } from './catalogue-entry.ts';
import { number, type Stream, serverStream, targetStream } from './stream.ts';
import { recoveryInstanceStream } from './tell-drs.ts';
import { jobStream } from './tell-job.ts';

const target = {
  partition: 'aws',
  service: 'mgn',
  accountId: '111122223333',
  region: 'eu-central-1',
} as const;
const drsTarget = { ...target, service: 'drs' } as const;
const sourceServerId = 's-11111111111111111';
const arn = `arn:aws:mgn:${target.region}:${target.accountId}:source-server/${sourceServerId}`;
const seenAt = '2026-03-04T16:20:07.000Z';
const wave = 'programme-a.wave-1';

const places: Readonly<Record<StreamKind, Stream>> = {
  server: serverStream(
    { sourceServerId, arn, target, hostname: 'db-1', tags: { application: 'shop' } },
    wave,
  ),
  'recovery-instance': recoveryInstanceStream(drsTarget, {
    recoveryInstanceId: 'i-0abc1234def567890',
    arn: `arn:aws:drs:${target.region}:${target.accountId}:recovery-instance/i-0abc1234def567890`,
    sourceServerId,
    hostname: 'db-1',
    tags: { application: 'shop' },
    jobId: 'drsjob-04ca7d0d3fb6afa3e',
    isDrill: true,
    pointInTimeAt: '2026-03-04T16:10:00+00:00',
    originEnvironment: 'ON_PREMISES',
  }),
  target: targetStream(target),
  job: jobStream(target, {
    jobId: 'mgnjob-04ca7d0d3fb6afa3e',
    arn: `arn:aws:mgn:${target.region}:${target.accountId}:job/mgnjob-04ca7d0d3fb6afa3e`,
    type: 'LAUNCH',
    initiatedBy: 'START_TEST',
    cause: { kind: 'landfall' },
    wave,
  }),
  wave: {
    source: 'landfall.wave',
    stream: 'wave/programme-a/wave-1',
    resources: [],
    common: {
      accountId: target.accountId,
      region: target.region,
      plan: 'programme-a',
      wave,
      execution: wave,
    },
  },
  'wave-server': {
    source: 'landfall.wave',
    stream: `wave/programme-a/wave-1/${sourceServerId}`,
    resources: [arn],
    common: {
      accountId: target.accountId,
      region: target.region,
      sourceServerId,
      arn,
      wave,
      execution: `${wave}.${sourceServerId}.test.1`,
      hostname: 'db-1',
    },
  },
  schedule: {
    source: 'landfall.wave',
    stream: 'schedule/monthly',
    resources: [],
    common: { accountId: target.accountId, region: target.region, plan: 'monthly' },
  },
};

const drsServer: Stream = serverStream(
  {
    sourceServerId,
    arn: arn.replace(':mgn:', ':drs:'),
    target: drsTarget,
    hostname: 'db-1',
    tags: { application: 'shop' },
  },
  undefined,
);

const firstOfItsStream = new Set([
  'Source Server Discovered',
  'Recovery Instance Discovered',
  'Wave Started',
]);

/** An event as EventBridge delivers it. */
export interface ExampleEvent {
  readonly version: string;
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A worked example of an entry: the whole event as EventBridge delivers it. */
export function exampleEvent({
  detailType,
  source,
  stream,
  example,
}: CatalogueEntry): ExampleEvent {
  const place = source === 'landfall.drs' && stream === 'server' ? drsServer : places[stream];
  const last = firstOfItsStream.has(detailType) ? 0 : 6;
  const [event] = number(place, last, seenAt, [{ detailType, members: example }]);
  return {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': detailType,
    source: place.source,
    account: '999900001111',
    time: '2026-03-04T16:20:07Z',
    region: target.region,
    resources: event?.resources ?? [],
    detail: event?.detail ?? {},
  };
}
