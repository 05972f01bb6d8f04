// Schedules of drills as the command line starts, shows, pauses and removes them, on a store and a simulated DRS.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { orderSchedule, showSchedules } from '../../src/cli/drs/schedule-order.ts';
import { readPlanText } from '../../src/cli/read-plan.ts';
import { startOnDeployment } from '../../src/cli/start-on-deployment.ts';
import { place } from '../../src/flow/records/place.ts';
import type { ScheduleRecord } from '../../src/flow/records/plan-records.ts';
import { runSchedules } from '../../src/flow/schedule/run-schedules.ts';
import { aFlow, drsTarget, machine } from '../flow/_recorder.ts';
import { aDrsServer } from '../simulator/drs/rig.ts';

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  for (const stream of ['log', 'error'] as const) {
    vi.spyOn(console, stream).mockImplementation((line) => void said.push(String(line)));
  }
});
afterEach(() => vi.restoreAllMocks());

const text = (schedule: string) => `apiVersion: landfall/v1
kind: Drill
metadata: { name: weekly }
spec:
  schedule: { timeZone: UTC, every: week, on: tuesday, at: "00:20"${schedule} }
  waves: [{ name: all, servers: { all: true } }]
`;

function here() {
  const flow = aFlow([aDrsServer(1), aDrsServer(2)]);
  const deployment = {
    ports: flow.ports,
    targets: [{ target: drsTarget, access: 'own' as const }],
    outputs: { waveMachine: machine('wave'), hooks: undefined } as never,
    identity: { arn: 'arn:aws:iam::111122223333:user/anna', accountId: '111122223333' },
  };
  const start = (schedule: string, is: { dry?: boolean; json?: boolean } = {}) => {
    const plan = readPlanText(text(schedule), 'weekly.yaml');
    if (!plan.ok) throw new Error(JSON.stringify(plan.problems));
    const words = { fleets: [], names: [], furtherWords: ' --stage test' };
    return startOnDeployment(deployment, {
      ...{ plan, ...words, dry: is.dry ?? false, json: is.json ?? false },
    });
  };
  const record = () => flow.body<ScheduleRecord>(place.schedule('weekly'));
  return { flow, deployment, start, record };
}

describe('landfall start of a plan with a schedule', () => {
  test('says what would come, and with no dry run puts it on record', async () => {
    const { start, record } = here();
    expect(
      await start(', costs: { hoursPerInstance: 1, limitInstanceHours: 9 }', { dry: true }),
    ).toBe(0);
    expect(await record()).toBeUndefined();
    expect(said.join('\n')).toContain('2 servers as of now, 2 instance-hours a run');
    expect(said.join('\n')).toContain('2024-03-05  2024-03-05 00:20:00');
    expect(said.join('\n')).not.toContain('on record');
    expect(await start('')).toBe(0);
    expect(said.at(-1)).toContain(
      'Its schedule is on record: each run is started by Landfall itself.',
    );
    expect(said.at(-1)).toContain('landfall drs schedule list --stage test');
    expect(await record()).toMatchObject({ startedBy: 'arn:aws:iam::111122223333:user/anna' });
    await start('');
    expect(said.at(-1)).toContain('was on record already');
  });

  test('as JSON is one object', async () => {
    const { start } = here();
    await start('', { json: true });
    expect(JSON.parse(said.join(''))).toMatchObject({
      ...{ outcome: 'scheduled', plan: 'weekly', servers: 2, kept: 'new' },
      coming: [{ date: '2024-03-05' }, { date: '2024-03-12' }, { date: '2024-03-19' }],
    });
  });

  test('is refused where no run comes any more, with nothing on record', async () => {
    const { start, record } = here();
    expect(await start(', ends: 2024-03-04')).toBe(2);
    expect(said.join('\n')).toContain('spec.schedule  no run comes within 400 days');
    expect(await record()).toBeUndefined();
  });
});

describe('landfall drs schedule', () => {
  const about = { plan: 'weekly', reason: 'audit', json: false };

  test('lists, pauses, resumes and removes', async () => {
    const { flow, deployment, start } = here();
    await showSchedules(deployment, false);
    expect(said.at(-1)).toContain('No drill has a schedule here.');
    await start('');
    expect(await orderSchedule(deployment, 'pause', about)).toBe(0);
    expect(said.at(-1)).toContain('weekly is paused: its runs fall out');
    await orderSchedule(deployment, 'pause', about);
    expect(said.at(-1)).toBe('weekly was paused already.');
    flow.advance(8 * 3600);
    await runSchedules(flow.ports, { targets: [drsTarget], waveMachineArn: machine('wave') });
    await showSchedules(deployment, false);
    expect(said.at(-1)).toContain('weekly: PAUSED since 2024-03-04 16:20:07 by arn:aws:iam');
    expect(said.at(-1)).toContain('2024-03-05  skipped  the schedule is paused');
    await orderSchedule(deployment, 'resume', about);
    await showSchedules(deployment, true);
    expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({
      schedules: [{ plan: 'weekly', paused: null, past: [{ status: 'skipped' }] }],
    });
    expect(await orderSchedule(deployment, 'remove', about)).toBe(0);
    expect(await flow.body(place.schedule('weekly'))).toBeUndefined();
  });

  test('refuses an order to what has no schedule, with the name that may be meant', async () => {
    const { deployment, start } = here();
    await start('');
    expect(await orderSchedule(deployment, 'pause', { ...about, plan: 'weekley' })).toBe(2);
    expect(said.at(-1)).toContain('no plan "weekley" has a schedule here');
    expect(said.at(-1)).toContain('weekly');
  });
});
