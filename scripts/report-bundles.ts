// In: what esbuild says of a bundle. Out: what weighs in it, for a person's eyes and for the test of the limits.
import * as z from 'zod';

/** The largest archives that are allowed, in bytes: of any function, and of one that speaks to no AWS service. */
export const limits = { any: 500_000, withoutClient: 100_000 } as const;

const FunctionBundle = z.object({
  name: z.string(),
  bundleBytes: z.int(),
  zipBytes: z.int(),
  /** Of the archive. */
  sha256: z.string(),
  /** The SDK clients inside, without the prefix of their package. */
  clients: z.array(z.string()),
  /** The ten that weigh most in the bundle; what is ours counts by its folder in src. */
  packages: z.array(z.object({ name: z.string(), bytes: z.int() })),
});

/** What is known of one function's bundle. */
export type FunctionBundle = Readonly<z.infer<typeof FunctionBundle>>;

/** The form of dist/bundles.json. */
export const BundleReport = z.object({ functions: z.array(FunctionBundle) });

/** The part of esbuild's output that is read: how much of the bundle comes of which file. */
export type BundledFiles = Readonly<Record<string, { readonly bytesInOutput: number }>>;

/** Sums what the files of a bundle weigh by package, the heaviest first. */
export function weightOf(files: BundledFiles): readonly { name: string; bytes: number }[] {
  const weights = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(files)) {
    const name = ownerOf(file);
    weights.set(name, (weights.get(name) ?? 0) + bytesInOutput);
  }
  return [...weights]
    .map(([name, bytes]) => ({ name, bytes }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || a.name.localeCompare(b.name, 'en'));
}

/** Names the SDK clients of which code is in the bundle. */
export function clientsOf(files: BundledFiles): readonly string[] {
  return weightOf(files)
    .map(({ name }) => name)
    .filter((name) => name.startsWith('@aws-sdk/client-'))
    .map((name) => name.slice('@aws-sdk/client-'.length))
    .sort();
}

function ownerOf(file: string): string {
  const [scope = '', name = ''] = file.split('node_modules/').at(-1)?.split('/') ?? [];
  return scope.startsWith('@') || scope === 'src' ? `${scope}/${name}` : scope;
}

/** Says which bundles are over their limit. */
export function tooLarge(functions: readonly FunctionBundle[]): readonly string[] {
  return functions
    .map(({ name, zipBytes, clients }) => {
      const limit = clients.length === 0 ? limits.withoutClient : limits.any;
      return zipBytes > limit ? `${name}.zip has ${zipBytes} bytes, over ${limit}` : '';
    })
    .filter((line) => line !== '');
}

/** The report as a table of the functions, and one of the packages that weigh most in the largest bundle. */
export function bundleTable(functions: readonly FunctionBundle[]): string {
  const kb = (bytes: number) => (bytes / 1000).toFixed(1);
  const rows = functions.map(({ name, bundleBytes, zipBytes, clients }) => [
    name,
    kb(bundleBytes),
    kb(zipBytes),
    clients.join(' ') || 'none',
  ]);
  const largest = functions.reduce((one, other) =>
    other.bundleBytes > one.bundleBytes ? other : one,
  );
  const weights = largest.packages.map(({ name, bytes }) => [name, kb(bytes)]);
  return [
    ...columns([['function', 'bundle KB', 'zip KB', 'SDK clients'], ...rows]),
    '',
    ...columns([[`heaviest in ${largest.name}`, 'KB'], ...weights]),
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, place) =>
    Math.max(...rows.map((row) => row[place]?.length ?? 0)),
  );
  const isNumber = (text: string) => /^[\d.]+$/.test(text);
  return rows.map((row) =>
    row
      .map((text, place) =>
        isNumber(text) ? text.padStart(widths[place] ?? 0) : text.padEnd(widths[place] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
