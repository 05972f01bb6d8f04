// Failbacks: what was recovered goes back to where it came from, is protected again there, and leaves what it was recovered
// on; each step once, and nothing that serves is taken away.
import { expect, test } from 'vitest';
import { callsIn, failBack, failbackSpec, recovered, stepsOf } from './_failback.ts';
import { endings, eventsOf, expectPromisesKept } from './_rehearse.ts';

test('goes back to its Region, is protected again, and leaves its recovery instance', async () => {
  const hooks =
    'failback: { hold: PT10M }, hooks: { freeze: [{ name: stop, function: f }], thaw: [{ name: go, function: f }], switch: [{ name: dns, function: f }], switchBack: [{ name: dns-back, function: f }] }';
  const told = await failBack([recovered(1)], { spec: failbackSpec(hooks) });
  expect(endings(told)).toEqual(['1 succeeded']);
  expect(callsIn(told)).toEqual([
    'ReverseReplication us-east-1',
    'StartRecovery us-west-2',
    'ReverseReplication us-west-2',
    'TerminateRecoveryInstances us-east-1',
    'StopReplication us-west-2',
  ]);
  expect(stepsOf(told)).toEqual(['reversed', 'reprotected', 'vacated']);
  expect(eventsOf(told, 'Wave Server Hook Run').map(({ point }) => point)).toContain('switch');
  expectPromisesKept(told, [
    'no-reversal-of-drill-instance',
    'reprotected-once-back',
    'vacated-once-left',
    'launches-carry-intent',
  ]);
});
