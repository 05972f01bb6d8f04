// What a dry run says of extensions, as the accounts answer it that they go into.
import { expect, test } from 'vitest';
import { embeddedStore, simulatedDrs, simulatedServices } from '../../src/cli/_wiring.ts';
import { dryRun } from '../../src/flow/operate/dry-run.ts';
import { type Parameters, Simulator } from '../../src/simulator/simulator.ts';
import { beginning } from '../scenarios/_fleet.ts';
import { planOf } from '../scenarios/_rehearse.ts';
import { aDrsServer, drsId, otherAccount } from '../simulator/drs/rig.ts';
import { faults } from '../simulator/rig.ts';

const staging = '111122223333';
const extensionOf = (n: number, of: number) =>
  aDrsServer(n, {
    account: otherAccount,
    more: {
      stagingArea: {
        status: 'EXTENDED',
        stagingAccountID: staging,
        stagingSourceServerArn: `arn:aws:drs:us-east-1:${staging}:source-server/${drsId(of)}`,
      },
    },
  });
const fleet = [
  aDrsServer(1),
  aDrsServer(2),
  extensionOf(3, 2),
  aDrsServer(4, { state: 'DISCONNECTED' }),
  aDrsServer(5, { state: 'DISCONNECTED' }),
];
const spec = `{ waves: [{ name: w, servers: { all: true, exclude: { ids: [${drsId(3)}] } }, phases: [extend], extend: { into: '${otherAccount}' } }] }`;

async function obstacles(parameters: Partial<Parameters>, polled: readonly string[]) {
  const simulator = new Simulator({
    fleet,
    vcenterClients: [],
    faults: faults(),
    seed: 1,
    startAt: beginning,
    parameters,
  });
  const store = embeddedStore();
  const target = (accountId: string) => ({
    ...{ partition: 'aws', service: 'drs' as const, region: 'us-east-1' },
    accountId,
  });
  const ports = {
    store,
    clock: { now: () => beginning },
    serviceOf: simulatedServices(simulator),
    drsOf: simulatedDrs(simulator),
  };
  const preview = await dryRun(ports, planOf(spec, fleet, 'Protection'), polled.map(target));
  store.close();
  return preview.obstacles.filter(
    ({ severity, kind }) => severity === 'blocks' || kind === 'not-extensible',
  );
}

test('names the servers that the other account does not list, each reason once, with its remedy', async () => {
  expect(await obstacles({}, [staging, otherAccount])).toEqual([
    {
      kind: 'not-extensible',
      severity: 'notes',
      wave: 'story.w',
      target: `drs:${otherAccount}:us-east-1`,
      servers: [drsId(4), drsId(5)],
      message: `2 of wave story.w cannot be extended now: account ${otherAccount} does not list it as a server that can be extended`,
      remedy: expect.stringContaining('trusts the other'),
    },
  ]);
});

test('says why the other account does not answer, and that nobody polls it', async () => {
  const drsUninitializedTargets = [`${otherAccount}:us-east-1`];
  expect(await obstacles({ drsUninitializedTargets }, [staging])).toMatchObject([
    { severity: 'blocks', kind: 'target-not-polled', target: `drs:${otherAccount}:us-east-1` },
    {
      severity: 'delays',
      kind: 'not-extensible',
      message: expect.stringContaining('UninitializedAccountException'),
    },
  ]);
});
