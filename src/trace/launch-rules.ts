import { atCall, breachBy } from './breach.ts';
import { type Rule, Tally } from './rule.ts';
import { type Call, type ServerStory, type Told, type Trace, textOf } from './trace.ts';
import { EventType, jobKindOf } from './vocabulary.ts';

const launchesCarryIntent: Rule = {
  promise: 2,
  name: 'launches-carry-intent',
  holds: 'Every call by Landfall that starts a job carries a `landfall:intent` tag.',
  meaning: 'If its answer were lost, nobody could tell the job from somebody else’s.',
  check: (trace) => {
    const tally = new Tally();
    for (const call of jobCalls(trace)) {
      tally.see(
        call.intent === undefined || call.intent === ''
          ? breachBy(call, call.servers.join(' '), `${call.record.operation} carries no intent`)
          : undefined,
      );
    }
    return tally.finding();
  },
};

const intentUsedOnce: Rule = {
  promise: 2,
  name: 'intent-used-once',
  holds: 'An intent is accepted by AWS at most once.',
  meaning: 'The same launch was made twice.',
  check: (trace) => {
    const tally = new Tally();
    const accepted = new Map<string, Call>();
    for (const call of jobCalls(trace)) {
      if (call.intent === undefined || !call.accepted) continue;
      const before = accepted.get(call.intent);
      if (before === undefined) accepted.set(call.intent, call);
      tally.see(
        before === undefined
          ? undefined
          : breachBy(call, call.servers.join(' '), `intent ${call.intent} was accepted before`, [
              atCall(before),
            ]),
      );
    }
    return tally.finding();
  },
};

const serverOnceACall: Rule = {
  promise: 2,
  name: 'server-once-a-call',
  holds: 'A call that starts a job names each server once.',
  meaning: 'Two requests of one server were put into one batch.',
  check: (trace) => {
    const tally = new Tally();
    for (const call of jobCalls(trace)) {
      const twice = call.servers.find((key, i) => call.servers.indexOf(key) !== i);
      tally.see(
        twice === undefined
          ? undefined
          : breachBy(call, twice, `${call.record.operation} names the server twice`),
      );
    }
    return tally.finding();
  },
};

function jobCalls(trace: Trace): readonly Call[] {
  return trace.calls.filter((call) => call.ours && jobKindOf(call.record) !== undefined);
}

const oneJobAServer: Rule = {
  promise: 2,
  name: 'one-job-a-server',
  holds: 'A server is in no second job of Landfall’s before the end of the first is known.',
  meaning: 'Two jobs worked on one server at the same time.',
  check: (trace) =>
    eachPair(trace, acceptedJobs, (story, first, second) =>
      endKnown(story, first, second)
        ? undefined
        : `${second.record.operation} began while the job of ${first.record.operation} was not known to have ended`,
    ),
};

const oneLaunchARequest: Rule = {
  promise: 2,
  name: 'one-launch-a-request',
  holds:
    'A server is launched a second time for the same purpose only after a revert or a failed first attempt.',
  meaning: 'One request launched two instances.',
  check: (trace) => {
    const tally = new Tally();
    for (const operation of ['StartTest', 'StartCutover']) {
      const launches = (story: ServerStory) =>
        acceptedJobs(story).filter((call) => call.record.operation === operation);
      const found = eachPair(trace, launches, (story, first, second) =>
        revertedBetween(story, first, second) || failedBetween(story, first, second)
          ? undefined
          : `a second ${operation} was accepted without a revert or a failed attempt between them`,
      );
      tally.cases += found.cases;
      tally.breaches.push(...found.breaches);
    }
    return tally.finding();
  },
};

const oneTerminationALaunch: Rule = {
  promise: 2,
  name: 'one-termination-a-launch',
  holds:
    'A server’s instance is terminated a second time only after another launch or a failed first attempt.',
  meaning:
    'One termination was made twice; the second may hit an instance that it was not meant for.',
  check: (trace) => {
    const terminations = (story: ServerStory) =>
      acceptedJobs(story).filter((call) => jobKindOf(call.record) === 'terminate');
    return eachPair(trace, terminations, (story, first, second) =>
      launchedBetween(story, first, second) || failedBetween(story, first, second)
        ? undefined
        : 'a second TerminateTargetInstances was accepted without a launch or a failed attempt between them',
    );
  },
};

const lostAnswerNotRepeated: Rule = {
  promise: 2,
  name: 'lost-answer-not-repeated',
  holds:
    'A call whose answer was lost, or was a 5xx, is not made again for its servers before its job is adopted or the attempt has ended.',
  meaning:
    'Landfall guessed that a call had no effect. When the guess is wrong, two instances run.',
  check: (trace) => {
    const tally = new Tally();
    for (const story of trace.servers.values()) {
      const calls = story.acts.filter((call) => call.ours && jobKindOf(call.record) !== undefined);
      for (const [i, lost] of calls.entries()) {
        if (lost.record.answerLost !== true && lost.record.status < 500) continue;
        const repeat = calls
          .slice(i + 1)
          .find((call) => call.record.operation === lost.record.operation);
        tally.see(
          repeat === undefined || endKnown(story, lost, repeat)
            ? undefined
            : breachBy(
                repeat,
                story.key,
                `${repeat.record.operation} was called again while the first call’s fate was unknown`,
                [atCall(lost)],
              ),
        );
      }
    }
    return tally.finding();
  },
};

/** Looks at each launch, and at each with the one before it; a first launch is a case without a partner. */
function eachPair(
  trace: Trace,
  pick: (story: ServerStory) => readonly Call[],
  judge: (story: ServerStory, first: Call, second: Call) => string | undefined,
) {
  const tally = new Tally();
  for (const story of trace.servers.values()) {
    let first: Call | undefined;
    for (const second of pick(story)) {
      const message = first === undefined ? undefined : judge(story, first, second);
      tally.see(
        message === undefined || first === undefined
          ? undefined
          : breachBy(second, story.key, message, [atCall(first)]),
      );
      first = second;
    }
  }
  return tally.finding();
}

function acceptedJobs(story: ServerStory): readonly Call[] {
  return story.acts.filter(
    (call) => call.ours && call.accepted && jobKindOf(call.record) !== undefined,
  );
}

/** The events observed after the first call and not after the second: a job takes time, so never at once. */
function toldBetween(story: ServerStory, first: Call, second: Call): readonly Told[] {
  return story.told.filter((event) => event.ms > first.ms && event.ms <= second.ms);
}

function endKnown(story: ServerStory, first: Call, second: Call): boolean {
  const kind = jobKindOf(first.record);
  return toldBetween(story, first, second).some((event) => {
    if (event.type === EventType.Outcome) return true;
    if (event.type === EventType.PhaseEnded) return kind === 'terminate' || phaseIs(event, kind);
    const jobId = textOf(event.detail, 'jobId');
    if (jobId !== undefined && first.jobId !== undefined) return jobId === first.jobId;
    return isResult(event) && textOf(event.detail, 'kind') === kind;
  });
}

function failedBetween(story: ServerStory, first: Call, second: Call): boolean {
  const kind = jobKindOf(first.record);
  return toldBetween(story, first, second).some((event) => {
    if (event.type === EventType.PhaseEnded) {
      return (
        textOf(event.detail, 'status') !== 'succeeded' &&
        (kind === 'terminate' || phaseIs(event, kind))
      );
    }
    if (event.type !== EventType.LaunchResult || textOf(event.detail, 'kind') !== kind)
      return false;
    const status = textOf(event.detail, 'launchStatus');
    return kind === 'terminate'
      ? status === 'FAILED'
      : status !== 'LAUNCHED' || event.detail['usedPreviousSnapshot'] === true;
  });
}

function phaseIs(event: Told, kind: string | undefined): boolean {
  return textOf(event.detail, 'phase') === (kind === 'recovery' ? 'recover' : kind);
}

function isResult(event: Told): boolean {
  return event.type === EventType.LaunchResult || event.type === EventType.Healthy;
}

function revertedBetween(story: ServerStory, first: Call, second: Call): boolean {
  return story.acts.some(
    (call) =>
      call.accepted &&
      call.record.operation === 'ChangeServerLifeCycleState' &&
      call.index > first.index &&
      call.index < second.index,
  );
}

function launchedBetween(story: ServerStory, first: Call, second: Call): boolean {
  return story.acts.some((call) => {
    const kind = jobKindOf(call.record);
    return (
      call.accepted &&
      (kind === 'test' || kind === 'cutover') &&
      call.index > first.index &&
      call.index < second.index
    );
  });
}

/** Promise 2: a launch happens at most once per request. */
export const launchRules: readonly Rule[] = [
  launchesCarryIntent,
  intentUsedOnce,
  serverOnceACall,
  oneJobAServer,
  oneLaunchARequest,
  oneTerminationALaunch,
  lostAnswerNotRepeated,
];
