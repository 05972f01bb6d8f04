// In: what was told of waves, the ways of their servers, and estimates. Out: where it went otherwise than a plan means it
// to go: each with what was to be expected and what was found. Pure.

import {
  type Detail,
  objectIn,
  objectsIn,
  type ToldFact,
  textIn,
  textsIn,
  whenOf,
} from '../event/told.ts';
import type { Instant } from '../time.ts';
import type { Estimate } from './estimates.ts';
import type { ServerWay } from './server-way.ts';

/** Something that went otherwise than planned. */
export interface Deviation {
  readonly kind: 'deviation';
  readonly wave: string | null;
  readonly server: string | null;
  readonly hostname: string | null;
  readonly at: Instant | null;
  /** What kind of deviation, in one or two words. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

interface Rule {
  readonly what: string;
  readonly expected: string;
  /** What was found; undefined where the event is no deviation. */
  readonly found: (detail: Detail) => string | undefined;
}

const because = (detail: Detail) => textIn(detail, 'reason') ?? 'no reason was told';
const ordered = (detail: Detail) =>
  `${textIn(detail, 'order') ?? 'it'} by ${textIn(detail, 'by') ?? 'nobody who was named'}: ${because(detail)}`;
const shown = (value: unknown) =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');

const fallen = (detail: Detail) =>
  `${textIn(detail, 'plan') ?? 'a schedule'} of ${textIn(detail, 'date') ?? '?'}: ${textIn(detail, 'because') ?? 'no reason was told'}`;

const rules: Readonly<Record<string, Rule>> = {
  'Wave Held': { what: 'held', expected: 'the wave goes on by itself', found: because },
  'Wave Paused': {
    what: 'paused',
    expected: 'nobody has to act',
    found: (detail) => `paused by ${textIn(detail, 'by') ?? '?'}: ${because(detail)}`,
  },
  'Wave Order Given': { what: 'order', expected: 'nobody has to act', found: ordered },
  'Wave Drill Yielded': {
    what: 'drill yielded',
    expected: 'each server is drilled',
    // The recovery tells it, too; for that it is as it should be.
    found: (detail) =>
      detail['drill'] === detail['wave']
        ? `${shown(detail['servers'] ?? 0)} servers are taken over by ${textIn(detail, 'recovery') ?? '?'}`
        : undefined,
  },
  'Wave Abort Requested': {
    what: 'aborted',
    expected: 'the wave goes to its end',
    found: (detail) => `aborted by ${textIn(detail, 'by') ?? '?'}: ${because(detail)}`,
  },
  'Wave Approval Denied': {
    what: 'approval denied',
    expected: 'the phase is approved',
    found: because,
  },
  'Wave Approval Expired': {
    what: 'approval expired',
    expected: 'the phase is approved in time',
    found: because,
  },
  'Wave Window Closed': {
    what: 'window missed',
    expected: 'all servers are through within the window',
    found: because,
  },
  'Wave Preflight Blocked': {
    what: 'preflight blocked',
    expected: 'the preflight finds nothing that blocks',
    found: (detail) => `findings keep servers from ${textIn(detail, 'phase') ?? 'a phase'}`,
  },
  'Wave Server Held': {
    what: 'server held',
    expected: 'nothing keeps the server',
    found: because,
  },
  'Wave Server Hook Run': {
    what: 'hook failed',
    expected: 'each hook succeeds at the first try',
    found: (detail) =>
      detail['status'] === 'failed'
        ? `${textIn(detail, 'point') ?? '?'} ${textIn(detail, 'hook') ?? '?'}, try ${shown(detail['try'] ?? 1)}: ${because(detail)}`
        : undefined,
  },
  'Wave Server Soak Ended': {
    what: 'soak failed',
    expected: 'the instance stays healthy while it soaks',
    found: (detail) => (detail['ended'] === 'unhealthy' ? because(detail) : undefined),
  },
  'Wave Server Reopened': {
    what: 'reopened',
    expected: 'the first outcome stands',
    found: (detail) => `had ended as ${textIn(detail, 'outcome') ?? '?'}; ${ordered(detail)}`,
  },
  'Wave Server Order Lapsed': {
    what: 'order lapsed',
    expected: 'what is ordered can be done',
    found: (detail) => textIn(detail, 'because') ?? 'no reason was told',
  },
  'Wave Server Phase Ended': {
    what: 'phase failed',
    expected: 'each phase succeeds at the first attempt',
    found: (detail) => {
      if (detail['status'] !== 'failed') return undefined;
      const failure: unknown = detail['failure'];
      const { code, message }: Detail =
        typeof failure === 'object' && failure !== null ? { ...failure } : {};
      const attempt = shown(detail['attempt'] ?? 1);
      return `${textIn(detail, 'phase') ?? '?'}, attempt ${attempt}: ${shown(code ?? 'no code')}: ${shown(message ?? '')}`;
    },
  },
  'Source Server Stalled Change': {
    what: 'stalled',
    expected: 'replication does not stall',
    found: (detail) => (detail['current'] === null ? undefined : shown(detail['current'])),
  },
  'Source Server ETA Slipped': {
    what: 'sync slipped',
    expected: 'the first sync ends when it was estimated to',
    found: (detail) => `${shown(detail['current'])} instead of ${shown(detail['previous'])}`,
  },
  'Source Server Out-of-Band Action': {
    what: 'somebody else acted',
    expected: 'nobody but Landfall changes the server',
    found: (detail) => {
      const caller = objectIn(detail, 'caller');
      const who = textIn(caller, 'principal') ?? textIn(caller, 'type') ?? 'nobody who was named';
      return `${textIn(detail, 'operation') ?? 'a call'} at ${shown(detail['calledAt'])} by ${who}`;
    },
  },
  'Source Server Configuration Drift Change': {
    what: 'drift',
    expected: 'settings stay as they were when the wave began',
    found: (detail) => {
      const differences = objectsIn(detail, 'current').map(
        ({ aspect, field, expected, actual }) =>
          `${shown(aspect)} ${shown(field)}: ${shown(actual)} instead of ${shown(expected)}`,
      );
      return differences.length === 0 ? undefined : differences.join('; ');
    },
  },
  'Wave Server Recovery Measured': {
    what: 'objective missed',
    expected: 'data is no older, and a recovery takes no longer, than the plan allows',
    found: (detail) => {
      const missed = ['rpo', 'rto'].filter((name) => detail[name] === 'missed');
      const said = missed.map(
        (name) =>
          `${name.toUpperCase()} ${shown(detail[`${name}Seconds`])} s instead of ${shown(detail[`${name}ObjectiveSeconds`])} s`,
      );
      return missed.length === 0 ? undefined : said.join(', ');
    },
  },
  'Wave Server Recovery Chosen': {
    what: 'replaced',
    expected: 'no recovery instance is there before a recovery',
    found: (detail) => {
      const replaced = objectsIn(detail, 'replaces');
      return replaced.length === 0
        ? undefined
        : `DRS takes away ${replaced.map(({ instanceId }) => shown(instanceId)).join(', ')}`;
    },
  },
  'Wave Server Retirement Step': {
    what: 'left over',
    expected: 'nothing of a retired server is left in DRS',
    found: (detail) => {
      const left = textsIn(detail, 'left');
      return left.length === 0 ? undefined : left.join('; ');
    },
  },
  'Job Stale Snapshot Used': {
    what: 'previous snapshot',
    expected: 'launches use a fresh snapshot',
    found: (detail) =>
      `job ${textIn(detail, 'jobId') ?? '?'} used the previous snapshot for ${textsIn(detail, 'servers').join(', ')}`,
  },
};

/** What schedules of drills tell, which are of no wave. */
const scheduleRules: Readonly<Record<string, Rule>> = {
  'Drill Schedule Skipped': {
    what: 'drill skipped',
    expected: 'each drill of a schedule takes place',
    found: fallen,
  },
  'Drill Schedule Missed': {
    what: 'drill missed',
    expected: 'each drill of a schedule takes place',
    found: fallen,
  },
};

/** Lists the deviations: those of events in their order, then the ends of servers, then estimates that were missed. */
export function deviationsOf(
  told: readonly ToldFact[],
  ways: readonly ServerWay[],
  estimates: readonly Estimate[],
): readonly Deviation[] {
  const members = new Map(ways.map(({ server, wave }) => [server, wave]));
  return [
    ...told.flatMap((event) => ofEvent(event, members)),
    ...ways.flatMap(ofEnd),
    ...estimates.flatMap(ofEstimate),
  ];
}

function ofEvent(event: ToldFact, members: ReadonlyMap<string, string>): readonly Deviation[] {
  const { type, detail } = event;
  const ofSchedule = scheduleRules[type];
  const rule = ofSchedule ?? rules[type];
  const found = rule?.found(detail);
  if (rule === undefined || found === undefined) return [];
  const server = textIn(detail, 'sourceServerId');
  const wave = textIn(detail, 'wave') ?? (server === null ? null : (members.get(server) ?? null));
  // What is no wave's server is not planned.
  if (wave === null && ofSchedule === undefined) return [];
  return [
    {
      kind: 'deviation',
      wave,
      server,
      hostname: textIn(detail, 'hostname'),
      at: whenOf(event),
      what: rule.what,
      expected: rule.expected,
      found,
    },
  ];
}

function ofEnd(way: ServerWay): readonly Deviation[] {
  const { wave, server, hostname, outcome, code, reason, endedAt } = way;
  // A server that was skipped for no failure had nothing to do.
  if (outcome === 'succeeded' || (outcome === 'skipped' && code === null)) return [];
  const why = [code, reason].filter((part) => part !== null).join(': ');
  const found =
    outcome === null ? 'it has no outcome' : `${outcome}${why === '' ? '' : `, ${why}`}`;
  const expected = 'the server succeeds, or has nothing to do';
  return [{ kind: 'deviation', wave, server, hostname, at: endedAt, what: 'end', expected, found }];
}

function ofEstimate(estimate: Estimate): readonly Deviation[] {
  const { wave, p5, p50, p95, actual, inside } = estimate;
  if (inside !== false) return [];
  return [
    {
      kind: 'deviation',
      wave,
      server: null,
      hostname: null,
      at: actual,
      what: 'estimate missed',
      expected: `the wave ends between ${p5 ?? '?'} and ${p95 ?? '?'}, most likely at ${p50 ?? '?'}`,
      found: `it ended at ${actual ?? '?'}`,
    },
  ];
}
