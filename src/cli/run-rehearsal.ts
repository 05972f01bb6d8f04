// In: a rehearsal that was read and checked. Out: it is run, shown while it runs, summed up at its end. Called by the
// command; the first Ctrl-C ends the rehearsal with its logs complete, the second ends the process.
import { setImmediate } from 'node:timers/promises';
import { Chronicle } from './chronicle.ts';
import { controlPlaneCost } from './control-plane-cost.ts';
import { ExitCode } from './exit-code.ts';
import { liveProgress } from './live-progress.ts';
import { ProgressBoard } from './progress-board.ts';
import { type RehearsalInput, type Rehearsed, setUpRehearsal } from './rehearsal.ts';
import { writeSummary } from './rehearsal-logs.ts';
import { StoreMeter } from './store-meter.ts';
import { type SummarySubject, summaryRecord, summaryText } from './summary.ts';

/** What to run, and how to tell of it. */
export interface RehearsalRun {
  readonly input: RehearsalInput;
  readonly json: boolean;
  /** Where the logs go; the summary is written beside them. */
  readonly out?: string;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// Long enough to cost nothing, short enough for a terminal to look alive and for Ctrl-C to be heard.
const millisecondsBetweenPauses = 50;

/** Runs a rehearsal to its end, prints its summary, and answers the exit code. */
export async function runRehearsal({ input, json, out }: RehearsalRun): Promise<ExitCode> {
  const startedMs = performance.now();
  const servers = input.plan.waves.reduce((sum, wave) => sum + wave.servers.length, 0);
  const chronicle = new Chronicle();
  const board = new ProgressBoard(servers);
  const meter = new StoreMeter();
  const interruption = listenForInterruption();
  const progress = liveProgress(board, servers, process.stderr);
  let pausedMs = startedMs;
  try {
    const rehearsal = await setUpRehearsal({
      ...input,
      intercept: (ports) => meter.metered(ports),
      interrupted: () => interruption.requested,
      onEvent: (event) => {
        chronicle.told(event);
        board.told(event);
      },
      pause: async () => {
        if (performance.now() - pausedMs < millisecondsBetweenPauses) return;
        progress.show(rehearsal.progress());
        await setImmediate();
        pausedMs = performance.now();
      },
    });
    const rehearsed = await rehearsal.run();
    progress.stop();
    const subject: SummarySubject = {
      plan: input.plan.name,
      servers: rehearsed.plannedServers,
      rehearsed,
      chronicle: chronicle.read(),
      approveAfter: input.approveAfter ?? 0,
      cost: controlPlaneCost({
        servers: rehearsed.plannedServers,
        transitions: Math.round(rehearsed.transitionsPerServer * rehearsed.plannedServers),
        invocations: rehearsed.invocations,
        ticks: rehearsed.ticks,
        events: rehearsed.events,
        store: meter.use,
      }),
      wallSeconds: (performance.now() - startedMs) / 1000,
      ...(out === undefined ? {} : { out }),
    };
    report(subject, json);
    return exitCodeOf(rehearsed);
  } finally {
    progress.stop();
    interruption.stop();
    // Whatever went wrong, the logs hold all that happened before it.
    input.logs?.close();
  }
}

function report(subject: SummarySubject, json: boolean): void {
  const record = summaryRecord(subject);
  if (subject.out !== undefined) writeSummary(subject.out, record);
  if (!json) {
    console.log(summaryText(subject));
    return;
  }
  const { outcome, servers, virtualSeconds, ...rest } = record;
  const wallSeconds = Number(subject.wallSeconds.toFixed(3));
  console.log(JSON.stringify({ outcome, servers, virtualSeconds, wallSeconds, ...rest }));
}

function exitCodeOf({ outcome }: Rehearsed): ExitCode {
  switch (outcome) {
    case 'succeeded':
      return ExitCode.Done;
    case 'not-all-succeeded':
      return ExitCode.NotAll;
    case 'stuck':
      console.error(
        'The rehearsal is stuck: nothing was left to happen, and not every wave has concluded.',
      );
      return ExitCode.NotAll;
    case 'interrupted':
      console.error('Interrupted; the logs are complete up to here.');
      return ExitCode.Interrupted;
    default:
      return outcome satisfies never;
  }
}

/** Listens for Ctrl-C and its like: the first asks for an end, the second is one. */
function listenForInterruption(): { readonly requested: boolean; readonly stop: () => void } {
  let requested = false;
  const listener = () => {
    if (requested) process.exit(ExitCode.Interrupted);
    requested = true;
  };
  for (const signal of signals) process.on(signal, listener);
  return {
    get requested() {
      return requested;
    },
    stop: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
