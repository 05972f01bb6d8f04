// In: an imported fleet. Out: what each format lacks and what was put in its place, for people and for machines.
import { cut, printable } from '../../core/fleet/problem.ts';
import type { Format } from '../../core/inventory/record.ts';
import type { MadeFleet } from '../../core/inventory/to-fleet.ts';
import { counted } from '../text-table.ts';

/** What a format has no column for (reference: inventory formats 1). */
const lacks: Readonly<Record<Format, string>> = {
  mgn: 'disk sizes, processors, memory, version of the system, change rate',
  cmf: 'disk sizes, processors, memory, change rate',
  rvtools:
    'applications, waves, account and Region, launch settings, change rate; physical servers',
  azure: 'account and Region, waves, launch settings',
  ads: 'number and sizes of disks, account and Region, launch settings',
};

/** One thing that was assumed, of how many servers, and of which. */
export interface Assumption {
  readonly what: string;
  readonly value: string;
  readonly servers: readonly string[];
}

/** What was assumed, each thing once, the most frequent first. */
export function assumptionsOf({ items, note }: MadeFleet): readonly Assumption[] {
  const names = new Map(
    items.flatMap((item) => {
      const id = item['sourceServerID'];
      return typeof id === 'string' ? [[id, nameOf(item) ?? id]] : [];
    }),
  );
  const found = new Map<string, { what: string; value: string; servers: string[] }>();
  for (const [id, { assumed }] of Object.entries(note.servers)) {
    for (const [what, value] of Object.entries(assumed)) {
      const key = `${what}\n${value}`;
      const known = found.get(key) ?? { what, value, servers: [] };
      known.servers.push(names.get(id) ?? id);
      found.set(key, known);
    }
  }
  return [...found.values()].toSorted((a, b) => b.servers.length - a.servers.length);
}

function nameOf(item: Readonly<Record<string, unknown>>): string | undefined {
  const tags = item['tags'];
  const name =
    typeof tags === 'object' && tags !== null && 'Name' in tags
      ? tags.Name
      : item['userProvidedID'];
  return typeof name === 'string' ? name : undefined;
}

/** What an import came to, as one object. */
export function importJson(fleet: MadeFleet, warnings: readonly string[], out?: string) {
  const count = (id: string) => fleet.items.filter((item) => id in item).length;
  return {
    outcome: 'done',
    ...(out === undefined ? {} : { out }),
    files: fleet.note.files.map((file) => ({ ...file, lacks: lacksOf(file.format) })),
    servers: Object.keys(fleet.note.servers).length,
    applications: Object.keys(fleet.note.applications).length,
    waves: Object.keys(fleet.note.waves).length,
    vcenterClients: count('vcenterUUID'),
    assumed: assumptionsOf(fleet),
    warnings,
  };
}

function lacksOf(format: string): string {
  return Object.entries(lacks).find(([known]) => known === format)?.[1] ?? '';
}

/** What an import came to, for people. */
export function importText(fleet: MadeFleet, out?: string): string {
  const { files, servers, applications, waves } = fleet.note;
  const sum = [
    counted(Object.keys(servers).length, 'server'),
    counted(Object.keys(applications).length, 'application'),
    counted(Object.keys(waves).length, 'wave'),
  ].join(', ');
  const read = files.map(
    ({ file, format, servers: size }) =>
      `  ${printable(file)}: ${format}${size === 0 ? '' : `, ${counted(size, 'server')}`}`,
  );
  const formatsRead = [...new Set(files.map(({ format }) => format))];
  const missing = formatsRead.map((format) => `  ${format}: ${lacksOf(format)}`);
  const assumed = assumptionsOf(fleet).map(({ what, value, servers: of }) => {
    const some = of.slice(0, 3).map(cut).join(', ');
    const more = of.length > 3 ? ` and ${of.length - 3} more` : '';
    return printable(`  ${what}: ${value} (${counted(of.length, 'server')}: ${some}${more})`);
  });
  return [
    `${sum}${out === undefined ? '' : ` → ${printable(out)}`}`,
    'Read:',
    ...read,
    'What the formats have no column for:',
    ...missing,
    ...(assumed.length === 0 ? [] : ['Assumed, because no file says it:', ...assumed]),
  ].join('\n');
}
