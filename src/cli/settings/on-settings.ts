// In: a plan, and which of its servers are meant. Out: these servers with what the plan wants of them, given to what a command
// does with them; or every reason why the command is refused. Called by the commands on settings.
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { type ResolvedWave, resolvePlan } from '../../core/plan/resolve-plan.ts';
import { keptReason } from '../../flow/operate/order.ts';
import type { ServerAsked } from '../../flow/settings/compare-settings.ts';
import type { SettingsPorts } from '../../flow/settings/settings-ports.ts';
import { waveKey } from '../../flow/wave-record.ts';
import type { Arguments } from '../arguments.ts';
import type { ExitCode } from '../exit-code.ts';
import { nameRemedy } from '../near-names.ts';
import { onDeployment, refuse } from '../on-deployment.ts';
import { type OpenDeployment, roleName } from '../open-deployment.ts';
import { readPlan } from '../read-plan.ts';
import { fleetFor } from '../start-on-deployment.ts';

/** What a command on settings works on. */
export interface SettingsRequest {
  readonly ports: SettingsPorts;
  /** Those of the chosen servers of which the plan wants something. */
  readonly servers: readonly ServerAsked[];
  /** The name of the plan. */
  readonly plan: string;
  readonly by: string;
  readonly reason: string;
  readonly json: boolean;
}

/** Reads the plan and its fleet, and has a command work on the servers that are meant. */
export async function onSettings(
  given: Arguments,
  access: 'look' | 'change',
  act: (request: SettingsRequest) => Promise<ExitCode>,
): Promise<ExitCode> {
  const json = given.has('json');
  const read = await readPlan(given.one('plan') ?? '');
  if (!read.ok) return refuse(read.problems, json);
  return onDeployment(given, async (deployment) => {
    const fleet = await fleetFor(deployment, {
      fleets: given.all('fleet'),
      names: [],
      service: 'mgn',
    });
    if (!fleet.ok) return refuse(fleet.problems, json);
    const resolution = resolvePlan(read.plan, fleet.fleet);
    if (!resolution.ok) return refuse(read.locate(resolution.problems), json);
    const plan = read.plan.metadata.name;
    const chosen = chosenServers(plan, resolution.waves, given.all('wave'), given.all('server'));
    if (!chosen.ok) return refuse(chosen.problems, json);
    return act({
      ports: settingsPortsOf(deployment, access),
      servers: chosen.servers,
      plan,
      by: deployment.identity.arn,
      reason: keptReason(given.one('reason') ?? ''),
      json,
    });
  });
}

/** Refuses an order without a reason. */
export async function refusedReason(given: Arguments, what: string): Promise<ExitCode | undefined> {
  if (keptReason(given.one('reason') ?? '') !== '') return undefined;
  const problem = problemAt([], `${what} needs a reason`, 'say why: --reason "…"');
  return refuse([problem], given.has('json'));
}

/** What settings are read or changed by: in member accounts, to change them takes a role of its own. */
export function settingsPortsOf(
  { aws, outputs, targets, stage }: Pick<OpenDeployment, 'aws' | 'outputs' | 'targets' | 'stage'>,
  access: 'look' | 'change',
): SettingsPorts {
  return aws.settings({
    table: outputs.tableName,
    bus: outputs.busName,
    memberRole: access === 'look' ? roleName(outputs.memberRole) : `landfall-settings-${stage}`,
    externalId: outputs.externalId,
    targets,
  });
}

type Chosen =
  | { readonly ok: true; readonly servers: readonly ServerAsked[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Picks the servers of a plan that are meant, in its order; every name that it does not have is refused. */
export function chosenServers(
  plan: string,
  resolved: readonly ResolvedWave[],
  waves: readonly string[],
  ids: readonly string[],
): Chosen {
  const all = resolved.flatMap((wave) => wave.servers.map((server) => ({ wave, server })));
  const nameOf = (wave: string) =>
    wave.startsWith(`${plan}.`) ? wave.slice(plan.length + 1) : wave;
  const problems = [
    ...strays(
      '--wave',
      waves.map(nameOf),
      resolved.map(({ name }) => name),
    ),
    ...strays(
      '--server',
      ids,
      all.map(({ server }) => server.sourceServerId),
    ),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const wanted = new Set(waves.map(nameOf));
  const servers = all.flatMap(({ wave, server }): readonly ServerAsked[] => {
    const { desired } = server.settings;
    const isMeant =
      (wanted.size === 0 || wanted.has(wave.name)) &&
      (ids.length === 0 || ids.includes(server.sourceServerId));
    if (!isMeant || desired === undefined) return [];
    return [
      {
        server: server.sourceServerId,
        hostname: server.hostname ?? null,
        wave: waveKey(plan, wave.name),
        target: server.target,
        desired,
      },
    ];
  });
  return { ok: true, servers };
}

/** Names that are none of those that are known. */
export function strays(
  option: string,
  given: readonly string[],
  known: readonly string[],
): readonly Problem[] {
  return given
    .filter((name) => !known.includes(name))
    .map((name) =>
      problemAt(
        [],
        `${option} ${shown(name)} is not in the plan`,
        nameRemedy(name, known, 'correct or remove it'),
      ),
    );
}
