import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFleetDocuments } from '../../../src/core/fleet/read-fleet-documents.ts';
import { draftPlan } from '../../../src/core/inventory/draft-plan.ts';
import { slugs } from '../../../src/core/inventory/slugs.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { aDocument } from '../plan/_examples.ts';
import { drafted } from './_inventory.ts';

const sizes = (fleet: ReturnType<typeof readFleetDocuments>) => {
  const resolved = resolvePlan(drafted(fleet), fleet);
  return resolved.ok ? resolved.waves.map(({ servers }) => servers.length) : resolved.problems;
};
const fleetOf = (count: number, more: (i: number) => object = () => ({})) =>
  readFleetDocuments([Array.from({ length: count }, (_, i) => ({ ...aDocument(i), ...more(i) }))]);

describe('a draft', () => {
  it.each([
    [1, [1]],
    [10, [9, 1]],
    [150, [9, 9, 9, 9, 9, 50, 50, 5]],
  ])('of %i servers without waves begins with small ones', (count, waves) => {
    expect(sizes(fleetOf(count))).toEqual(waves);
  });

  it('has no more than 100 waves, however many servers there are', () => {
    const waves = sizes(fleetOf(9000));
    expect(waves.length).toBeLessThanOrEqual(100);
  });

  it('keeps applications whole, tests first, and leaves archived servers out', () => {
    const fleet = fleetOf(30, (i) => ({
      applicationID: i < 12 ? 'app-big' : `app-${i}`,
      isArchived: i === 29,
      tags: { environment: i === 20 ? 'test' : 'prod' },
    }));
    const { plan, remarks, waveRemarks } = draftPlan(fleet);
    const waves = plan.spec.waves.map(({ servers }) => servers.ids?.length);
    expect(waves.toSorted()).toContain(12);
    expect(waves.reduce((sum, size = 0) => (sum ?? 0) + size, 0)).toBe(29);
    expect(plan.spec.waves[0]?.servers.ids).toContain(fleet.servers[20]?.sourceServerId);
    expect(remarks.join(' ')).toContain('first cut, since no file says the wave');
    expect(waveRemarks.join('\n')).toContain('12 servers; 1 application: app-big');
  });

  it('takes the waves of MGN in their order, and tiers by tag, data first', () => {
    const document = (i: number, app: string, tier?: string) => ({
      ...aDocument(i),
      applicationID: app,
      tags: tier === undefined ? {} : { tier },
    });
    const fleet = readFleetDocuments([
      [
        document(1, 'app-a', 'web'),
        document(2, 'app-a', 'Database'),
        document(3, 'app-a'),
        document(4, 'app-b'),
        document(5, 'app-none'),
      ],
      [
        { applicationID: 'app-a', name: 'a', waveID: 'wave-2' },
        { applicationID: 'app-b', name: 'b', waveID: 'wave-1' },
      ],
      [
        { waveID: 'wave-2', name: 'Spring (Pilot & Tests)', description: 'the first' },
        { waveID: 'wave-1', name: 'autumn' },
      ],
    ]);
    expect(drafted(fleet).spec.waves).toEqual([
      {
        name: 'spring-pilot-tests',
        description: 'the first',
        servers: { mgnWaves: ['Spring (Pilot & Tests)'] },
        tiers: [
          { name: 'database', servers: { tags: { tier: 'Database' } } },
          { name: 'web', servers: { tags: { tier: 'web' } } },
        ],
      },
      { name: 'autumn', dependsOn: ['spring-pilot-tests'], servers: { mgnWaves: ['autumn'] } },
      {
        name: 'first-cut-1',
        dependsOn: ['autumn'],
        servers: { ids: [fleet.servers[4]?.sourceServerId] },
      },
    ]);
  });
});

describe('names of a plan', () => {
  it('are legal and different, whatever they are made from', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 30 })), (names) => {
        const made = slugs(names, 18);
        expect(new Set(made).size).toBe(names.length);
        for (const slug of made) expect(slug).toMatch(/^(?=.{1,18}$)[a-z0-9]+(-[a-z0-9]+)*$/);
      }),
    );
  });
});
