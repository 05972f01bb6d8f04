// What may differ between a deployed wave and its rehearsal is when the ticks come; whatever else differs is found.
import { expect, test } from 'vitest';
import { catalogue } from '../../src/core/event/catalogue.ts';
import { agentBased, discovered, inSync } from '../scenarios/_fleet.ts';
import { rehearse } from '../scenarios/_rehearse.ts';
import { differences, manners } from './telling.ts';

const outside = 's-00000000000000004';
const fleet = [agentBased(1), inSync(2), discovered(3), inSync(4)];

async function at(minSeconds: number) {
  const spec = `{ defaults: { poll: { minSeconds: ${minSeconds} } }, waves: [{ name: wave-1, servers: { all: true, exclude: { ids: [${outside}] } } }] }`;
  return (await rehearse({ fleet, spec })).logs.events;
}

test('every detail-type of the catalogue says how it is compared', () => {
  expect(Object.keys(manners).sort()).toEqual(catalogue.map((one) => one.detailType).sort());
});

test('the same wave under other ticks tells the same; what is lost, invented or changed is found', async () => {
  const [quick, slow] = [await at(60), await at(240)];
  expect(quick.length).not.toBe(slow.length);
  expect(differences(quick, slow)).toEqual([]);

  const without = (type: string) => {
    const last = quick.findLastIndex(
      (event) => event['detail-type'] === type && event.detail['sourceServerId'] !== outside,
    );
    return differences(
      quick.filter((_, i) => i !== last),
      quick,
    );
  };
  expect(without('Source Server Lifecycle State Change')).toHaveLength(1);
  expect(without('Source Server Replication State Change')).toHaveLength(1);
  expect(without('Wave Server Wait Ended')).toHaveLength(1);
  expect(without('Job Ended').length).toBeGreaterThan(0);
  expect(without('Wave Concluded')).toHaveLength(1);
});
