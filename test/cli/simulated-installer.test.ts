// Somebody who installs the agent of DRS on what MGN is through with.
import { expect, test } from 'vitest';
import { SimulatedInstaller } from '../../src/cli/simulated-installer.ts';
import { noFaults, Simulator } from '../../src/simulator/simulator.ts';
import { accountId, aServer, region, serverId } from '../simulator/rig.ts';

const startAt = '2024-03-04T16:00:00.000Z';
const ended = (n: number, more: Record<string, unknown> = {}) => ({
  'detail-type': 'Wave Server Phase Ended',
  detail: {
    ...{ phase: 'finalize', status: 'succeeded', observedAt: startAt },
    ...{ accountId, region, sourceServerId: serverId(n), ...more },
  },
});
const launched = {
  ec2InstanceID: 'i-00000000000000001',
  jobID: 'mgnjob-1',
  firstBoot: 'SUCCEEDED',
};

function anInstaller() {
  const simulator = new Simulator({
    fleet: [
      aServer(1, { lifeCycle: 'CUTOVER', replication: 'DISCONNECTED', launched }),
      aServer(2),
    ],
    ...{ vcenterClients: [], faults: noFaults, seed: 1, startAt },
  });
  const installer = new SimulatedInstaller({ region: 'us-west-2', afterSeconds: 3600 });
  const actAt = (at: string) => {
    simulator.advanceTo(Date.parse(at));
    installer.actDue({ clock: { now: () => at } }, simulator);
  };
  return { installer, actAt };
}

test('installs it so long after a server was finalized, once, however often that is told', () => {
  const { installer, actAt } = anInstaller();
  for (const event of [
    ended(1),
    ended(1),
    ended(2, { status: 'failed' }),
    ended(2, { phase: 'test' }),
  ]) {
    installer.told(event);
  }
  expect(installer.nextMs).toBe(Date.parse('2024-03-04T17:00:00Z'));
  actAt('2024-03-04T16:59:59.000Z');
  expect(installer.installed).toEqual([]);
  actAt('2024-03-04T17:00:00.000Z');
  expect(installer.installed).toEqual([
    {
      server: serverId(1),
      at: '2024-03-04T17:00:00.000Z',
      drsServer: expect.stringMatching(/^s-[0-9a-f]{17}$/),
      said: 'replicates to us-west-2',
    },
  ]);
  installer.told(ended(1));
  expect(installer.nextMs).toBeUndefined();
});

test('says why there is none', () => {
  const { installer, actAt } = anInstaller();
  installer.told(ended(2));
  actAt('2024-03-04T17:00:00.000Z');
  expect(installer.installed).toMatchObject([
    { drsServer: null, said: `${serverId(2)} has no instance that runs` },
  ]);
});
