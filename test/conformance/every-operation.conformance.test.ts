import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { botocoreVersion, Driver } from './botocore.ts';
import { botocore, jsSdk } from './clients.ts';
import { drsStories } from './drs-stories.ts';
import { knownDeviations, notReachable, toTheLetter } from './exceptions.ts';
import { mgnStories } from './mgn-stories.ts';
import { claims, clientNames, conformanceDocument, evidenceFor, reasonAgainst } from './table.ts';
import { type Evidence, type Story, told } from './world.ts';

const letter = ', to the letter of the model';
const asRecorded = [...mgnStories, ...drsStories];
const stories = [
  ...asRecorded,
  ...asRecorded.filter(({ onDemand }) => onDemand !== true).map(strictly),
];

/** The same story where the simulator, and what is loaded into it, keeps to the model. */
function strictly(story: Story): Story {
  const { fleet = [], vcenterClients = [], parameters, ...others } = story.options ?? {};
  const zulu = (list: readonly JsonObject[]): JsonObject[] =>
    JSON.parse(JSON.stringify(list).replaceAll('+00:00', 'Z'));
  return {
    ...story,
    name: `${story.name}${letter}`,
    options: {
      ...others,
      fleet: zulu(fleet),
      vcenterClients: zulu(vcenterClients),
      parameters: { ...parameters, ...toTheLetter },
    },
  };
}

const evidence: Evidence[] = [];
const problems = new Map<string, readonly string[]>();
let driver: Driver | undefined;

beforeAll(async () => {
  driver = await Driver.start();
  for (const client of [jsSdk(driver), botocore(driver)]) {
    for (const story of stories) {
      const outcome = await told(client, story);
      evidence.push(...outcome.evidence);
      problems.set(`${client.name}: ${story.service}: ${story.name}`, outcome.problems);
    }
  }
});

afterAll(() => driver?.stop());

describe.each(clientNames)('with %s', (client) => {
  test.each(stories.map(({ service, name }) => `${service}: ${name}`))(
    'the story goes to its end: %s',
    (name) => {
      expect(problems.get(`${client}: ${name}`)).toEqual([]);
    },
  );

  test.each(claims.map((claim) => [claim.service, claim.operation, claim.outcome, claim] as const))(
    '%s %s: %s',
    (_service, _operation, _outcome, claim) => {
      const found = evidenceFor(claim, client, evidence);
      // A reason that no longer holds has to go.
      expect(found.length > 0).toBe(reasonAgainst(claim) === undefined);
    },
  );

  test('no answer differs from the service model, or is read in part only', () => {
    const breaches = evidence
      .filter((one) => one.client === client)
      .flatMap((one) => one.breaches.map((breach) => `${one.service}: ${one.story}: ${breach}`));
    expect(breaches).toEqual([]);
  });
});

test('every known deviation is met, and none beyond them', () => {
  const met = new Set(evidence.flatMap(({ deviations }) => deviations));
  expect([...met].toSorted()).toEqual(Object.keys(knownDeviations).toSorted());
});

test('told to keep to the letter of the model, the simulator deviates in none of the ways it can leave', () => {
  const leavable = ['launch-end', 'offset-times', 'recovery-instance-durations'];
  const left = evidence
    .filter(({ story }) => story.endsWith(letter))
    .flatMap(({ operation, deviations }) =>
      deviations.filter((one) => leavable.includes(one)).map((one) => `${operation}: ${one}`),
    );
  expect([...new Set(left)]).toEqual([]);
});

test('every reason against a claim is about something that the models declare', () => {
  const declared = new Set(claims.map((one) => `${one.service} ${one.operation} ${one.outcome}`));
  expect(Object.keys(notReachable).filter((name) => !declared.has(name))).toEqual([]);
});

test('the models of the simulator are those of the botocore that judges it', () => {
  for (const service of ['mgn', 'drs']) {
    const model = JSON.parse(readFileSync(`src/simulator/model/${service}.json`, 'utf8'));
    expect(model.source).toContain(`botocore ${botocoreVersion}`);
  }
});

test('docs/conformance.md tells these results', async () => {
  const version = (name: string) =>
    JSON.parse(readFileSync(`node_modules/@aws-sdk/client-${name}/package.json`, 'utf8')).version;
  const text = conformanceDocument(evidence, { mgn: version('mgn'), drs: version('drs') });
  await expect(text).toMatchFileSnapshot('../../docs/conformance.md');
});
