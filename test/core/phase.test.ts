import { describe, expect, it } from 'vitest';
import type { Facts } from '../../src/core/change.ts';
import {
  alreadyLaunched,
  arrivalOf,
  ensureArchived,
  ensureFinalized,
  ensureReadyForCutover,
  ensureReplicating,
  ensureReverted,
  launchGuard,
  remedyOfStall,
} from '../../src/core/phase.ts';
import type { Phase } from '../../src/core/plan/settings.ts';
import { settings, someFacts } from './_factories.ts';

const archived = {
  do: 'fail',
  failure: { code: 'ServerArchived', message: 'the server was archived by somebody else' },
};
const disconnected = {
  do: 'fail',
  failure: {
    code: 'ServerDisconnected',
    message: 'the server is disconnected from the service; its agent must be installed again',
  },
};
const nothing = (because: string) => ({ do: 'nothing', because });
const wait = (because: string) => ({ do: 'wait', because });
const unexpected = (message: string) => ({
  do: 'fail',
  failure: { code: 'LifecycleUnexpected', message },
});
const change = (state: string) => ({
  do: 'act',
  act: { call: 'ChangeServerLifeCycleState', state },
});
const in_ = (lifecycle: string | null, is: Partial<Facts> = {}) => someFacts({ lifecycle, ...is });

describe('arrivalOf', () => {
  const all: readonly Phase[] = ['replicate', 'test', 'cutover', 'finalize'];

  it.each([
    ['DISCOVERED', 'replicate'],
    ['NOT_READY', 'replicate'],
    ['READY_FOR_TEST', 'replicate'],
    ['HIBERNATING', 'replicate'],
    [null, 'replicate'],
    ['TESTING', 'test'],
    ['READY_FOR_CUTOVER', 'cutover'],
    ['CUTTING_OVER', 'cutover'],
    ['CUTOVER', 'finalize'],
  ])('lets a server in %s begin with %s', (lifecycle, enter) => {
    expect(arrivalOf(in_(lifecycle), all)).toEqual({ enter });
  });

  it('lets a server begin with the first phase of the plan that is not behind it', () => {
    expect(arrivalOf(in_('TESTING'), ['replicate', 'cutover'])).toEqual({ enter: 'cutover' });
    expect(arrivalOf(in_('READY_FOR_TEST'), ['test'])).toEqual({ enter: 'test' });
  });

  it('skips what is archived, and what is past the plan’s phases', () => {
    expect(arrivalOf(someFacts({ archived: true }), all)).toEqual({
      outcome: 'skipped',
      reason: 'already archived when the wave began',
    });
    expect(arrivalOf(in_('CUTOVER'), ['replicate', 'test'])).toEqual({
      outcome: 'skipped',
      reason: 'already past the plan’s phases: life cycle CUTOVER'.replace('’', "'"),
    });
    expect(arrivalOf(in_(null), [])).toEqual({
      outcome: 'skipped',
      reason: "already past the plan's phases: life cycle unknown",
    });
  });

  it('fails what is disconnected', () => {
    expect(arrivalOf(in_('DISCONNECTED'), all)).toEqual({
      outcome: 'failed',
      failure: {
        code: 'ServerDisconnected',
        message: 'disconnected from the service when the wave began',
        detail: 'DISCONNECTED',
      },
      reason: 'disconnected from the service when the wave began; install its agent again',
    });
  });
});

describe('ensureReplicating', () => {
  const find = (facts: Facts, replicationType?: 'AGENT_BASED' | 'SNAPSHOT_SHIPPING') =>
    ensureReplicating(facts, replicationType === undefined ? {} : { replicationType });

  it('leaves a server that replicates', () => {
    expect(find(in_('READY_FOR_TEST'))).toEqual(nothing('replication is CONTINUOUS'));
    expect(find(in_('NOT_READY', { replicationState: null }))).toEqual(
      nothing('replication is unknown'),
    );
  });

  it.each([
    ['DISCOVERED', 'STOPPED'],
    ['STOPPED', 'CONTINUOUS'],
    ['READY_FOR_TEST', 'STOPPED'],
  ])('starts a server in %s / %s', (lifecycle, replicationState) => {
    expect(find(in_(lifecycle, { replicationState }))).toEqual({
      do: 'start',
      because: `life cycle ${lifecycle}, replication ${replicationState}`,
    });
  });

  it('starts a server that knows no state at all', () => {
    expect(find(in_(null, { replicationState: null }))).toEqual({
      do: 'start',
      because: 'life cycle unknown, replication unknown',
    });
  });

  it('leaves the start to an agent that is not installed yet', () => {
    expect(find(in_('PENDING_INSTALLATION', { replicationState: 'STOPPED' }))).toEqual(
      nothing('the agent is not installed yet; replication begins by itself'),
    );
  });

  it('sets the replication type first where the plan wants another', () => {
    const idle = in_('DISCOVERED', { replicationState: 'STOPPED' });
    expect(find(idle, 'SNAPSHOT_SHIPPING')).toEqual({
      do: 'act',
      act: { call: 'UpdateReplicationType', type: 'SNAPSHOT_SHIPPING' },
    });
    expect(find(idle, 'AGENT_BASED').do).toBe('start');
  });

  it('gives up what is archived or disconnected', () => {
    expect(find(someFacts({ archived: true }))).toEqual(archived);
    expect(find(in_('DISCONNECTED'))).toEqual(disconnected);
  });
});

describe('remedyOfStall', () => {
  const stalled = (errorClass: string | null) =>
    someFacts({ replicationState: 'STALLED', stalled: errorClass });
  const retry = { do: 'act', act: { call: 'RetryDataReplication' } };
  const spent = (errorClass: string, used: number, budget: number) => ({
    do: 'fail',
    failure: {
      code: 'ReplicationStalled',
      message: `replication stalled: ${errorClass}, still so after ${used} of ${budget} retries`,
      detail: errorClass,
    },
  });

  it('retries within the budget of the class, and gives up beyond it', () => {
    expect(remedyOfStall(stalled('AGENT_NOT_SEEN'), settings.stall, {})).toEqual(retry);
    expect(remedyOfStall(stalled('AGENT_NOT_SEEN'), settings.stall, { AGENT_NOT_SEEN: 2 })).toEqual(
      retry,
    );
    expect(remedyOfStall(stalled('AGENT_NOT_SEEN'), settings.stall, { AGENT_NOT_SEEN: 3 })).toEqual(
      spent('AGENT_NOT_SEEN', 3, 3),
    );
    expect(remedyOfStall(stalled(null), settings.stall, { UNKNOWN: 3 })).toEqual(
      spent('UNKNOWN', 3, 3),
    );
  });

  it('does not retry what asking again never mends, unless the plan says so', () => {
    const disks = 'FAILED_TO_CREATE_STAGING_DISKS';
    expect(remedyOfStall(stalled(disks), settings.stall, {})).toEqual(spent(disks, 0, 0));
    const stall = { ...settings.stall, retriesByError: { [disks]: 1 } };
    expect(remedyOfStall(stalled(disks), stall, {})).toEqual(retry);
    expect(remedyOfStall(stalled(disks), stall, { [disks]: 1 })).toEqual(spent(disks, 1, 1));
  });

  it('leaves what stalls no longer, and gives up what is lost', () => {
    expect(remedyOfStall(someFacts(), settings.stall, {})).toEqual(nothing('no longer stalled'));
    expect(remedyOfStall(in_('DISCONNECTED'), settings.stall, {})).toEqual(disconnected);
  });
});

describe('ensureReadyForCutover', () => {
  it.each([
    ['READY_FOR_CUTOVER', nothing('already ready for cutover')],
    ['CUTTING_OVER', nothing('already cutting over')],
    ['READY_FOR_TEST', change('READY_FOR_CUTOVER')],
    ['TESTING', change('READY_FOR_CUTOVER')],
    ['NOT_READY', unexpected('life cycle NOT_READY cannot become ready for cutover')],
    [null, unexpected('life cycle unknown cannot become ready for cutover')],
    ['DISCONNECTED', disconnected],
  ])('in %s', (lifecycle, found) => {
    expect(ensureReadyForCutover(in_(lifecycle))).toEqual(found);
  });

  it('waits while no lag is known, as the service would refuse', () => {
    expect(ensureReadyForCutover(in_('TESTING', { launchable: false }))).toEqual(
      wait('not launchable: no lag is known'),
    );
  });
});

describe('ensureReverted', () => {
  it.each([
    ['CUTTING_OVER', change('READY_FOR_CUTOVER')],
    ['TESTING', change('READY_FOR_TEST')],
    ['CUTOVER', unexpected('finalized: MGN knows no way back')],
    [
      'DISCONNECTED',
      {
        do: 'fail',
        failure: {
          code: 'ServerDisconnected',
          message: 'disconnected: MGN knows no way back',
        },
      },
    ],
    ['READY_FOR_TEST', nothing('life cycle READY_FOR_TEST: nothing to revert')],
    [null, nothing('life cycle unknown: nothing to revert')],
  ])('in %s', (lifecycle, found) => {
    expect(ensureReverted(in_(lifecycle))).toEqual(found);
  });

  it('finds no way back from the archive', () => {
    expect(ensureReverted(someFacts({ archived: true }))).toEqual({
      do: 'fail',
      failure: { code: 'ServerArchived', message: 'archived: there is no way back' },
    });
  });
});

describe('ensureFinalized', () => {
  it.each([
    ['CUTTING_OVER', { do: 'act', act: { call: 'FinalizeCutover' } }],
    ['CUTOVER', nothing('already finalized')],
    ['DISCONNECTED', disconnected],
    ['TESTING', unexpected('life cycle TESTING instead of CUTTING_OVER: somebody else changed it')],
    [null, unexpected('life cycle unknown instead of CUTTING_OVER: somebody else changed it')],
  ])('in %s', (lifecycle, found) => {
    expect(ensureFinalized(in_(lifecycle))).toEqual(found);
  });

  it('takes an archived finalized server as finalized', () => {
    expect(ensureFinalized(in_('CUTOVER', { archived: true }))).toEqual(
      nothing('already finalized'),
    );
    expect(ensureFinalized(in_('CUTTING_OVER', { archived: true }))).toEqual(archived);
  });
});

describe('ensureArchived', () => {
  it('archives finalized servers only, and once', () => {
    expect(ensureArchived(in_('CUTOVER'))).toEqual({ do: 'act', act: { call: 'MarkAsArchived' } });
    expect(ensureArchived(in_('CUTOVER', { archived: true }))).toEqual(nothing('already archived'));
    expect(ensureArchived(in_('CUTTING_OVER'))).toEqual(
      unexpected('life cycle CUTTING_OVER instead of CUTOVER: only finalized servers are archived'),
    );
    expect(ensureArchived(in_(null))).toEqual(
      unexpected('life cycle unknown instead of CUTOVER: only finalized servers are archived'),
    );
  });
});

describe('alreadyLaunched', () => {
  it('finds a launch that the server brought along', () => {
    expect(alreadyLaunched('StartTest', in_('TESTING', { instanceId: 'i-1' }))).toEqual(
      nothing('already TESTING'),
    );
    expect(alreadyLaunched('StartCutover', in_('CUTTING_OVER', { instanceId: 'i-1' }))).toEqual(
      nothing('already CUTTING_OVER'),
    );
  });

  it('finds none without an instance or in another state', () => {
    expect(alreadyLaunched('StartTest', in_('TESTING'))).toEqual(
      wait('TESTING without an instance'),
    );
    expect(alreadyLaunched('StartCutover', in_('TESTING', { instanceId: 'i-1' }))).toEqual(
      wait('life cycle TESTING'),
    );
    expect(alreadyLaunched('StartTest', in_(null))).toEqual(wait('life cycle unknown'));
  });

  it('finds replication that runs', () => {
    expect(alreadyLaunched('StartReplication', someFacts())).toEqual(
      nothing('replication is CONTINUOUS'),
    );
    expect(
      alreadyLaunched('StartReplication', in_('DISCOVERED', { replicationState: 'STOPPED' })),
    ).toEqual(wait('not replicating'));
  });

  it('finds nothing to terminate where nothing was launched, and never a finalized instance', () => {
    const kind = 'TerminateTargetInstances';
    expect(alreadyLaunched(kind, someFacts())).toEqual(nothing('no instance was launched'));
    expect(alreadyLaunched(kind, someFacts({ instanceId: 'i-1' }))).toEqual(
      wait('an instance is launched'),
    );
    const final = unexpected('finalized: its instance is the server now');
    expect(alreadyLaunched(kind, in_('CUTOVER', { instanceId: 'i-1' }))).toEqual(final);
    expect(alreadyLaunched(kind, someFacts({ archived: true }))).toEqual(final);
  });

  it('gives up what is lost', () => {
    expect(alreadyLaunched('StartTest', in_('DISCONNECTED'))).toEqual(disconnected);
    expect(alreadyLaunched('StartReplication', someFacts({ archived: true }))).toEqual(archived);
  });
});

describe('launchGuard', () => {
  const may = nothing('launchable');

  it('lets a launch go where the life cycle allows it', () => {
    expect(launchGuard('StartTest', in_('READY_FOR_TEST'))).toEqual(may);
    expect(launchGuard('StartTest', in_('TESTING'))).toEqual(may);
    expect(launchGuard('StartCutover', in_('READY_FOR_CUTOVER'))).toEqual(may);
    expect(launchGuard('StartReplication', in_('DISCOVERED'))).toEqual(nothing('may start'));
    expect(
      launchGuard('StartTest', in_('READY_FOR_TEST', { replicationType: 'SNAPSHOT_SHIPPING' })),
    ).toEqual(nothing('launchable from its last cycle'));
  });

  it('holds a launch back while nothing is known or replication stalls', () => {
    expect(launchGuard('StartTest', in_('READY_FOR_TEST', { launchable: false }))).toEqual(
      wait('not launchable: no lag is known'),
    );
    const stalls = (stalled: string | null) =>
      launchGuard('StartTest', in_('READY_FOR_TEST', { replicationState: 'STALLED', stalled }));
    expect(stalls('AGENT_NOT_SEEN')).toEqual(wait('replication stalled: AGENT_NOT_SEEN'));
    expect(stalls(null)).toEqual(wait('replication stalled: UNKNOWN'));
  });

  it('refuses a launch that somebody else’s change makes wrong', () => {
    expect(launchGuard('StartCutover', in_('READY_FOR_TEST'))).toEqual(
      unexpected('life cycle READY_FOR_TEST does not allow StartCutover: somebody else changed it'),
    );
    expect(launchGuard('StartTest', in_(null))).toEqual(
      unexpected('life cycle unknown does not allow StartTest: somebody else changed it'),
    );
  });

  it('terminates only what was reverted, and never what is final', () => {
    const kind = 'TerminateTargetInstances';
    for (const state of ['TESTING', 'CUTTING_OVER']) {
      expect(launchGuard(kind, in_(state))).toEqual(
        wait(`life cycle ${state}: it must be reverted first`),
      );
    }
    expect(launchGuard(kind, in_('CUTOVER'))).toEqual(
      unexpected('finalized: its instance is the server now'),
    );
    expect(launchGuard(kind, in_('READY_FOR_TEST'))).toEqual(nothing('may be terminated'));
    expect(launchGuard(kind, someFacts({ archived: true }))).toEqual(archived);
  });

  it('gives up what is lost', () => {
    expect(launchGuard('StartTest', in_('DISCONNECTED'))).toEqual(disconnected);
    expect(launchGuard('StartReplication', someFacts({ archived: true }))).toEqual(archived);
  });
});
