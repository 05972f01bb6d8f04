import { describe, expect, test } from 'vitest';
import { leversOf } from '../../../src/cli/forecast/levers.ts';
import type { CourseInput } from '../../../src/cli/forecast/rehearse-course.ts';
import type { Spent } from '../../../src/core/forecast/course.ts';
import { noFaults } from '../../../src/simulator/simulator.ts';
import { agentBased, beginning, serverId } from '../../scenarios/_fleet.ts';
import { planOf } from '../../scenarios/_rehearse.ts';

const fleet = [agentBased(1), agentBased(2)];
const gates =
  'gates: { cutover: { window: { timeZone: UTC, days: [sat], from: "20:00", to: "23:00" }, needs: PT1H }, finalize: { soak: PT24H } }';
const waves = [
  `{ name: a, servers: { ids: [${serverId(1)}] } }`,
  `{ name: b, dependsOn: [a], ${gates}, servers: { ids: [${serverId(2)}] } }`,
];
const input: CourseInput = {
  plan: planOf(`{ waves: [${waves.join(', ')}] }`, fleet),
  fleet,
  vcenterClients: [],
  faults: noFaults,
  seed: 1,
  startAt: beginning,
  parameters: { linkMbps: 100 },
};
const spent = (...causes: readonly Spent['cause'][]): readonly Spent[] =>
  causes.map((cause, i) => ({ cause, seconds: 1000 - i }));
const links = (...names: readonly string[]) => names.map((wave) => ({ wave, name: 'cutover' }));

describe('the levers of a critical path', () => {
  test('go at what takes longest first, and change one thing each', () => {
    const levers = leversOf(input, {
      links: links('b'),
      spent: spent('data-transfer', 'job-slots', 'active-slots', 'boot'),
    });
    expect(levers.map(({ name }) => name)).toEqual([
      'more-bandwidth',
      'more-jobs',
      'more-active-servers',
    ]);
    expect(levers.map(({ changed }) => changed.parameters)).toEqual([
      { linkMbps: 200, serverThrottleMbps: 2000 },
      { linkMbps: 100, quotaConcurrentJobs: 40, quotaServersInAllJobs: 400 },
      { linkMbps: 100, quotaActiveServers: 300 },
    ]);
    expect(levers[0]?.words).toBe('twice the bandwidth (linkMbps 200, serverThrottleMbps 2,000)');
    for (const { changed } of levers) expect(changed.plan).toBe(input.plan);
  });

  test('open weekly windows on every day, then take them away; freezes stay', () => {
    const path = { links: links('b'), spent: spent('window') };
    const [daily] = leversOf(input, path);
    const scheduleIn = (of: CourseInput | undefined) => of?.plan.waves[1]?.gates?.cutover?.schedule;
    expect(scheduleIn(daily?.changed)?.open).toMatchObject([{ days: [1, 2, 3, 4, 5, 6, 7] }]);
    expect(daily?.changed.plan.waves[1]?.gates?.cutover?.needsSeconds).toBe(3600);
    const [none] = leversOf(daily?.changed ?? input, path);
    expect(scheduleIn(none?.changed)).toEqual({ open: [], freezes: [] });
    expect([daily?.words, none?.words]).toEqual([
      'windows on every day before cutover',
      'no windows before cutover',
    ]);
  });

  test('halve the soak, and let approvals come at once', () => {
    const path = { links: links('b'), spent: spent('soak', 'approval') };
    const [soak, ...rest] = leversOf({ ...input, approveAfter: 3600 }, path);
    expect(soak?.changed.plan.waves[1]?.gates?.finalize).toEqual({ soakSeconds: 43_200 });
    expect(rest.map(({ name, changed }) => [name, changed.approveAfter])).toEqual([
      ['faster-approvals', 0],
    ]);
    expect(leversOf(input, path).map(({ name }) => name)).toEqual(['shorter-soak']);
    expect(leversOf({ ...input, approveAfter: 'never' }, path)).toHaveLength(1);
  });

  test('feed vCenter clients as fast as slots allow', () => {
    const fed = planOf(
      '{ defaults: { feeder: { firstSyncsPerVcenterClient: 2 } }, waves: [{ name: a, servers: { all: true } }] }',
      fleet,
    );
    const path = { links: links('a'), spent: spent('vcenter-client') };
    const [lever] = leversOf({ ...input, plan: fed }, path);
    expect(fed.waves[0]?.servers[0]?.settings.feeder).toEqual({ firstSyncsPerVcenterClient: 2 });
    expect(lever?.name).toBe('no-feeder');
    expect(lever?.changed.plan.waves[0]?.servers.map(({ settings }) => settings.feeder)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('let waves of the path begin together', () => {
    const [together] = leversOf(input, { links: links('a', 'b'), spent: [] });
    expect(together?.words).toBe('1 wave that no longer waits for another: b');
    expect(together?.changed.plan.waves.map(({ dependsOn }) => dependsOn)).toEqual([[], []]);
  });

  test('are none where nothing can be changed', () => {
    const path = { links: links('a'), spent: spent('window', 'soak', 'boot', 'pace') };
    expect(leversOf(input, path)).toEqual([]);
  });
});
