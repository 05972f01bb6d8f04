// Parts of Landfall itself that stand still, die or are stopped by hand.
import { describe, expect, test } from 'vitest';
import { executionArn } from '../../src/flow/execution-name.ts';
import { agentBased, beginning, discovered, inSync, serverId } from './_fleet.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  type Moment,
  rehearse,
  wholeWay,
} from './_rehearse.ts';

describe('a poller that is down for six hours', () => {
  test.each([
    ['before it has seen the fleet', 0],
    ['while servers replicate', 5],
    ['while tests are launched', 25],
    ['while a cutover is drained and launched', 50],
    ['while cutovers are finalized', 70],
  ])('%s: nothing is lost, everything goes on', async (_, afterMinutes) => {
    const from = Date.parse(beginning) + afterMinutes * 60_000;
    let missed = 0;
    const told = await rehearse({
      fleet: [agentBased(1), discovered(2)],
      spec: '{ defaults: { deadlines: { test: PT12H, cutover: PT12H, finalize: PT12H } }, waves: [{ name: wave-1, servers: { all: true } }] }',
      around: async (ports, name, run) => {
        const now = Date.parse(ports.clock.now());
        if (name === 'poll' && now >= from && now < from + 6 * 3_600_000) {
          missed += 1;
          throw new Error('no network');
        }
        return run(ports);
      },
    });
    expect(missed).toBeGreaterThan(300);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(actsOn(told, serverId(1))).toEqual(wholeWay);
    expect(actsOn(told, serverId(2))).toEqual(['StartReplication', ...wholeWay]);
    expectPromisesKept(told, ['polls-bounded-by-time']);
  });
});

function stopped(machine: string, phase: string, server: string): Moment {
  return {
    event: (e) => e['detail-type'] === 'Wave Stage Started' && e.detail['phase'] === phase,
    happens: async ({ runtime }) => {
      // Some steps on: the execution has parked or queued something by then.
      for (let steps = 0; steps < 40; steps += 1) await runtime.runOne();
      const arn = executionArn(
        runtime.stateMachineArn(machine),
        `story.wave-1.${server}.${phase}.1`,
      );
      expect(runtime.abort(arn, 'Stopped.ByHand', 'somebody pressed Stop')).toBe(true);
    },
  };
}

describe('an execution that is stopped by hand', () => {
  test.each([
    ['Replicate', 'replicate'],
    ['Test', 'test'],
    ['Cutover', 'cutover'],
    ['Finalize', 'finalize'],
  ])(
    '%s: its server is frozen, what it had queued or parked is gone, the other goes on',
    async (machine, phase) => {
      const told = await rehearse({
        fleet: [agentBased(1), agentBased(2)],
        whenTold: [stopped(machine, phase, serverId(1))],
      });
      expect(endings(told)).toEqual(['1 frozen ExecutionDied', '2 succeeded']);
      expectPromisesKept(told, ['nothing-after-outcome']);
    },
  );
});

test('a wave that is stopped by hand ends every server of it, and is told as concluded', async () => {
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    whenTold: [
      {
        event: (e) => e['detail-type'] === 'Wave Stage Started' && e.detail['phase'] === 'cutover',
        happens: async ({ runtime }) => {
          for (let steps = 0; steps < 40; steps += 1) await runtime.runOne();
          const arn = executionArn(runtime.stateMachineArn('Wave'), 'story.wave-1');
          expect(runtime.abort(arn, 'Stopped.ByHand', 'somebody pressed Stop')).toBe(true);
        },
      },
    ],
  });
  expect(endings(told)).toEqual(['1 frozen ExecutionDied', '2 frozen ExecutionDied']);
  expect(eventsOf(told, 'Wave Concluded')).toHaveLength(1);
  expectPromisesKept(told, ['nothing-after-outcome']);
});
