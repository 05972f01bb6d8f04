// In: what Systems Manager says of a command on one node. Out: what came of the document of a hook. Pure; called by
// whoever asks Systems Manager.
import type { HookPoint } from '../plan/hook-point.ts';
import type { Target } from '../target.ts';
import type { Instant } from '../time.ts';
import { fitEvidence, fitReason, type HookResult } from './hook-result.ts';

/** What is asked of a document of a hook: to run on a managed node, how far the run of a try is, or to stop it. */
export interface DocumentRun {
  readonly ask: 'run' | 'status' | 'cancel';
  /** Whose account and Region it runs in. */
  readonly target: Target;
  readonly document: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** The managed node: `mi-…`, or an instance. */
  readonly node: string;
  /** The try: the same one is run once. */
  readonly key: string;
  readonly point: HookPoint;
  readonly hook: string;
  readonly try: number;
  readonly startedAt: Instant;
  readonly deadlineAt: Instant;
  readonly server: { readonly sourceServerId: string; readonly hostname: string | null };
}

/** What is known of a command on its node; enums are as they were sent. */
export interface CommandSeen {
  readonly commandId: string;
  readonly status: string;
  /** What narrows the status down, e.g. `DeliveryTimedOut`; empty where it was not sent. */
  readonly details: string;
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly responseCode?: number | undefined;
    readonly output?: string | undefined;
  }[];
}

// Statuses that end a command, as the user guide lists them under "Understanding command statuses"; one that nobody knows
// yet is none of them, and is asked after until the time is over.
const ends: ReadonlySet<string> = new Set([
  ...['Failed', 'TimedOut', 'Cancelled', 'DeliveryTimedOut', 'ExecutionTimedOut', 'Incomplete'],
  ...['Undeliverable', 'Terminated', 'InvalidPlatform', 'AccessDenied', 'RateExceeded'],
  'NoInstancesInTag',
]);
const longestOutput = 800;

/** Says what came of a document by what is seen of its command. */
export function commandResult({ commandId, status, details, steps }: CommandSeen): HookResult {
  const plain = plainOf(status);
  // The details tell of an end before the status does, and name it more closely.
  const detail = plainOf(details);
  const evidence = fitEvidence({
    commandId,
    status: detail === '' ? plain : detail,
    steps: steps.map(({ name, status: ofStep, responseCode, output = '' }) => ({
      name,
      status: plainOf(ofStep),
      ...(responseCode === undefined ? {} : { responseCode }),
      ...(output === '' ? {} : { output: output.slice(0, longestOutput) }),
    })),
  });
  if (plain === 'Success') return { status: 'succeeded', evidence };
  if (!ends.has(plain) && !ends.has(detail)) {
    const said = plain === '' ? 'no status of it yet' : `its command is ${wordsOf(plain)}`;
    return { status: 'pending', reason: fitReason(said), evidence };
  }
  return { status: 'failed', reason: fitReason(failedBecause(plain, detail, steps)), evidence };
}

function failedBecause(plain: string, detail: string, steps: CommandSeen['steps']): string {
  const what = `its command ended as ${wordsOf(ends.has(detail) ? detail : plain)}`;
  const broken = steps.find((step) => ends.has(plainOf(step.status)));
  if (broken === undefined) return what;
  const { name, responseCode } = broken;
  return `${what}: step ${name}${responseCode === undefined ? '' : ` with response code ${responseCode}`}`;
}

/** A status without its spaces: some are sent as `Delivery Timed Out`, some as `DeliveryTimedOut`. */
function plainOf(status: string): string {
  return status.replaceAll(/\s/g, '').slice(0, 64);
}

function wordsOf(status: string): string {
  return status.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
