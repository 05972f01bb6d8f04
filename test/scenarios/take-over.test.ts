// A recovery in the middle of a drill that has its servers: the drill makes room at once, wherever it stands, and nobody
// has to order anything (adr/0024).
import { expect, test } from 'vitest';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { wave } from './_operator.ts';
import { eventsOf, expectPromisesKept, rehearse, type Story, type Told } from './_rehearse.ts';

const fleet = (count: number) => Array.from({ length: count }, (_, i) => aDrsServer(i + 1));
const ids = (...numbers: readonly number[]) => numbers.map(drsId);
const of = (name: string, more: string, ...numbers: readonly number[]) =>
  `{ waves: [{ name: ${name}, servers: { ids: [${ids(...numbers).join(', ')}] }, ${more} }] }`;
const stalls = (n: number, minutes: number) =>
  `{ fault: stall, errorClass: AGENT_NOT_SEEN, after: PT0S, clearsAfter: PT${minutes}M, servers: { ids: [${drsId(n)}] } }`;
const recovery = 'other.recovery';

/** How each server ended in a wave: `1 skipped RecoveryTookOver`. */
function endsIn(told: Told, name: string): readonly string[] {
  return eventsOf(told, 'Wave Server Outcome')
    .filter((one) => one['wave'] === name)
    .map(({ sourceServerId, outcome, code }) =>
      [String(sourceServerId).replace(/^s-0*/, ''), outcome, code ?? ''].join(' ').trim(),
    )
    .sort();
}
const yields = (told: Told, name: string) =>
  eventsOf(told, 'Wave Drill Yielded').filter((one) => one['wave'] === name);
/** Our accepted launches of a server, drill or not. */
const launchesOf = (told: Told, n: number) =>
  told.logs.api.flatMap(({ caller, operation, input, status, at }) =>
    caller === 'landfall' &&
    operation === 'StartRecovery' &&
    status < 300 &&
    JSON.stringify(input).includes(drsId(n))
      ? [{ isDrill: input['isDrill'], at: Date.parse(at) }]
      : [],
  );
const terminations = (told: Told) =>
  told.logs.api.flatMap(({ caller, operation, input, status }) =>
    caller === 'landfall' && operation === 'TerminateRecoveryInstances' && status < 300
      ? (input['recoveryInstanceIDs'] as string[])
      : [],
  );

test('takes servers that are queued, launching, looked at by hooks or done; the others go on after it', async () => {
  const story: Story = {
    kind: 'Drill',
    fleet: fleet(5),
    spec: of(
      'wave-1',
      'stall: { grace: PT12H }, hooks: { validateDrill: [{ name: look, function: look, timeout: PT6H }] }',
      ...[1, 2, 3, 4, 5],
    ),
    hooks: [{ hook: 'look', servers: [drsId(2)], outcome: 'succeeded', durationSeconds: 4 * 3600 }],
    faults: [stalls(3, 150), stalls(4, 90), stalls(5, 150)],
    parameters: {},
    also: {
      kind: 'Recovery',
      spec: of('recovery', '', 1, 2, 3, 4),
      // The second job: server 4 launches as the first is done, hooks look at the second, and the third waits.
      when: (event) =>
        event['detail-type'] === 'Job Started' && JSON.stringify(event.detail).includes(drsId(4)),
    },
  };
  const told = await rehearse(story);
  expect(endsIn(told, wave)).toEqual([
    '1 succeeded',
    '2 skipped RecoveryTookOver',
    '3 skipped RecoveryTookOver',
    '4 skipped RecoveryTookOver',
    '5 succeeded',
  ]);
  expect(endsIn(told, recovery)).toEqual([1, 2, 3, 4].map((n) => `${n} succeeded`));
  expect(yields(told, wave)).toMatchObject([
    { drill: wave, recovery, servers: 3, serverIds: ids(2, 3, 4) },
  ]);
  expect(yields(told, recovery)).toMatchObject([{ drill: wave, recovery, servers: 3 }]);
  // Nothing that matters waits: what runs no job is recovered at once, the last once its drill's job has ended.
  const started = Date.parse(String(yields(told, recovery)[0]?.['observedAt']));
  for (const n of [1, 2, 3]) {
    expect((launchesOf(told, n).at(-1)?.at ?? Infinity) - started).toBeLessThanOrEqual(120_000);
  }
  expect(launchesOf(told, 2).map(({ isDrill }) => isDrill)).toEqual([true, false]);
  expect(launchesOf(told, 3).map(({ isDrill }) => isDrill)).toEqual([false]);
  expect(launchesOf(told, 4).map(({ isDrill }) => isDrill)).toEqual([true, false]);
  // Terminated are the instances of the drills that went their whole way; DRS takes those of the others.
  expect(terminations(told)).toHaveLength(2);
  expect(eventsOf(told, 'Wave Held')).toEqual([]);
  const hooks = eventsOf(told, 'Wave Server Hook Run').filter(
    (one) => one['sourceServerId'] === drsId(2),
  );
  expect(hooks.map(({ status }) => status)).toEqual(['started', 'failed']);
  expectPromisesKept(told, ['no-drill-after-yield', 'recovered-once']);
});
