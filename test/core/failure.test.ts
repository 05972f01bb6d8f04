import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FailureCode,
  failure,
  failureClasses,
  failureOfError,
  failureText,
  HooksDue,
  InvalidInput,
  PermanentFailure,
  ScopePaused,
  TransientFailure,
} from '../../src/core/failure.ts';

describe('failure', () => {
  it('has a detail only where one is given', () => {
    expect(failure('ApiRefused', 'no')).toEqual({ code: 'ApiRefused', message: 'no' });
    expect(failure('ApiRefused', 'no', 'x')).toEqual({
      code: 'ApiRefused',
      message: 'no',
      detail: 'x',
    });
  });

  it('names every code by itself, so that text and code never part', () => {
    for (const [name, code] of Object.entries(FailureCode)) expect(code).toBe(name);
  });

  it('has classes with literal names, as state machines match them', () => {
    const cause = new Error('why');
    const thrown = [
      new TransientFailure('ApiThrottled', 'slow', cause),
      new PermanentFailure('ApiRefused', 'no', cause),
      new InvalidInput('bad', { cause }),
    ];
    const asks = [new ScopePaused('paused'), new HooksDue('due')];
    const names = [...thrown, ...asks].map((error) => error.name);
    expect(names).toEqual([...failureClasses]);
    expect(thrown.map((error) => error.code)).toEqual([
      'ApiThrottled',
      'ApiRefused',
      'ContractBroken',
    ]);
    expect(thrown.map((error) => error.cause)).toEqual([cause, cause, cause]);
  });
});

describe('failureOfError', () => {
  it('reads the code of a failed task token', () => {
    expect(failureOfError({ Error: 'LaunchFailed', Cause: 'no capacity' })).toEqual({
      code: 'LaunchFailed',
      message: 'no capacity',
    });
    expect(failureOfError({ Error: 'LaunchFailed' })).toEqual({
      code: 'LaunchFailed',
      message: '',
    });
  });

  it('reads the code out of the message of a Lambda error', () => {
    const Cause = JSON.stringify({
      errorType: 'PermanentFailure',
      errorMessage: 'SignOffMissing: nobody',
    });
    expect(failureOfError({ Error: 'PermanentFailure', Cause })).toEqual({
      code: 'SignOffMissing',
      message: 'nobody',
    });
  });

  it('reads a timeout of the machine as a passed deadline', () => {
    for (const name of ['States.Timeout', 'States.HeartbeatTimeout']) {
      expect(failureOfError({ Error: name })).toEqual({
        code: 'DeadlineExceeded',
        message: 'the state machine timed out',
        detail: name,
      });
    }
  });

  it('calls whatever it does not know a broken contract, with the name and the start of the text', () => {
    expect(failureOfError({ Error: 'States.Runtime', Cause: 'x'.repeat(600) })).toEqual({
      code: 'ContractBroken',
      message: `States.Runtime: ${'x'.repeat(500)}`,
      detail: 'States.Runtime',
    });
    expect(failureOfError({ Cause: 'Sorry: no' })).toEqual({
      code: 'ContractBroken',
      message: 'an unnamed error: Sorry: no',
    });
    expect(failureOfError({ Error: 'E', Cause: '{"other":1}' })).toEqual({
      code: 'ContractBroken',
      message: 'E: {"other":1}',
      detail: 'E',
    });
    expect(failureOfError({ Error: 'E', Cause: 'null' })).toEqual({
      code: 'ContractBroken',
      message: 'E: null',
      detail: 'E',
    });
  });

  it('reads back every failure that failureText wrote, bare or as a Lambda error', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(FailureCode)),
        fc.string({ unit: 'grapheme' }),
        (code, message) => {
          const text = failureText({ code, message });
          expect(failureOfError({ Cause: text })).toEqual({ code, message });
          const Cause = JSON.stringify({ errorMessage: text, trace: [] });
          expect(failureOfError({ Error: 'PermanentFailure', Cause })).toEqual({ code, message });
        },
      ),
    );
  });
});
