import { atCall, atEvent, breachBy, breachIn } from './breach.ts';
import { type Rule, Tally } from './rule.ts';
import { type Call, type ServerStory, type Told, type Trace, textOf } from './trace.ts';
import { utcMs } from './utc-instant.ts';
import { EventType } from './vocabulary.ts';

// How functions and documents are told to run.
const runs: ReadonlySet<string> = new Set(['Invoke', 'SendCommand']);

const calledOnce: Rule = {
  promise: 2,
  name: 'hook-called-once',
  holds:
    'The function or document of a hook is told at most once to run a try, by its key, and only after that try was told to begin.',
  meaning:
    'A hook was run twice where once was asked for, or a call was made that nobody had written down.',
  check: (trace) => {
    const tally = new Tally();
    const begun = new Map<string, Told>();
    for (const event of trace.told) {
      if (isHook(event, 'started')) begun.set(textOf(event.detail, 'key') ?? '', event);
    }
    const ran = new Map<string, Call>();
    for (const call of trace.calls) {
      const key = textOf(call.record.input, 'key');
      if (!call.ours || !runs.has(call.record.operation) || key === undefined) continue;
      if (textOf(call.record.input, 'ask') !== 'run' || !call.accepted) continue;
      const server = textOf(call.record.input, 'server', 'sourceServerId') ?? key;
      const before = ran.get(key);
      ran.set(key, before ?? call);
      const intent = begun.get(key);
      const also = [...(before === undefined ? [] : [atCall(before)])];
      const unwritten = intent === undefined || intent.ms > call.ms;
      tally.see(
        before === undefined && !unwritten
          ? undefined
          : breachBy(
              call,
              server,
              before === undefined
                ? `hook ${key} was not told to begin`
                : `hook ${key} was run before`,
              also,
            ),
      );
    }
    return tally.finding();
  },
};

const shutdownAfterSnapshot: Rule = {
  promise: 3,
  name: 'no-shutdown-before-snapshot',
  holds:
    'A hook of afterSnapshot begins only once its launch is told to have taken its own snapshot, at or after that moment.',
  meaning: 'A source may have been shut down before its last data had reached AWS.',
  check: (trace) => {
    const tally = new Tally();
    for (const { told } of trace.servers.values()) {
      for (const event of told) {
        if (!isHook(event, 'started', 'afterSnapshot')) continue;
        const jobId = textOf(event.detail, 'jobId');
        const launch = told.find(
          (one) =>
            one.type === EventType.LaunchResult &&
            textOf(one.detail, 'kind') === 'cutover' &&
            textOf(one.detail, 'jobId') === jobId,
        );
        const endedAt = launch === undefined ? undefined : textOf(launch.detail, 'snapshotEndedAt');
        const isGood =
          launch !== undefined &&
          endedAt !== undefined &&
          launch.detail['usedPreviousSnapshot'] !== true &&
          launch.ms <= event.ms &&
          utcMs(endedAt) <= event.ms;
        tally.see(
          isGood
            ? undefined
            : breachIn(
                event,
                `hook ${hookName(event)} began before job ${jobId ?? 'of its launch'} was told to have taken its snapshot`,
                launch === undefined ? [] : [atEvent(launch)],
              ),
        );
      }
    }
    return tally.finding();
  },
};

const thawedOnce: Rule = {
  promise: 4,
  name: 'thaw-after-freeze',
  holds:
    'What a hook froze is thawed, once, before its server ends without a cutover, where the plan has hooks that thaw; nothing is thawed that was not frozen. Only a frozen server, or one that somebody archived or disconnected, ends otherwise.',
  meaning: 'A source was left frozen although its server did not move, or was thawed twice.',
  check: (trace) => {
    const tally = new Tally();
    for (const stream of hookStreams(trace)) {
      let frozen: Told | undefined;
      let thawed = new Set<string>();
      for (const event of stream) {
        if (isHook(event, 'started', 'freeze')) {
          frozen = event;
          thawed = new Set();
        } else if (isHook(event, 'succeeded', 'thaw')) {
          const name = hookName(event);
          const isNew = frozen !== undefined && !thawed.has(name);
          tally.see(
            isNew ? undefined : breachIn(event, `hook ${name} thawed what was not frozen any more`),
          );
          thawed.add(name);
        } else if (event.type === EventType.Outcome && frozen !== undefined) {
          const mustThaw = frozen.detail['undo'] === true && endsUnmoved(event);
          if (!mustThaw) continue;
          tally.see(
            thawed.size > 0
              ? undefined
              : breachIn(event, 'ended without a cutover, and its source was not thawed', [
                  atEvent(frozen),
                ]),
          );
        }
      }
    }
    return tally.finding();
  },
};

const unmoved: ReadonlySet<string | undefined> = new Set(['skipped', 'rolled-back', 'failed']);
const goneForGood: ReadonlySet<string | undefined> = new Set([
  'ServerArchived',
  'ServerDisconnected',
]);

function endsUnmoved({ detail }: Told): boolean {
  return unmoved.has(textOf(detail, 'outcome')) && !goneForGood.has(textOf(detail, 'code'));
}

const switchedBackFirst: Rule = {
  promise: 3,
  name: 'switch-back-before-termination',
  holds:
    'Landfall terminates an instance to which a hook switched the traffic only after a hook has switched it back, and switches nothing back once the server is finalized.',
  meaning:
    'An instance that users worked on was taken away, or they were sent back to a source that is history.',
  check: (trace) => {
    const tally = new Tally();
    for (const story of trace.servers.values()) {
      for (const breach of terminations(story)) tally.see(breach);
      for (const breach of switchesBack(story)) tally.see(breach);
    }
    return tally.finding();
  },
};

function* terminations({ key, acts, told }: ServerStory) {
  for (const call of acts) {
    if (!call.ours || !call.accepted || call.record.operation !== 'TerminateTargetInstances') {
      continue;
    }
    const before = told.filter(({ ms }) => ms <= call.ms);
    const switched = before.findLast((event) => isHook(event, 'started', 'switch'));
    if (switched === undefined) continue;
    const back = before.findLast(
      (event) => isHook(event, undefined, 'switchBack') && event.ms >= switched.ms,
    );
    yield back !== undefined && isHook(back, 'succeeded', 'switchBack')
      ? undefined
      : breachBy(call, key, 'TerminateTargetInstances on an instance that takes the traffic', [
          atEvent(switched),
          ...(back === undefined ? [] : [atEvent(back)]),
        ]);
  }
}

function* switchesBack({ acts, told }: ServerStory) {
  for (const event of told) {
    if (!isHook(event, 'started', 'switchBack')) continue;
    const final = acts.find(
      ({ ours, accepted, ms, record }) =>
        ours && accepted && ms <= event.ms && record.operation === 'FinalizeCutover',
    );
    yield final === undefined
      ? undefined
      : breachIn(event, `hook ${hookName(event)} switches back what is finalized`, [atCall(final)]);
  }
}

/** The events of each server in its wave of which a hook froze the source or thawed it, in their order. */
function* hookStreams(trace: Trace): Generator<readonly Told[]> {
  for (const events of trace.streams.values()) {
    const touches = events.some(
      (event) => isHook(event, undefined, 'freeze') || isHook(event, undefined, 'thaw'),
    );
    if (touches) yield events;
  }
}

function isHook({ type, detail }: Told, status?: string, point?: string): boolean {
  return (
    type === EventType.Hook &&
    (status === undefined || textOf(detail, 'status') === status) &&
    (point === undefined || textOf(detail, 'point') === point)
  );
}

function hookName({ detail }: Told): string {
  return textOf(detail, 'hook') ?? 'without a name';
}

/** What is promised of hooks: run once, no shutdown too early, what is done is undone where the cutover does not come about. */
export const hookRules: readonly Rule[] = [
  calledOnce,
  shutdownAfterSnapshot,
  switchedBackFirst,
  thawedOnce,
];
