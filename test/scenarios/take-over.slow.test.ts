// A recovery takes servers over from a drill while processes die: nothing is lost, launched twice or taken away.
import { expect, test } from 'vitest';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { momentsAt, Reaper, undisturbed, wrongAfter } from './_kill.ts';
import { all, Operator, when } from './_operator.ts';
import { eventsOf, expectPromisesKept, rehearse, type Story } from './_rehearse.ts';

/** One server whose drill instance is looked at by a hook, and one that is queued, as both are to be recovered. */
const story: Story = {
  kind: 'Drill',
  fleet: [aDrsServer(1), aDrsServer(2)],
  spec: '{ waves: [{ name: wave-1, servers: { all: true }, stall: { grace: PT12H }, hooks: { validateDrill: [{ name: look, function: look, timeout: PT6H }] } }] }',
  hooks: [{ hook: 'look', outcome: 'succeeded', durationSeconds: 4 * 3600 }],
  faults: [
    `{ fault: stall, errorClass: AGENT_NOT_SEEN, after: PT0S, clearsAfter: PT5H, servers: { ids: [${drsId(2)}] } }`,
  ],
  parameters: {},
  also: {
    kind: 'Recovery',
    spec: '{ waves: [{ name: recovery, servers: { all: true } }] }',
    when: (event) => event['detail-type'] === 'Wave Server Hook Run',
  },
};

/** The effect at which the recovery tells that it takes servers over. */
async function effectOfTakeOver(): Promise<number> {
  const reaper = new Reaper();
  let told: number | undefined;
  await rehearse({
    ...story,
    around: reaper.around,
    whenTold: [
      {
        event: (event) => event['detail-type'] === 'Wave Drill Yielded',
        happens: () => {
          told = reaper.effects;
        },
      },
    ],
  });
  if (told === undefined) throw new Error('nothing was taken over');
  return told;
}

// From the first order to the drill up to the recovery's own intent, of which other stories know.
const before = 4;
const after = 28;

test('a process that dies while servers are taken over, at any effect, changes nothing of how it ends', async () => {
  const base = await undisturbed(story);
  const at = await effectOfTakeOver();
  const wrong: string[] = [];
  for (let effect = at - before; effect <= at + after; effect += 1) {
    for (const moment of momentsAt(base, effect)) {
      wrong.push(...(await wrongAfter(base, { effect, when: moment })));
    }
  }
  expect(base.ends).toEqual(['1 succeeded', '2 succeeded']);
  expect(wrong).toEqual([]);
});

test('a drill that a person has paused lets go all the same, and stands still until it is resumed', async () => {
  const operator = new Operator();
  const told = await rehearse({
    ...story,
    also: {
      kind: 'Recovery',
      spec: '{ waves: [{ name: recovery, servers: { all: true } }] }',
      when: (event) => event['detail-type'] === 'Wave Paused',
    },
    whenTold: [
      when('Wave Server Hook Run', 'drill', (ports) => operator.gives(ports, 'pause', all)),
      {
        event: (event) =>
          event['detail-type'] === 'Wave Concluded' && event.detail['wave'] === 'other.recovery',
        happens: ({ ports }) => operator.gives(ports, 'resume', all),
      },
    ],
  });
  expect(operator.answers).toEqual(['done', 'done']);
  const ends = eventsOf(told, 'Wave Server Outcome').map(({ wave, outcome, code }) =>
    [wave, outcome, code ?? ''].join(' ').trim(),
  );
  expect(ends.toSorted()).toEqual([
    'other.recovery succeeded',
    'other.recovery succeeded',
    'story.wave-1 skipped RecoveryTookOver',
    'story.wave-1 skipped RecoveryTookOver',
  ]);
  expectPromisesKept(told, ['no-drill-after-yield', 'paused-untouched']);
});
