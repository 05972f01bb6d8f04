// Soak time between cutover and finalize: how long it takes, what ends it early, and who signs off.
import { describe, expect, test } from 'vitest';
import { secondsBetween } from '../../src/core/time.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import { pause } from '../../src/flow/operate/pause.ts';
import { resume } from '../../src/flow/operate/resume.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { inSync, serverId } from './_fleet.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  type Moment,
  rehearse,
  type Told,
} from './_rehearse.ts';
import { instantsOf, waveTypes } from './_window.ts';

const fleet = [inSync(1), inSync(2), inSync(3)];
const gated = (finalize: string, more = '') =>
  `{ defaults: { gates: { finalize: ${finalize} }${more} }, waves: [{ name: wave-1, servers: { all: true } }] }`;
const order = { wave: 'story.wave-1', by: 'joe', reason: 'mended' };
const when = (type: string, act: (ports: Ports) => Promise<unknown>): Moment => ({
  event: (event) => event['detail-type'] === type,
  happens: async ({ ports }) => {
    await act(ports);
  },
});
const impaired = (n: number, fails: string) =>
  `{ fault: instance-impaired, on: cutover-launch, fails: ${fails}, servers: { ids: [${serverId(n)}] } }`;

/** How long after a server's cutover was healthy it was finalized, in hours, for each finalized server. */
function soaked(told: Told): readonly number[] {
  return [1, 2, 3].flatMap((n) => {
    const healthy = eventsOf(told, 'Wave Server Healthy').find(
      ({ kind, sourceServerId }) => kind === 'cutover' && sourceServerId === serverId(n),
    );
    const finalized = told.logs.api.find(
      ({ operation, input }) =>
        operation === 'FinalizeCutover' && JSON.stringify(input).includes(serverId(n)),
    );
    if (healthy === undefined || finalized === undefined) return [];
    return [secondsBetween(String(healthy['observedAt']), finalized.at) / 3600];
  });
}

describe('a soak', () => {
  test('goes by before finalize, which then comes by itself', async () => {
    const told = await rehearse({ fleet, spec: gated('{ soak: PT6H }') });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expect(waveTypes(told).slice(-4)).toEqual([
      'Stage Started cutover',
      'Soak Started',
      'Stage Started finalize',
      'Concluded',
    ]);
    for (const hours of soaked(told)) {
      expect(hours).toBeGreaterThanOrEqual(6);
      expect(hours).toBeLessThan(7);
    }
    expect(soaked(told)).toHaveLength(3);
    expect(eventsOf(told, 'Wave Server Soak Ended').map(({ ended }) => ended)).toEqual([
      'soaked',
      'soaked',
      'soaked',
    ]);
    expectPromisesKept(told, ['finalize-after-soak', 'finalize-after-sign-off']);
  });

  test('is longer by the time that the wave was paused', async () => {
    let at: string | undefined;
    let resumed = false;
    const told = await rehearse({
      fleet: [inSync(1)],
      spec: gated('{ soak: PT4H }'),
      whenTold: [
        when('Wave Soak Started', async (ports) => {
          at = ports.clock.now();
          await pause(ports, order);
        }),
      ],
      around: async (ports, _name, run) => {
        if (!resumed && at !== undefined && secondsBetween(at, ports.clock.now()) >= 6 * 3600) {
          resumed = true;
          await resume(ports, order);
        }
        return run(ports);
      },
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(soaked(told)[0]).toBeGreaterThanOrEqual(10);
    expectPromisesKept(told, ['finalize-after-soak']);
  });

  test('that an instance does not survive holds the wave, and nobody else is finalized meanwhile', async () => {
    const told = await rehearse({
      fleet,
      spec: gated('{ soak: PT6H }'),
      faults: [impaired(2, 'PT2H')],
      whenTold: [when('Wave Server Outcome', (ports) => resume(ports, order))],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 frozen InstanceUnhealthy', '3 succeeded']);
    const [held] = eventsOf(told, 'Wave Held');
    expect(String(held?.['reason'])).toContain('became unhealthy while it soaked');
    expect(waveTypes(told).slice(-4)).toEqual([
      'Held',
      'Resumed',
      'Stage Started finalize',
      'Concluded',
    ]);
    expect(actsOn(told, serverId(2))).not.toContain('FinalizeCutover');
    const [resumed] = eventsOf(told, 'Wave Resumed');
    for (const at of instantsOf(told, 'FinalizeCutover')) {
      expect(at > String(resumed?.['observedAt'])).toBe(true);
    }
    expectPromisesKept(told, ['finalize-after-soak']);
  });

  test('that an instance does not survive takes the wave back where the policy says so', async () => {
    const told = await rehearse({
      fleet,
      spec: gated('{ soak: PT6H }', ', policy: { onFailure: rollback, tolerate: 0 }'),
      faults: [impaired(2, 'PT2H')],
    });
    expect(endings(told)).toEqual([
      '1 rolled-back',
      '2 rolled-back InstanceUnhealthy',
      '3 rolled-back',
    ]);
    expect(instantsOf(told, 'FinalizeCutover')).toEqual([]);
    expectPromisesKept(told);
  });

  test('and a window: it is finalized in the first one after its soak', async () => {
    const window = '{ timeZone: UTC, from: "08:00", to: "17:00" }';
    const told = await rehearse({ fleet, spec: gated(`{ soak: PT6H, window: ${window} }`) });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    // Cut over on Monday evening, soaked by midnight, finalized on Tuesday morning.
    for (const at of instantsOf(told, 'FinalizeCutover')) {
      expect(at.slice(0, 13)).toBe('2024-03-05T08');
    }
    expectPromisesKept(told, ['finalize-after-soak', 'launches-in-window']);
  });
});

describe('a sign-off', () => {
  test('is of who approved finalize, and comes before its soak is over', async () => {
    const told = await rehearse({
      fleet,
      spec: gated('{ soak: PT6H, approval: { by: [anna] } }'),
      whenTold: [
        when('Wave Approval Requested', (ports) =>
          approve(ports, { ...order, by: 'anna', phase: 'finalize', decision: 'approved' }),
        ),
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expect(eventsOf(told, 'Wave Server Signed Off').map(({ by }) => by)).toEqual([
      'anna',
      'anna',
      'anna',
    ]);
    expect(Math.min(...soaked(told))).toBeGreaterThanOrEqual(6);
    expectPromisesKept(told, ['finalize-after-soak', 'phase-approved']);
  });
});
