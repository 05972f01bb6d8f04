import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { deployed, type Json, machineNames, readMachine } from './asl.ts';
import { aslRules } from './asl-rules.ts';

const token = '{% $states.context.Task.Token %}';
const callback = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'park', Payload: { token } },
  TimeoutSeconds: 60,
  Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }],
  Next: 'Done',
};
const done = { Type: 'Succeed' };

const aMachine = (states: Json, more: Json = {}): Json => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(states)[0],
  States: states,
  ...more,
});
const anItemProcessor = (mode: string, states: Json, executionType = 'STANDARD'): Json =>
  aMachine(states, { ProcessorConfig: { Mode: mode, ExecutionType: executionType } });
const aMap = (itemProcessor: Json, more: Json = {}): Json => ({
  Type: 'Map',
  ToleratedFailurePercentage: 100,
  ItemProcessor: itemProcessor,
  End: true,
  ...more,
});
const withRetry = (...retry: Json[]) => aMachine({ A: { ...callback, Retry: retry }, Done: done });

const sound = aMachine({
  Ask: {
    ...callback,
    Retry: [{ ErrorEquals: ['TransientFailure'], IntervalSeconds: 5, MaxDelaySeconds: 60 }],
    HeartbeatSeconds: 30,
    Assign: { answer: '{% $states.result.answer %}' },
    Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput %}', Next: 'Done' }],
    Next: 'Again',
  },
  Again: {
    Type: 'Choice',
    Choices: [{ Condition: "{% $answer = '$no' and $count($states.input) > 0 %}", Next: 'Ask' }],
    Default: 'Each',
  },
  Each: aMap(
    anItemProcessor('DISTRIBUTED', {
      One: { ...callback, Assign: { own: 1 }, Next: 'Two' },
      Two: { Type: 'Pass', Output: '{% $own + 1 %}', Next: 'Done' },
      Done: done,
    }),
    { Next: 'Done', End: undefined },
  ),
  Done: done,
});

/** For each rule a machine that breaks it, and what the rule then says. */
const broken: Readonly<Record<string, readonly (readonly [Json, string])[]>> = {
  'States.ALL is last': [
    [
      withRetry({ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['Late'] }),
      'A: States.ALL is not the last of Retry, so what follows is never reached',
    ],
  ],
  'States.ALL is alone': [
    [withRetry({ ErrorEquals: ['Other', 'States.ALL'] }), 'A: States.ALL has company in Retry'],
  ],
  'a heartbeat is shorter than its timeout': [
    [
      aMachine({ A: { ...callback, HeartbeatSeconds: 60 }, Done: done }),
      'A: HeartbeatSeconds 60 is not below TimeoutSeconds 60',
    ],
  ],
  'a retry delay may grow': [
    [
      withRetry({ ErrorEquals: ['E'], IntervalSeconds: 5, MaxDelaySeconds: 5 }),
      'A: MaxDelaySeconds 5 is not above IntervalSeconds 5',
    ],
  ],
  'a callback passes its token': [
    [
      aMachine({ A: { ...callback, Arguments: { FunctionName: 'park' } }, Done: done }),
      'A: waits for a token that it gives to nobody',
    ],
  ],
  'a callback times out': [
    [aMachine({ A: { ...callback, TimeoutSeconds: undefined }, Done: done }), 'A: waits for ever'],
  ],
  'no callback in an Express map': [
    [
      aMachine({
        M: aMap(anItemProcessor('DISTRIBUTED', { A: callback, Done: done }, 'EXPRESS')),
      }),
      'A: an Express execution cannot wait for a token',
    ],
  ],
  'JSONata is the only query language': [
    [{ StartAt: 'Done', States: { Done: done } }, 'the machine does not say JSONata'],
    [aMachine({ A: { ...done, QueryLanguage: 'JSONPath' } }), 'A: speaks JSONPath'],
    [aMachine({ A: { ...done, InputPath: '$.x' } }), 'A: InputPath belongs to JSONPath'],
  ],
  'every variable is assigned': [
    [
      aMachine({ A: { Type: 'Succeed', Output: '{% $ghost.name %}' } }),
      'A: $ghost is assigned nowhere that it can be read from',
    ],
    [
      aMachine({
        Set: { Type: 'Pass', Assign: { outer: 1 }, Next: 'M' },
        M: aMap(anItemProcessor('DISTRIBUTED', { A: { ...done, Output: '{% $outer %}' } })),
      }),
      'A: $outer is assigned nowhere that it can be read from',
    ],
  ],
  'a result is read after the fact': [
    [
      aMachine({ A: { ...callback, Arguments: { x: '{% $states.result %}', token } }, Done: done }),
      'A: $states.result is read before there is one',
    ],
    [
      aMachine({ A: { ...callback, Output: '{% $states.errorOutput %}' }, Done: done }),
      'A: $states.errorOutput is read outside Catch',
    ],
    [
      aMachine({
        A: {
          ...callback,
          Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.result %}', Next: 'Done' }],
        },
        Done: done,
      }),
      'A: $states.result is read in Catch, where there is none',
    ],
  ],
  'every state is reached': [[aMachine({ A: done, Island: done }), 'Island: nothing leads here']],
  'no polling loop': [
    [
      aMachine({ W: { Type: 'Wait', Seconds: 60, End: true } }),
      'W: waits by the clock; park on a token instead',
    ],
    [
      aMachine({
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'A' }], Default: 'Done' },
        Done: done,
      }),
      'A: is on a loop that no token and no stage bounds',
    ],
  ],
  'a Distributed Map kills nobody': [
    [
      aMachine({
        M: aMap(anItemProcessor('DISTRIBUTED', { D: done }), { ToleratedFailurePercentage: 5 }),
      }),
      'M: one failed child may stop the others',
    ],
    [
      aMachine({ M: aMap(anItemProcessor('DISTRIBUTED', { D: done }), { MaxConcurrency: 10 }) }),
      'M: parked children may use up MaxConcurrency',
    ],
    [
      aMachine({ M: aMap(anItemProcessor('DISTRIBUTED', { D: done }), { ItemSelector: {} }) }),
      'M: ItemSelector is not read everywhere',
    ],
  ],
  'every failure is caught': [
    [
      aMachine({ A: { ...callback, Catch: [] }, Done: done }),
      'A: a failure here would end the execution without an outcome',
    ],
  ],
};

describe.each(machineNames)('the machine %s', (name) => {
  // The validator writes defaults into what it is given, so it gets its own copy.
  test('is one that AWS accepts', () => {
    const { isValid, errorsText } = validate(structuredClone(deployed(readMachine(name)) as Json));
    expect({ isValid, errors: errorsText('\n') }).toEqual({ isValid: true, errors: '' });
  });

  test.each(Object.entries(aslRules))('keeps the rule: %s', (_title, rule) => {
    expect(rule(readMachine(name))).toEqual([]);
  });
});

describe('the rules', () => {
  test.each(Object.entries(aslRules))('find nothing in a sound machine: %s', (_title, rule) => {
    expect(rule(sound)).toEqual([]);
  });

  const cases = Object.entries(aslRules).flatMap(([title, rule]) =>
    (broken[title] ?? []).map(([machine, finding]) => ({ title, rule, machine, finding })),
  );
  test.each(cases)('find what breaks "$title": $finding', ({ rule, machine, finding }) => {
    expect(rule(machine)).toContain(finding);
  });

  test('have a broken machine each', () => {
    expect(Object.keys(broken)).toEqual(Object.keys(aslRules));
  });

  test('find a validator that still finds faults itself', () => {
    const lost = aMachine({ A: { Type: 'Pass', Next: 'Nowhere' } });
    expect(validate(structuredClone(lost)).isValid).toBe(false);
  });
});
