import { describe, expect, test } from 'vitest';
import { DefinitionRefused, loadMachine } from '../../../src/runtime/asl/load.ts';
import { call, machine, park } from '../_machines.ts';

function problems(definition: unknown): readonly string[] {
  try {
    loadMachine(definition);
    return [];
  } catch (error) {
    if (error instanceof DefinitionRefused) return error.problems;
    throw error;
  }
}

const done = { Type: 'Succeed' };
const one = (state: unknown) => problems(machine('A', { A: state }));

describe('what is not implemented is refused, never ignored', () => {
  test.each<[string, unknown, RegExp]>([
    ['no query language', { StartAt: 'A', States: { A: done } }, /JSONata/],
    [
      'JSONPath at a machine',
      { QueryLanguage: 'JSONPath', StartAt: 'A', States: { A: done } },
      /JSONata/,
    ],
    ['JSONPath at a state', machine('A', { A: { ...done, QueryLanguage: 'JSONPath' } }), /JSONata/],
    ['an unknown state type', machine('A', { A: { Type: 'Jump' } }), /Type/],
    ['an unknown field', machine('A', { A: { ...done, InputPath: '$.x' } }), /InputPath/],
    ['Parameters', machine('A', { A: { Type: 'Pass', Parameters: {}, End: true } }), /Parameters/],
    [
      'SecondsPath',
      machine('A', { A: { Type: 'Wait', SecondsPath: '$.x', End: true } }),
      /SecondsPath/,
    ],
    [
      'an unknown integration',
      machine('A', { A: call('f', { Resource: 'arn:aws:states:::sqs:sendMessage' }) }),
      /sqs:sendMessage is not implemented/,
    ],
    [
      'a raw function ARN',
      machine('A', {
        A: call('f', { Resource: 'arn:aws:lambda:eu-central-1:111122223333:function:f' }),
      }),
      /is not implemented/,
    ],
    [
      'ItemReader',
      machine('A', {
        A: {
          Type: 'Map',
          ItemReader: {},
          ItemProcessor: { StartAt: 'B', States: { B: done } },
          End: true,
        },
      }),
      /ItemReader/,
    ],
    [
      'Express children',
      machine('A', {
        A: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
            StartAt: 'B',
            States: { B: done },
          },
          End: true,
        },
      }),
      /STANDARD/,
    ],
    ['Credentials', machine('A', { A: call('f', { Credentials: {} }) }), /Credentials/],
  ])('%s', (_, definition, message) => {
    expect(problems(definition).join('\n')).toMatch(message);
  });
});

describe('what AWS would refuse', () => {
  test.each<[string, unknown, RegExp]>([
    ['a target that is not there', machine('A', { A: { Type: 'Pass', Next: 'B' } }), /leads to B/],
    ['a start that is not there', machine('B', { A: done }), /StartAt names B/],
    ['a state that nothing reaches', machine('A', { A: done, B: done }), /B: is never reached/],
    [
      'a way without an end',
      machine('A', { A: { Type: 'Pass', Next: 'A' } }),
      /no state that ends it/,
    ],
    ['neither Next nor End', machine('A', { A: { Type: 'Pass' } }), /either Next or End/],
    [
      'Next and End',
      machine('A', { A: { Type: 'Pass', Next: 'B', End: true }, B: done }),
      /either Next or End/,
    ],
    [
      'a name above 80 characters',
      machine('x'.repeat(81), { ['x'.repeat(81)]: done }),
      /longer than 80/,
    ],
    [
      'a name used twice',
      machine('A', {
        A: { Type: 'Map', ItemProcessor: { StartAt: 'A', States: { A: done } }, End: true },
      }),
      /used twice/,
    ],
    [
      'no JSONata',
      machine('A', { A: { Type: 'Pass', Output: '{% ( %}', End: true } }),
      /no JSONata/,
    ],
    [
      'an operator of a later JSONata',
      machine('A', { A: { Type: 'Pass', Output: '{% $states.input ?? 1 %}', End: true } }),
      /no JSONata/,
    ],
    [
      'a bare field name',
      machine('A', { A: { Type: 'Pass', Output: '{% foo %}', End: true } }),
      /field name foo/,
    ],
    [
      '$ at the top level',
      machine('A', { A: { Type: 'Pass', Output: '{% $ %}', End: true } }),
      /no meaning/,
    ],
    [
      '$eval',
      machine('A', { A: { Type: 'Pass', Output: "{% $eval('1') %}", End: true } }),
      /\$parse/,
    ],
    [
      'an undefined variable',
      machine('A', { A: { Type: 'Pass', Output: '{% $nobody %}', End: true } }),
      /nobody is never assigned/,
    ],
    [
      '$states.result before there is one',
      machine('A', {
        A: call('f', { Arguments: { FunctionName: 'f', Payload: '{% $states.result %}' } }),
      }),
      /result is not available/,
    ],
    [
      '$states.errorOutput outside Catch',
      machine('A', { A: call('f', { Output: '{% $states.errorOutput %}' }) }),
      /errorOutput is not available/,
    ],
    [
      'States.ALL before the end',
      machine('A', {
        A: call('f', { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] }),
      }),
      /last entry/,
    ],
    [
      'States.ALL in company',
      machine('A', { A: call('f', { Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] }) }),
      /stands alone/,
    ],
    [
      'a maximum delay below the interval',
      machine('A', {
        A: call('f', { Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 5, MaxDelaySeconds: 3 }] }),
      }),
      /MaxDelaySeconds/,
    ],
    [
      'a heartbeat beyond the timeout',
      machine('A', { A: call('f', { HeartbeatSeconds: 10, TimeoutSeconds: 10 }) }),
      /HeartbeatSeconds/,
    ],
    [
      'a callback without its token',
      machine('A', { A: park('f', { Arguments: { FunctionName: 'f' } }) }),
      /Task\.Token/,
    ],
    [
      'a Wait with nothing to wait for',
      machine('A', { A: { Type: 'Wait', End: true } }),
      /Seconds or Timestamp/,
    ],
    [
      'a variable that hides a function',
      machine('A', { A: { Type: 'Pass', Assign: { count: 1 }, End: true } }),
      /hides a function/,
    ],
    [
      'a variable that is no identifier',
      machine('A', { A: { Type: 'Pass', Assign: { 'a-b': 1 }, End: true } }),
      /no identifier|not an identifier/,
    ],
    ['Assign in Succeed', machine('A', { A: { ...done, Assign: { x: 1 } } }), /Assign/],
    [
      'an outer variable in a Distributed Map',
      machine('A', {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' },
        M: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'B',
            States: { B: { Type: 'Pass', Output: '{% $x %}', End: true } },
          },
          End: true,
        },
      }),
      /x is never assigned/,
    ],
    [
      'an outer variable assigned inside',
      machine('A', {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' },
        M: {
          Type: 'Map',
          ItemProcessor: {
            StartAt: 'B',
            States: { B: { Type: 'Pass', Assign: { x: 2 }, End: true } },
          },
          End: true,
        },
      }),
      /belongs to an outer scope/,
    ],
    [
      'a definition above 1 MB',
      machine('A', { A: { ...done, Comment: 'x'.repeat(1_100_000) } }),
      /maximum is 1048576/,
    ],
  ])('%s', (_, definition, message) => {
    expect(problems(definition).join('\n')).toMatch(message);
  });

  test('all problems are told at once', () => {
    expect(one({ Type: 'Pass', Output: '{% foo %}', Assign: { count: 1 } })).toHaveLength(4);
  });
});

test('names inside a path and a lambda are accepted', () => {
  expect(
    one({
      Type: 'Pass',
      Output: "{% $map($states.input.servers[state = 'OK'], function($s) { $s.id }) %}",
      End: true,
    }),
  ).toEqual([]);
});
