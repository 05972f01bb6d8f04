// Extensions: servers of a staging account become servers of another account, which can then drill and recover them.
import { expect, test } from 'vitest';
import { aDrsServer, drsId, otherAccount } from '../simulator/drs/rig.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  type Person,
  rehearse,
} from './_rehearse.ts';

const spec = (phases: string, more = '') =>
  `{ waves: [{ name: wave-1, servers: { all: true }, phases: [${phases}], extend: { into: '${otherAccount}', tags: { dr: gold } }${more} }] }`;
/** The key of its own that DRS asks for. */
const withKey = (person: Person, n: number) =>
  person('UpdateReplicationConfiguration', {
    sourceServerID: drsId(n),
    ebsEncryption: 'CUSTOM',
  });

test('extends what is protected once, whatever answers are lost, and names the key of what cannot be', async () => {
  const told = await rehearse({
    kind: 'Protection',
    fleet: [aDrsServer(1, { state: 'STOPPED' }), aDrsServer(2)],
    parameters: {},
    before: (person) => void withKey(person, 1),
    // The first calls of both; the refusal of the second server is heard when it is asked for again.
    faults: [
      '{ fault: answer-lost, operations: [CreateExtendedSourceServer], until: 2024-03-04T16:44:30Z }',
    ],
    spec: spec('protect, extend'),
    goOnSeconds: 120,
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 failed DefaultEbsKey']);
  expect(actsOn(told, drsId(1))).toEqual(['StartReplication', 'CreateExtendedSourceServer']);
  const [call] = told.logs.api.filter(({ operation }) => operation.startsWith('CreateExtended'));
  expect(call).toMatchObject({
    accountId: otherAccount,
    answerLost: true,
    input: { tags: { Name: 'host-1', dr: 'gold' } },
  });
  const [extended] = eventsOf(told, 'Wave Server Extended');
  expect(eventsOf(told, 'Source Server Discovered')).toContainEqual(
    expect.objectContaining({ arn: extended?.['extensionArn'], hostname: 'host-1' }),
  );
  expectPromisesKept(told);
});
