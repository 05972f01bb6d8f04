// A rehearsal's simulated approver: it acts as an operator does, so much after a wave has asked.
import { describe, expect, test } from 'vitest';
import { type Rehearsed, setUpRehearsal } from '../../src/cli/rehearsal.ts';
import type { ApproveAfter } from '../../src/cli/simulated-approver.ts';
import { secondsBetween } from '../../src/core/time.ts';
import type { EventEnvelope } from '../../src/runtime/event-bus.ts';
import { noFaults } from '../../src/simulator/simulator.ts';
import { beginning, inSync } from '../scenarios/_fleet.ts';
import { brisk, planOf } from '../scenarios/_rehearse.ts';

const fleet = [inSync(1), inSync(2)];
const spec =
  '{ defaults: { gates: { cutover: { approval: { by: [jane], timeout: P1D } }, finalize: { approval: {} } } }, waves: [{ name: a, servers: { ids: [s-00000000000000001] } }, { name: b, servers: { ids: [s-00000000000000002] } }] }';

async function rehearsed(
  approveAfter: ApproveAfter | undefined,
): Promise<{ readonly events: readonly EventEnvelope[]; readonly came: Rehearsed }> {
  const events: EventEnvelope[] = [];
  const rehearsal = await setUpRehearsal({
    plan: planOf(spec, fleet),
    fleet,
    vcenterClients: [],
    faults: noFaults,
    seed: 1,
    startAt: beginning,
    parameters: brisk,
    ...(approveAfter === undefined ? {} : { approveAfter }),
    onEvent: (event) => events.push(event),
  });
  return { came: await rehearsal.run(), events };
}

const times = (events: readonly EventEnvelope[], type: string) =>
  events.flatMap((event) =>
    event['detail-type'] === type ? [String(event.detail['observedAt'])] : [],
  );

describe('a rehearsal with approvals', () => {
  test('has each approved at once, by somebody whom the plan names', async () => {
    const { came, events } = await rehearsed(undefined);
    expect(came.outcome).toBe('succeeded');
    const given = events.filter((event) => event['detail-type'] === 'Wave Approval Given');
    expect(given.map(({ detail }) => [detail['wave'], detail['phase'], detail['by']])).toEqual(
      expect.arrayContaining([
        ['story.a', 'cutover', 'jane'],
        ['story.b', 'finalize', 'simulated approver'],
      ]),
    );
    expect(given).toHaveLength(4);
  });

  test('has each approved so much later, and takes that much longer', async () => {
    const now = await rehearsed(0);
    const { came, events } = await rehearsed(5 * 3600);
    expect(came.outcome).toBe('succeeded');
    const asked = times(events, 'Wave Approval Requested');
    const given = times(events, 'Wave Approval Given');
    const [first = '', last = ''] = [asked[0], given.at(-1)];
    expect(secondsBetween(first, given[0] ?? '')).toBeGreaterThanOrEqual(5 * 3600);
    expect(secondsBetween(first, given[0] ?? '')).toBeLessThan(5.1 * 3600);
    expect(secondsBetween(first, last)).toBeGreaterThan(10 * 3600);
    expect(came.virtualSeconds).toBeGreaterThan(now.came.virtualSeconds + 9 * 3600);
  });

  test('ends as the plan says where nobody approves, or too late', async () => {
    for (const approveAfter of ['never', 2 * 86_400] as const) {
      const { came, events } = await rehearsed(approveAfter);
      expect([came.outcome, came.servers.skipped]).toEqual(['succeeded', 2]);
      expect(times(events, 'Wave Approval Expired')).toHaveLength(2);
    }
  });

  test('is the same each time', async () => {
    expect(await rehearsed(3600)).toEqual(await rehearsed(3600));
  });
});

test('a rehearsal has as many people approve as the plan asks for, and one who did not start it', async () => {
  const events: EventEnvelope[] = [];
  const approval = '{ by: [Approvers], approvers: 2, fourEyes: true, timeout: PT1H }';
  const rehearsal = await setUpRehearsal({
    plan: {
      ...planOf(
        `{ defaults: { gates: { test: { approval: ${approval} } } }, waves: [{ name: a, servers: { all: true } }] }`,
        fleet,
      ),
      startedBy: 'who rehearses',
    },
    fleet,
    vcenterClients: [],
    faults: noFaults,
    seed: 1,
    startAt: beginning,
    parameters: brisk,
    onEvent: (event) => events.push(event),
  });
  expect((await rehearsal.run()).outcome).toBe('succeeded');
  const given = events.filter((event) => event['detail-type'] === 'Wave Approval Given');
  expect(given.map(({ detail }) => detail['by'])).toEqual([
    'Approvers, arn:aws:sts::000000000000:assumed-role/Approvers/approver-2',
  ]);
});
