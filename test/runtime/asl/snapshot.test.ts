import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EngineState } from '../../../src/runtime/asl/execution.ts';
import {
  type Bench,
  bench,
  call,
  failWith,
  machine,
  machineArn,
  park,
  type TestFunction,
} from '../_machines.ts';

const phase = machine('Look', {
  Look: call('look', {
    Retry: [
      {
        ErrorEquals: ['TransientFailure'],
        IntervalSeconds: 10,
        MaxAttempts: 2,
        JitterStrategy: 'FULL',
      },
    ],
    Catch: [
      {
        ErrorEquals: ['States.ALL'],
        Assign: { why: '{% $states.errorOutput.Error %}' },
        Next: 'Gone',
      },
    ],
    Assign: { seen: '{% $states.result.Payload %}', id: '{% $uuid() %}' },
    End: undefined,
    Next: 'Park',
  }),
  Park: park('park', {
    TimeoutSeconds: 600,
    HeartbeatSeconds: 400,
    Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Gone' }],
    End: undefined,
    Next: 'Both',
  }),
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Sleep', States: { Sleep: { Type: 'Wait', Seconds: 7, End: true } } },
      {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            Items: [1, 2, 3],
            MaxConcurrency: 2,
            ItemProcessor: {
              StartAt: 'Item',
              States: { Item: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } },
            },
            End: true,
          },
        },
      },
    ],
    Output: { id: '{% $id %}', seen: '{% $seen %}', both: '{% $states.result %}' },
    Next: 'Fine',
  },
  Fine: { Type: 'Succeed' },
  Gone: { Type: 'Pass', Output: { gone: '{% $states.input %}' }, End: true },
});

const wave = machine('Servers', {
  Servers: {
    Type: 'Map',
    ToleratedFailurePercentage: 100,
    MaxConcurrency: 3,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Run',
      States: {
        Run: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.sync:2',
          Arguments: {
            StateMachineArn: machineArn('Phase'),
            Name: "{% 'p-' & $states.input.n %}",
            Input: '{% $states.input %}',
          },
          Output: '{% $states.result.Output %}',
          End: true,
        },
      },
    },
    End: true,
  },
});

// Nothing is kept outside of the engine: what a function does depends on its payload and the clock only.
const functions: Record<string, TestFunction> = {
  look: ({ n }: { n: number }, own: Bench) =>
    n % 4 === 1 && own.clock.nowMs() % 2 === 0
      ? failWith('TransientFailure')
      : n % 4 === 3
        ? failWith('Odd')
        : { n },
  park: ({ token, input }: { token: string; input: { n: number } }, own: Bench) => {
    if ((input.n ?? 0) % 2 === 0) own.engine.tasks.succeeded(token, { released: true });
  },
};
const machines = { Wave: wave, Phase: phase };
const servers = Array.from({ length: 5 }, (_, n) => ({ n }));

function result(made: Bench): string {
  return JSON.stringify(made.ended);
}

/** Takes the one next thing that can happen, time included; false at the end. */
async function next(made: Bench): Promise<boolean> {
  if (await made.one()) return true;
  const at = made.clock.nextAt();
  if (at === undefined) return false;
  made.clock.advanceTo(at);
  return true;
}

async function through(
  seed: number,
  restoreEvery: number,
): Promise<{ text: string; restored: number }> {
  let made = bench(machines, functions, { seed });
  made.engine.start(machineArn('Wave'), 'wave-1', servers);
  let restored = 0;
  for (let steps = 1; await next(made); steps++) {
    if (restoreEvery === 0 || steps % restoreEvery !== 0) continue;
    const saved = JSON.stringify({
      state: made.engine.state(),
      nowMs: made.clock.nowMs(),
      queue: made.queue,
      ended: made.ended,
    });
    restored += 1;
    made = bench(machines, functions, {
      seed,
      from: JSON.parse(saved) as { state: EngineState; nowMs: number; queue: []; ended: [] },
    });
  }
  return { text: result(made), restored };
}

describe('the state of the engine', () => {
  test('saved as JSON and read back after every single step, it comes to the same end and history', async () => {
    const whole = await through(1, 0);
    const piecemeal = await through(1, 1);
    expect(piecemeal.restored).toBeGreaterThan(80);
    expect(JSON.parse(piecemeal.text)).toEqual(JSON.parse(whole.text));
    expect(JSON.parse(whole.text)).toHaveLength(11);
  });

  test('the same seed gives the same histories, byte for byte, wherever it was saved; another seed others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.integer({ min: 2, max: 50 }), async (seed, every) => {
        const hash = async (one: number, restoreEvery: number) =>
          createHash('sha256')
            .update((await through(one, restoreEvery)).text)
            .digest('hex');
        const first = await hash(seed, 0);
        expect(await hash(seed, every)).toBe(first);
        expect(await hash(seed + 1, 0)).not.toBe(first);
      }),
      { numRuns: 15 },
    );
  });

  test('a copy shares nothing with the engine', async () => {
    const made = bench(machines, functions);
    made.engine.start(machineArn('Wave'), 'wave-1', servers);
    const before = made.engine.state();
    const text = JSON.stringify(before);
    await made.run();
    expect(JSON.stringify(before)).toBe(text);
  });
});
