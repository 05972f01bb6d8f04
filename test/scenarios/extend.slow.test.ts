// Extensions that do not come about: an error of the extension, a server that cannot be extended, rights and room that are
// missing, orders of people, and functions that die on the way.
import { describe, expect, test } from 'vitest';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import { aDrsServer, drsId, otherAccount } from '../simulator/drs/rig.ts';
import { undisturbed, wrongAfterSome } from './_kill.ts';
import { actsOn, endings, eventsOf, expectPromisesKept, rehearse, triesOf } from './_rehearse.ts';

const waveOf = (more: string) =>
  `{ waves: [{ name: wave-1, servers: { ids: [${drsId(1)}] }, phases: [extend], extend: { into: '${otherAccount}' }${more} }] }`;
const anyKey = { drsExtensionNeedsCustomKey: false };
const extensionOf = (n: number) =>
  aDrsServer(n, {
    account: otherAccount,
    more: {
      stagingArea: {
        status: 'EXTENDED',
        stagingAccountID: '111122223333',
        stagingSourceServerArn: `arn:aws:drs:us-east-1:111122223333:source-server/${drsId(1)}`,
      },
    },
  });
const begins = (envelope: { readonly 'detail-type': string }) =>
  envelope['detail-type'] === 'Wave Stage Started';

describe('a server', () => {
  test('that somebody has extended already is left as it is', async () => {
    const told = await rehearse({
      kind: 'Protection',
      fleet: [aDrsServer(1), extensionOf(2)],
      parameters: {},
      spec: waveOf(''),
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    expect(triesOf(told, 'CreateExtendedSourceServer')).toBe(0);
    expect(eventsOf(told, 'Wave Server Extended')).toMatchObject([{ extensionId: drsId(2) }]);
    expectPromisesKept(told, ['extensions-are-told']);
  });

  test('whose extension has an error fails with what DRS says of it, after the time of a stall', async () => {
    const told = await rehearse({
      kind: 'Protection',
      fleet: [aDrsServer(1), extensionOf(2)],
      parameters: {},
      spec: waveOf(', stall: { grace: PT10M }, policy: { attempts: 1 }'),
      whenTold: [
        {
          event: begins,
          happens: ({ person }) =>
            void person('DisconnectSourceServer', { sourceServerID: drsId(1) }),
        },
      ],
      goOnSeconds: 1800,
    });
    expect(endings(told)).toEqual(['1 failed ExtensionBroken']);
    expect(told.ends[drsId(1)]?.reason).toMatch(/has an error: \S/);
    expect(eventsOf(told, 'Source Server Extension Change')).toMatchObject([
      { accountId: otherAccount, current: 'EXTENSION_ERROR', error: expect.any(String) },
    ]);
    expectPromisesKept(told);
  });

  test('that goes where DRS is not initialised waits for that until its deadline', async () => {
    const told = await rehearse({
      kind: 'Protection',
      fleet: [aDrsServer(1)],
      parameters: { ...anyKey, drsUninitializedTargets: [`${otherAccount}:us-east-1`] },
      spec: waveOf(', deadlines: { extend: PT1H }'),
    });
    expect(endings(told)).toEqual(['1 failed DeadlineExceeded']);
    expect(told.ends[drsId(1)]?.reason).toContain('UninitializedAccountException');
    expectPromisesKept(told);
  });

  test('for which the other account has no room waits for it', async () => {
    const told = await rehearse({
      kind: 'Protection',
      fleet: [aDrsServer(1), aDrsServer(2, { account: otherAccount })],
      parameters: { ...anyKey, drsQuotaTotalServers: 1 },
      spec: waveOf(', deadlines: { extend: PT1H }, policy: { attempts: 1 }'),
    });
    expect(endings(told)).toEqual(['1 failed DeadlineExceeded']);
    expect(told.ends[drsId(1)]?.reason).toContain('ServiceQuotaExceededException');
    expectPromisesKept(told);
  });

  test('that a person skips before it is called for is not extended', async () => {
    const told = await rehearse({
      kind: 'Protection',
      fleet: [aDrsServer(1)],
      parameters: anyKey,
      spec: waveOf(''),
      whenTold: [
        {
          event: begins,
          happens: async ({ ports }) => {
            await runOrder(ports, {
              order: 'skip',
              scope: { kind: 'servers', wave: 'story.wave-1', servers: [drsId(1)] },
              ...{ by: 'jane', reason: 'not this one' },
            });
          },
        },
      ],
    });
    expect(endings(told)).toEqual(['1 skipped OrderedSkip']);
    expect(actsOn(told, drsId(1))).toEqual([]);
    expectPromisesKept(told);
  });
});

test('an approval is asked for before anything is extended, where the plan says so', async () => {
  const told = await rehearse({
    kind: 'Protection',
    fleet: [aDrsServer(1)],
    parameters: anyKey,
    spec: waveOf(', gates: { extend: { approval: { timeout: PT1H } } }'),
  });
  expect(eventsOf(told, 'Wave Approval Requested')).toMatchObject([{ phase: 'extend' }]);
  expect(triesOf(told, 'CreateExtendedSourceServer')).toBe(0);
});

test('whatever dies on the way, the server is extended once', async () => {
  const base = await undisturbed({
    ...{ kind: 'Protection', fleet: [aDrsServer(1)], parameters: anyKey, spec: waveOf('') },
  });
  expect(base.ends).toEqual(['1 succeeded']);
  expect(await wrongAfterSome(base, { first: 4, deaths: 8 })).toEqual([]);
}, 120_000);
