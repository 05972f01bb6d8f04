// More than one person, and none at all: four eyes, several approvers, and a policy that stands for them.
import { describe, expect, test } from 'vitest';
import { type ApprovalOrder, approve } from '../../src/flow/operate/approve.ts';
import type { OrderReply } from '../../src/flow/operate/order.ts';
import { inSync, serverId } from './_fleet.ts';
import { endings, eventsOf, expectPromisesKept, type Moment, rehearse } from './_rehearse.ts';

const fleet = [inSync(1), inSync(2)];
const gated = (approval: string, more = '') =>
  `{ defaults: { gates: { cutover: { approval: ${approval} } }${more} }, waves: [{ name: wave-1, servers: { all: true } }] }`;
const order = (by: string, is: Partial<ApprovalOrder> = {}): ApprovalOrder => ({
  wave: 'story.wave-1',
  phase: 'cutover',
  by,
  reason: `says ${by}`,
  decision: 'approved',
  ...is,
});

/** Those who answer, one after the other, as soon as the wave asks; their replies are kept. */
function answering(replies: OrderReply[], ...orders: readonly ApprovalOrder[]): Moment {
  return {
    event: (event) => event['detail-type'] === 'Wave Approval Requested',
    happens: async ({ ports }) => {
      for (const one of orders) replies.push(await approve(ports, one));
    },
  };
}

const said = (replies: readonly OrderReply[]) =>
  replies.map((reply) => (reply.status === 'refused' ? reply.refusal.kind : reply.status));

describe('two approvers', () => {
  test('must be two people: one who says it twice is one', async () => {
    const replies: OrderReply[] = [];
    const told = await rehearse({
      fleet,
      spec: gated('{ approvers: 2, timeout: PT6H }'),
      whenTold: [answering(replies, order('anna'), order('anna'))],
    });
    expect(said(replies)).toEqual(['done', 'already']);
    expect(endings(told)).toEqual(['1 skipped ApprovalExpired', '2 skipped ApprovalExpired']);
    expect(told.ends[serverId(1)]?.reason).toContain('1 of 2 have approved');
    expectPromisesKept(told, ['approvals-answered']);
  });

  test('let the wave in, and both are told', async () => {
    const replies: OrderReply[] = [];
    const told = await rehearse({
      fleet,
      spec: gated('{ approvers: 2 }'),
      whenTold: [
        answering(replies, order('anna'), order('bert'), order('carl', { decision: 'denied' })),
      ],
    });
    expect(said(replies)).toEqual(['done', 'done', 'answered-otherwise']);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(eventsOf(told, 'Wave Approval Requested')).toMatchObject([{ approvers: 2 }]);
    expect(eventsOf(told, 'Wave Approval Given')).toMatchObject([
      {
        by: 'anna, bert',
        approvers: [
          { by: 'anna', reason: 'says anna' },
          { by: 'bert', reason: 'says bert' },
        ],
      },
    ]);
    expectPromisesKept(told, ['phase-approved']);
  });

  test('are not enough where one denies', async () => {
    const replies: OrderReply[] = [];
    const told = await rehearse({
      fleet,
      spec: gated('{ approvers: 2 }'),
      whenTold: [
        answering(replies, order('anna'), order('bert', { decision: 'denied' }), order('carl')),
      ],
    });
    expect(said(replies)).toEqual(['done', 'done', 'answered-otherwise']);
    expect(endings(told)).toEqual(['1 skipped ApprovalDenied', '2 skipped ApprovalDenied']);
    expectPromisesKept(told);
  });
});

describe('four eyes', () => {
  test('need somebody else than who started the plan', async () => {
    const replies: OrderReply[] = [];
    const told = await rehearse({
      fleet,
      startedBy: 'anna',
      spec: gated('{ fourEyes: true, timeout: PT6H }'),
      whenTold: [answering(replies, order('anna'))],
    });
    expect(said(replies)).toEqual(['done']);
    expect(endings(told)).toEqual(['1 skipped ApprovalExpired', '2 skipped ApprovalExpired']);
    expect(eventsOf(told, 'Wave Approval Requested')).toMatchObject([
      { fourEyes: true, startedBy: 'anna' },
    ]);
    expectPromisesKept(told);
  });

  test('are open with one who did not start it', async () => {
    const told = await rehearse({
      fleet,
      startedBy: 'anna',
      spec: gated('{ fourEyes: true }'),
      whenTold: [answering([], order('anna'), order('bert'))],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expectPromisesKept(told);
  });
});

describe('a policy', () => {
  const policy = '{ policy: all-clear, when: [tests-succeeded, no-failures], timeout: PT6H }';

  test('approves instead of a person, and what it judged is told', async () => {
    const told = await rehearse({ fleet, spec: gated(policy) });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(eventsOf(told, 'Wave Approval Given')).toMatchObject([
      {
        by: 'policy/all-clear',
        judged: [
          { check: 'tests-succeeded', holds: true, found: '2 of 2 servers have passed their test' },
          { check: 'no-failures', holds: true, found: '0 servers of the wave have failed' },
        ],
      },
    ]);
    expectPromisesKept(told, ['phase-approved', 'approvals-answered']);
  });

  test('that does not hold leaves it to people; where none comes, nobody enters', async () => {
    const told = await rehearse({
      fleet,
      spec: gated(policy, ', policy: { attempts: 1 }'),
      faults: [
        `{ fault: launch-failure, on: test-launch, times: 9, servers: { ids: [${serverId(2)}] } }`,
      ],
    });
    expect(endings(told)).toEqual(['1 skipped ApprovalExpired', '2 rolled-back LaunchFailed']);
    expect(eventsOf(told, 'Wave Approval Requested')).toMatchObject([
      {
        policy: 'all-clear',
        judged: [
          { check: 'tests-succeeded', holds: true },
          { check: 'no-failures', holds: false, found: '1 servers of the wave have failed' },
        ],
      },
    ]);
    expectPromisesKept(told, ['approvals-answered']);
  });
});
