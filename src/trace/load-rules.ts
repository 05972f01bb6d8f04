import { allInstances } from './drill-rules.ts';
import type { ExecutionLine } from './forms.ts';
import { grouped } from './grouped.ts';
import { type Breach, type Rule, Tally } from './rule.ts';
import { type Call, type Trace, textOf } from './trace.ts';
import { utcMs } from './utc-instant.ts';
import { EventType } from './vocabulary.ts';

const HOUR_MS = 3_600_000;

const readsBoundedByPages: Rule = {
  promise: 5,
  name: 'reads-bounded-by-pages',
  holds:
    'At one instant Landfall reads a target with an operation at most twice per page, plus two, plus one for each ten servers; job logs twice per job that may be open, plus two. Of the configurations of single servers, which take a call each, GetLaunchConfiguration, GetReplicationConfiguration, ListSourceServerActions and ListLaunchActions are called at most twenty times a tick, that is between two looks at the servers, ListLaunchActions once more for the template; DescribeRecoverySnapshots at most fifty times; DescribeLaunchTemplateVersions at most three times for each server. A refused read, and a look at a server or launch template that is changed at that instant, or at a server that is a step further on its way back, are not counted.',
  meaning: 'Reads grow with the servers that wait, not with pages.',
  check: (trace) => {
    const tally = new Tally();
    let most = 0;
    for (const [key, ticks] of readsByTick(trace)) {
      const bound = readsPerTick(key, trace);
      for (const { reads, first } of ticks.values()) {
        most = Math.max(most, reads);
        tally.see(
          reads <= bound
            ? undefined
            : loadBreach(
                first,
                `${reads} calls of ${key} ${ofOneServer.test(key) ? 'in one tick' : 'at one instant'}, at most ${bound} expected`,
              ),
        );
      }
    }
    return tally.finding(`most reads with one operation at one instant: ${most}`);
  },
};

const pollsBoundedByTime: Rule = {
  promise: 5,
  name: 'polls-bounded-by-time',
  holds:
    'In every hour, the instants at which Landfall reads a target with an operation stay below one bound.',
  meaning: 'Waiting is done by polling loops, or waits that ended go on reading.',
  check: (trace) => {
    const tally = new Tally();
    let most = 0;
    for (const [key, ticks] of readsByTick(trace)) {
      const hours = grouped(ticks, ([ms]) => Math.floor(ms / HOUR_MS));
      for (const instants of hours.values()) {
        most = Math.max(most, instants.length);
        const first = instants[0]?.[1].first;
        tally.see(
          first === undefined || instants.length <= trace.bounds.pollsPerHour
            ? undefined
            : loadBreach(
                first,
                `${key} was read at ${instants.length} instants of one hour, at most ${trace.bounds.pollsPerHour} expected`,
              ),
        );
      }
    }
    return tally.finding(`most instants with one operation in one hour: ${most}`);
  },
};

/** The reads of one operation at one instant. */
interface Tick {
  reads: number;
  readonly first: Call;
  /** Of those that are bounded by the tick: after which look at the servers the last ones came, and how many did. */
  run: { readonly look: number; readonly reads: number };
}

/** By `SERVICE OPERATION ACCOUNT/REGION` and instant, the reads by us that serve no act of that instant. */
function readsByTick(trace: Trace): ReadonlyMap<string, ReadonlyMap<number, Tick>> {
  const acts = new Set<string>();
  const servers = new Map(allInstances(trace).map(({ id, server }) => [id, server]));
  for (const call of trace.calls) {
    if (!call.ours || call.reads) continue;
    for (const key of subjectsOf(call)) acts.add(`${call.ms} ${key}`);
    // What is done to a recovery instance is done to its server.
    const of = servers.get(textOf(call.record.input, 'recoveryInstanceID') ?? '');
    if (of !== undefined) acts.add(`${call.ms} ${of}`);
  }
  // Who finds the replication reversed already has looked for the call's sake.
  for (const { type, server, ms } of trace.told) {
    if (type === EventType.FailbackStep && server !== undefined) acts.add(`${ms} ${server}`);
  }
  const byKey = new Map<string, Map<number, Tick>>();
  // A tick looks at the servers first.
  const looks = new Map<string, number>();
  for (const call of trace.calls) {
    if (!call.ours || !call.reads || Number.isNaN(call.ms)) continue;
    // A refused read told nothing, and whoever made it comes back: counting both would count one wish twice.
    if (call.record.error !== null) continue;
    const { ms } = call;
    const subjects = subjectsOf(call);
    const { service, operation, accountId, region } = call.record;
    const target = `${service} ${accountId}/${region}`;
    if (operation === 'DescribeSourceServers') looks.set(target, (looks.get(target) ?? 0) + 1);
    if (subjects.length > 0 && subjects.every((one) => acts.has(`${ms} ${one}`))) continue;
    const key = `${service} ${operation} ${accountId}/${region}`;
    const look = looks.get(target) ?? 0;
    const ticks = byKey.get(key) ?? new Map<number, Tick>();
    if (ticks.size === 0) byKey.set(key, ticks);
    const tick = ticks.get(ms);
    if (tick === undefined) ticks.set(ms, { reads: 1, first: call, run: { look, reads: 1 } });
    else count(tick, ofOneServer.test(key) ? look : undefined);
  }
  return byKey;
}

/** The servers that a call is about, or the launch template. */
function subjectsOf({ servers, record }: Call): readonly string[] {
  const template: unknown = record.input['LaunchTemplateId'];
  return typeof template === 'string' ? [...servers, template] : servers;
}

/** Counts a read: of the whole instant, or of its tick alone, of which the fullest one counts. */
function count(tick: Tick, look: number | undefined): void {
  if (look === undefined) {
    tick.reads += 1;
    return;
  }
  tick.run = { look, reads: tick.run.look === look ? tick.run.reads + 1 : 1 };
  tick.reads = Math.max(tick.reads, tick.run.reads);
}

// These take one server a call. What the service keeps is looked at for so many servers in one tick, and ticks that die may
// be repeated at one instant of a clock that is stepped; a launch template is read only where its default version is a
// new one, before a launch at once, and twice where a wave sets what its plan wants.
const ofOneServer =
  / (GetLaunchConfiguration|GetReplicationConfiguration|ListSourceServerActions|ListLaunchActions|DescribeRecoverySnapshots) /;
const configurationsPerTick = 20;
const snapshotsPerTick = 50;

function readsPerTick(key: string, { bounds, serversIn }: Trace): number {
  if (key.includes(' DescribeJobLogItems ')) return 2 * bounds.openJobs + 2;
  if (key.includes(' DescribeRecoverySnapshots ')) return snapshotsPerTick;
  if (ofOneServer.test(key)) {
    return configurationsPerTick + (key.includes(' ListLaunchActions ') ? 1 : 0);
  }
  const servers = serversIn(key.slice(key.lastIndexOf(' ') + 1));
  if (key.includes(' DescribeLaunchTemplateVersions ')) return 3 * servers;
  const pages = Math.max(1, Math.ceil(servers / bounds.serversPerPage));
  // Steps look at their own server before they act; now and then one finds that there is nothing left to do.
  return 2 * pages + 2 + Math.floor(servers / 10);
}

function loadBreach(first: Call, message: string): Breach {
  return { message, at: first.record.at, evidence: [{ log: 'api', index: first.index }] };
}

const transitionsBounded: Rule = {
  promise: 5,
  name: 'transitions-bounded',
  holds:
    'An execution makes at most a fixed number of transitions, and a fixed number more for each child, each order of a person and each look at the settings of a server.',
  meaning: 'A workflow loops, so it costs more the longer it waits.',
  check: (trace) => {
    const tally = new Tally();
    const { transitionsPerExecution, transitionsPerChild, transitionsPerOrder } = trace.bounds;
    const children = childrenOf(trace.executions);
    const most = new Map<string, number>();
    for (const [index, line] of trace.executions.entries()) {
      most.set(line.stateMachine, Math.max(most.get(line.stateMachine) ?? 0, line.transitions));
      const bound =
        transitionsPerExecution +
        transitionsPerChild * (children.get(line.name) ?? 0) +
        transitionsPerOrder * roundsOf(line.name, trace);
      tally.see(
        line.transitions <= bound
          ? undefined
          : executionBreach(
              line,
              index,
              `${line.name} made ${line.transitions} transitions, at most ${bound} expected`,
            ),
      );
    }
    const measured = [...most].map(([machine, n]) => `${machine} ${n}`).sort();
    return tally.finding(`most transitions: ${measured.join(', ') || 'none'}`);
  },
};

/** How often the wave that an execution moves was told to go around once more: by orders, and by looks at settings. */
function roundsOf(name: string, { waves }: Trace): number {
  const [plan = '', wave = ''] = name.split('.');
  const told = waves.get(`wave/${plan}/${wave}`) ?? [];
  const rounds: readonly string[] = [
    ...[EventType.Paused, EventType.Resumed, EventType.OrderGiven, EventType.SettingsCompared],
    EventType.DrillYielded,
  ];
  return told.filter(({ type }) => rounds.includes(type)).length;
}

const historyBounded: Rule = {
  promise: 5,
  name: 'history-bounded',
  holds: 'No execution comes to the history events at which Step Functions ends it.',
  meaning: 'On AWS this execution would have died.',
  check: (trace) => {
    const tally = new Tally();
    const limit = trace.bounds.historyEvents;
    for (const [index, line] of trace.executions.entries()) {
      tally.see(
        line.historyEvents < limit
          ? undefined
          : executionBreach(line, index, `${line.name} wrote ${line.historyEvents} history events`),
      );
    }
    return tally.finding();
  },
};

/** Executions that are this few transitions long may differ by a retry or two. */
const SHORT = 30;
/** So many comparable executions make a comparison. */
const COMPARABLE = 3;

const transitionsDoNotGrow: Rule = {
  promise: 5,
  name: 'transitions-do-not-grow',
  holds:
    'Of the executions of a machine without children, one that lasts ten times as long as others makes at most twice their transitions. Compared are those at or above the machine’s median, so that early ends do not count.',
  meaning: 'Transitions follow duration: the machine waits in a loop, however slow.',
  check: (trace) => {
    const tally = new Tally();
    const children = childrenOf(trace.executions);
    const runs = trace.executions
      .map((line, index) => ({
        line,
        index,
        lastedMs: utcMs(line.stoppedAt ?? '') - utcMs(line.startedAt),
      }))
      .filter(({ line, lastedMs }) => lastedMs >= 0 && !children.has(line.name));
    for (const group of grouped(runs, ({ line }) => line.stateMachine).values()) {
      const byCount = group.toSorted((a, b) => a.line.transitions - b.line.transitions);
      const median = byCount[Math.floor((byCount.length - 1) / 2)]?.line.transitions ?? 0;
      const full = group
        .filter(({ line }) => line.transitions >= median)
        .sort((a, b) => a.lastedMs - b.lastedMs);
      let shorter = 0;
      let most = 0;
      for (const { line, index, lastedMs } of full) {
        for (
          let next = full[shorter];
          next !== undefined && next.lastedMs * 10 <= lastedMs && next.line !== line;
          next = full[shorter]
        ) {
          most = Math.max(most, next.line.transitions);
          shorter += 1;
        }
        const grows =
          shorter >= COMPARABLE && line.transitions > SHORT && line.transitions > 2 * most;
        tally.see(
          grows
            ? executionBreach(
                line,
                index,
                `${line.name} made ${line.transitions} transitions; those a tenth as long made at most ${most}`,
              )
            : undefined,
        );
      }
    }
    return tally.finding();
  },
};

function childrenOf(executions: readonly ExecutionLine[]): ReadonlyMap<string, number> {
  const children = new Map<string, number>();
  for (const { parent } of executions) {
    if (parent !== null) children.set(parent, (children.get(parent) ?? 0) + 1);
  }
  return children;
}

function executionBreach(line: ExecutionLine, index: number, message: string): Breach {
  return { message, at: line.startedAt, evidence: [{ log: 'executions', index }] };
}

/** Promise 5: the load of waiting grows neither with time nor with the number of waits. */
export const loadRules: readonly Rule[] = [
  readsBoundedByPages,
  pollsBoundedByTime,
  transitionsBounded,
  historyBounded,
  transitionsDoNotGrow,
];
