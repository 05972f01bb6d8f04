import { atCall, atEvent, breachBy, breachIn } from './breach.ts';
import { type Finding, type Rule, Tally } from './rule.ts';
import { outcomesOf } from './standing-outcomes.ts';
import { type Call, type ServerStory, type Told, type Trace, textOf } from './trace.ts';
import { EventType } from './vocabulary.ts';
import { type WayBack, waysBack } from './ways-back.ts';

const finalizeAfterLaunch: Rule = {
  promise: 3,
  name: 'finalize-after-launch',
  holds:
    'Landfall finalizes a server only after a cutover launch that was not reverted, or where the server came as CUTTING_OVER.',
  meaning: 'A server was finalized without a cutover instance of its own.',
  check: (trace) =>
    eachFinalize(trace, (story, finalize) => {
      const last = before(story, finalize, ['StartCutover', 'ChangeServerLifeCycleState']).at(-1);
      const launched =
        last === undefined
          ? arrivalLifecycle(story) === 'CUTTING_OVER'
          : last.record.operation === 'StartCutover';
      if (launched) return undefined;
      return breachBy(
        finalize,
        story.key,
        last === undefined
          ? 'FinalizeCutover without a cutover launch'
          : 'FinalizeCutover after the launch was reverted',
        last === undefined ? [] : [atCall(last)],
      );
    }),
};

const finalizeAfterHealthy: Rule = {
  promise: 3,
  name: 'finalize-after-healthy',
  holds: 'Landfall finalizes a server only after its cutover instance was told healthy.',
  meaning: 'The point of no return was passed with an instance that nobody had seen healthy.',
  check: (trace) =>
    eachFinalize(trace, (story, finalize) => {
      const launch = before(story, finalize, ['StartCutover'])[0];
      const healthy = lastHealthy(story, finalize);
      return healthy !== undefined && !(launch !== undefined && healthy.ms < launch.ms)
        ? undefined
        : breachBy(finalize, story.key, 'FinalizeCutover before the cutover instance was healthy');
    }),
};

const finalizeAfterSignOff: Rule = {
  promise: 3,
  name: 'finalize-after-sign-off',
  holds:
    'Landfall finalizes a server only after a sign-off of the very instance that was healthy and is finalized, given after it was healthy.',
  meaning: 'What was finalized is not what a person or the plan had signed off.',
  check: (trace) =>
    eachFinalize(trace, (story, finalize) => {
      const healthy = lastHealthy(story, finalize);
      const instance =
        instanceOf(healthy) ?? textOf(finalize.record.output, 'launchedInstance', 'ec2InstanceID');
      const finalized =
        textOf(finalize.record.output, 'launchedInstance', 'ec2InstanceID') ?? instance;
      const signedOff = story.told.some(
        (event) =>
          event.type === EventType.SignedOff &&
          event.ms <= finalize.ms &&
          (healthy === undefined || follows(event, healthy)) &&
          instanceOf(event) !== undefined &&
          instanceOf(event) === instance &&
          instanceOf(event) === finalized,
      );
      if (signedOff) return undefined;
      return breachBy(
        finalize,
        story.key,
        `FinalizeCutover without a sign-off of ${finalized ?? 'the launched instance'}`,
        healthy === undefined ? [] : [atEvent(healthy)],
      );
    }),
};

const signOffStands: Rule = {
  promise: 3,
  name: 'sign-off-stands',
  holds: 'No cutover launch lies between the sign-off and FinalizeCutover.',
  meaning: 'A relaunch voided the sign-off, and the server was finalized all the same.',
  check: (trace) =>
    eachFinalize(trace, (story, finalize) => {
      const signOff = story.told.findLast(
        (event) => event.type === EventType.SignedOff && event.ms <= finalize.ms,
      );
      if (signOff === undefined) return undefined;
      const relaunch = before(story, finalize, ['StartCutover']).find(
        (call) => call.ms > signOff.ms,
      );
      return relaunch === undefined
        ? undefined
        : breachBy(finalize, story.key, 'FinalizeCutover on a sign-off that a relaunch voided', [
            atEvent(signOff),
            atCall(relaunch),
          ]);
    }),
};

const archiveAfterFinalize: Rule = {
  promise: 3,
  name: 'archive-after-finalize',
  holds:
    'Landfall archives a server only after it finalized or disconnected it, or where the server came as CUTOVER.',
  meaning: 'A server left the console although its migration was not finished by us.',
  check: (trace) =>
    eachAct(trace, 'MarkAsArchived', (story, archive) => {
      const ended = before(story, archive, ['FinalizeCutover', 'DisconnectFromService']).some(
        (call) => call.ours,
      );
      // Where no event says what the server came as, the answer does.
      const came = arrivalLifecycle(story) ?? textOf(archive.record.output, 'lifeCycle', 'state');
      return ended || came === 'CUTOVER'
        ? undefined
        : breachBy(archive, story.key, 'MarkAsArchived without FinalizeCutover by Landfall');
    }),
};

const nothingAfterOutcome: Rule = {
  promise: 3,
  name: 'nothing-after-outcome',
  holds:
    'Landfall changes nothing about a server after its outcome, unless a person has it go on, a later wave has it, a wave has the server whose way back it is, or a recovery that runs has taken it over from a drill.',
  meaning: 'A concluded server, perhaps a frozen one that a person works on, was touched.',
  check: (trace) => {
    const tally = new Tally();
    const ways = waysBack(trace);
    for (const story of trace.servers.values()) {
      const asWayBack = ways.filter(({ reversed }) => reversed === story.key);
      for (const { outcome, takenBack } of outcomesOf(story.told)) {
        const until = Math.min(
          takenBack?.ms ?? Number.POSITIVE_INFINITY,
          nextWaveMs(trace, story.told, outcome),
          takenOverMs(trace, story.told, outcome),
        );
        const touch = story.acts.find(
          (c) =>
            c.ours &&
            c.ms > outcome.ms &&
            c.ms < until &&
            !asWayBack.some((way) => isUnderWay(trace, way, c)),
        );
        tally.see(
          touch === undefined
            ? undefined
            : breachBy(touch, story.key, `${touch.record.operation} after the server’s outcome`, [
                atEvent(outcome),
              ]),
        );
      }
    }
    return tally.finding();
  },
};

/** Whether the wave was under way that fails a server back, by the reversed one that was touched. */
function isUnderWay(trace: Trace, { server, wave }: WayBack, { ms }: Call): boolean {
  if (wave === undefined) return false;
  const events = trace.waves.get(wave) ?? [];
  const begun = events.some((event) => event.type === EventType.WaveStarted && event.ms <= ms);
  const told = trace.servers.get(server)?.told ?? [];
  return (
    begun &&
    !told.some((event) => event.type === EventType.Outcome && event.wave === wave && event.ms < ms)
  );
}

/** When the next wave that has the server began; infinity where none has. */
function nextWaveMs({ waves }: Trace, told: readonly Told[], outcome: Told): number {
  const later = new Set(
    told.flatMap(({ wave, ms }) =>
      wave !== undefined && wave !== outcome.wave && ms >= outcome.ms ? [wave] : [],
    ),
  );
  const begins = [...later].flatMap((wave) =>
    (waves.get(wave) ?? []).flatMap(({ type, ms }) =>
      type === EventType.WaveStarted && ms >= outcome.ms ? [ms] : [],
    ),
  );
  return Math.min(Number.POSITIVE_INFINITY, ...begins);
}

/** When a recovery began that has the server as its drill ends, or takes it on after that; infinity where none has. */
function takenOverMs({ waves }: Trace, told: readonly Told[], outcome: Told): number {
  const others = new Set(told.flatMap(({ wave }) => (wave === outcome.wave ? [] : (wave ?? []))));
  const begins = [...others].flatMap((wave) => {
    const events = waves.get(wave) ?? [];
    const isOver = events.some(
      ({ type, ms }) => type === EventType.WaveConcluded && ms < outcome.ms,
    );
    const begun = events.find(
      ({ type, detail }) => type === EventType.StageStarted && detail['phase'] === 'recover',
    );
    return begun === undefined || isOver ? [] : [Math.max(outcome.ms, begun.ms)];
  });
  return Math.min(Number.POSITIVE_INFINITY, ...begins);
}

const previousSnapshotFails: Rule = {
  promise: 3,
  name: 'previous-snapshot-fails',
  holds: 'A cutover launch from a previous snapshot is neither told healthy nor finalized.',
  meaning: 'A server went live on data that is older than its freeze.',
  check: (trace) => {
    const tally = new Tally();
    for (const story of trace.servers.values()) {
      for (const result of story.told) {
        if (result.type !== EventType.LaunchResult || !isCutover(result)) continue;
        if (result.detail['usedPreviousSnapshot'] !== true) continue;
        const healthy = story.told.find((event) => healthyOf(event, result));
        const next = story.acts.find(
          (call) =>
            call.ms >= result.ms &&
            call.accepted &&
            (call.record.operation === 'StartCutover' ||
              (call.ours && call.record.operation === 'FinalizeCutover')),
        );
        const finalize = next?.record.operation === 'FinalizeCutover' ? [atCall(next)] : [];
        const evidence = [...(healthy === undefined ? [] : [atEvent(healthy)]), ...finalize];
        tally.see(
          evidence.length === 0
            ? undefined
            : breachIn(
                result,
                'a launch from a previous snapshot was taken for a success',
                evidence,
              ),
        );
      }
    }
    return tally.finding();
  },
};

function healthyOf(event: Told, result: Told): boolean {
  if (event.type !== EventType.Healthy || !isCutover(event)) return false;
  const job = textOf(result.detail, 'jobId');
  const instance = instanceOf(result);
  return (
    (job !== undefined && textOf(event.detail, 'jobId') === job) ||
    (instance !== undefined && instanceOf(event) === instance)
  );
}

function eachFinalize(
  trace: Trace,
  judge: (story: ServerStory, finalize: Call) => ReturnType<typeof breachBy> | undefined,
): Finding {
  return eachAct(trace, 'FinalizeCutover', judge);
}

// Refused calls count too: the promise is about what Landfall tries, not about AWS catching it.
function eachAct(
  trace: Trace,
  operation: string,
  judge: (story: ServerStory, act: Call) => ReturnType<typeof breachBy> | undefined,
): Finding {
  const tally = new Tally();
  for (const story of trace.servers.values()) {
    for (const act of story.acts) {
      if (act.ours && act.record.operation === operation) tally.see(judge(story, act));
    }
  }
  return tally.finding();
}

function before(story: ServerStory, act: Call, operations: readonly string[]): readonly Call[] {
  return story.acts.filter(
    (call) => call.accepted && call.index < act.index && operations.includes(call.record.operation),
  );
}

function lastHealthy(story: ServerStory, act: Call): Told | undefined {
  return story.told.findLast(
    (event) => event.type === EventType.Healthy && isCutover(event) && event.ms <= act.ms,
  );
}

function isCutover(event: Told): boolean {
  return textOf(event.detail, 'kind') === 'cutover';
}

function instanceOf(event: Told | undefined): string | undefined {
  return textOf(event?.detail, 'instanceId');
}

function follows(later: Told, earlier: Told): boolean {
  if (later.detail.stream === earlier.detail.stream) {
    return later.detail.sequence > earlier.detail.sequence;
  }
  return later.ms >= earlier.ms;
}

/** The lifecycle a server came with: what its discovery says, else what its first change left. */
function arrivalLifecycle(story: ServerStory): string | undefined {
  for (const { type, detail } of story.told) {
    const came =
      type === EventType.Discovered
        ? textOf(detail, 'current')
        : type === EventType.LifecycleChange
          ? textOf(detail, 'previous')
          : undefined;
    if (came !== undefined) return came;
  }
  return undefined;
}

/** Promise 3: nothing is finalized that was not launched, healthy and signed off. */
export const finalizeRules: readonly Rule[] = [
  finalizeAfterLaunch,
  finalizeAfterHealthy,
  finalizeAfterSignOff,
  signOffStands,
  archiveAfterFinalize,
  nothingAfterOutcome,
  previousSnapshotFails,
];
