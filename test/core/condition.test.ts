import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, evaluate } from '../../src/core/condition/condition.ts';
import type { Memory } from '../../src/core/condition/memory.ts';
import type { Sight } from '../../src/core/condition/sight.ts';
import { unlaunchableReason } from '../../src/core/condition/unlaunchable-reason.ts';
import { plusSeconds } from '../../src/core/time.ts';
import { observations } from './_arbitraries.ts';
import { aJob, aJobServer, anObservation, aSight, frozen, now } from './_factories.ts';

const met = (output = {}) => ({ is: 'met', output });
const notYet = (reason: string, pace: 'near' | 'far', memory: Memory = {}) => ({
  is: 'not-yet',
  reason,
  pace,
  memory,
});
const impossible = (code: string, message: string, detail?: string) => ({
  is: 'impossible',
  failure: detail === undefined ? { code, message } : { code, message, detail },
});
const look = (condition: Condition, is: Partial<Sight> = {}, memory: Memory = {}) =>
  evaluate(frozen(condition), aSight(is), frozen(memory));

const launchable: Condition = {
  kind: 'launchable',
  lagSeconds: 60,
  backlogBytes: 100,
  sustainedPolls: 3,
  sustainedSeconds: 120,
  stallGraceSeconds: 900,
};
// AWS's time at the first look after the freeze; our own clock may say anything.
const frozenSeenAt = '2024-03-04T16:10:00.000Z';
const drained: Condition = {
  kind: 'drained',
  polls: 2,
  skewSeconds: 120,
  stallGraceSeconds: 900,
};
const healthy: Condition = {
  kind: 'healthy',
  launch: 'cutover',
  jobId: 'mgnjob-1',
  instanceId: 'i-1',
};
const signable: Condition = { kind: 'signable', instanceId: 'i-1', soakUntil: undefined };

describe('slots-free', () => {
  const slots: Condition = { kind: 'slots-free', atLeast: 2 };
  it('holds when enough slots are free', () => {
    expect(look(slots, { freeSlots: 2 })).toEqual(met({ freeSlots: 2 }));
  });
  it('names the targets that only need to be reached again', () => {
    const unreached = ['mgn:444455556666:us-east-1'];
    expect(look({ ...slots, atLeast: 1, full: [], unreached }, { freeSlots: 0 })).toEqual(
      notYet(
        '0 active slots are free, 1 are needed; mgn:444455556666:us-east-1 cannot be reached',
        'far',
      ),
    );
  });
  it('waits while too few are, or nobody knows', () => {
    expect(look(slots, { freeSlots: 1 })).toEqual(
      notYet('1 active slots are free, 2 are needed', 'far'),
    );
    expect(look(slots)).toEqual(notYet('the free slots are not known yet', 'near'));
  });
});

describe('resumed', () => {
  const resumed: Condition = { kind: 'resumed', heldSince: now };
  it('holds from the moment on that a person answered this hold', () => {
    expect(look(resumed, { resumedAt: now })).toEqual(met({ resumed: true }));
  });
  it('waits for an answer; the answer to an earlier hold is none', () => {
    const waits = notYet('held until a person resumes the wave', 'far');
    expect(look(resumed)).toEqual(waits);
    expect(look(resumed, { resumedAt: plusSeconds(now, -1) })).toEqual(waits);
  });
});

describe('idle', () => {
  it('holds when no job is on the server', () => {
    expect(look({ kind: 'idle' }, { observation: undefined })).toEqual(met());
    expect(look({ kind: 'idle' }, { busy: true })).toEqual(
      notYet('a job still runs on the server', 'near'),
    );
  });
});

describe('every condition on a server', () => {
  const all: readonly Condition[] = [
    launchable,
    drained,
    healthy,
    signable,
    { kind: 'finalized' },
    { kind: 'archived' },
  ];

  it.each(all)('$kind keeps what it knows while nobody looks', (condition) => {
    const memory = { absentSinceTick: 3, stalledSince: now };
    expect(look(condition, { observation: undefined }, memory)).toEqual(
      notYet('not looked at in this tick', 'far', memory),
    );
  });

  it.each(all)('$kind believes that a server is gone when it was missing twice', (condition) => {
    expect(look(condition, { observation: 'absent', tick: 7 })).toEqual(
      notYet('the service did not list the server', 'near', { absentSinceTick: 7 }),
    );
    expect(look(condition, { observation: 'absent', tick: 8 }, { absentSinceTick: 7 })).toEqual(
      impossible(
        'ServerVanished',
        'the service no longer lists the server: it was deleted elsewhere',
      ),
    );
  });

  it('forgets an absence when the server is back', () => {
    expect(look({ kind: 'archived' }, {}, { absentSinceTick: 7 })).toEqual(
      notYet('not archived yet', 'near'),
    );
  });

  it.each(all.filter((c) => c.kind !== 'archived'))(
    '$kind never holds in the archive',
    (condition) => {
      expect(look(condition, { observation: anObservation({ isArchived: true }) })).toEqual(
        impossible('ServerArchived', 'the server was archived by somebody else'),
      );
    },
  );

  it.each([launchable, drained, healthy, signable])(
    '$kind never holds after a disconnect',
    (condition) => {
      const gone = impossible(
        'ServerDisconnected',
        'the server is disconnected from the service; its agent must be installed again',
      );
      const byState = anObservation({ replication: { state: 'DISCONNECTED' } });
      expect(
        look(condition, { observation: anObservation({ lifecycle: 'DISCONNECTED' }) }),
      ).toEqual(gone);
      expect(look(condition, { observation: byState })).toEqual(gone);
    },
  );
});

describe('archived and finalized', () => {
  it('hold once it is so', () => {
    expect(
      look({ kind: 'archived' }, { observation: anObservation({ isArchived: true }) }),
    ).toEqual(met());
    for (const lifecycle of ['CUTOVER', 'DISCONNECTED']) {
      expect(look({ kind: 'finalized' }, { observation: anObservation({ lifecycle }) })).toEqual(
        met(),
      );
    }
  });

  it('wait until then', () => {
    expect(look({ kind: 'archived' })).toEqual(notYet('not archived yet', 'near'));
    expect(look({ kind: 'finalized' })).toEqual(
      notYet('life cycle READY_FOR_TEST, not CUTOVER yet', 'near'),
    );
    expect(
      look({ kind: 'finalized' }, { observation: anObservation({ lifecycle: undefined }) }),
    ).toEqual(notYet('life cycle unknown, not CUTOVER yet', 'near'));
  });
});

describe('unlaunchableReason', () => {
  const limits = { lagSeconds: 60, backlogBytes: 100 };
  const reason = (is: Parameters<typeof anObservation>[0]) =>
    unlaunchableReason(limits, anObservation(is));

  it('finds nothing against a server in sync, at the very limits, and beyond the test', () => {
    expect(reason({})).toBeUndefined();
    expect(reason({ replication: { lagSeconds: 60, backlogBytes: 100 } })).toBeUndefined();
    expect(reason({ lifecycle: 'READY_FOR_CUTOVER' })).toBeUndefined();
  });

  it.each([
    [{ lifecycle: 'NOT_READY' }, 'life cycle NOT_READY, not ready for test yet'],
    [{ lifecycle: undefined }, 'life cycle unknown, not ready for test yet'],
    [{ replication: { lagSeconds: undefined } }, 'no lag is known: not launchable yet'],
    [{ replication: { state: 'RESCAN' } }, 'replication RESCAN, not CONTINUOUS'],
    [{ replication: { state: undefined } }, 'replication unknown, not CONTINUOUS'],
    [{ replication: { lagSeconds: 61 } }, 'lag 1 min 1 s, above 1 min'],
    [{ replication: { backlogBytes: undefined } }, 'no backlog is known'],
    [{ replication: { backlogBytes: 101 } }, 'backlog 101 bytes, above 100'],
  ])('%j: %s', (is, why) => {
    expect(reason(is)).toBe(why);
  });

  it('lets an agentless server lag by its cycles, once one has finished', () => {
    const agentless = (replication: object) =>
      reason({
        replicationType: 'SNAPSHOT_SHIPPING',
        replication: { lagSeconds: 5000, ...replication },
      });
    for (const state of ['PENDING_SNAPSHOT_SHIPPING', 'SHIPPING_SNAPSHOT', 'CONTINUOUS']) {
      expect(agentless({ state })).toBeUndefined();
    }
    expect(agentless({ lastSnapshotAt: undefined })).toBe('no shipping cycle has finished yet');
    expect(agentless({ state: 'INITIAL_SYNC' })).toBe(
      'replication INITIAL_SYNC, not in its shipping cycle',
    );
    expect(agentless({ state: undefined })).toBe('replication unknown, not in its shipping cycle');
  });
});

describe('launchable', () => {
  const since = { tick: 8, at: plusSeconds(now, -120) };

  it('holds when the limits have been kept for enough polls and long enough', () => {
    expect(look(launchable, { tick: 10 }, { heldSince: since })).toEqual(
      met({ heldPolls: 3, heldSeconds: 120 }),
    );
  });

  it('begins to count with the first look within the limits', () => {
    expect(look(launchable, { tick: 10 })).toEqual(
      notYet('within limits for 1 of 3 polls and 0 s of 2 min', 'near', {
        heldSince: { tick: 10, at: now },
      }),
    );
  });

  it('counts both polls and time', () => {
    const soon = { tick: 8, at: plusSeconds(now, -100) };
    expect(look(launchable, { tick: 10 }, { heldSince: soon })).toEqual(
      notYet('within limits for 3 of 3 polls and 1 min 40 s of 2 min', 'near', { heldSince: soon }),
    );
    const few = { tick: 9, at: plusSeconds(now, -300) };
    expect(look(launchable, { tick: 10 }, { heldSince: few })).toEqual(
      notYet('within limits for 2 of 3 polls and 5 min of 2 min', 'near', { heldSince: few }),
    );
  });

  it('begins anew after a tick that failed in between', () => {
    expect(look(launchable, { tick: 10, lastFailedTick: 9 }, { heldSince: since })).toEqual(
      notYet('within limits for 1 of 3 polls and 0 s of 2 min', 'near', {
        heldSince: { tick: 10, at: now },
      }),
    );
    expect(look(launchable, { tick: 10, lastFailedTick: 7 }, { heldSince: since })).toEqual(
      met({ heldPolls: 3, heldSeconds: 120 }),
    );
  });

  it('forgets the run when the limits are broken', () => {
    const behind = anObservation({ replication: { lagSeconds: 100 } });
    expect(look(launchable, { observation: behind }, { heldSince: since })).toEqual(
      notYet('lag 1 min 40 s, above 1 min', 'far'),
    );
  });

  it('looks again soon only when the service expects the sync to end soon', () => {
    const syncing = (etaAt: string | undefined) =>
      look(launchable, {
        observation: anObservation({
          lifecycle: 'NOT_READY',
          replication: { state: 'INITIAL_SYNC', etaAt },
        }),
      });
    const why = 'life cycle NOT_READY, not ready for test yet';
    expect(syncing(plusSeconds(now, 1800))).toEqual(notYet(why, 'near'));
    expect(syncing(plusSeconds(now, 1801))).toEqual(notYet(why, 'far'));
    expect(syncing(undefined)).toEqual(notYet(why, 'far'));
  });
});

describe('a stalled replication', () => {
  const stalled = (errorClass?: string) =>
    anObservation({ replication: { state: 'STALLED', errorClass } });

  it.each([launchable, drained])('may recover by itself for its grace ($kind)', (condition) => {
    const first = condition === drained ? { frozenSeenAt: now } : {};
    expect(
      look(
        condition,
        { observation: stalled('AGENT_NOT_SEEN') },
        { heldSince: { tick: 1, at: now } },
      ),
    ).toEqual(
      notYet('replication stalled: AGENT_NOT_SEEN', 'far', { ...first, stalledSince: now }),
    );
    const since = plusSeconds(now, -899);
    expect(look(condition, { observation: stalled() }, { stalledSince: since })).toEqual(
      notYet('replication stalled: UNKNOWN', 'far', { ...first, stalledSince: since }),
    );
  });

  it.each([launchable, drained])(
    'is given up after its grace, with its class ($kind)',
    (condition) => {
      const memory = { stalledSince: plusSeconds(now, -900) };
      expect(look(condition, { observation: stalled('AGENT_NOT_SEEN') }, memory)).toEqual(
        impossible(
          'ReplicationStalled',
          'replication has been stalled for 15 min: AGENT_NOT_SEEN',
          'AGENT_NOT_SEEN',
        ),
      );
    },
  );

  it('has its grace anew after it has recovered', () => {
    expect(look(launchable, {}, { stalledSince: plusSeconds(now, -800) })).toEqual(
      notYet('within limits for 1 of 3 polls and 0 s of 2 min', 'near', {
        heldSince: { tick: 10, at: now },
      }),
    );
  });
});

describe('drained with an agent', () => {
  const beat = (lastSeenAt: string | undefined, replication = {}) => ({
    observation: anObservation({ lifecycle: 'READY_FOR_CUTOVER', lastSeenAt, replication }),
  });
  const first = '2024-03-04T16:12:01.000000+00:00';
  const second = '2024-03-04T16:13:01.000000+00:00';

  it('holds after as many heartbeats without lag and backlog as the plan wants', () => {
    const one = look(drained, beat(first), { frozenSeenAt });
    const counted = { frozenSeenAt, heartbeats: [first] };
    expect(one).toEqual(notYet('drained in 1 of 2 heartbeats', 'near', counted));
    expect(look(drained, beat(second), counted)).toEqual(met({ heartbeats: 2 }));
  });

  it('counts a heartbeat once, however often it is looked at', () => {
    const counted = { frozenSeenAt, heartbeats: [first] };
    expect(look(drained, beat(first), counted)).toEqual(
      notYet('drained in 1 of 2 heartbeats', 'near', counted),
    );
  });

  it('holds AWS stamps against the time that AWS told at the first look, not against our clock', () => {
    const ours = { readAt: '2024-03-04T15:00:00.000Z' };
    const told = {
      ...ours,
      answeredAt: '2024-03-04T16:12:30.000Z',
      lifecycle: 'READY_FOR_CUTOVER',
    };
    // Seen by AWS after what our clock calls the freeze, and yet written before it.
    const sight = { observation: anObservation({ ...told, lastSeenAt: first }) };
    expect(look(drained, sight)).toEqual(
      notYet('no heartbeat since the freeze yet', 'near', { frozenSeenAt: told.answeredAt }),
    );
    const later = { observation: anObservation({ ...told, lastSeenAt: '2024-03-04T16:14:31Z' }) };
    expect(look(drained, later, { frozenSeenAt: told.answeredAt })).toMatchObject({
      reason: 'drained in 1 of 2 heartbeats',
    });
  });

  it('counts no heartbeat from before the freeze and its margin', () => {
    for (const early of ['2024-03-04T16:12:00.000000+00:00', '2024-03-04T16:09:00Z', undefined]) {
      expect(look(drained, beat(early), { frozenSeenAt, heartbeats: [first] })).toEqual(
        notYet('no heartbeat since the freeze yet', 'near', { frozenSeenAt }),
      );
    }
  });

  it.each([
    [{ lagSeconds: 1 }, 'lag 1 s, above 0 s'],
    [{ backlogBytes: 1 }, 'backlog 1 bytes, above 0'],
    [{ lagSeconds: undefined }, 'no lag is known: not launchable yet'],
    [{ backlogBytes: undefined }, 'no backlog is known'],
    [{ state: 'RESCAN' }, 'replication RESCAN, not CONTINUOUS'],
  ])('begins anew with %j', (replication, why) => {
    expect(look(drained, beat(second, replication), { frozenSeenAt, heartbeats: [first] })).toEqual(
      notYet(`not drained: ${why}`, 'near', { frozenSeenAt }),
    );
  });
});

describe('drained without an agent', () => {
  const at = (state: string, lastSnapshotAt: string | undefined, answeredAt = now) => ({
    observation: anObservation({
      lifecycle: 'READY_FOR_CUTOVER',
      replicationType: 'SNAPSHOT_SHIPPING',
      answeredAt,
      replication: { state, lastSnapshotAt },
    }),
  });
  const inFlight = 'a shipping cycle from before the freeze is still in flight';
  const whole = 'waits for one whole shipping cycle begun after the freeze';
  const [a, b, c] = ['2024-03-04T16:00:00Z', '2024-03-04T17:00:00Z', '2024-03-04T18:00:00Z'];

  /** Looks one after the other, and answers what each said. */
  function looks(...seen: readonly Partial<Sight>[]) {
    let memory: Memory = { frozenSeenAt };
    return seen.map((sight) => {
      const verdict = look(drained, sight, memory);
      if (verdict.is === 'not-yet') memory = verdict.memory;
      return verdict.is === 'not-yet' ? verdict.reason : verdict;
    });
  }

  it('does not begin before the freeze and its margin are over', () => {
    const early = at('CONTINUOUS', a, '2024-03-04T16:12:00.000Z');
    expect(look(drained, early, { frozenSeenAt })).toEqual(
      notYet('the freeze has just begun', 'far', { frozenSeenAt }),
    );
    expect(look(drained, at('CONTINUOUS', a))).toEqual(
      notYet('the freeze has just begun', 'far', { frozenSeenAt: now }),
    );
  });

  it('counts one cycle that began after an idle moment', () => {
    expect(
      looks(
        at('PENDING_SNAPSHOT_SHIPPING', a),
        at('SHIPPING_SNAPSHOT', a),
        at('PENDING_SNAPSHOT_SHIPPING', b),
      ),
    ).toEqual([whole, whole, met({ lastSnapshotAt: b })]);
  });

  it('does not count the cycle that was in flight at the freeze', () => {
    expect(
      looks(at('SHIPPING_SNAPSHOT', a), at('SHIPPING_SNAPSHOT', b), at('SHIPPING_SNAPSHOT', c)),
    ).toEqual([inFlight, inFlight, met({ lastSnapshotAt: c })]);
    expect(
      looks(
        at('SHIPPING_SNAPSHOT', a),
        at('CONTINUOUS', b),
        at('SHIPPING_SNAPSHOT', b),
        at('CONTINUOUS', c),
      ),
    ).toEqual([inFlight, whole, whole, met({ lastSnapshotAt: c })]);
  });

  it('takes a first snapshot ever for an advance, and no snapshot for none', () => {
    expect(
      looks(at('CONTINUOUS', undefined), at('CONTINUOUS', undefined), at('CONTINUOUS', a)),
    ).toEqual([whole, whole, met({ lastSnapshotAt: a })]);
  });

  it('remembers the baseline, the advances and whether it was idle', () => {
    expect(look(drained, at('SHIPPING_SNAPSHOT', a), { frozenSeenAt })).toEqual(
      notYet(inFlight, 'far', {
        frozenSeenAt,
        cycles: { baselineAt: a, advances: 0, idleSeen: false },
      }),
    );
  });
});

describe('healthy', () => {
  const launched = { instanceId: 'i-1', jobId: 'mgnjob-1', firstBoot: 'SUCCEEDED' };
  const cuttingOver = anObservation({ lifecycle: 'CUTTING_OVER', launched });
  const ok = { state: 'running', systemStatus: 'ok', instanceStatus: 'ok' };
  const sight = { observation: cuttingOver, instance: ok, job: aJob() };
  const memory: Memory = { heartbeats: ['kept'] };
  const action = (status: string | undefined, reason?: string) =>
    aJob({
      servers: [
        aJobServer({ sourceServerId: 's-other', postLaunchActions: [] }),
        aJobServer({
          postLaunchActions: [
            { name: 'first', status: 'SUCCESS', reason: undefined, mustSucceedForCutover: true },
            { name: 'check', status, reason, mustSucceedForCutover: false },
          ],
        }),
      ],
    });

  it('holds when the instance of this launch booted and passes its checks and actions', () => {
    const output = met({ instanceId: 'i-1', jobId: 'mgnjob-1' });
    expect(look(healthy, sight)).toEqual(output);
    expect(look(healthy, { ...sight, job: action('SUCCESS') })).toEqual(output);
    expect(look(healthy, { ...sight, job: undefined })).toEqual(output);
  });

  it('holds for an instance that the server brought along, with the job that it names, if any', () => {
    const brought: Condition = {
      kind: 'healthy',
      launch: 'test',
      jobId: undefined,
      instanceId: undefined,
    };
    const testing = (jobId: string | undefined) => ({
      ...sight,
      observation: anObservation({ lifecycle: 'TESTING', launched: { ...launched, jobId } }),
    });
    expect(look(brought, testing('mgnjob-9'))).toEqual(
      met({ instanceId: 'i-1', jobId: 'mgnjob-9' }),
    );
    expect(look(brought, testing(undefined))).toEqual(met({ instanceId: 'i-1', jobId: null }));
  });

  it.each([
    ['READY_FOR_CUTOVER', 'CUTTING_OVER', healthy],
    [undefined, 'CUTTING_OVER', healthy],
    ['CUTTING_OVER', 'TESTING', { ...healthy, launch: 'test' } as Condition],
  ])(
    'is impossible when somebody else moved the server to %s',
    (lifecycle, expected, condition) => {
      expect(
        look(condition, { ...sight, observation: anObservation({ lifecycle, launched }) }),
      ).toEqual(
        impossible(
          'LifecycleUnexpected',
          `life cycle ${lifecycle ?? 'unknown'} instead of ${expected}: somebody else changed it`,
        ),
      );
    },
  );

  it('is impossible when somebody else launched again', () => {
    const other = anObservation({
      lifecycle: 'CUTTING_OVER',
      launched: { ...launched, instanceId: 'i-2' },
    });
    expect(look(healthy, { ...sight, observation: other })).toEqual(
      impossible(
        'LifecycleUnexpected',
        'instance i-2 instead of i-1: somebody else launched again',
      ),
    );
  });

  it.each([
    ['no space', 'no space'],
    [undefined, 'no reason given'],
  ])('is impossible after a post-launch action failed with %s', (reason, told) => {
    expect(look(healthy, { ...sight, job: action('FAILED', reason) })).toEqual(
      impossible('PostLaunchActionFailed', `post-launch action check failed: ${told}`, 'check'),
    );
  });

  it.each(['terminated', 'shutting-down'])('is impossible with an instance that is %s', (state) => {
    expect(look(healthy, { ...sight, instance: { ...ok, state } })).toEqual(
      impossible('StatusChecksFailed', `the instance is ${state}`),
    );
  });

  const listed = (is: object) =>
    anObservation({ lifecycle: 'CUTTING_OVER', launched: { ...launched, ...is } });
  it.each<[string, Partial<Sight>, string?]>([
    ['the launched instance is not listed yet', { observation: listed({ instanceId: undefined }) }],
    [
      'post-launch action check is IN_PROGRESS',
      { job: action('IN_PROGRESS') },
      'PostLaunchActionFailed',
    ],
    ['post-launch action check is unknown', { job: action(undefined) }, 'PostLaunchActionFailed'],
    ['first boot is WAITING', { observation: listed({ firstBoot: 'WAITING' }) }, 'FirstBootFailed'],
    ['first boot is unknown', { observation: listed({ firstBoot: undefined }) }, 'FirstBootFailed'],
    ['EC2 does not list the instance yet', { instance: undefined }],
    [
      'instance pending, system check ok, instance check ok',
      { instance: { ...ok, state: 'pending' } },
      'StatusChecksFailed',
    ],
    [
      'instance running, system check impaired, instance check ok',
      { instance: { ...ok, systemStatus: 'impaired' } },
      'StatusChecksFailed',
    ],
    [
      'instance running, system check ok, instance check initializing',
      { instance: { ...ok, instanceStatus: 'initializing' } },
      'StatusChecksFailed',
    ],
    [
      'instance unknown, system check unknown, instance check unknown',
      { instance: { state: undefined, systemStatus: undefined, instanceStatus: undefined } },
      'StatusChecksFailed',
    ],
  ])('waits: %s', (why, is, late) => {
    expect(look(healthy, { ...sight, ...is }, memory)).toEqual({
      ...notYet(why, 'near', memory),
      ...(late === undefined ? {} : { late }),
    });
  });
});

describe('signable', () => {
  const cuttingOver = (instanceId: string | undefined) => ({
    observation: anObservation({ lifecycle: 'CUTTING_OVER', launched: { instanceId } }),
  });

  it('holds while the healthy instance is the launched one, and where all is final', () => {
    expect(look(signable, cuttingOver('i-1'))).toEqual(met());
    expect(look({ ...signable, instanceId: undefined }, cuttingOver('i-7'))).toEqual(met());
    const final = anObservation({
      lifecycle: 'CUTOVER',
      replication: { state: 'DISCONNECTED', lagSeconds: undefined },
    });
    expect(look(signable, { observation: final })).toEqual(met());
  });

  it('waits for the soak to end', () => {
    const soaking = (seconds: number): Condition => ({
      ...signable,
      soakUntil: plusSeconds(now, seconds),
    });
    const well = { instance: { state: 'running', systemStatus: 'ok', instanceStatus: 'ok' } };
    expect(look(soaking(0), { ...cuttingOver('i-1'), ...well })).toEqual(met());
    expect(look(soaking(1), cuttingOver('i-1'))).toEqual(
      notYet('soaks until 2024-03-04T16:20:08.000Z', 'far'),
    );
  });

  it('is not met by an instance that became unhealthy, or that nobody sees, while it soaked', () => {
    const soaking = { ...signable, soakUntil: now };
    const seen = (state: string, system = 'ok', instance = 'ok') =>
      look(soaking, {
        ...cuttingOver('i-1'),
        instance: { state, systemStatus: system, instanceStatus: instance },
      });
    expect(seen('stopped')).toMatchObject({
      is: 'impossible',
      failure: {
        code: 'InstanceUnhealthy',
        message: 'instance i-1 became unhealthy while it soaked: it is stopped',
      },
    });
    expect(seen('running', 'impaired')).toMatchObject({ failure: { code: 'InstanceUnhealthy' } });
    expect(seen('running', 'ok', 'impaired')).toMatchObject({ is: 'impossible' });
    // After a reboot the checks run again: that is no harm yet.
    expect(seen('running', 'initializing')).toEqual(met());
    expect(look(soaking, cuttingOver('i-1'))).toMatchObject({
      is: 'not-yet',
      late: 'InstanceUnhealthy',
    });
    // Without a soak nobody looks at the instance.
    expect(look({ ...signable, soakUntil: undefined }, cuttingOver('i-1'))).toEqual(met());
  });

  it('soaks longer by the time that its wave was paused, and then waits for its window', () => {
    const well = { instance: { state: 'running', systemStatus: 'ok', instanceStatus: 'ok' } };
    const soaking = { ...signable, soakFrom: plusSeconds(now, -7200), soakUntil: now };
    const pauses = [{ from: plusSeconds(now, -3600), until: plusSeconds(now, -3000) }];
    const sight = { ...cuttingOver('i-1'), ...well };
    expect(look(soaking, { ...sight, pauses })).toEqual(
      notYet(`soaks until ${plusSeconds(now, 600)}`, 'far'),
    );
    expect(look({ ...soaking, opensAt: plusSeconds(now, 60) }, sight)).toEqual(
      notYet(`its window opens at ${plusSeconds(now, 60)}`, 'far'),
    );
    expect(look({ ...soaking, opensAt: now }, sight)).toEqual(met());
  });

  it.each([
    ['i-2', 'i-2'],
    [undefined, 'none'],
  ])('is impossible after a relaunch that left %s', (instanceId, told) => {
    expect(look(signable, cuttingOver(instanceId))).toEqual(
      impossible('SignOffMissing', `instance i-1 was healthy, but ${told} is launched now`),
    );
  });

  it.each(['READY_FOR_CUTOVER', undefined])('is impossible in life cycle %s', (lifecycle) => {
    expect(look(signable, { observation: anObservation({ lifecycle }) })).toEqual(
      impossible(
        'LifecycleUnexpected',
        `life cycle ${lifecycle ?? 'unknown'} instead of CUTTING_OVER: somebody else changed it`,
      ),
    );
  });
});

describe('evaluate', () => {
  const conditions: readonly Condition[] = [
    launchable,
    drained,
    healthy,
    signable,
    { kind: 'finalized' },
    { kind: 'archived' },
    { kind: 'idle' },
    { kind: 'slots-free', atLeast: 1 },
    { kind: 'resumed', heldSince: now },
  ];

  it('answers every sight, twice the same, and changes nothing of what it is given', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...conditions),
        fc.array(fc.oneof(observations, fc.constant('absent' as const), fc.constant(undefined)), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.boolean(),
        (condition, seen, busy) => {
          let memory: Memory = {};
          for (const [i, observation] of seen.entries()) {
            const is = { observation, busy, tick: i + 1, now: plusSeconds(now, i * 600) };
            const verdict = look(condition, is, memory);
            expect(look(condition, is, memory)).toEqual(verdict);
            expect(['met', 'not-yet', 'impossible']).toContain(verdict.is);
            if (verdict.is !== 'not-yet') return;
            expect(verdict.reason).not.toBe('');
            expect(JSON.parse(JSON.stringify(verdict.memory))).toEqual(verdict.memory);
            memory = verdict.memory;
          }
        },
      ),
    );
  });
});
