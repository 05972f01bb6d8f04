// In: what a person asked to rehearse, as words. Out: all of it read, checked and resolved, or every problem that
// plan, fleet, faults and parameters have. Called before anything is touched.
import { join, resolve } from 'node:path';
import * as z from 'zod';
import type { Fleet } from '../core/fleet/fleet.ts';
import { type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import { observeDrsServer } from '../core/observation/drs-server.ts';
import { type Observation, observe } from '../core/observation.ts';
import { longestSpanSeconds } from '../core/plan/duration-field.ts';
import { windowProblems } from '../core/plan/gate-problems.ts';
import { type HooksAllowed, hookProblems } from '../core/plan/hook-problems.ts';
import type { ResolvedWave } from '../core/plan/resolve-plan.ts';
import { neverComes } from '../core/plan/schedule-problems.ts';
import { planFindings } from '../core/preflight/plan-findings.ts';
import type { Target } from '../core/target.ts';
import { durationSeconds, fromMs, type Instant, instantMs } from '../core/time.ts';
import { noFaults } from '../simulator/simulator.ts';
import { type ResolvedEntry, resolveEntries } from './coming-servers.ts';
import { hooksAllowed } from './hooks-allowed.ts';
import { planHash } from './plan-hash.ts';
import { readFaults, strayFaults } from './read-faults.ts';
import { readFleet } from './read-fleet.ts';
import { type HooksRead, readHooks } from './read-hooks.ts';
import { type OrdersRead, readOrders } from './read-orders.ts';
import { readParameters } from './read-parameters.ts';
import { readSubject, type SubjectRead, spanSeconds } from './read-programme.ts';
import type { RehearsalInput } from './rehearsal.ts';
import type { ApproveAfter } from './simulated-approver.ts';

/** What to rehearse, in the words of the command line. */
export interface RehearsalRequest {
  readonly plan: string;
  readonly fleets: readonly string[];
  readonly faults?: string | undefined;
  readonly parameters?: string | undefined;
  readonly deployment?: string | undefined;
  readonly seed?: string | undefined;
  readonly start?: string | undefined;
  readonly until?: string | undefined;
  readonly approveAfter?: string | undefined;
  readonly orders?: string | undefined;
  readonly hooks?: string | undefined;
}

/** A rehearsal that may begin, with what is worth a look; or why it may not. */
export type RehearsalRead =
  | { readonly ok: true; readonly input: RehearsalInput; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const noOrdersRead: OrdersRead = { ok: true, orders: [], strays: () => [] };
const noHooksRead: HooksRead = { ok: true, plays: [], strays: () => [] };

/** Reads all that a rehearsal needs. Nothing is written; problems of all files come together. */
export async function readRehearsal(request: RehearsalRequest): Promise<RehearsalRead> {
  const subject = await readSubject(request.plan);
  const fleet = await readFleet(request.fleets);
  const faults =
    request.faults === undefined
      ? { ok: true as const, faults: noFaults }
      : await readFaults(request.faults);
  const parameters =
    request.parameters === undefined
      ? { ok: true as const, parameters: undefined }
      : await readParameters(request.parameters);
  const seed = readSeed(request.seed);
  const start = readStart(request.start, fleet.ok ? fleet : undefined);
  const until = readUntil(request.until, start.ok ? start.value : '', subject);
  const approveAfter = readApproveAfter(request.approveAfter);
  const orders = request.orders === undefined ? noOrdersRead : await readOrders(request.orders);
  const hooks = request.hooks === undefined ? noHooksRead : await readHooks(request.hooks);
  const { resolved, coming } =
    subject.ok && fleet.ok
      ? resolveEntries(subject.entries, fleet.fleet, subject.drsAgents)
      : { resolved: [], coming: [] };
  const waves = resolved.flatMap((one) => (one.ok ? one.waves : []));
  const home = waves[0]?.servers[0]?.target;
  const deployment = await readDeployment(request.deployment, home);
  const given = [subject, fleet, faults, parameters, deployment, orders, hooks];
  const parts = [...given, seed, start, until, approveAfter];
  const problems = parts.flatMap((read) => (read.ok ? [] : read.problems));
  if (fleet.ok && faults.ok && request.faults !== undefined) {
    problems.push(...strayFaults(faults.faults, fleet.fleet, request.faults));
  }
  problems.push(
    ...resolved.flatMap((one) => (one.ok ? [] : one.read.locate(one.problems))),
    ...strangeNames(resolved, [orders, hooks]),
    ...resolved.flatMap(({ read }) => [
      ...(deployment.ok && deployment.file !== undefined
        ? read.locate([...hookProblems(read.plan, deployment.hooks)])
        : []),
      // A start that is missing has a problem of its own.
      ...(start.ok && start.value !== ''
        ? read.locate([
            ...windowProblems(read.plan, start.value),
            ...neverComes(read.plan, start.value),
          ])
        : []),
    ]),
  );
  if (
    problems.length > 0 ||
    !(subject.ok && fleet.ok && faults.ok && parameters.ok && until.ok) ||
    !(seed.ok && start.ok && approveAfter.ok && deployment.ok && orders.ok && hooks.ok)
  ) {
    return { ok: false, problems };
  }
  const [only] = subject.entries;
  const isOne = !subject.isProgramme && until.value === undefined && only !== undefined;
  return {
    ok: true,
    input: {
      plan: {
        name: subject.name,
        hash: isOne ? planHash(only.read.plan) : '',
        waves,
        startedBy: 'who rehearses',
      },
      ...(isOne
        ? {}
        : {
            programme: {
              entries: subject.entries.map(({ entryAt }) => entryAt(start.value)),
              ...(until.value === undefined ? {} : { until: until.value }),
              ...(subject.drsAgents === undefined ? {} : { drsAgents: subject.drsAgents }),
              coming,
            },
          }),
      ...documentsOf(fleet.fleet),
      faults: faults.faults,
      seed: seed.value,
      startAt: start.value,
      approveAfter: approveAfter.value,
      ...(orders.orders.length === 0 ? {} : { orders: orders.orders }),
      ...(hooks.plays.length === 0 ? {} : { hooks: hooks.plays }),
      ...(deployment.file === undefined ? {} : { deployment: deployment.file }),
      ...(parameters.parameters === undefined ? {} : { parameters: parameters.parameters }),
    },
    warnings: [
      ...fleet.fleet.warnings,
      ...start.warnings,
      ...preflightWarnings(waves, fleet.fleet, start.value),
    ],
  };
}

/** What files name that no plan has; nothing is said where a plan could not be resolved. */
function strangeNames(
  resolved: readonly ResolvedEntry[],
  files: readonly (OrdersRead | HooksRead)[],
): readonly Problem[] {
  const plans = resolved.flatMap((one) =>
    one.ok
      ? [
          {
            name: one.read.plan.metadata.name,
            hash: '',
            waves: one.waves,
            recurs: one.read.plan.spec.schedule !== undefined,
          },
        ]
      : [],
  );
  if (plans.length < resolved.length || plans.length === 0) return [];
  return files.flatMap((file) => (file.ok ? file.strays(plans) : []));
}

/** What the preflight finds on the files alone, before anything moves. */
function preflightWarnings(
  waves: readonly ResolvedWave[],
  fleet: Fleet,
  startAt: Instant,
): readonly Problem[] {
  const observations = new Map<string, Observation>();
  for (const { document, target } of fleet.servers) {
    const seen = (target.service === 'drs' ? observeDrsServer : observe)(document, {
      target,
      readAt: startAt,
      answeredAt: startAt,
    });
    if (seen !== undefined) observations.set(seen.sourceServerId, seen);
  }
  return planFindings(waves, { observations, onRecord: new Map(), targets: {}, now: startAt }).map(
    ({ wave, rule, message, remedy }) => problemAt([], `${wave}: ${message} (${rule})`, remedy),
  );
}

function documentsOf(fleet: Fleet) {
  const documents = <T>(of: readonly { readonly document: T }[]) => of.map((one) => one.document);
  return {
    fleet: documents(fleet.servers),
    vcenterClients: documents(fleet.vcenterClients),
    applications: documents(fleet.applications),
    waves: documents(fleet.waves),
  };
}

type Read<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly problems: readonly Problem[] };

function refused(option: string, problem: string, remedy: string): Read<never> {
  return { ok: false, problems: [problemAt([], `${option} ${problem}`, remedy)] };
}

interface DeploymentRead {
  readonly file: string | undefined;
  /** What hooks may call; undefined where it lets plans have none. */
  readonly hooks?: HooksAllowed | undefined;
}

/** Reads a deployment file as the deployment itself does, and answers its absolute path. */
async function readDeployment(
  path: string | undefined,
  home: Target | undefined,
): Promise<Read<DeploymentRead>> {
  if (path === undefined) return { ok: true, file: undefined };
  const file = resolve(path);
  const { projectRoot } = await import('./_wiring.ts');
  const { loadDeployment } = await import('../runtime/load-deployment.ts');
  try {
    const { functions } = loadDeployment(join(projectRoot, 'serverless.yml'), {
      stage: 'rehearsal',
      region: home?.region ?? 'us-east-1',
      accountId: home?.accountId ?? '111122223333',
      partition: home?.partition ?? 'aws',
      environment: { LANDFALL_DEPLOYMENT: file },
    });
    const deployed = functions.find(({ name }) => name === 'runHooks');
    const { LANDFALL_HOOK_FUNCTIONS = '', LANDFALL_HOOK_DOCUMENTS = '' } =
      deployed?.environment ?? {};
    const hooks = hooksAllowed(LANDFALL_HOOK_FUNCTIONS, LANDFALL_HOOK_DOCUMENTS);
    return { ok: true, file, hooks };
  } catch (error) {
    const problems = problemsIn(error);
    if (problems === undefined) throw error;
    return { ok: false, problems };
  }
}

const Refused = z.object({
  name: z.literal('DeploymentFileRefused'),
  problems: z.array(z.custom<Problem>((problem) => typeof problem === 'object')),
});

/** The problems of a refused deployment file; its class lies outside of what the command may import. */
function problemsIn(error: unknown): readonly Problem[] | undefined {
  const read = Refused.safeParse(error);
  return read.success ? read.data.problems : undefined;
}

function readSeed(text = '1'): Read<{ readonly value: number }> {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value)
    ? { ok: true, value }
    : refused('--seed', `is ${shown(text)}, no whole number from 0 up`, 'give one, e.g. --seed 7');
}

function readApproveAfter(text = 'PT0S'): Read<{ readonly value: ApproveAfter }> {
  if (text === 'never') return { ok: true, value: 'never' };
  const seconds = /^P\S*\d/.test(text) ? durationSeconds(text) : undefined;
  return seconds !== undefined && seconds >= 0 && seconds <= longestSpanSeconds
    ? { ok: true, value: seconds }
    : refused(
        '--approve-after',
        `is ${shown(text)}, no ISO 8601 duration up to P90D`,
        'write it like PT1H, or never for nobody',
      );
}

/** Reads until when schedules are rehearsed: an instant, or so long after the start. */
function readUntil(
  text: string | undefined,
  start: Instant,
  subject: SubjectRead,
): Read<{ readonly value: Instant | undefined }> {
  const recurs =
    subject.ok && subject.entries.some(({ read }) => read.plan.spec.schedule !== undefined);
  if (text === undefined) {
    return recurs && subject.ok && subject.isProgramme
      ? refused(
          '--until',
          'is missing, and a plan of the programme has a schedule',
          'say until when it comes again, e.g. --until P365D',
        )
      : { ok: true, value: undefined };
  }
  if (subject.ok && !recurs) {
    return refused('--until', 'means nothing without a schedule', 'leave it out');
  }
  const seconds = spanSeconds(text);
  const ms =
    seconds === undefined
      ? zoned.test(text)
        ? instantMs(text)
        : undefined
      : (instantMs(start) ?? 0) + seconds * 1000;
  return ms !== undefined && ms > (instantMs(start) ?? 0)
    ? { ok: true, value: fromMs(ms) }
    : refused(
        '--until',
        `is ${shown(text)}, no instant after the start and no duration of up to five years`,
        'write it like 2026-12-31T00:00:00Z or P365D',
      );
}

const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function readStart(
  text: string | undefined,
  fleet: { readonly describedAt?: Instant } | undefined,
): Read<{ readonly value: Instant; readonly warnings: readonly Problem[] }> {
  const newest = fleet?.describedAt;
  if (text === undefined) {
    if (newest !== undefined) return { ok: true, value: newest, warnings: [] };
    // A fleet that cannot be read has problems of its own.
    return fleet === undefined
      ? { ok: true, value: '', warnings: [] }
      : refused(
          '--start',
          'is missing, and the fleet has no time stamp',
          'say when, e.g. --start 2026-01-31T08:00:00Z',
        );
  }
  const ms = zoned.test(text) ? instantMs(text) : undefined;
  if (ms === undefined) {
    return refused(
      '--start',
      `is ${shown(text)}, no instant with a time zone`,
      'write it like 2026-01-31T08:00:00Z',
    );
  }
  const newestMs = instantMs(newest);
  const warnings =
    newestMs !== undefined && ms < newestMs
      ? [
          problemAt(
            [],
            `--start is before the newest time stamp of the fleet, ${newest}`,
            'some of what the fleet says lies in the future then',
          ),
        ]
      : [];
  return { ok: true, value: fromMs(ms), warnings };
}
