import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServerSettingsLayer } from '../../../src/core/plan/settings.ts';
import {
  builtInSettings,
  mergedSettings,
  policyFor,
  settingsFor,
} from '../../../src/core/plan/settings-for.ts';
import { aPlan, aServer, id } from './_examples.ts';

const all = { all: true };

describe('settingsFor', () => {
  it('answers the built-in settings where the plan says nothing', () => {
    const plan = aPlan({ waves: [{ name: 'a', servers: all }] });
    const [wave] = plan.spec.waves;
    expect(wave && settingsFor(plan, wave, aServer(1))).toEqual({
      phases: ['replicate', 'test', 'cutover', 'finalize'],
      thresholds: { lagSeconds: 60, backlogBytes: 0, sustainedPolls: 3, sustainedSeconds: 180 },
      deadlines: {
        replicateSeconds: 2_592_000,
        testSeconds: 21_600,
        cutoverSeconds: 43_200,
        finalizeSeconds: 21_600,
      },
      stall: { graceSeconds: 900, retries: 3, retriesByError: {} },
      poll: { minSeconds: 60, maxSeconds: 900 },
    });
  });

  it('puts the server before the wave, the wave before the defaults, field by field', () => {
    const plan = aPlan({
      defaults: {
        thresholds: { lagSeconds: 1, backlogBytes: 1, sustainedPolls: 1 },
        replicationType: 'AGENT_BASED',
        deadlines: { test: 'PT1H' },
      },
      waves: [{ name: 'a', servers: all, thresholds: { lagSeconds: 2, backlogBytes: 2 } }],
      servers: [
        { servers: all, thresholds: { lagSeconds: 3 }, deadlines: { test: 'PT2H' } },
        { servers: { ids: [id(1)] }, thresholds: { lagSeconds: 4 } },
        { servers: { ids: [id(2)] }, thresholds: { lagSeconds: 5 } },
      ],
    });
    const [wave] = plan.spec.waves;
    expect(wave && settingsFor(plan, wave, aServer(1))).toEqual({
      ...builtInSettings,
      thresholds: { lagSeconds: 4, backlogBytes: 2, sustainedPolls: 1, sustainedSeconds: 180 },
      deadlines: { ...builtInSettings.deadlines, testSeconds: 7200 },
      replicationType: 'AGENT_BASED',
    });
  });

  it('adds error classes to the retries below, and lets a plain number speak for all', () => {
    const byError = { stall: { retries: { AGENT_NOT_SEEN: 7 } } };
    const plain = { stall: { retries: 1 } };
    expect(mergedSettings([plain, byError]).stall).toEqual({
      graceSeconds: 900,
      retries: 1,
      retriesByError: { AGENT_NOT_SEEN: 7 },
    });
    expect(mergedSettings([byError, plain]).stall).toEqual({
      graceSeconds: 900,
      retries: 1,
      retriesByError: {},
    });
  });

  const layer: fc.Arbitrary<ServerSettingsLayer> = fc.record(
    {
      phases: fc.constantFrom<('replicate' | 'cutover')[]>(['replicate'], ['cutover']),
      thresholds: fc.record(
        { lagSeconds: fc.nat(), backlogBytes: fc.nat(), sustainedPolls: fc.nat() },
        { requiredKeys: [] },
      ),
      deadlines: fc.record({ test: fc.constantFrom('PT1H', 'P2D') }, { requiredKeys: [] }),
      stall: fc.record(
        { retries: fc.oneof(fc.nat(), fc.constant({ NOT_CONVERGING: 9 })) },
        { requiredKeys: [] },
      ),
      poll: fc.record({ minSeconds: fc.nat(), maxSeconds: fc.nat() }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );

  it('is not changed by an empty layer, nor by the same layer twice', () => {
    fc.assert(
      fc.property(fc.array(layer), layer, (below, top) => {
        const merged = mergedSettings([...below, top]);
        expect(mergedSettings([{}, ...below, {}, top, {}])).toEqual(merged);
        expect(mergedSettings([...below, top, top])).toEqual(merged);
      }),
    );
  });

  it('takes every number from the topmost layer that names it', () => {
    fc.assert(
      fc.property(fc.array(layer), (layers) => {
        const named = layers.findLast((l) => l.thresholds?.lagSeconds !== undefined);
        expect(mergedSettings(layers).thresholds.lagSeconds).toBe(
          named?.thresholds?.lagSeconds ?? 60,
        );
      }),
    );
  });
});

describe('policyFor', () => {
  const policyOf = (defaults: object, own: object) => {
    const plan = aPlan({ defaults, waves: [{ name: 'a', servers: all, ...own }] });
    const [wave] = plan.spec.waves;
    return wave && policyFor(plan, wave);
  };

  it('answers the built-in policy where the plan says nothing', () => {
    expect(policyOf({}, {})).toEqual({
      onFailure: 'continue',
      tolerate: { percent: 100 },
      canary: 0,
      holdTimeoutSeconds: 259_200,
      attempts: 2,
    });
  });

  it('puts the wave before the defaults, field by field', () => {
    expect(
      policyOf(
        { policy: { onFailure: 'hold', tolerate: '5%', canary: 2, holdTimeout: 'P1D' } },
        { policy: { tolerate: 4, attempts: 1 } },
      ),
    ).toEqual({
      onFailure: 'hold',
      tolerate: { count: 4 },
      canary: 2,
      holdTimeoutSeconds: 86_400,
      attempts: 1,
    });
  });

  it('tolerates nothing by default where failures hold or roll back', () => {
    expect(policyOf({}, { policy: { onFailure: 'rollback' } })?.tolerate).toEqual({ count: 0 });
  });
});
