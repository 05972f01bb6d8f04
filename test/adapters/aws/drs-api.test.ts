import { expect, onTestFinished, test } from 'vitest';
import { createClients } from '../../../src/adapters/aws/clients.ts';
import { createDrsApi } from '../../../src/adapters/aws/drs-api.ts';
import { simulatedDrs } from '../../../src/cli/_wiring.ts';
import type { DrsApi } from '../../../src/flow/ports.ts';
import { Simulator } from '../../../src/simulator/simulator.ts';
import { drsApiContract } from '../../contracts/drs-api-contract.ts';
import { clientsInProcess, clientsOverHttp } from '../../contracts/scripted-service.ts';
import { aDrsServer, drsId } from '../../simulator/drs/rig.ts';
import { face } from '../../simulator/http/face-rig.ts';
import { accountId, faults, region, startAt } from '../../simulator/rig.ts';

drsApiContract('HTTP', clientsOverHttp);
drsApiContract('the in-process transport', clientsInProcess);

const fleet = [aDrsServer(1), aDrsServer(2, { state: 'STOPPED' })];

/** The simulator by HTTP and in this process; each with something launched. */
const carriers: readonly [string, () => Promise<DrsApi>][] = [
  [
    'over HTTP',
    async () => {
      const simulator = await face({ fleet, vcenterClients: [], faults: faults() });
      onTestFinished(() => simulator.close());
      const clients = createClients({
        region,
        endpoint: `http://127.0.0.1:${simulator.port}`,
        credentials: { accessKeyId: accountId, secretAccessKey: 'none' },
      });
      onTestFinished(() => clients.destroy());
      return createDrsApi(clients);
    },
  ],
  [
    'in process',
    async () => {
      const options = { fleet, vcenterClients: [], faults: faults(), seed: 7, startAt };
      const target = { partition: 'aws', service: 'drs', accountId, region } as const;
      return simulatedDrs(new Simulator(options))(target);
    },
  ],
];

test.each(carriers)('the simulator answers every read %s', async (_carrier, open) => {
  const api = await open();
  const servers = await api.describeSourceServers();
  expect(servers.ok && servers.value.map((server) => server['sourceServerID'])).toEqual([
    drsId(1),
    drsId(2),
  ]);
  expect(await api.describeSourceServers([drsId(2)])).toMatchObject({
    ok: true,
    value: [{ dataReplicationInfo: { dataReplicationState: 'STOPPED' } }],
  });
  expect(await api.newestRecoverySnapshot(drsId(1))).toMatchObject({
    ok: true,
    value: [{ sourceServerID: drsId(1), timestamp: expect.stringContaining('2024-03-04T16:1') }],
  });
  expect(await api.newestRecoverySnapshot(drsId(2))).toMatchObject({ ok: true, value: [] });
  expect(await api.describeRecoveryInstances()).toMatchObject({ ok: true, value: [] });
  expect(await api.describeJobs({ fromAt: '2024-03-03T00:00:00.000Z' })).toMatchObject({
    ok: true,
    value: [],
  });
  expect(await api.quotas()).toMatchObject({ ok: true, value: { 'L-D88FAC3A': 20 } });
  const launch = await api.getLaunchConfiguration(drsId(1));
  if (!launch.ok) throw new Error('the simulator answers it');
  expect(launch.value).toMatchObject({ copyTags: false });
  expect(await api.getReplicationConfiguration(drsId(1))).toMatchObject({
    ok: true,
    value: { replicatedDisks: [{ deviceName: '/dev/xvda' }] },
  });
  expect(await api.listLaunchActions(drsId(1))).toMatchObject({ ok: true, value: [] });
  expect(await api.describeLaunchConfigurationTemplates()).toMatchObject({ ok: true, value: [] });
  expect(await api.describeReplicationConfigurationTemplates()).toMatchObject({ value: [] });
  const template = String(launch.value['ec2LaunchTemplateID']);
  expect(await api.describeLaunchTemplates([template])).toMatchObject({
    ok: true,
    value: [{ launchTemplateId: template, defaultVersion: 1, latestVersion: 1 }],
  });
  expect(await api.describeLaunchTemplateVersion(template, 1)).toMatchObject({
    ok: true,
    value: { instanceType: 't3.micro', hasUserData: false },
  });
});
