// A vCenter client that makes the first copy of a few servers at a time, as the plan asks, and of all in the end.
import { expect, test } from 'vitest';
import { discovered } from './_fleet.ts';
import { endings, eventsOf, expectPromisesKept, rehearse, type Told } from './_rehearse.ts';

const fleet = Array.from({ length: 7 }, (_, i) => discovered(i + 1));
const spec = (feeder: string) =>
  `{ defaults: { phases: [replicate], thresholds: { lagSeconds: 7200 }${feeder} }, waves: [{ name: wave-1, servers: { all: true } }] }`;

/** The most first copies at a time, from the start of replication until MGN says that the server is ready for test. */
function mostAtATime(told: Told): number {
  const moments = [
    ...told.logs.api
      .filter(({ operation, error }) => operation === 'StartReplication' && error === null)
      .map(({ at }) => ({ at, by: 1 })),
    ...eventsOf(told, 'Source Server Initial Sync Change')
      .filter(({ current }) => current === 'done')
      .map(({ observedAt }) => ({ at: String(observedAt), by: -1 })),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.by - b.by));
  let now = 0;
  let most = 0;
  for (const { by } of moments) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

test('a plan that spares vCenter clients starts the next copy when one is done', async () => {
  const told = await rehearse({ fleet, spec: spec(', feeder: { firstSyncsPerVcenterClient: 2 }') });
  expect(endings(told)).toEqual(fleet.map((_, i) => `${i + 1} succeeded`));
  expect(mostAtATime(told)).toBe(2);
  expectPromisesKept(told);
});

test('a plan that says nothing starts as many as there are slots', async () => {
  const told = await rehearse({ fleet, spec: spec('') });
  expect(endings(told)).toEqual(fleet.map((_, i) => `${i + 1} succeeded`));
  expect(mostAtATime(told)).toBe(7);
});
