// What a dry run says of a failback whose way back leads to where nobody looks.
import { expect, test } from 'vitest';
import { embeddedStore, simulatedDrs, simulatedServices } from '../../src/cli/_wiring.ts';
import { dryRun } from '../../src/flow/operate/dry-run.ts';
import { Simulator } from '../../src/simulator/simulator.ts';
import { failbackSpec, recovered } from '../scenarios/_failback.ts';
import { beginning } from '../scenarios/_fleet.ts';
import { planOf } from '../scenarios/_rehearse.ts';
import { drsId } from '../simulator/drs/rig.ts';
import { faults } from '../simulator/rig.ts';

const fleet = [recovered(1), recovered(2), recovered(3, 'eu-west-1'), recovered(4, '')];

async function blocks(polled: readonly string[], plan = planOf(failbackSpec(), fleet, 'Failback')) {
  const simulator = new Simulator({
    fleet,
    vcenterClients: [],
    faults: faults(),
    seed: 1,
    startAt: beginning,
  });
  const store = embeddedStore();
  const ports = {
    store,
    clock: { now: () => beginning },
    serviceOf: simulatedServices(simulator),
    drsOf: simulatedDrs(simulator),
  };
  const targets = polled.map((region) => ({
    ...{ partition: 'aws', service: 'drs' as const, accountId: '111122223333' },
    region,
  }));
  const { obstacles } = await dryRun(ports, plan, targets);
  store.close();
  return obstacles.filter(({ severity }) => severity === 'blocks');
}

test('names each origin that nobody polls, with its servers and what to do', async () => {
  expect(await blocks(['us-east-1', 'eu-west-1'])).toEqual([
    {
      kind: 'target-not-polled',
      severity: 'blocks',
      target: 'drs:111122223333:us-west-2',
      servers: [drsId(1), drsId(2)],
      message: '2 servers came from drs:111122223333:us-west-2, which the deployment does not poll',
      remedy: 'add drs:111122223333:us-west-2 to the targets of the deployment and deploy it again',
    },
  ]);
});

test('says nothing where all origins are polled, of a machine from outside AWS, and of plans that reverse nothing', async () => {
  expect(await blocks(['us-east-1', 'us-west-2', 'eu-west-1'])).toEqual([]);
  const drill = planOf('{ waves: [{ name: w, servers: { all: true } }] }', fleet, 'Drill');
  expect(await blocks(['us-east-1'], drill)).toEqual([]);
});
