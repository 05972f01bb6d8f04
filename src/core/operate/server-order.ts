// What an order to skip, retry, roll back or yield servers does to a wave, given how each of them stands. Pure.
import { FailureCode } from '../failure.ts';
import type { Scope, ServerOrderKind } from '../order/order.ts';
import { isCutOver, isFinalized, isLaunchLeft, isReprotected } from '../review/launch-left.ts';
import {
  membersIn,
  namesText,
  type OrderedMember,
  type OrderRefusal,
  type OrderRefusalKind,
  type OrderView,
  orderCommand,
  pendingOrder,
} from './order-view.ts';
import { yieldingOf } from './yielding.ts';

/** What becomes of one server by an order: it is taken, is so already, is none of its business, or stands against it. */
type Judged =
  | { readonly is: 'taken' }
  | { readonly is: 'already'; readonly said: string }
  | { readonly is: 'left-out'; readonly because: string }
  | { readonly is: 'refused'; readonly refusal: OrderRefusal };

/** What an order to servers comes to. */
export interface ServerOrderVerdict {
  readonly taken: readonly OrderedMember[];
  readonly already: readonly string[];
  readonly leftOut: readonly string[];
  readonly refusals: readonly OrderRefusal[];
}

const taken: Judged = { is: 'taken' };
const already = (said: string): Judged => ({ is: 'already', said });
const leftOut = (because: string): Judged => ({ is: 'left-out', because });
const refused = (kind: OrderRefusalKind, message: string, remedy: string): Judged => ({
  is: 'refused',
  refusal: { kind, message, remedy },
});

/** How an order to servers was meant. */
export interface ServerOrderRequest {
  readonly order: ServerOrderKind;
  readonly scope: Scope;
  /** Whether a person has looked at the frozen servers and vouches for their state. */
  readonly confirmState: boolean;
}

/** Judges an order for every server that its scope picks. */
export function judgeServers(view: OrderView, request: ServerOrderRequest): ServerOrderVerdict {
  const picked = membersIn(view, request.scope);
  const judged = picked.map((member) => ({ member, found: judge(view, request, member) }));
  return {
    taken: judged.flatMap(({ member, found }) => (found.is === 'taken' ? [member] : [])),
    already: judged.flatMap(({ found }) => (found.is === 'already' ? [found.said] : [])),
    leftOut: judged.flatMap(({ found }) => (found.is === 'left-out' ? [found.because] : [])),
    refusals: judged.flatMap(({ found }) => (found.is === 'refused' ? [found.refusal] : [])),
  };
}

function judge(view: OrderView, request: ServerOrderRequest, member: OrderedMember): Judged {
  const named = request.scope.kind === 'servers';
  switch (request.order) {
    case 'skip':
      return judgeSkip(view, member, named);
    case 'retry':
      return judgeRetry(view, member, named, request.confirmState);
    case 'rollback':
      return judgeRollback(view, member, named, request.confirmState);
    case 'yield':
      return judgeYield(view, member);
    default:
      return request.order satisfies never;
  }
}

const one = (view: OrderView, { server }: OrderedMember): Scope => ({
  kind: 'servers',
  wave: view.wave,
  servers: [server],
});

/** What a drill has let go of, nobody takes back from the recovery. */
function hasYielded(view: OrderView, member: OrderedMember): Judged | undefined {
  const open = pendingOrder(view, member);
  return open?.order === 'yield' ? already(`${member.server} yields to ${open.by}`) : undefined;
}

/** Whoever recovers a server asks each drill that may have it: what has ended or holds it otherwise is left out. */
function judgeYield(view: OrderView, member: OrderedMember): Judged {
  const { server, running } = member;
  const yielded = hasYielded(view, member);
  if (yielded !== undefined) return yielded;
  switch (yieldingOf({ ...member, running: running?.phase })) {
    case 'yields':
      return taken;
    case 'ended':
      return leftOut(`the drill of ${server} has ended`);
    default:
      return leftOut(`${server} is not at its drill`);
  }
}

function judgeSkip(view: OrderView, member: OrderedMember, named: boolean): Judged {
  const { server, outcome, running } = member;
  if (outcome?.outcome === 'skipped') return already(`${server} ended as skipped`);
  if (outcome !== undefined) {
    const because = `${server} has ended as ${outcome.outcome}`;
    return named ? refused('ended', because, followUp(view)) : leftOut(because);
  }
  const yielded = hasYielded(view, member);
  if (yielded !== undefined) return yielded;
  const open = pendingOrder(view, member)?.order;
  if (open === 'skip') return already(`${server} is being skipped`);
  if (isFinalized(member)) {
    const isRetired = member.phases.includes('retire');
    const how = isReprotected(member) ? 'failed back' : isRetired ? 'retired' : 'finalized';
    return refused(
      'finalized',
      `${server} is ${how}`,
      isRetired ? 'nothing is left to skip' : 'it ends with its archiving: let it',
    );
  }
  const launched = isCutOver(member) || running?.phase === 'finalize' || running?.launched === true;
  if (launched && running?.phase !== 'rollback') {
    return refused(
      'launched',
      `${server} has been launched; skipping it would leave its instance behind`,
      `take it back instead: ${orderCommand('rollback', one(view, member))}`,
    );
  }
  return taken;
}

function judgeRetry(
  view: OrderView,
  member: OrderedMember,
  named: boolean,
  confirmed: boolean,
): Judged {
  const { server, outcome, results } = member;
  if (outcome === undefined) {
    if (member.retriedFrom !== undefined) return already(`${server} is under way again`);
    const because = `${server} has not ended`;
    return named
      ? refused('under-way', because, `see what it waits for: landfall status ${view.wave}`)
      : leftOut(because);
  }
  if (pendingOrder(view, member)?.order === 'retry') return already(`${server} is retried`);
  if (outcome.outcome === 'succeeded' || outcome.outcome === 'skipped') {
    const because = `${server} ended as ${outcome.outcome}: nothing of it failed`;
    return named ? refused('nothing-failed', because, followUp(view)) : leftOut(because);
  }
  const last = results.at(-1);
  // Settings come between two phases: what went before had succeeded.
  const between = outcome.code === FailureCode.SettingsNotApplied;
  const through = last?.status === 'succeeded' && last.phase !== 'rollback';
  if (through && !between) {
    const because = `${server} ended as ${outcome.outcome} after ${last.phase} had succeeded: nothing is left to try again`;
    const back = orderCommand('rollback', one(view, member), ' --confirm-state');
    return named
      ? refused('nothing-failed', because, `finalize it in the console, or take it back: ${back}`)
      : leftOut(because);
  }
  const closed = closedGateBefore(view, member);
  if (closed !== undefined) {
    const because = `${server} would come to ${closed}, which nobody let this wave into`;
    return named ? refused('gate-closed', because, followUp(view)) : leftOut(because);
  }
  if (outcome.outcome === 'frozen' && !confirmed) {
    return unconfirmed(view, member, 'retry', named);
  }
  return taken;
}

function unconfirmed(
  view: OrderView,
  member: OrderedMember,
  verb: 'retry' | 'rollback',
  named: boolean,
): Judged {
  const because = `${member.server} is frozen: ${member.outcome?.reason ?? 'its state is unknown'}`;
  const command = orderCommand(verb, one(view, member), ' --confirm-state');
  return named
    ? refused('unconfirmed', because, `look at it first, then vouch for its state: ${command}`)
    : leftOut(because);
}

/** The first phase on a server's further way whose gate is closed. */
function closedGateBefore({ closedGates }: OrderView, { phases, results }: OrderedMember) {
  const cause = results.findLast((result) => result.phase !== 'rollback')?.phase;
  const from = cause === undefined || cause === 'rollback' ? 0 : Math.max(0, phases.indexOf(cause));
  return closedGates.find(({ phase }) => phases.slice(from).includes(phase))?.phase;
}

function judgeRollback(
  view: OrderView,
  member: OrderedMember,
  named: boolean,
  confirmed: boolean,
): Judged {
  const { server, outcome, running } = member;
  if (isFinalized(member) || running?.phase === 'reprotect' || running?.phase === 'vacate') {
    const because = member.phases.includes('retire')
      ? `${server} is retired: only a new agent brings it back`
      : member.phases.includes('failback')
        ? `${server} has failed back, and is being protected again: the way back is a recovery`
        : `${server} is finalized: MGN knows no way back`;
    // A finalized server has its outcome soon or already; the others of its wave may still be taken back by name.
    return refused('finalized', because, 'move it back by hand, or roll the others back by name');
  }
  if (member.switched === true) {
    const because = `the traffic of ${server} was sent to its recovered instance: what that has written since would be lost`;
    const remedy = 'the way back is a failback; roll the others back by name';
    return named ? refused('switched', because, remedy) : leftOut(because);
  }
  if (running?.phase === 'finalize' && running.waitsFor !== 'signable') {
    return refused(
      'finalized',
      `${server} is being finalized`,
      'it is past the point of no return, or will be at once; look at it when it has ended',
    );
  }
  if (running?.phase === 'retire' && running.waitsFor === 'cleared') {
    return refused(
      'finalized',
      `${server} is disconnected and deleted: only a new agent brings it back`,
      'install its agent again, and protect it in a new plan',
    );
  }
  if (outcome?.outcome === 'rolled-back') return already(`${server} ended as rolled-back`);
  const yielded = hasYielded(view, member);
  if (yielded !== undefined) return yielded;
  if (pendingOrder(view, member)?.order === 'rollback' || running?.phase === 'rollback') {
    return already(`${server} is being rolled back`);
  }
  if (outcome !== undefined && !isLaunchLeft(member)) {
    const because = `${server} ended as ${outcome.outcome}, with nothing launched`;
    return named ? refused('nothing-launched', because, 'nothing to do') : leftOut(because);
  }
  if (outcome?.outcome === 'frozen' && !confirmed) {
    return unconfirmed(view, member, 'rollback', named);
  }
  const launched = isLaunchLeft(member) || running?.launched === true;
  if (named && !launched) {
    return refused(
      'nothing-launched',
      `nothing of ${server} is launched`,
      `leave it out instead: ${orderCommand('skip', one(view, member))}`,
    );
  }
  return taken;
}

/** How what a wave leaves behind is moved. */
export function followUp({ plan, wave }: Pick<OrderView, 'plan' | 'wave'>): string {
  const name = wave.slice(plan.length + 1);
  return `move it in a wave of another name: copy wave ${name} in the plan as ${name}-again with \`servers: { ids: […] }\`, then landfall start PLAN`;
}

/** Says what an order to servers has done, in a sentence. */
export function serverOrderText(order: ServerOrderKind, ids: readonly string[]): string {
  const names = namesText(ids);
  const are = ids.length === 1 ? 'is' : 'are';
  switch (order) {
    case 'skip':
      return `${names} ${are} being skipped`;
    case 'retry':
      return `${names} ${are} retried from what failed`;
    case 'rollback':
      return `${names} ${are} being rolled back`;
    case 'yield':
      return `${names} ${ids.length === 1 ? 'yields' : 'yield'} to a recovery`;
    default:
      return order satisfies never;
  }
}
