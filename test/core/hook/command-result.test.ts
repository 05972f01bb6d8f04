import { describe, expect, it } from 'vitest';
import { type CommandSeen, commandResult } from '../../../src/core/hook/command-result.ts';

const seen = (is: Partial<CommandSeen> = {}): CommandSeen => ({
  commandId: 'c-1',
  status: 'Success',
  details: 'Success',
  steps: [{ name: 'stop', status: 'Success', responseCode: 0, output: 'stopped 3' }],
  ...is,
});

describe('what came of a document', () => {
  it('is a success with what its steps said', () => {
    expect(commandResult(seen())).toEqual({
      status: 'succeeded',
      evidence: {
        commandId: 'c-1',
        status: 'Success',
        steps: [{ name: 'stop', status: 'Success', responseCode: 0, output: 'stopped 3' }],
      },
    });
  });

  it.each([
    ['Pending', 'Pending', 'its command is pending'],
    ['InProgress', 'In Progress', 'its command is in progress'],
    ['Delayed', 'Delayed', 'its command is delayed'],
    ['Cancelling', '', 'its command is cancelling'],
    ['Rebooting', 'Rebooting', 'its command is rebooting'],
    ['', '', 'no status of it yet'],
  ])('is open while it is %s (%s)', (status, details, reason) => {
    expect(commandResult(seen({ status, details }))).toMatchObject({ status: 'pending', reason });
  });

  it.each([
    ['Failed', 'Failed', 'failed'],
    ['TimedOut', 'Delivery Timed Out', 'delivery timed out'],
    ['TimedOut', 'ExecutionTimedOut', 'execution timed out'],
    ['Cancelled', 'Cancelled', 'cancelled'],
    ['Failed', 'Undeliverable', 'undeliverable'],
    ['Cancelled', 'Terminated', 'terminated'],
    ['Failed', 'InvalidPlatform', 'invalid platform'],
    ['Failed', 'AccessDenied', 'access denied'],
    // The details name an end that the status, still open, does not know of.
    ['Pending', 'Undeliverable', 'undeliverable'],
  ])('is a failure once it is %s (%s)', (status, details, words) => {
    expect(commandResult(seen({ status, details, steps: [] }))).toMatchObject({
      status: 'failed',
      reason: `its command ended as ${words}`,
    });
  });

  it('names the step that broke', () => {
    const steps = [
      { name: 'stop', status: 'Success', responseCode: 0 },
      { name: 'verify', status: 'Failed', responseCode: 3, output: 'still up' },
    ];
    expect(commandResult(seen({ status: 'Failed', details: 'Failed', steps })).reason).toBe(
      'its command ended as failed: step verify with response code 3',
    );
  });

  it('is cut where documents print much', () => {
    const steps = Array.from({ length: 4 }, (_, i) => ({
      name: `step-${i}`,
      status: 'Success',
      output: 'x'.repeat(2500),
    }));
    const { evidence } = commandResult(seen({ steps }));
    expect(evidence).toMatchObject({ characters: expect.any(Number) });
    expect(JSON.stringify(evidence).length).toBeLessThan(3000);
    expect(JSON.stringify(commandResult(seen({ steps: steps.slice(0, 1) })).evidence)).toContain(
      `"${'x'.repeat(800)}"`,
    );
  });
});
