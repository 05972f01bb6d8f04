import { describe, expect, it } from 'vitest';
import { RemedySettings } from '../../src/core/remedy.ts';
import { builtInDrsLimits } from '../../src/core/target-list/drs-limits.ts';
import { plusSeconds } from '../../src/core/time.ts';
import { hasten } from '../../src/flow/hasten.ts';
import { change } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type {
  RecoveryInstanceRecord,
  ServerRecord,
} from '../../src/flow/records/server-records.ts';
import type { JobRecord, TargetRecord } from '../../src/flow/records/target-records.ts';
import { remedy } from '../../src/flow/remedy.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { accountId, region } from '../simulator/rig.ts';
import { aFlow, drsTarget, type Flow, refused } from './_recorder.ts';

const hours = 3600;
const days = 24 * hours;

/** Calls an operation of DRS as a person at the console does. */
function person(flow: Flow, operation: string, input: object) {
  const answer = flow.simulator.answer({
    service: 'drs',
    region,
    accountId,
    caller: 'console',
    method: 'POST',
    path: `/${operation}`,
    query: {},
    headers: {},
    body: JSON.stringify(input),
  });
  if (answer.status >= 300) throw new Error(`${operation}: ${answer.body}`);
  return JSON.parse(answer.body === '' ? '{}' : answer.body);
}

const launch = (flow: Flow, isDrill: boolean, ...servers: readonly number[]) =>
  person(flow, 'StartRecovery', {
    isDrill,
    sourceServers: servers.map((n) => ({ sourceServerID: drsId(n) })),
  });

const serverOf = (flow: Flow, n: number) =>
  flow.body<ServerRecord>(place.server(drsTarget, drsId(n)));
const instances = (flow: Flow) =>
  flow.all<RecoveryInstanceRecord>(place.recoveryInstance(drsTarget, ''));
const toldOf = (flow: Flow, detailType: string) =>
  flow.events.filter((event) => event.detailType === detailType).map(({ detail }) => detail);

describe('a target of DRS', () => {
  it('is discovered, and an unchanged one costs no write of a server and no event', async () => {
    const flow = aFlow([aDrsServer(1), aDrsServer(2, { state: 'STOPPED' })]);
    expect(await flow.drsTick(0)).toMatchObject({ tick: 'done', looked: 2, changed: 2 });
    expect(flow.events.map(({ source, detailType }) => [source, detailType])).toEqual([
      ['landfall.drs', 'Source Server Discovered'],
      ['landfall.drs', 'Source Server Discovered'],
      // The account has no templates.
      ['landfall.drs', 'Target Template Drift Change'],
    ]);
    expect(flow.events.slice(0, 2).map(({ detail }) => detail['drs'])).toMatchObject([
      { readiness: { state: 'ready', reasons: [] }, recoveryPoint: 'recent', lagObjective: 'kept' },
      {
        readiness: { state: 'not-ready', reasons: ['stopped', 'no-recovery-point'] },
        recoveryPoint: 'none',
        lagObjective: null,
      },
    ]);
    flow.writes.length = 0;
    flow.events.length = 0;
    expect(await flow.drsTick(900)).toMatchObject({ tick: 'done', changed: 0, apiCalls: 3 });
    expect(flow.writes.filter((write) => !write.startsWith('target/'))).toEqual([]);
    expect(flow.events).toEqual([]);
  });

  it.each([
    ['at once where servers of it are being recovered', { recovers: true as const }, 0],
    ['at the pace of its waves else', {}, 60],
  ])(
    'that a request comes to while a tick of it runs is looked at again %s',
    async (_, is, after) => {
      const flow = aFlow([aDrsServer(1)]);
      await flow.drsTick(0);
      await change(flow.ports.store, place.target(drsTarget), (record) =>
        record === undefined
          ? undefined
          : { ...record, paces: { 'p.w': { minSeconds: 60, maxSeconds: 900, ...is } } },
      );
      let puts = 0;
      flow.hooks.beforePut = async (partition) => {
        if (partition !== place.target(drsTarget).partition) return;
        puts += 1;
        // The first takes the lease, the second ends the tick.
        if (puts === 2) await hasten(flow.ports, drsTarget);
      };
      const ticked = await flow.drsTick(900);
      expect(ticked).toMatchObject({
        tick: 'done',
        nextTickAt: plusSeconds(flow.now(), after),
      });
    },
  );

  it('is looked at again soon once it has seen what a new wave needs, which waits for that, and not for ever', async () => {
    const flow = aFlow([aDrsServer(1)]);
    await flow.drsTick(0);
    await flow.drsTick(900);
    await change(flow.ports.store, place.target(drsTarget), (record) =>
      record === undefined
        ? undefined
        : { ...record, paces: { 'p.w': { minSeconds: 60, maxSeconds: 900 } } },
    );
    expect(await flow.drsTick(900)).toMatchObject({ nextTickAt: plusSeconds(flow.now(), 60) });
    expect(await flow.drsTick(60)).toMatchObject({ nextTickAt: plusSeconds(flow.now(), 900) });
  });

  it('has a drill told from its job to the instance that it leaves, and looks often while it runs', async () => {
    const flow = aFlow([aDrsServer(1)]);
    await flow.drsTick(0);
    flow.advance(870);
    const { job } = launch(flow, true, 1);
    const first = await flow.drsTick(30);
    expect(first.tick === 'done' && Date.parse(first.nextTickAt) - Date.parse(flow.now())).toBe(
      60_000,
    );
    for (let minutes = 0; minutes < 30; minutes += 1) await flow.drsTick(60);
    const statuses = toldOf(flow, 'Source Server Last Launch Change').map(
      ({ current }) => (current as { readonly status: string }).status,
    );
    expect(statuses).toEqual(['IN_PROGRESS', 'LAUNCHED']);
    expect(toldOf(flow, 'Source Server Drill Change')).toMatchObject([
      { previous: { state: 'due', lastAt: null }, current: { state: 'done' }, limitDays: 90 },
    ]);
    const [instance] = await instances(flow);
    expect(instance).toMatchObject({
      identity: { isDrill: true, jobId: job.jobID, sourceServerId: drsId(1) },
      facts: { present: true, ec2State: 'RUNNING', failbackState: 'FAILBACK_NOT_STARTED' },
    });
    // The job itself does not name the instance; its log does.
    expect(toldOf(flow, 'Job Ended')).toMatchObject([
      {
        initiatedBy: 'START_DRILL',
        results: [{ launchStatus: 'LAUNCHED', instanceId: instance?.identity.recoveryInstanceId }],
      },
    ]);
    expect((await serverOf(flow, 1))?.facts).toMatchObject({
      instanceId: instance?.identity.recoveryInstanceId,
      instanceHealth: 'ok',
      freePeriodUsed: 0,
    });
  });

  it('has an instance told that is gone, once, and forgets it after a week', async () => {
    const flow = aFlow([aDrsServer(1)]);
    await flow.drsTick(0);
    launch(flow, true, 1);
    await flow.drsTick(3600);
    const [instance] = await instances(flow);
    person(flow, 'TerminateRecoveryInstances', {
      recoveryInstanceIDs: [instance?.identity.recoveryInstanceId],
    });
    await flow.drsTick(3600);
    await flow.drsTick(3600);
    const events = flow.events.filter(({ detail }) => detail['recoveryInstanceId'] !== undefined);
    expect(events.map(({ detailType, detail }) => [detailType, detail['sequence']])).toEqual([
      ['Recovery Instance Discovered', 1],
      ['Recovery Instance Presence Change', 2],
    ]);
    expect((await instances(flow)).map(({ facts }) => facts.present)).toEqual([false]);
    await flow.drsTick(8 * days);
    expect(await instances(flow)).toEqual([]);
  });

  it('tells what the limits call amiss: a drill that stays, a server that nobody drills', async () => {
    const flow = aFlow([aDrsServer(1), aDrsServer(2)]);
    const limits = { ...builtInDrsLimits, drillDays: 5, drillInstanceHours: 6 };
    await flow.drsTick(0, limits);
    launch(flow, true, 1);
    await flow.drsTick(hours, limits);
    await flow.drsTick(6 * hours, limits);
    await flow.drsTick(900, limits);
    expect(toldOf(flow, 'Recovery Instance Drill Overdue Change')).toMatchObject([
      { previous: false, current: true, isDrill: true, sourceServerId: drsId(1) },
    ]);
    await flow.drsTick(2 * days, limits);
    const overdue = toldOf(flow, 'Source Server Drill Change').filter(
      ({ current }) => (current as { readonly state: string }).state === 'overdue',
    );
    expect(overdue).toMatchObject([
      { sourceServerId: drsId(2), current: { lastAt: null }, limitDays: 5 },
    ]);
  });

  it('is not observed where a page is refused: nothing is told as gone', async () => {
    const flow = aFlow([aDrsServer(1)]);
    await flow.drsTick(0);
    launch(flow, false, 1);
    await flow.drsTick(hours);
    flow.events.length = 0;
    for (const name of [
      'describeSourceServers',
      'describeRecoveryInstances',
      'describeJobs',
      'describeInstanceStatus',
    ] as const) {
      flow.forceDrs[name] = async () => refused('throttled');
      await expect(flow.drsTick(900)).rejects.toThrow('saw nothing');
      delete flow.forceDrs[name];
    }
    expect(flow.events).toEqual([]);
    expect((await serverOf(flow, 1))?.facts.present).toBe(true);
    expect((await instances(flow)).map(({ facts }) => facts.present)).toEqual([true]);
  });

  it('takes a throttled snapshot up with the next look, and goes on without it', async () => {
    const flow = aFlow([aDrsServer(1), aDrsServer(2)]);
    flow.forceDrs.newestRecoverySnapshot = async (id) =>
      id === drsId(1) ? refused('not-found') : refused('throttled');
    const report = await flow.drsTick(0);
    expect(report.tick === 'done' && Date.parse(report.nextTickAt) - Date.parse(flow.now())).toBe(
      60_000,
    );
    expect((await serverOf(flow, 2))?.drs?.facts.recoveryPoint).toBeNull();
    delete flow.forceDrs.newestRecoverySnapshot;
    await flow.drsTick(60);
    expect(toldOf(flow, 'Source Server Recovery Point Change')).toMatchObject([
      { sourceServerId: drsId(1), previous: null, current: 'recent', limitSeconds: 14_400 },
      { sourceServerId: drsId(2), previous: null, current: 'recent' },
    ]);
  });

  it('is told as unreachable once where DRS is not initialised, and as reachable when it is', async () => {
    const flow = aFlow([aDrsServer(1)], {
      parameters: { drsUninitializedTargets: [`${accountId}:${region}`] },
    });
    expect(await flow.drsTick(0)).toMatchObject({ tick: 'unreachable', kind: 'not-initialized' });
    await flow.drsTick(900);
    expect(flow.events).toMatchObject([
      {
        source: 'landfall.drs',
        detailType: 'Target Unreachable',
        detail: { remedy: expect.stringContaining('aws drs initialize-service') },
      },
    ]);
    person(flow, 'InitializeService', {});
    await flow.drsTick(900);
    expect(flow.events.map(({ detailType }) => detailType)).toEqual([
      'Target Unreachable',
      'Source Server Discovered',
      'Target Reachable',
      'Target Template Drift Change',
    ]);
  });

  it('tells the pressure on its own quotas: those that replicate, all servers, jobs', async () => {
    const flow = aFlow(
      Array.from({ length: 10 }, (_, n) => aDrsServer(n + 1, n < 8 ? {} : { state: 'STOPPED' })),
      { parameters: { drsQuotaReplicatingServers: 10, drsQuotaTotalServers: 10 } },
    );
    await flow.drsTick(0);
    expect(toldOf(flow, 'Target Quota Pressure')).toMatchObject([
      { quota: 'activeServers', used: 8, limit: 10, current: 80 },
      { quota: 'sourceServers', used: 10, limit: 10, current: 100 },
    ]);
    expect((await flow.body<TargetRecord>(place.target(drsTarget)))?.activeServers).toBe(8);
  });

  it('is retried by the remedies only where the deployment file asks for it', async () => {
    const info = { dataReplicationError: { error: 'FAILED_TO_LAUNCH_REPLICATION_SERVER' } };
    const flow = aFlow([aDrsServer(1, { state: 'STALLED', lag: 'PT9H', info })]);
    await flow.drsTick(0);
    flow.calls.length = 0;
    const settings = RemedySettings.parse({});
    expect(await remedy(flow.ports, [drsTarget], 'all', settings)).toEqual([]);
    expect(flow.calls).toEqual([]);
    const asked = RemedySettings.parse({ disasterRecovery: true });
    const retried: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      await flow.drsTick(i === 0 ? 0 : 20 * 60);
      const [report] = await remedy(flow.ports, [drsTarget], 'all', asked);
      retried.push(report?.retried ?? -1);
    }
    expect(retried).toEqual([0, 1, 0]);
    const tried = flow.events.filter(
      ({ detailType }) => detailType === 'Source Server Remedy Tried',
    );
    expect(tried.map(({ detail }) => detail['answer'])).toEqual(['accepted']);
  });

  it('keeps what the bus refuses, and publishes it with the next look', async () => {
    const flow = aFlow([aDrsServer(1)]);
    await flow.drsTick(0);
    launch(flow, true, 1);
    flow.hooks.refuses = () => true;
    await flow.drsTick(hours);
    expect((await instances(flow)).map(({ pending }) => pending.length)).toEqual([1]);
    const before = flow.events.length;
    flow.hooks.refuses = () => false;
    await flow.drsTick(60);
    const late = flow.events.slice(before).map(({ detailType }) => detailType);
    expect(late).toEqual(
      expect.arrayContaining([
        'Recovery Instance Discovered',
        'Job Ended',
        'Source Server Drill Change',
      ]),
    );
    expect((await instances(flow)).map(({ pending }) => pending)).toEqual([[]]);
    expect((await flow.all<JobRecord>(place.job(drsTarget, ''))).map((j) => j.pending)).toEqual([
      [],
    ]);
  });
});
