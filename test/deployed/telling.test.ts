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
  expect(without('Source Server First Snapshot Change')).toHaveLength(1);
  expect(without('Source Server Replication State Change')).toHaveLength(1);
  expect(without('Wave Server Wait Ended')).toHaveLength(1);
  expect(without('Job Ended').length).toBeGreaterThan(0);
  expect(without('Wave Concluded')).toHaveLength(1);
});

test('which of two facts a tick sees first is no difference; the order of what is done to a server is', async () => {
  const told = await at(60);
  const story = told
    .filter(
      ({ detail }) => detail.stream.startsWith('mgn/') && detail['sourceServerId'] !== outside,
    )
    .sort((a, b) => a.detail.sequence - b.detail.sequence);
  const swapped = (one: string, other: string) => {
    const first = story.find((event) => event['detail-type'] === one);
    const second = story.find(
      (event) => event['detail-type'] === other && event.detail.stream === first?.detail.stream,
    );
    if (first === undefined || second === undefined) throw new Error(`no ${one} and ${other}`);
    const places = [first.detail.sequence, second.detail.sequence];
    return differences(
      told.map((event) => {
        const place = [second, first].indexOf(event);
        const sequence = places[place];
        return sequence === undefined ? event : { ...event, detail: { ...event.detail, sequence } };
      }),
      told,
    );
  };
  expect(
    swapped('Source Server First Snapshot Change', 'Source Server Initial Sync Change'),
  ).toEqual([]);
  expect(
    swapped('Source Server First Snapshot Change', 'Source Server Lifecycle State Change'),
  ).toEqual([]);
  expect(
    swapped('Source Server Launch Result', 'Source Server Lifecycle State Change'),
  ).toHaveLength(1);
});
