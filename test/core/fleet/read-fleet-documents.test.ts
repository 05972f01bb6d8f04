import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newestTimestamp } from '../../../src/core/fleet/newest-timestamp.ts';
import { readFleetDocuments } from '../../../src/core/fleet/read-fleet-documents.ts';
import { aDocument, id } from '../plan/_examples.ts';

function example(name: string): unknown {
  const path = new URL(`../../../examples/fleets/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'));
}

function problemsOf(...documents: readonly unknown[]): readonly string[] {
  return readFleetDocuments(documents).problems.map(({ path, problem }) => `${path} ${problem}`);
}

function warningsOf(...documents: readonly unknown[]): readonly string[] {
  return readFleetDocuments(documents).warnings.map(({ problem }) => problem);
}

describe('readFleetDocuments', () => {
  it.each([
    ['agent-based-120', 120, []],
    ['agentless-805', 805, []],
    ['mixed-40', 40, []],
  ])('reads %s without a warning', (name, size, nothing) => {
    const clients = name === 'agent-based-120' ? [] : [example(`${name}.vcenter-clients`)];
    const fleet = readFleetDocuments([example(name), ...clients]);
    expect(fleet.servers).toHaveLength(size);
    expect({ warnings: fleet.warnings, problems: fleet.problems }).toEqual({
      warnings: nothing,
      problems: nothing,
    });
  });

  it('keeps the document and reads what a plan can select by', () => {
    const document = aDocument(3, { applicationID: 'app-1', vcenterClientID: 'vcc-1' });
    const fleet = readFleetDocuments([
      { items: [document] },
      { items: [{ applicationID: 'app-1', name: 'shop', waveID: 'wave-1' }] },
      { items: [{ waveID: 'wave-1', name: 'spring' }] },
      { items: [{ vcenterClientID: 'vcc-1', hostname: 'h' }] },
    ]);
    expect(fleet).toEqual({
      servers: [
        {
          document,
          sourceServerId: id(3),
          arn: `arn:aws:mgn:eu-central-1:111122223333:source-server/${id(3)}`,
          target: {
            partition: 'aws',
            service: 'mgn',
            accountId: '111122223333',
            region: 'eu-central-1',
          },
          hostname: 'host-3',
          fqdn: 'host-3.example.com',
          tags: { Name: 'host-3', parity: 'odd' },
          replicationType: 'SNAPSHOT_SHIPPING',
          applicationId: 'app-1',
          applicationName: 'shop',
          mgnWaveId: 'wave-1',
          mgnWaveName: 'spring',
          lifeCycleState: 'READY_FOR_TEST',
          vcenterClientId: 'vcc-1',
        },
      ],
      applications: [
        {
          document: { applicationID: 'app-1', name: 'shop', waveID: 'wave-1' },
          applicationId: 'app-1',
          name: 'shop',
          waveId: 'wave-1',
        },
      ],
      waves: [{ document: { waveID: 'wave-1', name: 'spring' }, waveId: 'wave-1', name: 'spring' }],
      vcenterClients: [
        { document: { vcenterClientID: 'vcc-1', hostname: 'h' }, vcenterClientId: 'vcc-1' },
      ],
      warnings: [],
      problems: [],
    });
  });

  it('reads pages, a list of pages, a list of servers and single servers alike', () => {
    const [a, b] = [aDocument(1), aDocument(2)];
    const expected = readFleetDocuments([{ items: [a, b] }]).servers;
    for (const documents of [
      [{ items: [a], nextToken: 'x' }, { items: [b] }],
      [[{ items: [a] }, { items: [b] }]],
      [[a, b]],
      [a, b],
    ]) {
      expect(readFleetDocuments(documents).servers).toEqual(expected);
    }
  });

  it('reads servers of DRS by their ARNs, and knows what only they have', () => {
    const ofDrs = {
      ...aDocument(1, { arn: aDocument(1).arn.replace(':mgn:', ':drs:') }),
      ...{ recoveryInstanceId: 'i-1', replicationDirection: 'FAILOVER', novelty: 1 },
    };
    const read = readFleetDocuments([ofDrs]);
    expect(read.problems).toEqual([]);
    expect(read.servers.map(({ target }) => target.service)).toEqual(['drs']);
    expect(read.warnings.map(({ problem }) => problem)).toEqual([
      `unknown member "novelty" (server ${id(1)})`,
    ]);
  });

  it('accepts a server that has nothing but its id and ARN', () => {
    const { sourceServerID, arn } = aDocument(1);
    expect(readFleetDocuments([{ sourceServerID, arn }])).toMatchObject({
      servers: [{ sourceServerId: id(1), tags: {} }],
      warnings: [],
      problems: [],
    });
  });

  it('keeps unknown members, values and forms, and reports each kind once', () => {
    const odd = { newMember: 1, lifeCycle: { state: 'HIBERNATING', mood: 'good' } };
    expect(
      warningsOf(
        aDocument(1, odd),
        aDocument(2, odd),
        aDocument(3, { lifeCycle: 5, replicationType: 7, tags: null }),
      ),
    ).toEqual([
      `unknown member "newMember" (server ${id(1)} and 1 more)`,
      `unknown member "mood" of lifeCycle (server ${id(1)} and 1 more)`,
      `unknown value "HIBERNATING" of lifeCycle.state (server ${id(1)} and 1 more)`,
      `lifeCycle is not an object (server ${id(3)})`,
      `replicationType is not text (server ${id(3)})`,
    ]);
  });

  it('warns of servers whose vCenter client the files do not hold', () => {
    const lost = { vcenterClientID: 'vcc-9' };
    expect(warningsOf(aDocument(1, lost), aDocument(2, lost))).toEqual([
      '2 servers of vCenter client "vcc-9", which the files do not hold',
    ]);
  });

  it.each([
    [[], ' the fleet has no servers'],
    [[{ items: [] }], ' the fleet has no servers'],
    [[{ items: [{ waveID: 'w' }] }], ' the fleet has no servers'],
    [[{ items: [5] }], 'items[0] 5 is no source server, application, wave or vCenter client'],
    [[{ items: null }], 'items null is no source server, application, wave or vCenter client'],
    [
      [{ a: 1, b: 2 }, { a: 3 }],
      '[0] an object with a, b is no source server, application, wave or vCenter client (and 1 more like it)',
    ],
    [
      [[[aDocument(1)]]],
      '[0] a list of 1 is no source server, application, wave or vCenter client',
    ],
    [[{ lifeCycle: {} }], 'sourceServerID the server has no id'],
    [[aDocument(1, { sourceServerID: null })], 'sourceServerID the server has no id'],
    [[aDocument(1, { sourceServerID: 's-1' })], 'sourceServerID "s-1" is no source server id'],
    [[aDocument(1, { arn: undefined })], `arn server ${id(1)} has no ARN`],
    [[aDocument(1, { arn: 'arn:x' })], 'arn "arn:x" is no ARN of a source server'],
    [[aDocument(1, { arn: aDocument(2).arn })], `arn the ARN of server ${id(1)} names ${id(2)}`],
    [
      [{ items: [aDocument(1), aDocument(1)] }],
      `items[1] server ${id(1)} is there twice, first at items[0]`,
    ],
  ])('refuses %#: %j', (documents, problem) => {
    expect(problemsOf(...documents)).toEqual([problem]);
  });

  it('reads or refuses any JSON without throwing', () => {
    const part = fc.constantFrom(aDocument(1), { items: [aDocument(2)] }, 'sourceServerID');
    const json = fc.oneof(fc.jsonValue(), part);
    const document = fc.oneof(
      json,
      fc.record({ items: fc.array(json) }),
      fc.dictionary(fc.constantFrom(...Object.keys(aDocument(1)), '__proto__'), json),
    );
    fc.assert(
      fc.property(fc.array(document), (documents) => {
        const fleet = readFleetDocuments(documents);
        expect(fleet.servers.length + fleet.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('newestTimestamp', () => {
  it('answers the moment of the fleet, not that of its forecasts', () => {
    expect(newestTimestamp([example('mixed-40')])).toMatch(/^2024-03-04T16:2/);
    expect(
      newestTimestamp([
        {
          a: [{ deep: '2024-03-04T16:20:00.123456+00:00', etaDateTime: '2030-01-01T00:00:00Z' }],
          nextAttemptDateTime: '2031-01-01T00:00:00Z',
          b: '2024-03-04T18:19:00+02:00',
          text: '2035',
        },
      ]),
    ).toBe('2024-03-04T16:20:00.123Z');
  });

  it('answers nothing where there is no time stamp', () => {
    expect(newestTimestamp([{ a: 'yesterday', b: '2024-99-99T00:00:00Z' }])).toBeUndefined();
  });
});
