// The example fleets, as the command reads them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { projectRoot } from '../../src/cli/_wiring.ts';
import { readFleet } from '../../src/cli/read-fleet.ts';
import { type FaultFile, type JsonObject, parseFaults } from '../../src/simulator/simulator.ts';
import type { Story } from './_rehearse.ts';

/** The servers of an example fleet with their vCenter clients, and the instant at which they were described. */
export async function exampleFleet(
  ...names: readonly string[]
): Promise<Pick<Story, 'fleet' | 'vcenterClients' | 'startAt'>> {
  const files = names.map((name) => join(projectRoot, 'examples', 'fleets', `${name}.json`));
  const read = await readFleet(files);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const documents = (list: readonly { readonly document: JsonObject }[]) =>
    list.map(({ document }) => document);
  return {
    fleet: documents(read.fleet.servers),
    vcenterClients: documents(read.fleet.vcenterClients),
    ...(read.describedAt === undefined ? {} : { startAt: read.describedAt }),
  };
}

/** The spec of an example plan, as YAML that fits behind `spec:`. */
export function examplePlan(name: string): string {
  const text = readFileSync(join(projectRoot, 'examples', 'plans', `${name}.yaml`), 'utf8');
  const [, spec] = /\nspec:\n([\s\S]*)$/.exec(text) ?? [];
  return `\n${z.string().parse(spec)}`;
}

/** The faults of an example file. */
export function exampleFaults(name: string): FaultFile {
  const file = join(projectRoot, 'examples', 'faults', `${name}.yaml`);
  const parsed = parseFaults(readFileSync(file, 'utf8'), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.faults;
}
