// What commands read of a target of DRS.
import { expect, test } from 'vitest';
import { simulationsFor } from '../../src/cli/function-needs.ts';
import { readLiveFleet } from '../../src/cli/live-fleet.ts';
import { targetFindings } from '../../src/cli/target-findings.ts';
import { place } from '../../src/flow/records/place.ts';
import { aFlow, drsTarget, refused, target } from '../flow/_recorder.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { ready } from '../simulator/rig.ts';

const fleet = [ready(1), aDrsServer(1), aDrsServer(2), aDrsServer(3, { state: 'STOPPED' })];

test('a fleet export asks DRS for its servers, and for nothing that only MGN has', async () => {
  const flow = aFlow(fleet);
  const read = await readLiveFleet(flow.ports, [target, drsTarget], ['vcenterClients', 'waves']);
  expect(read.ok && read.fleet.servers.map((server) => server['sourceServerID'])).toEqual([
    ready(1)['sourceServerID'],
    drsId(1),
    drsId(2),
    drsId(3),
  ]);
  expect(flow.calls.map(({ operation }) => operation)).toEqual([
    ...['DescribeSourceServers', 'DescribeSourceServers', 'DescribeVcenterClients', 'ListWaves'],
  ]);
});

test('the doctor judges a target of DRS by its own quotas and in its own name', async () => {
  const flow = aFlow(fleet, { parameters: { drsQuotaReplicatingServers: 2 } });
  await flow.drsTick(0);
  const record = await flow.body(place.target(drsTarget));
  const api = flow.ports.drsOf(drsTarget);
  const facts = {
    target: drsTarget,
    access: 'own' as const,
    record: { ok: true as const, value: record },
    servers: await api.describeSourceServers(),
    vcenterClients: { ok: true as const, value: [] },
    quotas: await api.quotas(),
  };
  const texts = (of: typeof facts) =>
    targetFindings(of, flow.now(), 1).map(
      ({ level, check, found }) => `${level} ${check}: ${found}`,
    );
  expect(texts(facts)).toEqual([
    expect.stringMatching(/^ok last tick: /),
    'ok service: DRS answers: 3 servers',
    expect.stringMatching(/^warn quotas: 2 of 2 servers replicate; 20 jobs, 500 servers in jobs/),
  ]);
  const unset = { ...facts, servers: refused('uninitialized') };
  expect(texts(unset)[1]).toMatch(/^fail service: /);
});

test('what IAM is asked to simulate names DRS only where a target of it is reached directly', () => {
  const actionsFor = (...services: readonly ('mgn' | 'drs')[]) =>
    simulationsFor(
      'poll',
      services.map((service) => ({ target: { ...target, service }, access: 'own' })),
      'role',
    ).flatMap(({ actions }) => actions);
  expect(actionsFor('mgn').some((action) => action.startsWith('drs:'))).toBe(false);
  expect(actionsFor('mgn', 'drs')).toContain('drs:DescribeRecoverySnapshots');
  // Nothing is launched there.
  expect(actionsFor('drs')).not.toContain('mgn:StartTest');
});

test('what the function asks that sets servers is simulated on the servers of each service', () => {
  const own = (service: 'mgn' | 'drs') => ({
    target: { ...target, service },
    access: 'own' as const,
  });
  const servers = (...services: readonly ('mgn' | 'drs')[]) =>
    simulationsFor('applySettings', services.map(own), 'role')
      .filter(({ resources }) => resources.some((arn) => arn.includes('source-server')))
      .map(({ actions, resources }) => [actions[0]?.split(':')[0], resources[0]?.split(':')[2]]);
  expect(servers('mgn')).toEqual([['mgn', 'mgn']]);
  expect(servers('drs')).toEqual([['drs', 'drs']]);
  expect(servers('mgn', 'drs')).toEqual([
    ['mgn', 'mgn'],
    ['drs', 'drs'],
  ]);
});
