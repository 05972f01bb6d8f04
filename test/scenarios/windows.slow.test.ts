// Change windows: what they keep back, what they give back, and what the clocks and calendars make of them.
import { describe, expect, test } from 'vitest';
import { abort } from '../../src/flow/operate/abort.ts';
import { pause } from '../../src/flow/operate/pause.ts';
import { resume } from '../../src/flow/operate/resume.ts';
import { inSync, serverId } from './_fleet.ts';
import { type Death, undisturbed, wrongAfter } from './_kill.ts';
import { actsOn, endings, eventsOf, expectPromisesKept, rehearse, wholeWay } from './_rehearse.ts';
import { instantsOf, waveTypes } from './_window.ts';

// The stories begin on Monday, 2024-03-04, at 16:21 UTC.
const fleet = [inSync(1), inSync(2)];
const gated = (cutover: string, more = '') =>
  `{ ${more} waves: [{ name: wave-1, servers: { all: true }, gates: { cutover: ${cutover} } }] }`;
const nights = (is = '') =>
  `{ window: { timeZone: Europe/Berlin, from: "22:00", to: "06:00" }${is} }`;

// Reserve, freeze and drain take some minutes: the first of these closes in their midst.
const shortThenLong =
  '{ window: [{ timeZone: UTC, from: "21:00", to: "21:04", days: [mon] }, { timeZone: UTC, from: "21:00", to: "23:00", days: [tue] }] }';

describe('a window', () => {
  test('has the cutover wait, and not the test before it', async () => {
    const told = await rehearse({ fleet, spec: gated(nights()) });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(waveTypes(told)).toEqual([
      'Started',
      'Stage Started replicate',
      'Stage Started test',
      'Window Awaited cutover',
      'Window Opened cutover',
      'Stage Started cutover',
      'Stage Started finalize',
      'Concluded',
    ]);
    expect(eventsOf(told, 'Wave Window Awaited')).toMatchObject([
      {
        servers: 2,
        opensAt: '2024-03-04T21:00:00.000Z',
        closesAt: '2024-03-05T05:00:00.000Z',
        reason: 'outside its window',
      },
    ]);
    const [cutover = ''] = instantsOf(told, 'StartCutover');
    expect(cutover > '2024-03-04T21:00' && cutover < '2024-03-04T22:00').toBe(true);
    expectPromisesKept(told, ['launches-in-window']);
  });

  test('that closes during the drain gives the servers back, and they go in the next one', async () => {
    const told = await rehearse({
      fleet,
      spec: gated(shortThenLong),
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(waveTypes(told).slice(3)).toEqual([
      'Window Awaited cutover',
      'Window Opened cutover',
      'Stage Started cutover',
      'Window Closed cutover',
      'Window Awaited cutover',
      'Window Opened cutover',
      'Stage Started cutover',
      'Stage Started finalize',
      'Concluded',
    ]);
    expect(eventsOf(told, 'Wave Window Closed')).toMatchObject([
      { servers: 2, opensAt: '2024-03-05T21:00:00.000Z' },
    ]);
    const failures = eventsOf(told, 'Wave Server Phase Ended').filter(
      ({ status }) => status === 'failed',
    );
    expect(failures).toMatchObject([
      { phase: 'cutover', attempt: 1, failure: { code: 'WindowClosed' } },
      { phase: 'cutover', attempt: 1, failure: { code: 'WindowClosed' } },
    ]);
    // Nothing was launched, so nothing is rolled back; and it was no try of the one that the policy allows.
    expect(actsOn(told, serverId(1))).toEqual(wholeWay);
    const [cutover = ''] = instantsOf(told, 'StartCutover');
    expect(cutover.slice(0, 13)).toBe('2024-03-05T21');
    expectPromisesKept(told, ['launches-in-window']);
  });

  test('closes on a launch that has begun without harm: it goes on', async () => {
    const told = await rehearse({
      fleet,
      spec: gated('{ window: { timeZone: UTC, from: "21:00", to: "21:15" } }'),
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    const [healthy] = eventsOf(told, 'Wave Server Healthy').filter(
      ({ kind }) => kind === 'cutover',
    );
    expect(String(healthy?.['observedAt']) > '2024-03-04T21:15').toBe(true);
    expect(eventsOf(told, 'Wave Window Closed')).toEqual([]);
    expectPromisesKept(told, ['launches-in-window']);
  });

  test('that is missed again and again ends the server, clean and with the reason', async () => {
    const told = await rehearse({
      fleet: [inSync(1)],
      spec: gated('{ window: { timeZone: UTC, from: "21:00", to: "21:04" } }'),
    });
    expect(endings(told)).toEqual(['1 failed WindowClosed']);
    expect(told.ends[serverId(1)]?.reason).toContain('5 windows closed before it was through');
    expectPromisesKept(told);
  });

  test('that never opens again skips what has not begun', async () => {
    const once = '{ opens: "2024-03-04T16:21Z", closes: "2024-03-04T16:40Z" }';
    const told = await rehearse({ fleet, spec: gated(`{ window: ${once} }`) });
    expect(endings(told)).toEqual(['1 skipped NoWindow', '2 skipped NoWindow']);
    expect(eventsOf(told, 'Wave Window Closed')).toMatchObject([{ opensAt: null }]);
    expectPromisesKept(told);
  });

  test('comes after the approval: who approves by day need not be up at night', async () => {
    const told = await rehearse({
      fleet,
      spec: gated(nights(', approval: { policy: all-clear, when: [tests-succeeded] }')),
    });
    expect(waveTypes(told).slice(3, 7)).toEqual([
      'Approval Requested cutover',
      'Approval Given cutover',
      'Window Awaited cutover',
      'Window Opened cutover',
    ]);
    expectPromisesKept(told, ['launches-in-window', 'phase-approved']);
  });
});

describe('the last safe start', () => {
  test('keeps back what cannot finish in its window', async () => {
    // Open now and until 19:00, then again tomorrow for long enough.
    const today = '{ opens: "2024-03-04T16:00Z", closes: "2024-03-04T19:00Z" }';
    const tomorrow = '{ opens: "2024-03-05T16:00Z", closes: "2024-03-05T22:00Z" }';
    const told = await rehearse({
      fleet,
      spec: gated(`{ window: [${today}, ${tomorrow}], needs: PT3H }`),
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(eventsOf(told, 'Wave Window Awaited')).toMatchObject([
      {
        opensAt: '2024-03-05T16:00:00.000Z',
        reason: 'the window closes at 2024-03-04T19:00:00.000Z, too soon for what takes 3 h',
      },
    ]);
    expect(instantsOf(told, 'StartCutover')[0]?.slice(0, 13)).toBe('2024-03-05T16');
    expectPromisesKept(told, ['launches-in-window']);
  });
});

describe('a freeze calendar', () => {
  test('lies over a window', async () => {
    const told = await rehearse({
      fleet,
      spec: gated(
        nights(', freezes: [quarter-end]'),
        'calendars: { quarter-end: [{ timeZone: Europe/Berlin, begins: 2024-03-01, ends: 2024-03-05 }] },',
      ),
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(eventsOf(told, 'Wave Window Awaited')).toMatchObject([
      // The last frozen day is the fifth; the night into the sixth is open from midnight on.
      { opensAt: '2024-03-05T23:00:00.000Z', closesAt: '2024-03-06T05:00:00.000Z' },
    ]);
    expectPromisesKept(told, ['launches-in-window']);
  });
});

describe('the clocks change inside a window', () => {
  const window =
    '{ window: { timeZone: Europe/Berlin, days: [sat], from: "22:00", to: "06:00" }, needs: PT7H30M }';

  test('forward: a night of seven hours is too short for what needs seven and a half', async () => {
    const told = await rehearse({
      fleet: [inSync(1)],
      startAt: '2024-03-30T15:00:00.000Z',
      spec: gated(window),
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(eventsOf(told, 'Wave Window Awaited')).toMatchObject([
      { opensAt: '2024-04-06T20:00:00.000Z', closesAt: '2024-04-07T04:00:00.000Z' },
    ]);
    expectPromisesKept(told, ['launches-in-window']);
  });

  test('back: the night is nine hours long', async () => {
    const told = await rehearse({
      fleet: [inSync(1)],
      startAt: '2024-10-26T15:00:00.000Z',
      spec: gated(window.replace('PT7H30M', 'PT8H30M')),
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(eventsOf(told, 'Wave Window Awaited')).toMatchObject([
      { opensAt: '2024-10-26T20:00:00.000Z', closesAt: '2024-10-27T05:00:00.000Z' },
    ]);
    expectPromisesKept(told, ['launches-in-window']);
  });
});

describe('a person', () => {
  const order = { wave: 'story.wave-1', by: 'joe', reason: 'lunch' };

  test('aborts a wave that waits for its window', async () => {
    const told = await rehearse({
      fleet,
      spec: gated(nights()),
      whenTold: [
        {
          event: (event) => event['detail-type'] === 'Wave Window Awaited',
          happens: async ({ ports }) => {
            await abort(ports, order);
          },
        },
      ],
    });
    expect(endings(told)).toEqual(['1 frozen WaveAborted', '2 frozen WaveAborted']);
    expect(told.virtualSeconds).toBeLessThan(4 * 3600);
    expectPromisesKept(told);
  });

  test('pauses it over its window: it goes in the next one', async () => {
    let resumed = false;
    const told = await rehearse({
      fleet,
      spec: gated(nights()),
      whenTold: [
        {
          event: (event) => event['detail-type'] === 'Wave Window Awaited',
          happens: async ({ ports }) => {
            await pause(ports, order);
          },
        },
      ],
      around: async (ports, _name, run) => {
        if (!resumed && ports.clock.now() >= '2024-03-05T08:00') {
          resumed = true;
          await resume(ports, order);
        }
        return run(ports);
      },
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(instantsOf(told, 'StartCutover')[0]?.slice(0, 13)).toBe('2024-03-05T21');
    expectPromisesKept(told, ['launches-in-window']);
  });
});

test('whatever dies before or after an effect, the wave in its windows ends as if nobody had died', async () => {
  const base = await undisturbed({
    fleet: [inSync(1)],
    spec: gated(shortThenLong),
  });
  expect(base.ends).toEqual(['1 succeeded']);
  const wrong: string[] = [];
  let side: Death['when'] = 'before';
  for (let effect = 1; effect <= base.effects; effect += Math.ceil(base.effects / 8)) {
    wrong.push(...(await wrongAfter(base, { effect, when: side })));
    side = side === 'before' ? 'after' : 'before';
  }
  expect(wrong).toEqual([]);
});
