// In: a plan that was read, and an open deployment. Out: what stands in the way, or the plan started. A real start
// looks first just as a dry run does, so that both refuse the same.
import type { Fleet } from '../core/fleet/fleet.ts';
import { type Problem, printProblems, problemAt } from '../core/fleet/problem.ts';
import { readFleetDocuments } from '../core/fleet/read-fleet-documents.ts';
import { windowProblems } from '../core/plan/gate-problems.ts';
import { hookProblems } from '../core/plan/hook-problems.ts';
import { kindsOfPlans } from '../core/plan/plan-kind.ts';
import { resolvePlan } from '../core/plan/resolve-plan.ts';
import { neverComes } from '../core/plan/schedule-problems.ts';
import type { Service } from '../core/target.ts';
import { dryRun } from '../flow/operate/dry-run.ts';
import { type ResolvedPlan, startPlan } from '../flow/start-wave.ts';
import { chosenTargets } from './chosen-targets.ts';
import { startSchedule } from './drs/start-schedule.ts';
import { ExitCode } from './exit-code.ts';
import { readLiveFleet } from './live-fleet.ts';
import { refuse } from './on-deployment.ts';
import type { OpenDeployment } from './open-deployment.ts';
import { planHash } from './plan-hash.ts';
import { readFleet } from './read-fleet.ts';
import type { PlanRead } from './read-plan.ts';
import { previewRecord, previewText } from './start-preview.ts';
import { counted } from './text-table.ts';

/** What to start, and how to tell of it. */
export interface StartRequest {
  readonly plan: Extract<PlanRead, { readonly ok: true }>;
  /** Fleet files; none means that the fleet is read from its service. */
  readonly fleets: readonly string[];
  readonly names: readonly string[];
  readonly dry: boolean;
  /** What goes after the command to follow it with, e.g. ` --stage test`. */
  readonly furtherWords: string;
  readonly json: boolean;
}

/** Starts a plan, or says what starting it would do. One with a schedule is put on record, and starts when that comes. */
export async function startOnDeployment(
  deployment: Pick<OpenDeployment, 'ports' | 'targets' | 'outputs' | 'identity'>,
  request: StartRequest,
): Promise<ExitCode> {
  const { plan, dry, json } = request;
  const { ports, targets, outputs } = deployment;
  const { service } = kindsOfPlans[plan.plan.kind];
  const fleet = await fleetFor(deployment, { ...request, service });
  if (!fleet.ok) return refuse(fleet.problems, json);
  const resolution = resolvePlan(plan.plan, fleet.fleet);
  if (!resolution.ok) return refuse(plan.locate(resolution.problems), json);
  const never = [
    ...windowProblems(plan.plan, ports.clock.now()),
    ...neverComes(plan.plan, ports.clock.now()),
    ...hookProblems(plan.plan, outputs.hooks),
  ];
  if (never.length > 0) return refuse(plan.locate(never), json);
  const { warnings } = fleet.fleet;
  if (warnings.length > 0) console.error(`Worth a look:\n${printProblems(warnings, 20)}\n`);
  if (plan.plan.spec.schedule !== undefined) {
    return startSchedule(deployment, { ...request, plan: plan.plan }, resolution.waves);
  }
  const resolved: ResolvedPlan = {
    name: plan.plan.metadata.name,
    hash: planHash(plan.plan),
    waves: resolution.waves,
    startedBy: deployment.identity.arn,
  };
  const preview = await dryRun(
    ports,
    resolved,
    targets.map(({ target }) => target),
  );
  const blocks = preview.obstacles.filter(({ severity }) => severity === 'blocks');
  if (dry) {
    if (json) console.log(JSON.stringify(previewRecord(preview)));
    else console.log(previewText(preview));
    return blocks.length > 0 ? ExitCode.Refused : ExitCode.Done;
  }
  if (blocks.length > 0) {
    return refuse(
      blocks.map(({ message, remedy }) => problemAt([], message, remedy)),
      json,
    );
  }
  if (!json) console.log(`${previewText(preview)}\n`);
  const started = await startPlan(ports, resolved, outputs.waveMachine);
  if (started.status === 'refused') {
    return refuse(
      started.refusals.map(({ message, remedy }) => problemAt([], message, remedy)),
      json,
    );
  }
  if (json) {
    const record = { ...previewRecord(preview), outcome: 'started', started: started.waves };
    console.log(JSON.stringify(record));
  } else console.log(startedText(started.waves, `${resolved.name}${request.furtherWords}`));
  return ExitCode.Done;
}

function startedText(waves: readonly string[], subject: string): string {
  const said =
    waves.length === 0
      ? 'Nothing was left to start.'
      : `Started ${counted(waves.length, 'wave')}: ${waves.join(', ')}.`;
  return `${said}\nFollow it with: landfall watch ${subject}`;
}

/** The fleet of a plan, or why it cannot be read. */
export type FleetFound =
  | { readonly ok: true; readonly fleet: Fleet }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the fleet of a plan: from files, or from its service as it is now. */
export async function fleetFor(
  { ports, targets }: Pick<OpenDeployment, 'ports' | 'targets'>,
  {
    fleets,
    names,
    service,
  }: Pick<StartRequest, 'fleets' | 'names'> & { readonly service: Service },
): Promise<FleetFound> {
  if (fleets.length > 0 && names.length > 0) {
    const remedy = 'leave one of the two out';
    return { ok: false, problems: [problemAt([], '--target means nothing with --fleet', remedy)] };
  }
  if (fleets.length > 0) return readFleet(fleets);
  const all = targets.map(({ target }) => target);
  const ofPlan = names.length > 0 ? all : all.filter((target) => target.service === service);
  const chosen = chosenTargets(ofPlan, names);
  if (!chosen.ok) return chosen;
  const live = await readLiveFleet(ports, chosen.targets, ['applications', 'waves']);
  if (!live.ok) return live;
  const { servers, applications, waves } = live.fleet;
  const found = readFleetDocuments([{ items: servers }, { items: applications }, { items: waves }]);
  return found.problems.length > 0
    ? { ok: false, problems: found.problems }
    : // Warnings are for files that somebody saved; of what MGN says now, the doctor looks at more.
      { ok: true, fleet: { ...found, warnings: [] } };
}
