// In: the figures and the chronicle of a rehearsal. Out: the summary that a person reads, and the one that a machine
// reads. Pure.
import { printable } from '../core/fleet/problem.ts';
import { type OutcomeName, outcomeNames } from '../core/outcome.ts';
import { secondsBetween, spokenSpan } from '../core/time.ts';
import type { Chronicled, ServerEnd, WaveStory } from './chronicle.ts';
import { type ControlPlaneCost, dollars } from './control-plane-cost.ts';
import { recoveryTimesText } from './recovery-times.ts';
import type { Rehearsed } from './rehearsal.ts';
import type { ApproveAfter } from './simulated-approver.ts';
import { clockTime, counted, spoken, textTable } from './text-table.ts';
import { waitWords } from './wait-words.ts';

/** What a summary is of. */
export interface SummarySubject {
  readonly plan: string;
  /** How many servers the plan moves. */
  readonly servers: number;
  readonly rehearsed: Rehearsed;
  readonly chronicle: Chronicled;
  readonly cost: ControlPlaneCost;
  readonly wallSeconds: number;
  /** How long the simulated approver took. */
  readonly approveAfter: ApproveAfter;
  /** Where the logs are; absent where none were kept. */
  readonly out?: string;
}

/** The summary as JSON, without what differs from one run to the next: the same inputs give the same bytes. */
export function summaryRecord(subject: Omit<SummarySubject, 'wallSeconds' | 'out'>) {
  const { rehearsed, cost, chronicle } = subject;
  return {
    outcome: rehearsed.outcome,
    servers: rehearsed.servers,
    virtualSeconds: rehearsed.virtualSeconds,
    apiCalls: rehearsed.apiCalls,
    events: rehearsed.events,
    transitionsPerServer: rounded(rehearsed.transitionsPerServer, 3),
    costPerServerUsd: rounded(cost.perServer, 6),
    seed: rehearsed.seed,
    ticks: rehearsed.ticks,
    startedAt: rehearsed.startedAt,
    endedAt: rehearsed.endedAt,
    plan: subject.plan,
    plannedServers: subject.servers,
    executions: rehearsed.executions,
    invocations: rehearsed.invocations,
    phases: chronicle.phases,
    ...(chronicle.recoveries === undefined ? {} : { recoveries: chronicle.recoveries }),
    ...(chronicle.approvals.requested === 0
      ? {}
      : { approvals: { ...chronicle.approvals, approveAfterSeconds: subject.approveAfter } }),
    ...(rehearsed.orders.length === 0 ? {} : { orders: rehearsed.orders }),
    ...(rehearsed.programme === undefined ? {} : { programme: rehearsed.programme }),
    ...(rehearsed.drsAgents === undefined ? {} : { drsAgents: rehearsed.drsAgents }),
    ends: chronicle.ends,
  };
}

/** The summary as text, for a person; ends without a line break. */
export function summaryText(subject: SummarySubject): string {
  const { chronicle } = subject;
  return [
    heading(subject),
    programmeText(subject),
    approvalsText(subject),
    ordersText(subject),
    endsText(chronicle.ends, subject),
    ...chronicle.waves.map(timelineText),
    recoveryTimesText(chronicle.recoveries ?? []),
    phasesText(chronicle),
    waitsText(chronicle),
    figuresText(subject),
    ...(subject.out === undefined ? ['Add --out DIR to keep the logs.'] : [nextText(subject.out)]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const endings: Readonly<Record<Rehearsed['outcome'], string>> = {
  succeeded: 'every server succeeded or had nothing to do',
  'not-all-succeeded': 'not every server succeeded',
  interrupted: 'INTERRUPTED before every server had its outcome',
  stuck: 'STUCK: nothing was left to happen, and not every wave has concluded',
};

function heading({ plan, servers, rehearsed, chronicle, wallSeconds }: SummarySubject): string {
  const { startedAt, endedAt, virtualSeconds, seed } = rehearsed;
  const waves = counted(chronicle.waves.length, 'wave');
  return [
    `Plan ${plan}: ${counted(servers, 'server')} in ${waves}: ${endings[rehearsed.outcome]}.`,
    `Virtual time ${clockTime(startedAt)} to ${clockTime(endedAt)} UTC (${spokenSpan(virtualSeconds)}), ` +
      `rehearsed in ${wallSeconds.toFixed(1)} s with seed ${seed}.`,
  ].join('\n');
}

function approvalsText({ chronicle, approveAfter }: SummarySubject): string {
  const { requested, given, denied, expired } = chronicle.approvals;
  if (requested === 0) return '';
  const who =
    approveAfter === 'never'
      ? 'nobody was there to approve (--approve-after never)'
      : `a simulated approver approved ${approveAfter === 0 ? 'at once' : `after ${spokenSpan(approveAfter)}`} (--approve-after)`;
  const open = requested - given - denied - expired;
  const counts = [
    `${spoken(given)} given`,
    ...(denied > 0 ? [`${spoken(denied)} denied`] : []),
    ...(expired > 0 ? [`${spoken(expired)} expired`] : []),
    ...(open > 0 ? [`${spoken(open)} not answered`] : []),
  ];
  return `Approvals: ${spoken(requested)} asked for, ${counts.join(', ')}; ${who}.`;
}

/** What came of the plans of a programme, and of the agents that were installed between them. */
function programmeText({ rehearsed: { programme, drsAgents } }: SummarySubject): string {
  if (programme === undefined) return '';
  const rows = programme.map(({ at, plan, status, said }) =>
    [at === null ? '' : clockTime(at), plan, status.replace('-', ' '), said].map(printable),
  );
  const refused = (drsAgents ?? []).filter(({ drsServer }) => drsServer === null);
  return [
    `Plans\n${textTable(rows)}`,
    ...(drsAgents === undefined
      ? []
      : [`Agents of DRS installed: ${spoken(drsAgents.length - refused.length)}.`]),
    ...refused.map(({ server, said }) => printable(`Not on the instance of ${server}: ${said}.`)),
  ].join('\n');
}

function ordersText({ rehearsed: { orders } }: SummarySubject): string {
  if (orders.length === 0) return '';
  const rows = orders.map(({ at, order, subject, by, status, said }) =>
    [at === null ? '' : clockTime(at), `${order} ${subject}`, by, status, said].map(printable),
  );
  return `Orders\n${textTable(rows)}`;
}

function endsText(ends: readonly ServerEnd[], { servers }: SummarySubject): string {
  const of = (name: OutcomeName) => ends.filter((end) => end.outcome === name);
  const open = servers - ends.length;
  const counts = outcomeNames.map((name) => `${spoken(of(name).length)} ${name}`);
  const sections = outcomeNames
    .filter((name) => name !== 'succeeded' && of(name).length > 0)
    .map((name) => `${name}:\n${reasonsText(of(name))}`);
  return [
    `Outcomes: ${counts.join(' · ')}${open > 0 ? ` · ${spoken(open)} without an outcome` : ''}`,
    ...sections,
  ].join('\n');
}

/** Servers with the same reason stand together, the commonest first; every one is named. */
function reasonsText(ends: readonly ServerEnd[]): string {
  const groups = new Map<string, ServerEnd[]>();
  for (const end of ends) {
    const key = `${end.code ?? ''} ${end.reason}`;
    const group = groups.get(key) ?? [];
    if (group.length === 0) groups.set(key, group);
    group.push(end);
  }
  return [...groups.values()]
    .toSorted((a, b) => b.length - a.length)
    .map((group) => {
      const [first] = group;
      const code = first?.code === undefined ? '' : `${first.code}: `;
      const who = group.map((end) =>
        end.hostname === undefined ? end.server : `${end.hostname} (${end.server})`,
      );
      const whole = first?.nextAction;
      // The command names one server; several have it in the record.
      const said = group.length > 1 ? whole?.split(': landfall')[0] : whole;
      const next = said === undefined ? '' : `\n    → ${printable(said)}`;
      return `  ${printable(`${code}${first?.reason ?? ''}`)}${next}\n${who.map((name) => `    ${printable(name)}`).join('\n')}`;
    })
    .join('\n');
}

function timelineText({ wave, servers, startedAt, concludedAt, stages }: WaveStory): string {
  const span = (from: string, to: string | undefined) =>
    to === undefined ? 'not ended' : spokenSpan(secondsBetween(from, to));
  const rows = stages.map((stage) => [
    clockTime(stage.startedAt),
    stage.endedAt === undefined ? '' : clockTime(stage.endedAt),
    stage.phase,
    stage.phase === 'held' ? '' : counted(stage.servers, 'server'),
    span(stage.startedAt, stage.endedAt),
    [
      ...(stage.cohort !== undefined && stage.cohort > 1 ? [`cohort ${stage.cohort}`] : []),
      ...(stage.attempts > 1 ? [`attempt ${stage.attempts}`] : []),
      ...(stage.failed > 0 ? [`${stage.failed} failed`] : []),
      ...(stage.reason === undefined ? [] : [printable(stage.reason)]),
    ].join(', '),
  ]);
  const title = `Wave ${wave}: ${counted(servers, 'server')}, ${span(startedAt, concludedAt)}`;
  return rows.length === 0 ? title : `${title}\n${textTable(rows)}`;
}

function phasesText({ phases }: Chronicled): string {
  if (phases.length === 0) return '';
  const rows = phases.map(({ phase, servers, p50Seconds, p95Seconds, longestSeconds }) => [
    phase,
    counted(servers, 'server'),
    ...[p50Seconds, p95Seconds, longestSeconds].map(spokenSpan),
  ]);
  const header = ['phase', 'through it', 'P50', 'P95', 'longest'];
  return `Phases, from the start of their stage; P95 is what a gate's needs are taken from\n${textTable([header, ...rows])}`;
}

const mostWaits = 12;

function waitsText({ waits }: Chronicled): string {
  if (waits.length === 0) return '';
  const rows = waits.slice(0, mostWaits).map((group) => {
    const who = group.longestServer === undefined ? '' : `${group.longestServer}: `;
    return [
      group.phase,
      waitWords(group.wait),
      group.count,
      spokenSpan(group.medianSeconds),
      spokenSpan(group.longestSeconds),
      printable(`${who}${group.longestReason ?? 'nothing held it up'}`),
    ];
  });
  const header = ['phase', 'waited', 'times', 'median', 'longest', 'who waited longest, and why'];
  return `Waits, those that took most in all first\n${textTable([header, ...rows])}`;
}

function figuresText({ rehearsed, cost, servers }: SummarySubject): string {
  const calls = Object.entries(rehearsed.apiCalls).toSorted(([, a], [, b]) => b - a);
  const total = calls.reduce((sum, [, count]) => sum + count, 0);
  const { ticks } = rehearsed;
  return [
    `${counted(total, 'API call')}\n${textTable(calls.map(([name, count]) => [count, name]))}`,
    [
      `${counted(rehearsed.events, 'event')}; ${counted(ticks.run, 'poll')} (${spoken(ticks.skipped)} more had nothing to do).`,
      `${spoken(rehearsed.transitionsPerServer)} state transitions a server.`,
      `Control plane, estimated: ${dollars(cost.perServer)} a server, ${dollars(cost.total)} for ${counted(servers, 'server')} ` +
        `(Step Functions ${dollars(cost.stepFunctions)}, Lambda ${dollars(cost.lambda)}, ` +
        `EventBridge ${dollars(cost.eventBridge)}, DynamoDB ${dollars(cost.dynamoDb)}).`,
    ].join('\n'),
  ].join('\n\n');
}

function nextText(out: string): string {
  return [
    `Logs are in ${printable(out)}. What became of one server, and whether every promise was kept:`,
    `  landfall explain SERVER ${printable(out)}`,
    `  landfall check ${printable(out)}`,
  ].join('\n');
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
