import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diff, factsOf } from '../../../src/core/change.ts';
import { DetailType } from '../../../src/core/event/detail-type.ts';
import {
  cutText,
  eventTextLimit,
  number,
  type PendingEvent,
  serverStream,
  targetStream,
} from '../../../src/core/event/stream.ts';
import {
  tellChanges,
  tellLaunchResult,
  tellOutcome,
  tellReachable,
  tellUnreachable,
  tellWaitEnded,
} from '../../../src/core/event/tell.ts';
import { plusSeconds } from '../../../src/core/time.ts';
import { observations } from '../_arbitraries.ts';
import { anObservation, frozen, now, serverId } from '../_factories.ts';

const stream = serverStream(anObservation(), 'p.w');

describe('targetStream', () => {
  it('names the stream by service, account and Region, and no server', () => {
    expect(targetStream(anObservation().target)).toEqual({
      source: 'landfall.mgn',
      stream: 'target/mgn/111122223333/us-east-1',
      resources: [],
      common: {
        accountId: '111122223333',
        region: 'us-east-1',
        target: 'mgn:111122223333:us-east-1',
      },
    });
  });

  it('tells that a target is out of reach, with text from outside cut, and for how long it was', () => {
    const why = { since: now, kind: 'region-off', reason: 'x'.repeat(2000), remedy: 'enable it' };
    expect(tellUnreachable(why)).toEqual({
      detailType: DetailType.TargetUnreachable,
      members: { ...why, reason: cutText(why.reason) },
    });
    expect(tellReachable(why, plusSeconds(now, 90.4))).toEqual({
      detailType: DetailType.TargetReachable,
      members: { kind: 'region-off', since: now, unreachableSeconds: 90 },
    });
  });
});

describe('serverStream', () => {
  it('names the stream by service, account, Region and server, and says what all events share', () => {
    expect(stream).toEqual({
      source: 'landfall.mgn',
      stream: `mgn/111122223333/us-east-1/${serverId(1)}`,
      resources: [`arn:aws:mgn:us-east-1:111122223333:source-server/${serverId(1)}`],
      common: {
        accountId: '111122223333',
        region: 'us-east-1',
        sourceServerId: serverId(1),
        arn: `arn:aws:mgn:us-east-1:111122223333:source-server/${serverId(1)}`,
        hostname: 'host-1',
        tags: { Name: 'host-1' },
        wave: 'p.w',
      },
    });
  });

  it('leaves out what is not known', () => {
    const bare = serverStream(anObservation({ hostname: undefined, arn: '', tags: {} }), undefined);
    expect(bare.resources).toEqual([]);
    expect(bare.common).toEqual({
      accountId: '111122223333',
      region: 'us-east-1',
      sourceServerId: serverId(1),
    });
  });
});

describe('number', () => {
  it('numbers from the last sequence on, with an id that says stream and number', () => {
    const told = frozen([
      { detailType: DetailType.Lifecycle, members: { previous: 'A', current: 'B' } },
    ]);
    expect(number(stream, 4, now, told)).toEqual([
      {
        source: 'landfall.mgn',
        detailType: 'Source Server Lifecycle State Change',
        resources: stream.resources,
        time: now,
        detail: {
          ...stream.common,
          previous: 'A',
          current: 'B',
          schemaVersion: 1,
          eventId: `mgn/111122223333/us-east-1/${serverId(1)}/5`,
          stream: stream.stream,
          sequence: 5,
          observedAt: now,
        },
      },
    ]);
  });

  it('says nothing of nothing', () => {
    expect(number(stream, 4, now, [])).toEqual([]);
  });

  it('leaves no gap and repeats no number, however the changes come', () => {
    fc.assert(
      fc.property(fc.array(observations, { maxLength: 8 }), (seen) => {
        const events: PendingEvent[] = [];
        let last: ReturnType<typeof factsOf> | undefined;
        for (const observation of seen) {
          const facts = factsOf(observation);
          const told = tellChanges(diff(last, facts), observation);
          events.push(...number(stream, events.length, now, told));
          last = facts;
        }
        expect(events.map((e) => e.detail.sequence)).toEqual(events.map((_, i) => i + 1));
        expect(new Set(events.map((e) => e.detail.eventId)).size).toBe(events.length);
      }),
    );
  });
});

describe('tellChanges', () => {
  it('tells each change as one event with what was and what is', () => {
    const told = tellChanges(
      [
        { fact: 'present', previous: true, current: false },
        { fact: 'replicationState', previous: 'CONTINUOUS', current: 'STALLED' },
        { fact: 'stalled', previous: null, current: 'AGENT_NOT_SEEN' },
      ],
      anObservation({ replication: { rawError: 'r'.repeat(2000) } }),
    );
    expect(told).toEqual([
      {
        detailType: 'Source Server Presence Change',
        members: { previous: true, current: false },
      },
      {
        detailType: 'Source Server Replication State Change',
        members: { previous: 'CONTINUOUS', current: 'STALLED' },
      },
      {
        detailType: 'Source Server Stalled Change',
        members: {
          previous: null,
          current: 'AGENT_NOT_SEEN',
          rawError: `${'r'.repeat(eventTextLimit - 1)}…`,
        },
      },
    ]);
  });

  it('tells a stall without a raw error where none came', () => {
    const [told] = tellChanges(
      [{ fact: 'stalled', previous: null, current: 'UNKNOWN' }],
      anObservation(),
    );
    expect(told?.members).toEqual({ previous: null, current: 'UNKNOWN' });
  });
});

describe('cutText', () => {
  it('leaves what fits and never answers more than an event may carry', () => {
    expect(cutText('short')).toBe('short');
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), (text) => {
        expect(cutText(text).length).toBeLessThanOrEqual(eventTextLimit);
      }),
    );
  });
});

describe('telling results', () => {
  it('tells a launch with its instance and the reason, where there are any', () => {
    const result = {
      kind: 'test',
      jobId: 'j',
      launchStatus: 'FAILED',
      usedPreviousSnapshot: false,
    } as const;
    expect(tellLaunchResult({ ...result, instanceId: 'i-1', reason: 'no' })).toEqual({
      detailType: 'Source Server Launch Result',
      members: { ...result, instanceId: 'i-1', reason: 'no' },
    });
    expect(
      tellLaunchResult({ ...result, instanceId: undefined, reason: undefined }).members,
    ).toEqual(result);
  });

  it('tells how long a wait took and why', () => {
    expect(
      tellWaitEnded({
        name: 'launchable',
        phase: 'replicate',
        since: '2024-03-04T16:00:00.000Z',
        until: '2024-03-04T16:01:00.600Z',
        ended: 'met',
        trail: [{ since: '2024-03-04T16:00:10.000Z', reason: 'lag' }],
      }),
    ).toEqual({
      detailType: 'Wave Server Wait Ended',
      members: {
        wait: 'launchable',
        phase: 'replicate',
        since: '2024-03-04T16:00:00.000Z',
        waitedSeconds: 61,
        ended: 'met',
        reasons: [{ since: '2024-03-04T16:00:10.000Z', reason: 'lag' }],
      },
    });
  });

  it('tells an outcome with its code, or null where it has none', () => {
    expect(tellOutcome({ outcome: 'failed', reason: 'why', code: 'LaunchFailed' })).toEqual({
      detailType: 'Wave Server Outcome',
      members: { outcome: 'failed', reason: 'why', code: 'LaunchFailed' },
    });
    expect(tellOutcome({ outcome: 'succeeded', reason: 'done' }).members).toEqual({
      outcome: 'succeeded',
      reason: 'done',
      code: null,
    });
  });
});
