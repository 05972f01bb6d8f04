// In: how waves stand. Out: the board that a person reads: what runs, what waits and why, and what helps. Pure.

import { printable } from '../core/fleet/problem.ts';
import { namesText } from '../core/operate/order-view.ts';
import { type Instant, secondsBetween, spokenSpan } from '../core/time.ts';
import type {
  ServerStatus,
  Status,
  TargetStatus,
  Waiting,
  WaveStatus,
} from '../flow/operate/status.ts';
import type { WaveState } from '../flow/operate/wave-state.ts';
import { settingsLines } from './settings-board.ts';
import { clockTime, counted, spoken, textTable } from './text-table.ts';
import { waitWords } from './wait-words.ts';

/** How a board is drawn. */
export interface Drawing {
  /** Of one wave, each server that waits has its own line. */
  readonly isOneWave: boolean;
  /** What goes after every command that helps, e.g. ` --stage test`. */
  readonly furtherWords: string;
}

/** Draws the board of these waves. */
export function statusBoard(
  { at, targets }: Pick<Status, 'at' | 'targets'>,
  waves: readonly WaveStatus[],
  drawing: Drawing,
): string {
  if (waves.length === 0) {
    return `No plan was started here yet. Start one with: landfall start PLAN${drawing.furtherWords}`;
  }
  const boards = waves.map((wave) => waveBoard(wave, at, drawing));
  return [...boards, targetBoard(targets, at)].join('\n\n');
}

function waveBoard(wave: WaveStatus, at: Instant, { isOneWave, furtherWords }: Drawing): string {
  const { cohort } = wave;
  const cohorts = cohort.number > 1 ? ` · cohort ${cohort.number}` : '';
  const head = `${wave.wave}: ${stateText(wave.state, at)}`;
  return [
    printable(head),
    `  ${counted(wave.servers, 'server')}${cohorts}: ${countsText(wave)}`,
    ...pauseLines(wave, at),
    ...section('Waits', isOneWave ? eachWait(wave, at) : groupedWaits(wave, at, furtherWords)),
    ...section(
      'Applied before the first launch (landfall settings diff, of DRS drs template plan, shows each)',
      settingsLines(wave),
    ),
    ...section('Taken over from drills', takenLines(wave)),
    ...section('Ended otherwise', endLines(wave)),
    ...section('Left behind by hooks', hookLines(wave)),
    ...section('Ordered and not taken yet', orderLines(wave)),
    ...section('What can be done', helpLines(wave, furtherWords)),
    ...(isOneWave ? section('About single servers', serverHelpLines(wave, furtherWords)) : []),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`  ${title}`, ...lines];
}

/** Says where a wave stands, in a clause. */
export function stateText(state: WaveState, at: Instant): string {
  switch (state.is) {
    case 'planned':
      return `waits for ${state.waitsFor.join(', ')}`;
    case 'starting':
      return 'starting; it begins once the poller has looked at its targets';
    case 'running':
      return 'running';
    case 'held':
      return `HELD for ${age(state.since, at)}: ${state.reason}; ${state.until === null ? 'until somebody resumes it' : `until ${clockTime(state.until)}`}`;
    case 'stands-still':
      return `stands still for ${age(state.since, at)}: ${state.reason}; until somebody resumes it`;
    case 'awaiting-approval': {
      const who = state.by === null ? 'an operator' : state.by.join(', ');
      const servers = counted(state.servers.length, 'server');
      const lacks = state.lacks === null ? '' : ` (${state.lacks})`;
      return `ASKS to enter ${state.phase} with ${servers}, for ${age(state.since, at)}: ${who} may approve until ${clockTime(state.until)}${lacks}`;
    }
    case 'awaiting-window': {
      const servers = counted(state.servers.length, 'server');
      const until = state.closesAt === null ? '' : ` until ${clockTime(state.closesAt)}`;
      return `waits for the window of ${state.phase} with ${servers}: opens at ${clockTime(state.opensAt)}${until}; now ${state.because}`;
    }
    case 'blocked': {
      const said = state.findings
        .slice(0, 3)
        .map(({ rule, message, remedy }) => `${rule}: ${message} → ${remedy}`);
      const more = state.findings.length > 3 ? `; and ${state.findings.length - 3} more` : '';
      return `BLOCKED before ${state.phase} for ${age(state.since, at)}, until ${clockTime(state.until)}: ${said.join('; ')}${more}`;
    }
    case 'awaiting-slots':
      return `waits for free slots for ${age(state.since, at)}: ${state.reason}`;
    case 'aborting':
      return 'ABORTING';
    case 'concluded':
      return `concluded at ${clockTime(state.at)}`;
    default:
      return state satisfies never;
  }
}

function age(since: Instant, at: Instant): string {
  return spokenSpan(Math.max(0, secondsBetween(since, at)));
}

function countsText({ outcomes, open, servers }: WaveStatus): string {
  const ended = Object.entries(outcomes).filter(([, count]) => count > 0);
  const under = Object.entries(open).filter(([, count]) => count > 0);
  const known = [...ended, ...under];
  // Before a wave has begun, its servers are only planned.
  if (known.length === 0) return servers === 0 ? 'none' : `${spoken(servers)} planned`;
  return known.map(([name, count]) => `${spoken(count)} ${name}`).join(' · ');
}

function pauseLines({ paused }: WaveStatus, at: Instant): readonly string[] {
  if (paused === null) return [];
  const why = paused.reason === '' ? '' : `: ${paused.reason}`;
  const what = { wave: '', plan: ' with its plan', stage: ' with everything' }[paused.scope];
  return [`  ${printable(`PAUSED${what} for ${age(paused.since, at)} by ${paused.by}${why}`)}`];
}

interface Waits {
  readonly member: ServerStatus;
  readonly waits: Waiting;
}

function waiting({ members }: WaveStatus): readonly Waits[] {
  return members.flatMap((member) =>
    member.outcome !== null || member.waits === null ? [] : [{ member, waits: member.waits }],
  );
}

const mostLines = 12;
const mostNames = 3;

/** One line for all servers that wait for the same for the same reason, the most numerous first. */
function groupedWaits(wave: WaveStatus, at: Instant, furtherWords: string): readonly string[] {
  const groups = new Map<string, Waits[]>();
  for (const one of waiting(wave)) {
    // Figures differ from server to server where the reason is the same.
    const reason = one.waits.reason.replaceAll(/\d[\d.,:TZ-]*/g, '#');
    const key = JSON.stringify([one.member.phase, one.waits.for, reason]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  const sorted = [...groups.values()].toSorted((a, b) => b.length - a.length);
  const rows = sorted.slice(0, mostLines).flatMap((group) => {
    const oldest = group.toSorted((a, b) => (a.waits.since < b.waits.since ? -1 : 1))[0];
    if (oldest === undefined) return [];
    const names = group.slice(0, mostNames).map(({ member }) => nameOf(member));
    const more = group.length > mostNames ? ` +${group.length - mostNames}` : '';
    return [
      [
        counted(group.length, 'server'),
        oldest.member.phase ?? '',
        waitWords(oldest.waits.for),
        `${age(oldest.waits.since, at)}`,
        `${names.join(', ')}${more}`,
        oldest.waits.reason,
      ].map(printable),
    ];
  });
  const rest = sorted.length - rows.length;
  return [
    ...(rows.length === 0 ? [] : [textTable(rows, 4)]),
    ...(rest > 0
      ? [`    … and ${rest} more; see them with landfall status ${wave.wave}${furtherWords}`]
      : []),
  ];
}

function eachWait(wave: WaveStatus, at: Instant): readonly string[] {
  const rows = waiting(wave).map(({ member, waits }) =>
    [
      nameOf(member),
      member.server,
      member.phase ?? '',
      waitWords(waits.for),
      age(waits.since, at),
      waits.deadlineAt === null ? '' : `until ${clockTime(waits.deadlineAt)}`,
      waits.reason,
    ].map(printable),
  );
  return rows.length === 0 ? [] : [textTable(rows, 4)];
}

function nameOf({ hostname, server }: ServerStatus): string {
  return hostname ?? server;
}

/** The servers that did not succeed, by reason. */
function endLines({ members }: WaveStatus): readonly string[] {
  const groups = new Map<string, ServerStatus[]>();
  for (const member of members) {
    if (member.outcome === null || member.outcome.outcome === 'succeeded') continue;
    const key = JSON.stringify([member.outcome.outcome, member.outcome.reason]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  const rows = [...groups.values()].flatMap((group) => {
    const outcome = group[0]?.outcome;
    if (outcome === undefined || outcome === null) return [];
    const names = group.slice(0, mostNames).map(nameOf);
    const more = group.length > mostNames ? ` +${group.length - mostNames}` : '';
    const cells = [outcome.outcome, `${names.join(', ')}${more}`, outcome.reason];
    return [cells.map(printable)];
  });
  return rows.length === 0 ? [] : [textTable(rows, 4)];
}

const leftWords = {
  'source-frozen': 'its source is still frozen',
  'traffic-switched': 'the traffic is still on its instance',
} as const;

/** The servers that ended otherwise and of which a hook has left something as it must not stay. */
function hookLines({ members }: WaveStatus): readonly string[] {
  const rows = members.flatMap((member) => {
    const { hooks, outcome } = member;
    if (hooks === null || outcome === null || outcome.outcome === 'succeeded') return [];
    if (hooks.left.length === 0) return [];
    const { point, name, status, reason } = hooks.last;
    const last = `last hook: ${point} ${name} ${status}${reason === null ? '' : `: ${reason}`}`;
    const left = hooks.left.map((one) => leftWords[one]).join(', ');
    return [[nameOf(member), member.server, left, last].map(printable)];
  });
  return rows.length === 0 ? [] : [textTable(rows.slice(0, mostLines), 4)];
}

function helpLines({ help }: WaveStatus, furtherWords: string): readonly string[] {
  const rows = help.map(({ command, does, who }) =>
    [`${command}${furtherWords}`, `${does} (${who})`].map(printable),
  );
  return rows.length === 0 ? [] : [textTable(rows, 4)];
}

function takenLines({ takenOver }: WaveStatus): readonly string[] {
  return takenOver.map(
    ({ wave, servers }) =>
      `    ${printable(`${counted(servers.length, 'server')} of ${wave}: ${namesText(servers)}`)}`,
  );
}

function orderLines({ members }: WaveStatus): readonly string[] {
  const rows = members.flatMap((member) => {
    const { order, paused } = member;
    const said = [
      ...(order === null ? [] : [`${order.order} by ${order.by}: ${order.reason}`]),
      ...(paused === 'tier' || paused === 'server' ? [`paused (${paused})`] : []),
    ];
    return said.length === 0
      ? []
      : [[nameOf(member), member.server, said.join('; ')].map(printable)];
  });
  return rows.length === 0 ? [] : [textTable(rows.slice(0, mostLines), 4)];
}

/** What can be done about servers that need somebody: those that ended otherwise, or that are paused. */
function serverHelpLines({ members }: WaveStatus, furtherWords: string): readonly string[] {
  const needy = members.filter(
    ({ outcome, paused }) => outcome !== null || paused === 'tier' || paused === 'server',
  );
  const rows = needy.flatMap((member) =>
    member.help.map(({ command, does }) =>
      [nameOf(member), `${command}${furtherWords}`, does].map(printable),
    ),
  );
  return rows.length === 0 ? [] : [textTable(rows.slice(0, mostLines), 4)];
}

function targetBoard(targets: readonly TargetStatus[], at: Instant): string {
  if (targets.length === 0) return 'Targets: none was looked at yet';
  const rows = targets.map((target) =>
    [
      target.target,
      `tick ${spoken(target.tick)}${target.lastTickFailed ? ' failed' : ''}`,
      nextTick(target, at),
      target.activeServers === null
        ? ''
        : `${spoken(target.activeServers)} of ${spoken(target.activeServersQuota)} servers replicate`,
      target.unreachable === null
        ? ''
        : `UNREACHABLE since ${clockTime(target.unreachable.since)}: ${target.unreachable.reason}  → ${target.unreachable.remedy}`,
    ].map(printable),
  );
  return `Targets at ${clockTime(at)}\n${textTable(rows)}`;
}

function nextTick({ nextTickAt }: TargetStatus, at: Instant): string {
  const seconds = secondsBetween(at, nextTickAt);
  return seconds >= 0 ? `next in ${spokenSpan(seconds)}` : `due for ${spokenSpan(-seconds)}`;
}
