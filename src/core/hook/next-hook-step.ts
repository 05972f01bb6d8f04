import { type Failure, FailureCode, failure } from '../failure.ts';
import type { Stretch } from '../phase.ts';
import type { HookPoint } from '../plan/hook-point.ts';
import { undoes } from '../plan/hooks.ts';
import { type Hook, isAskedAfter, type ServerHooks } from '../plan/hooks-for.ts';
import { type Instant, plusSeconds, spokenSpan, toMs } from '../time.ts';
import type { HookAnswer, HookResult } from './hook-result.ts';
import { type HookRun, type HookSite, hookSites } from './hook-run.ts';
import { standingBefore } from './standing.ts';

/** All that the next step of a server's hooks is decided on. */
export interface HookView {
  readonly wave: string;
  readonly server: string;
  readonly site: HookSite;
  readonly phase: Stretch;
  readonly attempt: number;
  readonly hooks: ServerHooks;
  readonly runs: readonly HookRun[];
  /** The launch that the phase is about; null where there is none yet. */
  readonly launch: {
    readonly jobId: string;
    readonly snapshotEndedAt?: Instant | undefined;
  } | null;
  readonly now: Instant;
}

/** What a hook's function, document or address is asked: to run, how far it is, to stop; or whether it answers. */
export type HookQuestion = 'run' | 'status' | 'cancel' | 'probe';

/** What is to be done next for a server's hooks at a site. */
export type HookStep =
  | { readonly do: 'done' }
  /** Put the try on record as it is given, then call; whoever puts it there calls, nobody else. */
  | {
      readonly do: 'call';
      readonly ask: HookQuestion;
      readonly hook: Hook;
      readonly run: HookRun;
      readonly isNew: boolean;
    }
  /** Put on record how a try ended, without a call. */
  | { readonly do: 'end'; readonly run: HookRun }
  | { readonly do: 'wait'; readonly reason: string }
  | {
      readonly do: 'fail';
      readonly failure: Failure;
      /** When it failed to the end; null where there was nothing to call. */
      readonly at: Instant | null;
      /** Whether the server is held, and its phase begins anew once a person has resumed it. */
      readonly hold: boolean;
    };

/** How long a call may take before another one may ask what became of it. */
const claimSeconds = 120;
/** How long after one look at a function's or document's try the next one comes. */
const lookSeconds = 60;

/** Decides the next step of a server's hooks at a site. Pure: the same view gives the same step. */
export function nextHookStep(view: HookView): HookStep {
  const { site, hooks, runs } = view;
  const undo = undoOf(site);
  if (undo !== undefined) {
    if (standingBefore(undo, hooks, runs) === undefined) return { do: 'done' };
    if ((hooks[undo] ?? []).length === 0) return noWayBack;
  }
  for (const point of hookSites[site]) {
    for (const hook of hooks[point] ?? []) {
      const step = stepOf(view, point, hook);
      if (step !== undefined) return step;
    }
  }
  return { do: 'done' };
}

const noWayBack: HookStep = {
  do: 'fail',
  at: null,
  hold: false,
  failure: failure(
    FailureCode.UndoFailed,
    'the traffic was switched to the instance, and the plan has no hook that switches it back: it is left running',
    'switchBack',
  ),
};

function undoOf(site: HookSite): keyof typeof undoes | undefined {
  return site === 'take-back' ? 'switchBack' : site === 'undo' ? 'thaw' : undefined;
}

function stepOf(view: HookView, point: HookPoint, hook: Hook): HookStep | undefined {
  if (isBehind(view, point, hook)) return undefined;
  const round = view.runs.filter((run) => isOfRound(run, view, point, hook));
  const last = round.at(-1);
  if (last === undefined) return begin(view, point, hook, 1);
  if (last.status === 'started') return goOn(last, hook, view.now);
  if (last.status !== 'failed') return undefined;
  // A probe has its tries within one run.
  const tries = isAskedAfter(hook) ? hook.tries : 1;
  if (round.length < tries) return begin(view, point, hook, round.length + 1);
  return hook.onFailure === 'continue' ? undefined : failed(point, hook, last);
}

/** What an earlier attempt has done already and nobody has taken back. */
function isBehind(view: HookView, point: HookPoint, hook: Hook): boolean {
  const { runs, hooks, launch } = view;
  const done = (from: number) =>
    runs
      .slice(from)
      .some((run) => run.point === point && run.name === hook.name && run.status === 'succeeded');
  if (point === 'switchBack' || point === 'thaw') {
    return done(runs.findLastIndex((run) => run.point === undoes[point]) + 1);
  }
  if (point === 'switch') {
    const back = runs.findLastIndex((run) => run.point === 'switchBack');
    return standingBefore('switchBack', hooks, runs) !== undefined && done(back + 1);
  }
  if (point !== 'afterSnapshot' || launch === null) return false;
  return runs.some(
    (run) =>
      run.point === point &&
      run.name === hook.name &&
      run.jobId === launch.jobId &&
      run.status === 'succeeded',
  );
}

function isOfRound(run: HookRun, view: HookView, point: HookPoint, hook: Hook): boolean {
  return (
    run.point === point &&
    run.name === hook.name &&
    run.phase === view.phase &&
    run.attempt === view.attempt
  );
}

function begin(view: HookView, point: HookPoint, hook: Hook, nth: number): HookStep {
  const { now, phase, attempt, launch, runs } = view;
  // Keys are never used twice, also where several attempts take the same back.
  const key = `${view.wave}/${view.server}/${point}.${hook.name}/${phase === 'rollback' ? 'rollback-' : ''}${attempt}.${nth}`;
  const run: HookRun = {
    key,
    point,
    name: hook.name,
    kind: hook.act.kind,
    phase,
    attempt,
    try: nth,
    ...(point === 'afterSnapshot' && launch !== null ? { jobId: launch.jobId } : {}),
    status: 'started',
    startedAt: now,
    endedAt: null,
    claimedUntil: plusSeconds(now, claimSeconds),
    lookAgainAt: now,
    mustRun: false,
    looks: isAskedAfter(hook) ? 0 : 1,
  };
  if (point === 'afterSnapshot' && launch?.snapshotEndedAt === undefined) {
    const reason = 'the log of its launch does not say that a snapshot was taken (SNAPSHOT_END)';
    return { do: 'end', run: ended(run, 'skipped', now, { reason }) };
  }
  const ask = isAskedAfter(hook) ? 'run' : 'probe';
  return { do: 'call', ask, hook, run, isNew: !runs.some((known) => known.key === key) };
}

/** What to do about a try that has begun and not ended. */
function goOn(run: HookRun, hook: Hook, now: Instant): HookStep {
  const { claimedUntil, lookAgainAt, mustRun } = run;
  const what = `${run.point} ${run.name}`;
  if (claimedUntil !== null && toMs(now) < toMs(claimedUntil)) {
    return { do: 'wait', reason: `${what} is being called` };
  }
  const isCalled = isAskedAfter(hook);
  if (isCalled && toMs(now) >= toMs(deadlineOf(run, hook))) {
    // What runs on would run into whatever is done next: a command can be stopped, a function cannot.
    if (run.kind === 'document') {
      return { do: 'call', ask: 'cancel', hook, run: claimOf(run, now), isNew: false };
    }
    return { do: 'end', run: ended(run, 'failed', now, { reason: overdue(run, hook) }) };
  }
  if (toMs(now) < toMs(lookAgainAt)) {
    return {
      do: 'wait',
      reason: run.reason === undefined ? `${what} runs` : `${what}: ${run.reason}`,
    };
  }
  const ask = !isCalled ? 'probe' : mustRun ? 'run' : 'status';
  return { do: 'call', ask, hook, run: claimOf(run, now), isNew: false };
}

function claimOf(run: HookRun, now: Instant): HookRun {
  const { looks } = run;
  const claimedUntil = plusSeconds(now, claimSeconds);
  return { ...run, claimedUntil, mustRun: false, looks: looks + 1 };
}

function overdue({ reason }: HookRun, { timeoutSeconds }: Hook): string {
  return `no end of it within ${spokenSpan(timeoutSeconds)}${reason === undefined ? '' : `: ${reason}`}`;
}

/** When the time of a function's or document's try is over. */
export function deadlineOf({ startedAt }: HookRun, { timeoutSeconds }: Hook): Instant {
  return plusSeconds(startedAt, timeoutSeconds);
}

function failed(point: HookPoint, { name, onFailure }: Hook, last: HookRun): HookStep {
  const because = last.reason ?? 'no reason given';
  const code = Object.hasOwn(undoes, point) ? FailureCode.UndoFailed : FailureCode.HookFailed;
  return {
    do: 'fail',
    at: last.endedAt,
    hold: onFailure === 'hold',
    failure: failure(code, `hook ${point} ${name} failed: ${because}`, `${point}.${name}`),
  };
}

/** What a try comes to once its call has been answered. */
export function afterCall(
  run: HookRun,
  hook: Hook,
  ask: HookQuestion,
  answer: HookAnswer,
  now: Instant,
): HookRun {
  if (ask === 'cancel') return afterCancel(run, hook, answer, now);
  switch (answer.is) {
    case 'result':
      return afterResult(run, ask, answer.result, now);
    case 'refused':
      return ended(run, 'failed', now, { reason: answer.because });
    case 'not-begun':
      return later(run, now, lookSeconds, answer.because, ask === 'run');
    // The next look asks after it, and runs it again only where the function never heard of it.
    case 'lost':
      return later(run, now, lookSeconds, answer.because, false);
    case 'probed': {
      const evidence = { found: answer.found, tries: run.looks };
      if (answer.good) return ended(run, 'succeeded', now, { evidence });
      return run.looks >= hook.tries
        ? ended(run, 'failed', now, { reason: `${answer.found}, in ${run.looks} tries`, evidence })
        : later(run, now, hook.intervalSeconds, answer.found, false);
    }
    default:
      return answer satisfies never;
  }
}

/** Its time is over whatever is answered; only an end that had come unseen counts, and the reason says what became of it. */
function afterCancel(run: HookRun, hook: Hook, answer: HookAnswer, now: Instant): HookRun {
  if (answer.is === 'result' && answer.result.status === 'succeeded') {
    return afterResult(run, 'cancel', answer.result, now);
  }
  const said = answer.is === 'result' ? answer.result : undefined;
  const became =
    answer.is === 'refused' || answer.is === 'lost' || answer.is === 'not-begun'
      ? `it could not be stopped, and may run on: ${answer.because}`
      : said?.reason;
  const reason = `${overdue(run, hook)}${became === undefined ? '' : `; ${became}`}`.slice(0, 1000);
  const evidence = said?.evidence ?? run.evidence;
  return ended(run, 'failed', now, { reason, ...(evidence === undefined ? {} : { evidence }) });
}

function afterResult(run: HookRun, ask: string, result: HookResult, now: Instant): HookRun {
  const { status, reason, evidence } = result;
  const said = {
    ...(reason === undefined ? {} : { reason }),
    ...(evidence === undefined ? {} : { evidence }),
  };
  if (status === 'pending') return { ...later(run, now, lookSeconds, undefined, false), ...said };
  if (status !== 'unknown') return ended(run, status, now, said);
  return ask === 'status'
    ? later(run, now, 0, reason ?? 'its function never heard of it', true)
    : ended(run, 'failed', now, { reason: 'its function answered unknown to its own run' });
}

function later(
  run: HookRun,
  now: Instant,
  seconds: number,
  reason: string | undefined,
  mustRun: boolean,
): HookRun {
  return {
    ...run,
    claimedUntil: null,
    lookAgainAt: plusSeconds(now, seconds),
    mustRun,
    ...(reason === undefined ? {} : { reason }),
  };
}

function ended(
  { reason: _, ...run }: HookRun,
  status: HookRun['status'],
  now: Instant,
  said: Pick<HookRun, 'reason' | 'evidence'>,
): HookRun {
  return { ...run, status, endedAt: now, claimedUntil: null, ...said };
}
