import { describe, expect, it } from 'vitest';
import type { PendingEvent } from '../../src/core/event/stream.ts';
import { isFull, withEvents } from '../../src/flow/outbox.ts';
import { place } from '../../src/flow/records/place.ts';
import type { ServerRecord } from '../../src/flow/records/server-records.ts';
import { ready } from '../simulator/rig.ts';
import { aFlow, serverId, target } from './_recorder.ts';

const anEvent = (
  sequence: number,
  members: Readonly<Record<string, unknown>> = {},
): PendingEvent => ({
  source: 'landfall.mgn',
  detailType: 'Source Server Archived',
  resources: [],
  time: '2024-03-04T16:20:07.412Z',
  detail: {
    ...members,
    schemaVersion: 1,
    eventId: `e/${sequence}`,
    stream: 'e',
    sequence,
    observedAt: '2024-03-04T16:20:07.412Z',
  },
});
const events = (count: number, members = {}) =>
  Array.from({ length: count }, (_, n) => anEvent(n + 1, members));

describe('an outbox', () => {
  it.each([
    ['nothing', [], false],
    ['19 events', events(19), false],
    ['20 events', events(20), true],
    ['199 KB', events(1, { text: 'x'.repeat(199_000) }), false],
    ['200 KB', events(1, { text: 'x'.repeat(200_000) }), true],
    ['200 KB in letters of three bytes', events(1, { text: '山'.repeat(67_000) }), true],
  ])('that holds %s: full is %j', (_, pending, full) => {
    expect(isFull(pending)).toBe(full);
  });

  it('takes events as they are while they fit', () => {
    const tagged = events(2, { tags: { Name: 'a' } });
    expect(withEvents(events(1), tagged)).toEqual([...events(1), ...tagged]);
  });

  it('takes them without their tags where the record would be too large', () => {
    const large = { tags: { Name: '山'.repeat(25_000) } };
    const before = events(3, large);
    expect(withEvents(before, [anEvent(4, large), anEvent(5, large), anEvent(6)])).toEqual([
      ...before,
      anEvent(4, { truncated: true }),
      anEvent(5, { truncated: true }),
      anEvent(6),
    ]);
  });
});

it('a server with as many and as long tags as AWS allows does not keep a target from its tick', async () => {
  const tags = Object.fromEntries(
    Array.from({ length: 50 }, (_, n) => [`${n}`.padEnd(128, '山'), '山'.repeat(256)]),
  );
  const flow = aFlow([ready(1), ready(2)]);
  let moved = false;
  flow.force.describeSourceServers = async () => ({
    ok: true,
    value: [
      {
        ...ready(1, moved ? { lifeCycle: 'CUTTING_OVER', replication: 'STALLED' } : {}),
        ...(moved
          ? { isArchived: true, launchedInstance: { ec2InstanceID: 'i-1', firstBoot: 'WAITING' } }
          : {}),
        tags,
      },
      ready(2, moved ? { lifeCycle: 'TESTING' } : {}),
    ],
  });
  flow.hooks.refuses = () => true;
  await flow.tick();
  moved = true;
  expect(await flow.tick(6 * 3600)).toMatchObject({ tick: 'done', changed: 2 });
  const record = await flow.body<ServerRecord>(place.server(target, serverId(1)));
  expect(record?.facts).toMatchObject({ lifecycle: 'CUTTING_OVER', archived: true });
  expect(record?.pending.length).toBeGreaterThan(6);
  flow.hooks.refuses = () => false;
  await flow.tick(60);
  await flow.tick(60);
  expect(flow.events.filter((e) => e.detail['sourceServerId'] === serverId(1))).toHaveLength(
    record?.sequence ?? 0,
  );
});
