// What the plans of a programme bring into being: servers of DRS after a migration, and ways back after a reversal.
import { describe, expect, test } from 'vitest';
import { resolveEntries } from '../../src/cli/coming-servers.ts';
import { readSubject } from '../../src/cli/read-programme.ts';
import { readFleetDocuments } from '../../src/core/fleet/read-fleet-documents.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { aServer, serverId } from '../simulator/rig.ts';
import { aDirectory } from './_files.ts';

const { write } = aDirectory();

async function resolved(
  fleet: readonly object[],
  plans: readonly (readonly [kind: string, spec: string])[],
  by = '',
) {
  const files = plans.map(([kind, spec], i) =>
    write(
      `plan-${i}.yaml`,
      `apiVersion: landfall/v1\nkind: ${kind}\nmetadata: { name: plan-${i} }\nspec: ${spec}\n`,
    ),
  );
  const entries = files.map((file) => `    - { plan: ${file} }`).join('\n');
  const read = await readSubject(
    write(
      'programme.yaml',
      `apiVersion: landfall/v1\nkind: Programme\nmetadata: { name: mixed }\nspec:\n${by}  plans:\n${entries}\n`,
    ),
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return resolveEntries(read.entries, readFleetDocuments([{ items: fleet }]), read.drsAgents);
}

const all = '{ waves: [{ name: all, servers: { all: true } }] }';
const agents = '  drsAgents: { region: us-west-2, in: PT1H }\n';
const picked = ({ resolved: entries }: Awaited<ReturnType<typeof resolved>>) =>
  entries.map((one) =>
    one.ok
      ? one.waves.flatMap((wave) =>
          wave.servers.map(
            ({ target, hostname }) => `${target.service} ${target.region} ${hostname}`,
          ),
        )
      : one.problems.map(({ problem }) => problem),
  );

describe('after a migration', () => {
  const fleet = [aServer(1), aServer(2)];

  test('a server of DRS comes for each that is finalized, in the Region of the agents, with its names and tags', async () => {
    const found = await resolved(
      fleet,
      [
        ['Migration', all],
        ['Protection', all],
      ],
      agents,
    );
    expect(picked(found)).toEqual([
      ['mgn us-east-1 host-1', 'mgn us-east-1 host-2'],
      expect.arrayContaining(['drs us-west-2 host-1', 'drs us-west-2 host-2']),
    ]);
    expect(found.coming).toEqual([
      expect.objectContaining({
        tags: { Name: 'host-1' },
        sourceCloudProperties: { originAccountID: '111122223333', originRegion: 'us-east-1' },
      }),
      expect.objectContaining({ tags: { Name: 'host-2' } }),
    ]);
  });

  test('none comes where nobody installs agents, or nothing is finalized', async () => {
    const none =
      'the wave has no servers: a Protection is about source servers of DRS, and the fleet has none';
    const without = await resolved(fleet, [
      ['Migration', all],
      ['Protection', all],
    ]);
    expect(picked(without)[1]).toEqual([none]);
    const first = `{ waves: [{ name: a, servers: { ids: [${serverId(1)}] } }, { name: b, phases: [replicate, test], servers: { ids: [${serverId(2)}] } }] }`;
    const found = await resolved(
      fleet,
      [
        ['Migration', first],
        ['Protection', all],
      ],
      agents,
    );
    expect(picked(found)[1]).toEqual(['drs us-west-2 host-1']);
  });
});

describe('after a reversal', () => {
  const back =
    '{ defaults: { phases: [reverse] }, waves: [{ name: all, servers: { all: true } }] }';
  const waysBack = '{ waves: [{ name: all, servers: { replicationDirection: FAILBACK } }] }';
  const fleet = [
    aDrsServer(1, { originRegion: 'us-west-2' }),
    aDrsServer(2),
    aDrsServer(3, {
      originRegion: 'us-west-2',
      more: {
        reversedDirectionSourceServerArn: `arn:aws:drs:us-west-2:111122223333:source-server/${drsId(9)}`,
      },
    }),
  ];

  test('a way back comes for each that came from AWS and has none yet, where it came from', async () => {
    const found = await resolved(fleet, [
      ['Failback', back],
      ['Drill', waysBack],
      ['Failback', back],
    ]);
    expect(picked(found)).toEqual([
      ['drs us-east-1 host-1', 'drs us-east-1 host-2', 'drs us-east-1 host-3'],
      ['drs us-west-2 host-1'],
      ['drs us-east-1 host-1', 'drs us-east-1 host-2', 'drs us-east-1 host-3'],
    ]);
  });

  test('and none before it', async () => {
    const found = await resolved(fleet, [
      ['Drill', waysBack],
      ['Failback', back],
    ]);
    expect(picked(found)[0]).toEqual(['the wave has no servers']);
  });
});
