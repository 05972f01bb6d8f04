import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../../src/core/fleet/fleet.ts';
import { picks } from '../../../src/core/plan/picks.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { Selector } from '../../../src/core/plan/selector.ts';
import { builtInSettings } from '../../../src/core/plan/settings-for.ts';
import { aDocument, aFleet, aPlan, id } from './_examples.ts';

const all = { all: true };

function idsOf(servers: object, fleet: Fleet): readonly string[] | string {
  const resolution = resolvePlan(aPlan({ waves: [{ name: 'a', servers }] }), fleet);
  if (!resolution.ok) return problemsOf(resolution.problems).join('\n');
  return resolution.waves.flatMap((wave) => wave.servers.map((server) => server.sourceServerId));
}

function problemsOf(problems: readonly { path: string; problem: string; remedy: string }[]) {
  return problems.map(({ path, problem, remedy }) => `${path} ${problem} → ${remedy}`);
}

function refusal(spec: object, fleet: Fleet): readonly string[] {
  const resolution = resolvePlan(aPlan(spec), fleet);
  return resolution.ok ? [] : problemsOf(resolution.problems);
}

describe('resolvePlan', () => {
  it('spells out every server, setting and policy of a wave', () => {
    const plan = aPlan({
      waves: [
        {
          name: 'a',
          description: 'first',
          servers: all,
          tiers: [{ name: 'even', servers: { tags: { parity: 'even' } } }],
        },
      ],
    });
    const target = {
      partition: 'aws',
      service: 'mgn',
      accountId: '111122223333',
      region: 'eu-central-1',
    };
    const server = (n: number, tier: number) => ({
      sourceServerId: id(n),
      arn: `arn:aws:mgn:eu-central-1:111122223333:source-server/${id(n)}`,
      target,
      hostname: `host-${n}`,
      tier,
      settings: builtInSettings,
    });
    expect(resolvePlan(plan, aFleet(3))).toEqual({
      ok: true,
      waves: [
        {
          name: 'a',
          description: 'first',
          dependsOn: [],
          policy: {
            onFailure: 'continue',
            tolerate: { percent: 100 },
            canary: 0,
            holdTimeoutSeconds: 259_200,
            attempts: 2,
          },
          tiers: ['even'],
          servers: [server(2, 0), server(1, 1), server(3, 1)],
        },
      ],
    });
  });

  it('orders servers alike whatever the order of the file', () => {
    const documents = [3, 1, 2].map((n) => aDocument(n));
    const reversed = aFleet(0, documents.toReversed());
    expect(idsOf(all, aFleet(0, documents))).toEqual(idsOf(all, reversed));
  });

  it('moves servers of several targets in one wave', () => {
    const other = `arn:aws-cn:mgn:cn-north-1:444455556666:source-server/${id(9)}`;
    const resolution = resolvePlan(
      aPlan({ waves: [{ name: 'a', servers: all }] }),
      aFleet(1, aDocument(9, { arn: other })),
    );
    expect(
      resolution.ok && resolution.waves[0]?.servers.map(({ target }) => target.region),
    ).toEqual(['eu-central-1', 'cn-north-1']);
  });

  it.each([
    [{ ids: [id(2)] }, [2]],
    [{ hostnames: ['HOST-1', 'host-2.example.com'] }, [1, 2]],
    [{ tags: { parity: 'odd' } }, [1, 3, 5]],
    [{ tags: { parity: ['odd', 'even'], Name: ['host-4', 'host-1'] } }, [1, 4]],
    [{ replicationType: 'SNAPSHOT_SHIPPING' }, [3]],
    [{ replicationType: ['AGENT_BASED'], tags: { parity: 'odd' } }, [1, 5]],
    [{ all: true, exclude: { tags: { parity: 'odd' }, ids: [id(1)] } }, [2, 3, 4, 5]],
    [{ tags: { parity: 'odd' }, exclude: { hostnames: ['host-3'] } }, [1, 5]],
  ])('picks by %j', (selector, numbers) => {
    expect(idsOf(selector, aFleet(5))).toEqual(numbers.map(id));
  });

  it('picks by applications and waves of MGN, by id and by name', () => {
    const fleet = aFleet(
      2,
      aDocument(7, { applicationID: 'app-1' }),
      aDocument(8, { applicationID: 'app-2' }),
      { items: [{ applicationID: 'app-1', name: 'shop', waveID: 'wave-1' }] },
      { items: [{ waveID: 'wave-1', name: 'spring' }] },
    );
    expect(idsOf({ applications: ['app-2', 'shop'] }, fleet)).toEqual([id(7), id(8)]);
    expect(idsOf({ mgnWaves: ['spring'] }, fleet)).toEqual([id(7)]);
    expect(idsOf({ mgnWaves: ['wave-1'] }, fleet)).toEqual([id(7)]);
  });

  it.each([
    [
      { ids: [id(9)] },
      `spec.waves[0].servers.ids[0] unknown server ${id(9)} → check the spelling; known ids that begin like it: ${id(1)}, ${id(2)}, ${id(3)}`,
    ],
    [
      { ids: [id(1), id(1)] },
      `spec.waves[0].servers.ids[1] "${id(1)}" is listed twice, first at [0] → remove one of the two`,
    ],
    [
      { hostnames: ['hots-1'] },
      'spec.waves[0].servers.hostnames[0] unknown host name "hots-1" → check the spelling; known host names that begin like it: host-1, host-2, host-3',
    ],
    [
      { tags: { parity: ['odd', 'prime'] } },
      'spec.waves[0].servers.tags.parity[1] no server has the tag "parity" with the value "prime" → check the spelling; known values: even, odd',
    ],
    [
      { tags: { Parity: 'odd' } },
      'spec.waves[0].servers.tags.Parity no server has a tag "Parity" → check the spelling; known tag keys that begin like it: parity',
    ],
    [
      { all: true, exclude: { ids: [id(9)] } },
      `spec.waves[0].servers.exclude.ids[0] unknown server ${id(9)} → check the spelling; known ids that begin like it: ${id(1)}, ${id(2)}, ${id(3)}`,
    ],
    [
      { applications: ['shop'] },
      'spec.waves[0].servers.applications[0] no server belongs to an application "shop" → no server of the fleet has an applicationID: pick servers by another criterion',
    ],
    [
      { mgnWaves: ['x'] },
      'spec.waves[0].servers.mgnWaves[0] no server belongs to a wave of MGN called "x" → add the answers of list-applications and list-waves to the fleet files',
    ],
    [
      { ids: [id(1)], hostnames: ['host-2'] },
      'spec.waves[0].servers the wave has no servers → widen the selection or remove the wave',
    ],
  ])('refuses %j', (selector, problem) => {
    expect(idsOf(selector, aFleet(3))).toBe(problem);
  });

  it('refuses a host name that two servers share, and lists their ids', () => {
    const twin = aDocument(9, {
      sourceProperties: { identificationHints: { hostname: 'HOST-1' } },
    });
    expect(idsOf({ hostnames: ['host-1'] }, aFleet(2, twin))).toBe(
      `spec.waves[0].servers.hostnames[0] 2 servers are called "host-1" → use ids instead: ${id(1)}, ${id(9)}`,
    );
  });

  it('refuses a server in two waves', () => {
    const waves = [
      { name: 'a', servers: all },
      { name: 'b', servers: { ids: [id(2)] } },
    ];
    expect(refusal({ waves }, aFleet(3))).toEqual([
      `spec.waves[1].servers ${id(2)}: already in wave a → a server moves in one wave only: exclude it from the others`,
    ]);
  });

  it('takes 1,000 servers in a wave and refuses 1,001', () => {
    expect(idsOf(all, aFleet(1000))).toHaveLength(1000);
    expect(idsOf(all, aFleet(1001))).toBe(
      'spec.waves[0].servers the wave has 1001 servers, more than 1000 → split it into several waves of this plan',
    );
  });

  it('refuses a canary as large as its wave, at the layer that set it', () => {
    const spec = {
      defaults: { policy: { canary: 3 } },
      waves: [{ name: 'a', servers: all }],
    };
    expect(refusal(spec, aFleet(4))).toEqual([]);
    expect(refusal(spec, aFleet(3))).toEqual([
      'spec.defaults.policy.canary the canary (3) is not smaller than wave a (3 servers) → set canary below 3, or 0 for none',
    ]);
  });

  it('refuses a tolerated count that no failure can exceed beside hold', () => {
    const spec = {
      waves: [{ name: 'a', servers: all, policy: { onFailure: 'hold', tolerate: 3 } }],
    };
    expect(refusal(spec, aFleet(4))).toEqual([]);
    expect(refusal(spec, aFleet(3))).toEqual([
      'spec.waves[0].policy.tolerate onFailure hold can never apply, because all 3 servers of wave a may fail → set tolerate below 3',
    ]);
  });

  it('refuses tiers that share servers, that are empty or that name servers outside the wave', () => {
    const tiers = [
      { name: 'one', servers: { ids: [id(1), id(4)] } },
      { name: 'two', servers: { tags: { parity: 'odd' } } },
      { name: 'three', servers: { tags: { Name: 'host-4' } } },
    ];
    const waves = [
      { name: 'a', servers: { all: true, exclude: { ids: [id(4)] } }, tiers },
      { name: 'b', servers: { ids: [id(4)] } },
    ];
    expect(refusal({ waves }, aFleet(4))).toEqual([
      `spec.waves[0].tiers[0].servers.ids[1] ${id(4)} is in the tier but not in the wave → add it to the servers of the wave or remove it here`,
      `spec.waves[0].tiers[1].servers ${id(1)} is already in tier one → exclude it from one of the two tiers`,
      'spec.waves[0].tiers[2].servers tier three has no servers of the wave → widen it or remove it',
    ]);
  });

  it('refuses settings that are for no server of any wave', () => {
    const spec = {
      waves: [{ name: 'a', servers: { ids: [id(1)] } }],
      servers: [{ servers: { ids: [id(2)] }, phases: ['cutover'] }],
    };
    expect(refusal(spec, aFleet(2))).toEqual([
      'spec.servers[0].servers these settings are for no server of any wave → add the servers to a wave or remove the entry',
    ]);
  });

  it('refuses settings of a server that contradict those of its wave', () => {
    const spec = {
      waves: [{ name: 'a', servers: all, deadlines: { replicate: 'PT1H' } }],
      servers: [{ servers: { ids: [id(1)] }, thresholds: { sustainedSeconds: 3600 } }],
    };
    expect(refusal(spec, aFleet(2))).toEqual([
      'spec.servers[0].thresholds.sustainedSeconds sustainedSeconds (3600) cannot be reached before the deadline of replicate (3600 s) → lower sustainedSeconds or extend deadlines.replicate',
    ]);
  });
});

describe('selectors', () => {
  const fleet = aFleet(12);
  const names = fc.subarray(
    fleet.servers.map((server) => server.sourceServerId),
    { minLength: 1 },
  );
  const criteria = fc
    .record(
      {
        ids: names,
        tags: fc.constantFrom({ parity: 'odd' }, { parity: ['even', 'odd'] }),
        replicationType: fc.constantFrom('AGENT_BASED', 'SNAPSHOT_SHIPPING'),
      },
      { requiredKeys: [] },
    )
    .filter((value) => Object.keys(value).length > 0);
  const picked = (selector: object) => {
    const parsed = Selector.parse(selector);
    return fleet.servers.filter((server) => picks(parsed, server));
  };

  it('pick with all criteria what each criterion picks by itself', () => {
    fc.assert(
      fc.property(criteria, (value) => {
        const each = Object.entries(value).map(([key, one]) => picked({ [key]: one }));
        expect(picked(value)).toEqual(
          fleet.servers.filter((server) => each.every((list) => list.includes(server))),
        );
      }),
    );
  });

  it('split the fleet into what they pick and what is left when it is excluded', () => {
    fc.assert(
      fc.property(criteria, (value) => {
        const rest = picked({ all: true, exclude: value });
        expect(picked(value).filter((server) => rest.includes(server))).toEqual([]);
        expect(picked(value).length + rest.length).toBe(fleet.servers.length);
      }),
    );
  });

  it('pick nothing when they exclude what they pick', () => {
    fc.assert(
      fc.property(criteria, (value) => {
        expect(picked({ ...value, exclude: value })).toEqual([]);
      }),
    );
  });
});
