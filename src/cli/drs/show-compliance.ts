// In: the logs of a rehearsal, or an open deployment. Out: who was drilled when, printed or written as CSV.
import { type Compliance, complianceOf } from '../../core/compliance/compliance.ts';
import { toldDrills } from '../../core/compliance/told-drills.ts';
import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import { recordedDrills, recordedServers } from '../../flow/compliance/recorded-drills.ts';
import { ExitCode } from '../exit-code.ts';
import { refuse } from '../on-deployment.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import { openRehearsal } from '../open-rehearsal.ts';
import { firstToldOf } from '../report/told-events.ts';
import { writeWhole } from '../write-whole.ts';
import { complianceCsv, complianceText } from './compliance-text.ts';

/** How compliance is shown. */
export interface ComplianceShown {
  readonly json: boolean;
  /** Where the CSV goes, beside what is printed. */
  readonly csv?: string;
}

/** Compliance as the logs of a rehearsal tell it, or what is wrong with them. */
export function rehearsedCompliance(
  directory: string,
):
  | { readonly ok: true; readonly compliance: Compliance }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const opened = openRehearsal(directory);
  if (!opened.ok) return opened;
  const { servers, drills, until } = toldDrills(firstToldOf(opened.logs.events).told);
  if (until === undefined) {
    const remedy = 'rehearse again with --out';
    return { ok: false, problems: [problemAt([], `${directory} tells no event`, remedy)] };
  }
  return { ok: true, compliance: complianceOf(until, servers, drills) };
}

/** Compliance as a deployment has it on record. */
export async function liveCompliance({
  ports,
  targets,
}: Pick<OpenDeployment, 'ports' | 'targets'>): Promise<Compliance> {
  const ofDrs = targets.map(({ target }) => target).filter(({ service }) => service === 'drs');
  const servers = [];
  for (const target of ofDrs) servers.push(...(await recordedServers(ports, target)));
  return complianceOf(ports.clock.now(), servers, await recordedDrills(ports));
}

/** Prints compliance, and writes its CSV; 1 where a server does not keep to what was agreed. */
export async function showCompliance(
  compliance: Compliance,
  { json, csv }: ComplianceShown,
): Promise<ExitCode> {
  const problem =
    csv === undefined ? undefined : await writeWhole(csv, complianceCsv(compliance), '--csv');
  if (problem !== undefined) return refuse([problem], json);
  console.log(json ? JSON.stringify(compliance) : complianceText(compliance));
  const all = compliance.servers.every(({ state }) => state === 'kept');
  return all ? ExitCode.Done : ExitCode.NotAll;
}
