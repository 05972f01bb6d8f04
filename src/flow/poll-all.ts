// In: the targets of a deployment. Out: one tick of each that is due. Called by the schedule each minute.
import { FailureCode, TransientFailure } from '../core/failure.ts';
import { type Target, targetName } from '../core/target.ts';
import { builtInDrsLimits, type DrsLimits } from '../core/target-list/drs-limits.ts';
import { defaultSettingsSeconds, defaultWatchSeconds } from './poll/look.ts';
import { type PollReport, poll } from './poll.ts';
import type { Ports } from './ports.ts';

/** What a target's tick came to: its report, or that it failed. */
export type Ticked = PollReport | { readonly tick: 'failed'; readonly target: string };

/** How a run of the poller goes about its targets. */
export interface PollManner {
  /** Is told what each tick came to as soon as it ends, also where others fail. */
  readonly onTick?: (ticked: Ticked) => void;
  /** Ticks although they are not due. */
  readonly hasten?: boolean | undefined;
  /** How often all servers of a target are looked at, whether anything waits for them or not. */
  readonly watchSeconds?: number | undefined;
  /** How often the settings of servers are looked at. */
  readonly settingsSeconds?: number | undefined;
  /** How many targets are polled at a time; one after the other where it is not said. */
  readonly parallel?: number | undefined;
  /** From where on a target of DRS is told to be amiss; the built-in limits where it is not said. */
  readonly drsLimitsOf?: ((target: Target) => DrsLimits) | undefined;
  /** For how long the function that runs it can go on at most. */
  readonly secondsLeft?: number | undefined;
}

/**
 * Polls every target, or the one that is named, so many at a time. A target that fails, and even a defect, does not
 * keep the others from their tick; what failed is thrown once all have had theirs: a TransientFailure where all of it
 * passes by itself, else an AggregateError. A sole target's failure is thrown as it is.
 */
export async function pollAll(
  ports: Ports,
  targets: readonly Target[],
  which: string,
  {
    hasten = false,
    watchSeconds = defaultWatchSeconds,
    settingsSeconds = defaultSettingsSeconds,
    parallel = 1,
    onTick,
    drsLimitsOf = () => builtInDrsLimits,
    secondsLeft,
  }: PollManner = {},
): Promise<readonly PollReport[]> {
  const chosen = targets.filter((target) => which === 'all' || targetName(target) === which);
  const queue = chosen.entries();
  const reports: (PollReport | undefined)[] = [];
  const failures: { readonly target: Target; readonly error: unknown }[] = [];
  const work = async () => {
    for (const [index, target] of queue) {
      try {
        const report = await poll(ports, target, {
          hasten,
          watchSeconds,
          settingsSeconds,
          drsLimits: drsLimitsOf(target),
          ...(secondsLeft === undefined ? {} : { secondsLeft }),
        });
        reports[index] = report;
        onTick?.(report);
      } catch (error) {
        failures.push({ target, error });
        onTick?.({ tick: 'failed', target: targetName(target) });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, chosen.length) }, work));
  const [failure] = failures;
  if (failure !== undefined) throw chosen.length === 1 ? failure.error : together(failures);
  return reports.flatMap((report) => report ?? []);
}

function together(
  failures: readonly { readonly target: Target; readonly error: unknown }[],
): Error {
  const errors = failures.map(({ error }) => error);
  const texts = failures.map(({ target, error }) =>
    error instanceof TransientFailure
      ? error.message
      : `${targetName(target)}: ${error instanceof Error ? error.message : String(error)}`,
  );
  const text = texts.join('\n');
  return errors.every((error) => error instanceof TransientFailure)
    ? new TransientFailure(FailureCode.AnswerIncomplete, text)
    : new AggregateError(errors, text);
}
