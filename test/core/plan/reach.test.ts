// What a plan picks from: the servers of its service, and ways back only where it names them.
import { describe, expect, it } from 'vitest';
import { readFleetDocuments } from '../../../src/core/fleet/read-fleet-documents.ts';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { aDocument, id } from './_examples.ts';

const ofDrs = (n: number, replicationDirection: string, region = 'us-west-2') =>
  aDocument(n, {
    arn: `arn:aws:drs:${region}:111122223333:source-server/${id(n)}`,
    replicationDirection,
  });
// Server 1 is of MGN; 2 and 3 are protected; 12 stands for the way back of 2, and has its name.
const fleet = readFleetDocuments([
  {
    items: [
      aDocument(1),
      ofDrs(2, 'FAILOVER'),
      ofDrs(3, 'FAILOVER'),
      { ...ofDrs(12, 'FAILBACK', 'us-east-1'), sourceProperties: aDocument(2).sourceProperties },
      ofDrs(14, 'FAILBACK', 'us-east-1'),
    ],
  },
]);

function idsOf(servers: object, { kind = 'Drill', more = {}, of = fleet } = {}) {
  const spec = { waves: [{ name: 'a', servers, ...more }] };
  const parse = parsePlan({ apiVersion: 'landfall/v1', kind, metadata: { name: 'p' }, spec });
  if (!parse.ok) throw new Error(JSON.stringify(parse.problems));
  const resolution = resolvePlan(parse.plan, of);
  return resolution.ok
    ? resolution.waves.flatMap((wave) => wave.servers.map((server) => server.sourceServerId))
    : resolution.problems.map(({ path, problem, remedy }) => `${path} ${problem} → ${remedy}`);
}

describe('a way back', () => {
  it.each([
    [{ all: true }, [2, 3]],
    [{ tags: { parity: 'even' } }, [2]],
    [{ hostnames: ['host-2'] }, [2]],
    [{ replicationDirection: 'FAILOVER' }, [2, 3]],
    [{ replicationDirection: 'FAILBACK' }, [12, 14]],
    [{ replicationDirection: 'FAILBACK', hostnames: ['host-14'] }, [14]],
    [{ replicationDirection: 'FAILBACK', hostnames: ['host-2'] }, [12]],
    [{ replicationDirection: 'FAILBACK', exclude: { ids: [id(3), id(14)] } }, [12]],
    [{ replicationDirection: 'FAILBACK', exclude: { ids: [id(14)] } }, [12]],
    [{ ids: [id(3), id(12)] }, [3, 12]],
    [{ all: true, exclude: { ids: [id(3), id(12)] } }, [2]],
  ])('is picked only where it is named: %j', (selector, numbers) => {
    expect(idsOf(selector)).toEqual(numbers.map(id));
  });

  it('is in the tiers of a wave that names it', () => {
    const more = { tiers: [{ name: 'even', servers: { tags: { parity: 'even' } } }] };
    expect(idsOf({ replicationDirection: 'FAILBACK' }, { more })).toEqual([id(12), id(14)]);
  });

  it.each(['Failback', 'Recovery', 'Protection'])('is left out by a %s of all', (kind) => {
    expect(idsOf({ all: true }, { kind, more: { gates: approvalOf(kind) } })).toEqual(
      [2, 3].map(id),
    );
  });

  it('is refused by its host name alone, and a wave of nothing else says so', () => {
    expect(idsOf({ hostnames: ['host-14'] })).toEqual([
      'spec.waves[0].servers.hostnames[0] "host-14" only stands for the way back of another server → if that is meant, name it by its id, or write replicationDirection: FAILBACK beside it',
    ]);
    expect(idsOf({ hostnames: ['host-3'], replicationDirection: 'FAILBACK' })).toEqual([
      'spec.waves[0].servers.hostnames[0] "host-3" does not replicate back → name another, or leave replicationDirection out',
    ]);
    const of = { ...fleet, servers: fleet.servers.slice(3) };
    expect(idsOf({ all: true }, { of })).toEqual([
      'spec.waves[0].servers the wave has no servers: those of DRS are on the way back of other servers → name them by ids or replicationDirection: FAILBACK, if they are meant',
    ]);
  });
});

describe('a server of the other service', () => {
  it.each([
    [
      'Protection',
      { ids: [id(1)] },
      `ids[0] ${id(1)} is a source server of MGN, and a Protection is about those of DRS → name one of DRS, or write a plan of another kind, such as Migration`,
    ],
    [
      'Migration',
      { ids: [id(2)] },
      `ids[0] ${id(2)} is a source server of DRS, and a Migration is about those of MGN → name one of MGN, or write a plan of another kind, such as Protection`,
    ],
    [
      'Protection',
      { hostnames: ['host-1'] },
      'hostnames[0] "host-1" is a source server of MGN, and a Protection is about those of DRS → name one of DRS, or write a plan of another kind, such as Migration',
    ],
    [
      'Protection',
      { all: true, exclude: { ids: [id(1)] } },
      `exclude.ids[0] ${id(1)} is a source server of MGN, and a Protection is about those of DRS → name one of DRS, or write a plan of another kind, such as Migration`,
    ],
  ])('is refused by a %s that names it: %j', (kind, selector, problem) => {
    expect(idsOf(selector, { kind })).toEqual([`spec.waves[0].servers.${problem}`]);
  });

  it('is all that a fleet has: the wave says what it is about', () => {
    const of = { ...fleet, servers: fleet.servers.slice(0, 1) };
    expect(idsOf({ all: true }, { kind: 'Protection', of })).toEqual([
      'spec.waves[0].servers the wave has no servers: a Protection is about source servers of DRS, and the fleet has none → add the answers of aws drs describe-source-servers to the fleet, or change kind',
    ]);
  });
});

function approvalOf(kind: string) {
  return kind === 'Failback' ? { vacate: { approval: {} } } : {};
}
