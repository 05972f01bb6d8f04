// In: an open deployment and where to write. Out: its fleet in files, each as the AWS CLI prints it.
import { targetName } from '../core/target.ts';
import { chosenTargets } from './chosen-targets.ts';
import { ExitCode } from './exit-code.ts';
import { type FleetPart, type LiveFleet, readLiveFleet } from './live-fleet.ts';
import { refuse } from './on-deployment.ts';
import type { OpenDeployment } from './open-deployment.ts';
import { counted } from './text-table.ts';
import { writeWhole } from './write-whole.ts';

/** What to export, and where to. */
export interface FleetExport {
  /** The names of the targets; all of the deployment's where there are none. */
  readonly names: readonly string[];
  readonly out: string;
  readonly parts: Readonly<Record<FleetPart, string | undefined>>;
  readonly json: boolean;
}

const options = {
  servers: '--out',
  vcenterClients: '--vcenter-clients',
  applications: '--applications',
  waves: '--mgn-waves',
} as const;
const things = {
  servers: 'server',
  vcenterClients: 'vCenter client',
  applications: 'application',
  waves: 'wave',
} as const;

/** Reads the fleet whole before the first file is written, and says how much of it there is. */
export async function exportFleet(
  { ports, targets: listed }: Pick<OpenDeployment, 'ports' | 'targets'>,
  { names, out, parts, json }: FleetExport,
): Promise<ExitCode> {
  const chosen = chosenTargets(
    listed.map(({ target }) => target),
    names,
  );
  if (!chosen.ok) return refuse(chosen.problems, json);
  const files = filesOf(out, parts);
  const wanted = files.flatMap(({ part }) => (part === 'servers' ? [] : [part]));
  const read = await readLiveFleet(ports, chosen.targets, wanted);
  if (!read.ok) return refuse(read.problems, json);
  for (const { part, file } of files) {
    const problem = await writeWhole(file, pageText(read.fleet[part]), options[part]);
    if (problem !== undefined) return refuse([problem], json, 'Not done.');
  }
  const targets = chosen.targets.map(targetName);
  const written = files.map(({ part, file }) => ({
    file,
    what: part,
    count: read.fleet[part].length,
  }));
  if (json) console.log(JSON.stringify({ outcome: 'done', targets, written }));
  else {
    const lines = written.map(
      ({ file, what, count }) => `${counted(count, things[what])} → ${file}`,
    );
    console.log([`From ${targets.join(', ')}:`, ...lines.map((line) => `  ${line}`)].join('\n'));
  }
  return ExitCode.Done;
}

function filesOf(out: string, parts: FleetExport['parts']) {
  const named: { readonly part: keyof LiveFleet; readonly file: string }[] = [
    { part: 'servers', file: out },
  ];
  for (const part of ['vcenterClients', 'applications', 'waves'] as const) {
    const file = parts[part];
    if (file !== undefined) named.push({ part, file });
  }
  return named;
}

/** A page as the AWS CLI prints it. */
function pageText(items: readonly unknown[]): string {
  return `${JSON.stringify({ items }, undefined, 4)}\n`;
}
