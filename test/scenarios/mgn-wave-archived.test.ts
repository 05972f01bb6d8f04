import { expect, test } from 'vitest';
import { setUpRehearsal } from '../../src/cli/rehearsal.ts';
import { type CallRecord, noFaults } from '../../src/simulator/simulator.ts';
import { beginning, inSync, serverId } from './_fleet.ts';
import { brisk, planOf } from './_rehearse.ts';

const app = 'app-0123456789abcdef0';
const wave = 'wave-0123456789abcdef0';
const arn = (kind: string, id: string) => `arn:aws:mgn:us-east-1:111122223333:${kind}/${id}`;

async function archiveCalls(servers: string): Promise<readonly CallRecord[]> {
  const fleet = [1, 2].map((n) => ({ ...inSync(n), applicationID: app }));
  const calls: CallRecord[] = [];
  const rehearsal = await setUpRehearsal({
    plan: planOf(`{ waves: [{ name: wave-1, servers: ${servers} }] }`, fleet),
    fleet,
    vcenterClients: [],
    applications: [{ applicationID: app, arn: arn('application', app), name: 'web', waveID: wave }],
    waves: [{ waveID: wave, arn: arn('wave', wave), name: 'first' }],
    faults: noFaults,
    seed: 1,
    startAt: beginning,
    parameters: brisk,
    onCall: (call) => calls.push(call),
  });
  expect((await rehearsal.run()).outcome).toBe('succeeded');
  return calls.filter((call) => call.operation === 'ArchiveWave');
}

test('archives a wave of MGN once all its servers are archived', async () => {
  const calls = await archiveCalls('{ all: true }');
  expect(calls.map(({ input, error }) => ({ input, error }))).toEqual([
    { input: { waveID: wave }, error: null },
  ]);
});

test('leaves a wave of MGN open that still holds another server', async () => {
  expect(await archiveCalls(`{ ids: [${serverId(1)}] }`)).toEqual([]);
});
