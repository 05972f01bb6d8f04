import { describe, expect, it } from 'vitest';
import { park } from '../../src/flow/park.ts';
import { remedyFor, unreachableKind } from '../../src/flow/poll/unreachable.ts';
import { poll } from '../../src/flow/poll.ts';
import type { Refusal } from '../../src/flow/ports.ts';
import { place } from '../../src/flow/records/place.ts';
import type { UnreachableKind } from '../../src/flow/records/target-records.ts';
import { requestLaunch } from '../../src/flow/request-launch.ts';
import { nextStage } from '../../src/flow/steps/next-stage.ts';
import { ready } from '../simulator/rig.ts';
import {
  aFlow,
  aRunningWave,
  at,
  aWave,
  type Flow,
  memberOf,
  of,
  planned,
  refused,
  startAt,
  subject,
  target,
} from './_recorder.ts';

const record = (flow: Flow) => flow.body(place.target(target));
const notInitialized = () =>
  refused('uninitialized', {
    errorName: 'UninitializedAccountException',
    message: 'The account is not initialized',
  });
const lose = (flow: Flow) => {
  flow.force.describeSourceServers = async () => notInitialized();
};
const mend = (flow: Flow) => {
  flow.force.describeSourceServers = flow.real.describeSourceServers;
};
const toldOfTarget = (flow: Flow) =>
  flow.events.filter((e) => e.detailType.startsWith('Target ')).map((e) => e.detail);

describe('a target that cannot be read', () => {
  it('is an answer, told once, and tried again at the slow pace', async () => {
    const flow = aFlow([ready(1)]);
    lose(flow);
    const reason = 'UninitializedAccountException: The account is not initialized';
    const remedy = remedyFor('not-initialized', target);
    expect(await flow.tick(0)).toEqual({
      tick: 'unreachable',
      target: 'mgn:111122223333:us-east-1',
      number: 1,
      nextTickAt: '2024-03-04T16:35:07.412Z',
      kind: 'not-initialized',
      since: startAt,
      reason,
      remedy,
      looked: 0,
      changed: 0,
      published: 1,
      released: 0,
      failed: 0,
      launched: 0,
      apiCalls: 2,
    });
    expect(await record(flow)).toMatchObject({
      unreachable: { since: startAt, kind: 'not-initialized', reason, remedy },
      lastFailedTick: 1,
      leaseUntil: null,
      sequence: 1,
      pending: [],
    });
    expect(await flow.tick(60)).toMatchObject({ tick: 'skipped' });
    expect(await flow.tick(840)).toMatchObject({ tick: 'unreachable', published: 0 });
    expect(flow.events).toEqual([
      {
        source: 'landfall.mgn',
        detailType: 'Target Unreachable',
        resources: [],
        time: startAt,
        detail: {
          accountId: '111122223333',
          region: 'us-east-1',
          target: 'mgn:111122223333:us-east-1',
          kind: 'not-initialized',
          since: startAt,
          reason,
          remedy,
          schemaVersion: 1,
          eventId: 'target/mgn/111122223333/us-east-1/1',
          stream: 'target/mgn/111122223333/us-east-1',
          sequence: 1,
          observedAt: startAt,
        },
      },
    ]);
  });

  it('is told when it can be read again, and then looked at as a whole', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await flow.tick(0);
    lose(flow);
    expect(await flow.tick(6 * 3600)).toMatchObject({ tick: 'unreachable' });
    mend(flow);
    expect(await flow.tick(900)).toMatchObject({ tick: 'done', looked: 2, published: 1 });
    expect(await record(flow)).toMatchObject({ unreachable: null, sequence: 2, pending: [] });
    expect(toldOfTarget(flow)).toMatchObject([
      { sequence: 1 },
      {
        sequence: 2,
        kind: 'not-initialized',
        since: '2024-03-04T22:20:07.412Z',
        unreachableSeconds: 900,
      },
    ]);
    expect(await flow.tick(900)).toMatchObject({ tick: 'done', published: 0 });
  });

  it('is told again when another kind takes the place of the first, since the same moment', async () => {
    const flow = aFlow([ready(1)]);
    flow.force.describeSourceServers = async () =>
      refused('access-denied', { errorName: 'AccessDenied', message: 'sts:AssumeRole of x: no' });
    await flow.tick(0);
    lose(flow);
    await flow.tick(900);
    expect(toldOfTarget(flow)).toMatchObject([
      { kind: 'role-refused', since: startAt, sequence: 1 },
      { kind: 'not-initialized', since: startAt, sequence: 2 },
    ]);
  });

  it('is tried sooner where the wave polls faster, and at once where it is asked for', async () => {
    const flow = aFlow([ready(1)]);
    await aWave(flow, [planned(1, { poll: { minSeconds: 60, maxSeconds: 300 } })]);
    lose(flow);
    expect(await flow.tick(6 * 3600)).toMatchObject({
      tick: 'unreachable',
      nextTickAt: '2024-03-04T22:25:07.412Z',
    });
    mend(flow);
    expect(await poll(flow.ports, target, { hasten: true })).toMatchObject({ tick: 'done' });
  });

  it('tells nothing of what the first calls brought before one was refused', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    const requested = await requestLaunch(flow.ports, {
      subject: of(1),
      phase: 'test',
      kind: 'StartTest',
      stage: 'launch',
      token: 'launch',
      place: at(1, 'test', 'Launch'),
    });
    expect(requested.request).toContain('StartTest');
    flow.force.describeJobs = async () => refused('access-denied', { errorName: 'AccessDenied' });
    const before = flow.events.length;
    expect(await flow.tick(60)).toMatchObject({ tick: 'unreachable', changed: 0 });
    expect(flow.events.slice(before).map((e) => e.detailType)).toEqual(['Target Unreachable']);
    expect(flow.called('StartTest')).toBe(0);
    flow.force.describeJobs = flow.real.describeJobs;
    await flow.tick(900);
    expect(flow.called('StartTest')).toBe(1);
  });

  it('publishes with the next tick what a bus refused', async () => {
    const flow = aFlow([ready(1)]);
    lose(flow);
    flow.hooks.refuses = () => true;
    expect(await flow.tick(0)).toMatchObject({ tick: 'unreachable', published: 0 });
    expect((await record(flow))?.pending).toHaveLength(1);
    flow.hooks.refuses = () => false;
    expect(await flow.tick(900)).toMatchObject({ tick: 'unreachable', published: 1 });
    expect(flow.published()).toEqual(['target/mgn/111122223333/us-east-1/1']);
  });
});

describe('what waits in a target that cannot be read', () => {
  const parked = (flow: Flow, n: number) =>
    park(flow.ports, {
      subject: of(n),
      phase: 'replicate',
      wait: 'launchable',
      token: `launchable-${n}`,
      place: at(n, 'replicate', 'AwaitLaunchable', { enteredAt: flow.now() }),
    });

  it('goes on waiting, and is released once the target is back', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    await parked(flow, 1);
    lose(flow);
    for (let ticks = 0; ticks < 8; ticks += 1) await flow.tick(900);
    expect(flow.sent.size).toBe(0);
    mend(flow);
    await flow.tick(900);
    // What held before does not count, as nobody looked in between: it must hold anew.
    expect(flow.sent.size).toBe(0);
    for (let ticks = 0; ticks < 4; ticks += 1) await flow.tick(60);
    expect(flow.sent.get('launchable-1')).toMatchObject({ success: {} });
  });

  it('fails at its deadline', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [
      planned(1, {
        deadlines: {
          replicateSeconds: 3600,
          testSeconds: 3600,
          cutoverSeconds: 3600,
          finalizeSeconds: 3600,
        },
      }),
    ]);
    await parked(flow, 1);
    lose(flow);
    for (let ticks = 0; ticks < 5; ticks += 1) await flow.tick(900);
    expect(flow.sent.get('launchable-1')).toMatchObject({
      failure: { error: 'DeadlineExceeded' },
    });
  });

  it('as a queued launch is given up at its deadline, without a call', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    await requestLaunch(flow.ports, {
      subject: of(1),
      phase: 'test',
      kind: 'StartTest',
      stage: 'launch',
      token: 'launch',
      place: at(1, 'test', 'Launch'),
    });
    lose(flow);
    for (let ticks = 0; ticks < 30; ticks += 1) await flow.tick(900);
    expect(flow.sent.get('launch')).toMatchObject({ failure: { error: 'DeadlineExceeded' } });
    expect(flow.called('StartTest')).toBe(0);
  });

  it('as a wave of its servers begins once the target was looked at', async () => {
    const flow = aFlow([ready(1), ready(2, { more: { isArchived: true } })]);
    lose(flow);
    await aWave(flow, [planned(1), planned(2)]);
    expect((await memberOf(flow, 2)).arrivalUnknown).toBe(true);
    expect(await nextStage(flow.ports, { subject })).toEqual({ action: 'wait', servers: [] });
    expect(await flow.body(place.wave('p.w'))).toMatchObject({
      awaitingSlotsSince: startAt,
      awaitedTargets: { full: [], unreached: ['mgn:111122223333:us-east-1'] },
    });
    await park(flow.ports, {
      subject: { wave: 'p.w' },
      phase: 'wave',
      wait: 'wave',
      token: 'slots',
      place: { execution: 'wave', state: 'AwaitWave', enteredAt: startAt, retryCount: 0 },
    });
    for (let ticks = 0; ticks < 5; ticks += 1) await flow.tick(900);
    expect(flow.sent.size).toBe(0);
    mend(flow);
    await flow.tick(900);
    expect(flow.sent.get('slots')).toMatchObject({ success: {} });
    expect(await nextStage(flow.ports, { subject })).toMatchObject({
      action: 'run',
      servers: [{ server: planned(1).sourceServerId, phase: 'replicate' }],
    });
    const members = [await memberOf(flow, 1), await memberOf(flow, 2)];
    expect(
      members.map(({ arrivalUnknown, outcome }) => [arrivalUnknown, outcome?.outcome]),
    ).toEqual([
      [undefined, undefined],
      [undefined, 'skipped'],
    ]);
  });
});

describe('unreachableKind', () => {
  const refusal = (kind: Refusal['kind'], errorName: string, message = 'no'): Refusal => ({
    kind,
    errorName,
    message,
    culprits: [],
  });
  const asked = 'sts:AssumeRole of arn:aws:iam::444455556666:role/member: no';

  it.each<[Refusal, UnreachableKind]>([
    [refusal('uninitialized', 'UninitializedAccountException'), 'not-initialized'],
    [refusal('access-denied', 'UnrecognizedClientException'), 'region-off'],
    [refusal('access-denied', 'InvalidClientTokenId'), 'region-off'],
    [refusal('access-denied', 'AuthFailure'), 'region-off'],
    [refusal('access-denied', 'OptInRequired'), 'region-off'],
    [refusal('access-denied', 'RegionDisabledException', asked), 'region-off'],
    [
      refusal('ambiguous', 'Error', 'getaddrinfo ENOTFOUND mgn.xx-nowhere-1.amazonaws.com'),
      'no-endpoint',
    ],
    [refusal('access-denied', 'AccessDenied', asked), 'role-refused'],
    [refusal('access-denied', 'AccessDeniedException', 'not mgn:DescribeJobs'), 'access-denied'],
    [refusal('access-denied', 'UnauthorizedOperation'), 'access-denied'],
  ])('%o is %s', (refused_, kind) => {
    expect(unreachableKind(refused_)).toBe(kind);
    expect(remedyFor(kind, target)).toContain(
      kind === 'no-endpoint' ? 'us-east-1' : '111122223333',
    );
  });

  it.each([
    refusal('throttled', 'ThrottlingException'),
    refusal('ambiguous', 'TimeoutError'),
    refusal('ambiguous', 'Error', 'getaddrinfo EAI_AGAIN mgn.us-east-1.amazonaws.com'),
    refusal('ambiguous', 'InternalServerException'),
    refusal('other', 'TimeoutError', asked),
    refusal('validation', 'ValidationException'),
    refusal('access-denied', 'ExpiredTokenException'),
    refusal('access-denied', 'CredentialsProviderError'),
    refusal('access-denied', 'InvalidSignatureException'),
    refusal('access-denied', 'InvalidClientTokenId', asked),
  ])('%o may pass by itself, or is our own fault: a failed tick', (refused_) => {
    expect(unreachableKind(refused_)).toBeUndefined();
  });
});
