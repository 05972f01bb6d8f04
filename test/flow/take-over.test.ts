// A recovery beside drills that have its servers: what starting it is refused for, and when they are taken over.
import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../src/core/event/catalogue.ts';
import { DetailType } from '../../src/core/event/detail-type.ts';
import { wordsOf } from '../../src/core/notify/words.ts';
import { abort } from '../../src/flow/operate/abort.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import { dryRun } from '../../src/flow/operate/dry-run.ts';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import { inTheWay } from '../../src/flow/operate/start-refusals.ts';
import { statusOf } from '../../src/flow/operate/status-of.ts';
import { place } from '../../src/flow/records/place.ts';
import { requestLaunch } from '../../src/flow/request-launch.ts';
import { startPlan } from '../../src/flow/start-wave.ts';
import { concludeWave } from '../../src/flow/steps/conclude-wave.ts';
import { nextStage } from '../../src/flow/steps/next-stage.ts';
import { prepareWave } from '../../src/flow/steps/prepare-wave.ts';
import { planOf } from '../scenarios/_rehearse.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { aFlow, drsTarget, executionOf, type Flow, machine } from './_recorder.ts';

const fleet = [aDrsServer(1), aDrsServer(2), aDrsServer(3)];
const everything = '{ waves: [{ name: w, servers: { all: true } }] }';
const of = (n: number) => `{ waves: [{ name: w, servers: { ids: [${drsId(n)}] } }] }`;
const gated =
  '{ waves: [{ name: w, servers: { all: true }, gates: { recover: { approval: {} } } }] }';
const drill = planOf(everything, fleet, 'Drill', 'monthly');
const loss = planOf(of(1), fleet, 'Recovery', 'loss');
const machines = {
  drill: machine('drill'),
  recover: machine('recover'),
  cleanup: machine('cleanup'),
};

const subjectOf = (plan: string) => ({ wave: `${plan}.w`, plan, name: 'w' });
async function started(flow: Flow, plan: typeof drill): Promise<void> {
  const { status } = await startPlan(flow.ports, plan, machine('wave'));
  if (status !== 'started') throw new Error(`${plan.name} was ${status}`);
  await prepared(flow, plan.name);
}
async function prepared(flow: Flow, plan: string): Promise<void> {
  await flow.drsTick();
  await prepareWave(flow.ports, {
    subject: subjectOf(plan),
    machines,
    execution: executionOf(machine('wave'), `${plan}.w`),
  });
}
const next = (flow: Flow, plan: string) => nextStage(flow.ports, { subject: subjectOf(plan) });
const ordersOf = async (flow: Flow, wave = 'monthly.w') =>
  (await flow.body(place.command(wave)))?.servers ?? {};
/** What was told of servers that are taken over, each keeping to the catalogue, and said so that a person can read it. */
const yields = (flow: Flow) =>
  flow.events
    .filter(({ detailType }) => detailType === DetailType.WaveDrillYielded)
    .map(({ detailType, detail }) => {
      eventSchema(DetailType.WaveDrillYielded).parse(detail);
      const words = wordsOf({ 'detail-type': detailType, detail } as never);
      expect([words.severity, words.what]).toEqual([
        'info',
        expect.stringMatching(/servers go from drill monthly.w to recovery loss.w/),
      ]);
      return [detail['wave'], detail['drill'], detail['recovery'], detail['serverIds']];
    });

describe('starting a recovery', () => {
  it('is refused for no drill that has its servers, begun or not, and says which', async () => {
    const flow = aFlow(fleet);
    await startPlan(flow.ports, drill, machine('wave'));
    const standing = { refusals: [], yielding: [{ wave: 'monthly.w', servers: [drsId(1)] }] };
    expect(await inTheWay(flow.ports, loss)).toEqual(standing);
    await started(flow, drill);
    await next(flow, 'monthly');
    expect(await inTheWay(flow.ports, loss)).toEqual(standing);
    const { obstacles } = await dryRun(flow.ports, loss, [drsTarget]);
    expect(obstacles.filter(({ severity }) => severity === 'blocks')).toEqual([]);
    expect(obstacles).toContainEqual(
      expect.objectContaining({
        kind: 'drill-yields',
        message: `${drsId(1)}: taken over from drill monthly.w when it begins to recover them`,
      }),
    );
    // A dry run, and a start alone, take nothing.
    await startPlan(flow.ports, loss, machine('wave'));
    expect(await ordersOf(flow)).toEqual({});
  });

  it.each(['Retirement', 'Recovery', 'Protection'])(
    'is refused while a %s has them, with what to do',
    async (kind) => {
      const flow = aFlow(fleet);
      const gates = kind === 'Retirement' ? ', gates: { retire: { approval: {} } }' : '';
      const spec = `{ waves: [{ name: w, servers: { all: true }${gates} }] }`;
      await startPlan(flow.ports, planOf(spec, fleet, kind, 'held'), machine('wave'));
      expect(await startPlan(flow.ports, loss, machine('wave'))).toMatchObject({
        status: 'refused',
        refusals: [
          {
            ...{ kind: 'server-taken', wave: 'held.w', servers: [drsId(1)] },
            remedy: expect.stringContaining('landfall abort held.w'),
          },
        ],
      });
    },
  );

  it('is refused by a protection until its drill is next, then takes the server from that', async () => {
    const flow = aFlow(fleet);
    const spec = '{ waves: [{ name: w, servers: { all: true }, phases: [protect, drill] }] }';
    await started(flow, planOf(spec, fleet, 'Protection', 'first'));
    expect(await inTheWay(flow.ports, loss)).toMatchObject({
      refusals: [{ servers: [drsId(1)] }],
      yielding: [],
    });
    const where = place.waveServer('first.w', drsId(1));
    const { body, version } = { body: await flow.body(where), version: 1 };
    if (body === undefined) throw new Error('it is not on record');
    const protectedNow = { phase: 'protect', attempt: 1, status: 'succeeded', endedAt: flow.now() };
    await flow.store.put(
      where.partition,
      where.sort,
      { ...body, results: [protectedNow] },
      version,
    );
    expect(await inTheWay(flow.ports, loss)).toMatchObject({
      refusals: [],
      yielding: [{ wave: 'first.w', servers: [drsId(1)] }],
    });
  });

  it('is the only one that takes servers: another drill is refused, and so is one while it recovers', async () => {
    const flow = aFlow(fleet);
    await startPlan(flow.ports, drill, machine('wave'));
    const other = planOf(of(1), fleet, 'Drill', 'another');
    expect(await startPlan(flow.ports, other, machine('wave'))).toMatchObject({
      status: 'refused',
      refusals: [{ wave: 'monthly.w' }],
    });
    await startPlan(flow.ports, loss, machine('wave'));
    expect(await startPlan(flow.ports, other, machine('wave'))).toMatchObject({
      refusals: [{ wave: 'monthly.w' }, { wave: 'loss.w' }].toSorted((a, b) =>
        a.wave < b.wave ? -1 : 1,
      ),
    });
  });
});

describe('a wave that recovers', () => {
  it('takes its servers over as it begins, once, and says so on both streams and on its board', async () => {
    const flow = aFlow(fleet);
    await started(flow, drill);
    await next(flow, 'monthly');
    await started(flow, loss);
    expect(await ordersOf(flow)).toEqual({});
    expect(await next(flow, 'loss')).toMatchObject({ action: 'run' });
    expect(await ordersOf(flow)).toEqual({ [drsId(1)]: { number: 1, results: 0 } });
    expect(await next(flow, 'loss')).toBeDefined();
    expect((await flow.body(place.command('monthly.w')))?.given).toBe(1);
    expect(yields(flow)).toEqual([
      ['loss.w', 'monthly.w', 'loss.w', [drsId(1)]],
      ['monthly.w', 'monthly.w', 'loss.w', [drsId(1)]],
    ]);
    const { plans } = await statusOf(flow.ports);
    const waves = plans.flatMap((plan) => plan.waves);
    expect(waves.find(({ wave }) => wave === 'loss.w')?.takenOver).toEqual([
      { wave: 'monthly.w', servers: [drsId(1)] },
    ]);
    const member = waves
      .find(({ wave }) => wave === 'monthly.w')
      ?.members.find(({ server }) => server === drsId(1));
    expect(member?.order).toMatchObject({ order: 'yield', by: 'loss.w' });
  });

  it('takes nothing while it waits for an approval, and everything once that is there', async () => {
    const flow = aFlow(fleet);
    await started(flow, drill);
    await started(flow, planOf(gated, fleet, 'Recovery', 'loss'));
    expect(await next(flow, 'loss')).toMatchObject({ action: 'wait' });
    expect([await ordersOf(flow), yields(flow)]).toEqual([{}, []]);
    await approve(flow.ports, {
      ...{ wave: 'loss.w', phase: 'recover', decision: 'approved' },
      ...{ by: 'anna', reason: 'the Region is lost' },
    });
    expect(await next(flow, 'loss')).toMatchObject({ action: 'run' });
    expect(Object.keys(await ordersOf(flow))).toEqual([1, 2, 3].map(drsId));
  });

  it('that is denied has taken nothing', async () => {
    const flow = aFlow(fleet);
    await started(flow, drill);
    await started(flow, planOf(gated, fleet, 'Recovery', 'loss'));
    await next(flow, 'loss');
    await approve(flow.ports, {
      ...{ wave: 'loss.w', phase: 'recover', decision: 'denied' },
      ...{ by: 'anna', reason: 'a false alarm' },
    });
    expect(await next(flow, 'loss')).toMatchObject({ action: 'conclude' });
    expect([await ordersOf(flow), yields(flow)]).toEqual([{}, []]);
  });

  it('goes on where the drill concludes at that very moment', async () => {
    const flow = aFlow(fleet);
    await started(flow, drill);
    await started(flow, loss);
    let isDue = true;
    flow.hooks.beforePut = async (partition, sort) => {
      if (!isDue || partition !== 'wave/monthly.w' || sort !== 'command') return;
      isDue = false;
      await abort(flow.ports, { wave: 'monthly.w', by: 'joe', reason: 'over' });
      await next(flow, 'monthly');
      await concludeWave(flow.ports, { subject: subjectOf('monthly') });
    };
    expect(await next(flow, 'loss')).toMatchObject({ action: 'run' });
    expect(isDue).toBe(false);
    expect(await ordersOf(flow)).toEqual({});
    expect((await flow.body(place.wave('loss.w')))?.takenOver?.isOrdered).toBe(true);
  });

  it('has a drill that has not begun leave out what it recovers', async () => {
    const flow = aFlow(fleet);
    await startPlan(flow.ports, drill, machine('wave'));
    await started(flow, loss);
    await next(flow, 'loss');
    await prepared(flow, 'monthly');
    await next(flow, 'monthly');
    expect((await flow.body(place.waveServer('monthly.w', drsId(2))))?.outcome).toBeNull();
    expect(await flow.body(place.waveServer('monthly.w', drsId(1)))).toMatchObject({
      outcome: { outcome: 'skipped', code: 'RecoveryTookOver' },
    });
    const retry = await runOrder(flow.ports, {
      ...{ order: 'retry', by: 'joe', reason: 'anyway' },
      scope: { kind: 'servers', wave: 'monthly.w', servers: [drsId(1)] },
    });
    expect(retry).toMatchObject({ status: 'refused', refusal: { kind: 'nothing-failed' } });
  });
});

describe('a tick that began before a drill yielded', () => {
  const request = (kind: 'StartDrill' | 'TerminateRecoveryInstances') => ({
    ...{ subject: { wave: 'monthly.w', server: drsId(1), attempt: 1 }, phase: 'drill', kind },
    ...{ stage: 'launch' as const, token: kind },
    place: {
      ...{ execution: `monthly.w.${drsId(1)}.drill.1`, state: kind, retryCount: 0 },
      enteredAt: '2024-03-04T16:30:00.000Z',
    },
  });
  async function drilled(yieldsAt: 'StartDrill' | 'TerminateRecoveryInstances' | 'never') {
    const flow = aFlow(fleet);
    await started(flow, drill);
    for (const kind of ['StartDrill', 'TerminateRecoveryInstances'] as const) {
      await requestLaunch(flow.ports, request(kind));
      if (kind === yieldsAt) {
        const { describeJobs } = flow.ports.drsOf(drsTarget);
        flow.forceDrs.describeJobs = async (asked) => {
          // The tick has read its orders by now, and has not launched yet.
          await runOrder(flow.ports, {
            ...{ order: 'yield', by: 'loss.w', reason: 'it is recovered' },
            scope: { kind: 'servers', wave: 'monthly.w', servers: [drsId(1)] },
          });
          return describeJobs(asked);
        };
      }
      for (let ticks = 0; ticks < 25 && !flow.sent.has(kind); ticks += 1) await flow.drsTick();
    }
    return {
      sent: ['StartDrill', 'TerminateRecoveryInstances'].map((kind) => {
        const answer = flow.sent.get(kind);
        return answer !== undefined && 'failure' in answer ? answer.failure.error : 'done';
      }),
      calls: [flow.called('StartRecovery'), flow.called('TerminateRecoveryInstances')],
    };
  }

  it('launches no drill for it', async () => {
    expect(await drilled('StartDrill')).toEqual({
      sent: ['RecoveryTookOver', 'RecoveryTookOver'],
      calls: [0, 0],
    });
  });

  it('takes nothing away for it', async () => {
    expect(await drilled('TerminateRecoveryInstances')).toEqual({
      sent: ['done', 'RecoveryTookOver'],
      calls: [1, 0],
    });
  });

  it('does both where nothing has yielded', async () => {
    expect(await drilled('never')).toEqual({ sent: ['done', 'done'], calls: [1, 1] });
  });
});
