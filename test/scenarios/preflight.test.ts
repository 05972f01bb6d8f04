// A phase that the preflight keeps from starting: with the reason told, until somebody mends it or the plan gives up.
import { expect, test } from 'vitest';
import { approve } from '../../src/flow/operate/approve.ts';
import { agentBased, discovered, inSync, serverId } from './_fleet.ts';
import { brisk, endings, eventsOf, expectPromisesKept, rehearse, triesOf } from './_rehearse.ts';

type Told = Awaited<ReturnType<typeof rehearse>>;
type Found = { readonly rule: string; readonly message: string; readonly serverIds: string[] };

const subnet = 'subnet-0f1e2d3c4b5a69788';
const wave = (more = '') => `{ waves: [{ name: wave-1, servers: { all: true }${more} }] }`;
const found = (told: Told, what: 'Blocked' | 'Warned') =>
  eventsOf(told, `Wave Preflight ${what}`).flatMap(({ phase, findings }) =>
    (findings as readonly Found[]).map(({ rule }) => `${String(phase)} ${rule}`),
  );
const cleared = (told: Told) =>
  eventsOf(told, 'Wave Preflight Cleared').map(({ phase }) => String(phase));

test('a launch template edited by hand mid-wave keeps the cutover from starting; given up, its servers are skipped', async () => {
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    spec: wave(
      ', gates: { cutover: { approval: { timeout: P5D } } }, preflight: { timeout: PT12H }',
    ),
    faults: [
      `{ fault: launch-template-edited, on: ready-for-cutover, subnetId: ${subnet}, securityGroupIds: [sg-1], servers: { ids: [${serverId(1)}] } }`,
    ],
    // It is told while the wave still waits for a person, who approves all the same.
    whenTold: [
      {
        event: (envelope) => envelope['detail-type'] === 'Wave Preflight Blocked',
        happens: async ({ ports }) => {
          const reply = await approve(ports, {
            wave: 'story.wave-1',
            phase: 'cutover',
            decision: 'approved',
            by: 'anna',
            reason: '',
          });
          expect(reply.status).toBe('done');
        },
      },
    ],
  });
  const blocked = eventsOf(told, 'Wave Preflight Blocked');
  expect(found(told, 'Blocked')).toEqual([
    'cutover launch-template-as-recorded',
    'cutover launch-template-as-recorded',
  ]);
  expect(blocked[0]?.['findings']).toMatchObject([{ serverIds: [serverId(1)] }]);
  expect(triesOf(told, 'StartCutover')).toBe(0);
  expect(endings(told)).toEqual(['1 skipped PreflightBlocked', '2 skipped PreflightBlocked']);
  expectPromisesKept(told);
});

test('the same edit as a warning is told once, and the wave goes on', async () => {
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    spec: wave(
      ', preflight: { rules: { launch-template-as-recorded: warning } }, thresholds: { sustainedSeconds: 7200 }',
    ),
    faults: [
      `{ fault: launch-template-edited, after: PT10M, securityGroupIds: [sg-1], servers: { ids: [${serverId(1)}] } }`,
    ],
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expect(found(told, 'Blocked')).toEqual([]);
  expect(found(told, 'Warned')).toEqual([
    'test launch-template-as-recorded',
    'cutover launch-template-as-recorded',
  ]);
  expectPromisesKept(told);
});

test('without free addresses nothing is launched, and the reason names the subnet', async () => {
  const told = await rehearse({
    fleet: [agentBased(1), agentBased(2), agentBased(3)],
    spec: wave(', preflight: { timeout: PT6H }'),
    parameters: { ...brisk, subnetFreeAddresses: { [subnet]: 2 } },
  });
  expect(found(told, 'Blocked')).toEqual(['test free-addresses']);
  const [blocked] = eventsOf(told, 'Wave Preflight Blocked');
  expect(JSON.stringify(blocked?.['findings'])).toContain(`${subnet}`);
  expect(triesOf(told, 'StartTest')).toBe(0);
  expect(endings(told).every((end) => end.endsWith('skipped PreflightBlocked'))).toBe(true);
  expectPromisesKept(told);
});

test('vCPUs held by a forgotten test instance block until it is terminated; then the wave goes its whole way', async () => {
  const forgotten = {
    ...inSync(9),
    launchedInstance: { ec2InstanceID: 'i-0123456789abcdef0', firstBoot: 'SUCCEEDED' },
  };
  const told = await rehearse({
    fleet: [agentBased(1), forgotten],
    spec: `{ waves: [{ name: wave-1, servers: { ids: [${serverId(1)}] } }] }`,
    parameters: { ...brisk, quotaStandardVcpus: 2 },
    faults: [
      `{ fault: console-action, action: terminate, after: PT8H, servers: { ids: [${serverId(9)}] } }`,
    ],
  });
  expect(found(told, 'Warned')[0]).toBe('test test-instances-left');
  expect(found(told, 'Blocked')).toEqual(['test vcpu-quota']);
  const [blocked] = eventsOf(told, 'Wave Preflight Blocked');
  expect(JSON.stringify(blocked?.['findings'])).toContain(serverId(9));
  expect(cleared(told)).toEqual(['test']);
  expect(endings(told)).toEqual(['1 succeeded']);
  expectPromisesKept(told);
});

test('a silent vCenter client keeps its servers from replicating, until it is back', async () => {
  const told = await rehearse({
    fleet: [discovered(1), discovered(2)],
    spec: wave(', gates: { test: { approval: { timeout: P2D } } }'),
    faults: ['{ fault: vcenter-client-dead, after: PT2H, revivesAfter: PT6H }'],
  });
  // The wave waits for a person all the while: it is checked every hour all the same.
  expect(found(told, 'Blocked')).toEqual(['test vcenter-client-heard']);
  expectPromisesKept(told);
});

test('an own rule blocks like any other, and a rule that is off finds nothing', async () => {
  const own =
    'own: [{ id: own/has-an-owner, severity: blocking, phases: [test], when: { fact: tags.Owner, missing: true }, message: has no Owner tag, remedy: set it in MGN }]';
  const spec = (more: string) => wave(`, preflight: { timeout: PT3H, ${own}${more} }`);
  const told = await rehearse({
    fleet: [agentBased(1, { tags: { Owner: 'web' } }), agentBased(2)],
    spec: spec(''),
  });
  expect(found(told, 'Blocked')).toEqual(['test own/has-an-owner']);
  const fine = await rehearse({
    fleet: [agentBased(1, { tags: { Owner: 'web' } })],
    spec: spec(', rules: { free-addresses: off }'),
    parameters: { ...brisk, subnetFreeAddresses: { [subnet]: 0 } },
  });
  // Nothing keeps it from its launch, which EC2 then refuses.
  expect(found(fine, 'Blocked')).toEqual([]);
  expect(triesOf(fine, 'StartTest')).toBeGreaterThan(0);
  expectPromisesKept(fine);
});

test('where all is well the preflight is silent', async () => {
  const told = await rehearse({ fleet: [agentBased(1), discovered(2), inSync(3)] });
  expect([...found(told, 'Blocked'), ...found(told, 'Warned'), ...cleared(told)]).toEqual([]);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expectPromisesKept(told);
});
