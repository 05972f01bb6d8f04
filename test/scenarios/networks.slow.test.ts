// Source networks that a Recovery recovers before it launches: once for the wave, whatever answers are lost; a failure has
// its earlier stack back, or stops the wave for a person; what is recovered in part is a person's to accept.
import { describe, expect, test } from 'vitest';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { undisturbed, wrongAfterSome } from './_kill.ts';
import { Operator, wave } from './_operator.ts';
import {
  endings,
  eventsOf,
  expectPromisesKept,
  type Moment,
  rehearse,
  type Story,
  type Told,
  triesOf,
} from './_rehearse.ts';

const network = (n: number) => `sn-${String(n).padStart(17, '0')}`;
const inNetwork = (n: number, of: number) =>
  aDrsServer(n, { more: { sourceNetworkID: network(of) } });
const recover = ({ parameters = {}, ...is }: Partial<Story>, networks = '') =>
  rehearse({
    kind: 'Recovery',
    fleet: [inNetwork(1, 1), inNetwork(2, 2), aDrsServer(3)],
    spec: `{ waves: [{ name: wave-1, servers: { all: true }, tiers: [{ name: first, servers: { ids: [${drsId(1)}] } }], recovery: { networks: {${networks}} } }] }`,
    parameters: { drsNetworkDeploySeconds: [200, 240], ...parameters },
    ...is,
  });
/** What Landfall called of networks and launches, each with what it names. */
const calls = (told: Told) =>
  told.logs.api.flatMap(({ caller, operation, input, status }) => {
    if (caller !== 'landfall' || !/^(Start|Associate)/.test(operation) || status >= 400) return [];
    const { sourceNetworks, sourceServers, sourceNetworkID, cfnStackName, deployAsNew } = input;
    return [
      {
        operation,
        ...(sourceNetworks === undefined ? {} : { sourceNetworks, deployAsNew }),
        ...(Array.isArray(sourceServers) ? { servers: sourceServers.length } : {}),
        ...(sourceNetworkID === undefined ? {} : { sourceNetworkID, cfnStackName }),
      },
    ];
  });
const both = [{ sourceNetworkID: network(1) }, { sourceNetworkID: network(2) }];
/** A person who retries what holds the wave. */
const retries = (operator: Operator, servers: readonly string[]): Moment => ({
  event: (e) => e['detail-type'] === 'Wave Held',
  happens: async ({ ports }) => {
    await operator.gives(ports, 'retry', { kind: 'servers', wave, servers });
    await operator.gives(ports, 'resume', { kind: 'wave', wave });
  },
});

test('all networks are recovered once, before the first tier, and an answer that is lost is found by its tag', async () => {
  const told = await recover({
    faults: ['{ fault: answer-lost, operations: [StartSourceNetworkRecovery] }'],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expect(calls(told)).toEqual([
    { operation: 'StartSourceNetworkRecovery', sourceNetworks: both, deployAsNew: false },
    { operation: 'StartRecovery', servers: 1 },
    { operation: 'StartRecovery', servers: 2 },
  ]);
  const waited = eventsOf(told, 'Wave Server Wait Ended').find(
    (event) => event['sourceServerId'] === drsId(1) && event['wait'] === 'StartRecovery',
  );
  expect(JSON.stringify(waited)).toContain('its networks');
  expectPromisesKept(told, ['launches-carry-intent', 'networks-recovered-once']);
});

describe('a network that is not recovered', () => {
  test('gets the stack that it had before, where the plan says so', async () => {
    const told = await recover({
      parameters: {
        drsNetworkRecoveryResult: 'FAIL',
        drsNetworkAssociationResult: 'SUCCESS',
      },
      before: (person) =>
        void person('StartSourceNetworkRecovery', {
          sourceNetworks: [{ sourceNetworkID: network(1), cfnStackName: 'before' }],
        }),
      fleet: [inNetwork(1, 1)],
      spec: '{ waves: [{ name: wave-1, servers: { all: true }, recovery: { networks: { onFailure: previous-stack } } }] }',
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(calls(told)).toEqual([
      {
        operation: 'StartSourceNetworkRecovery',
        sourceNetworks: both.slice(0, 1),
        deployAsNew: false,
      },
      {
        operation: 'AssociateSourceNetworkStack',
        sourceNetworkID: network(1),
        cfnStackName: 'before',
      },
      { operation: 'StartRecovery', servers: 1 },
    ]);
    expectPromisesKept(told);
  });

  test('stops the wave, launches nothing, and is recovered anew when a person retries', async () => {
    const operator = new Operator();
    const told = await recover(
      {
        parameters: { drsNetworkRecoveryResult: 'FAIL' },
        whenTold: [retries(operator, [drsId(1)])],
      },
      'deployAsNew: true',
    );
    expect(endings(told)).toEqual([
      '1 failed NetworkNotRecovered',
      '2 skipped HoldExpired',
      '3 skipped HoldExpired',
    ]);
    expect(triesOf(told, 'StartSourceNetworkRecovery')).toBe(2);
    expect(triesOf(told, 'StartRecovery')).toBe(0);
    expect(told.ends[drsId(1)]?.reason).toContain(network(1));
    expectPromisesKept(told);
  });

  test('is not called for where it is not protected', async () => {
    const told = await recover({ parameters: { drsLoadedNetworks: 'STOPPED' } });
    expect(endings(told)[0]).toBe('1 failed NetworkNotRecovered');
    expect(triesOf(told, 'StartSourceNetworkRecovery')).toBe(0);
    expectPromisesKept(told);
  });
});

describe('networks that are recovered in part', () => {
  const parameters = { drsNetworkRecoveryResult: 'PARTIAL_SUCCESS' } as const;

  test('keep the wave back until a person accepts them by a retry', async () => {
    const operator = new Operator();
    const told = await recover({ parameters, whenTold: [retries(operator, [drsId(1)])] });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expect(eventsOf(told, 'Wave Server Phase Ended')[0]).toMatchObject({
      sourceServerId: drsId(1),
      status: 'failed',
    });
    expect(triesOf(told, 'StartSourceNetworkRecovery')).toBe(1);
    expectPromisesKept(told);
  });

  test('are taken as they are where the plan says so', async () => {
    const told = await recover({ parameters }, 'onPartial: accept');
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expect(eventsOf(told, 'Wave Held')).toEqual([]);
    expectPromisesKept(told);
  });
});

test('whatever dies on the way, the networks are recovered and the servers launched once', async () => {
  const base = await undisturbed({
    kind: 'Recovery',
    fleet: [inNetwork(1, 1)],
    parameters: { drsNetworkDeploySeconds: [200, 240] },
    spec: '{ waves: [{ name: wave-1, servers: { all: true }, recovery: { networks: {} } }] }',
  });
  expect(base.ends).toEqual(['1 succeeded']);
  expect(await wrongAfterSome(base, { first: 4, deaths: 8 })).toEqual([]);
}, 120_000);
