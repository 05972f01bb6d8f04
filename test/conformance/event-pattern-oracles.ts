import { execFile, spawn } from 'node:child_process';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

/** The independent implementations of event patterns, as PyPI has them. */
export const oracleVersions = { moto: '5.2.5', ministack: '1.5.33' } as const;
export type OracleName = keyof typeof oracleVersions;
export const oracleNames = Object.keys(oracleVersions) as readonly OracleName[];

/** What an oracle says of a pair: whether they match, or that it refuses the pattern, or that it broke. */
export type Said = boolean | { readonly refused: string } | { readonly broken: string };

const root = join(import.meta.dirname, '../..');
const cache = process.env['LANDFALL_CONFORMANCE_CACHE'] ?? join(root, 'node_modules/.cache');
const versions = oracleNames.map((name) => `${name}-${oracleVersions[name]}`).join('-');
const home = join(cache, `conformance-event-pattern-${versions}`);
const python = join(home, 'bin/python');
const run = promisify(execFile);

/** Makes the virtual environment of the oracles unless it is there; fails with what to do where that is not possible. */
export async function oraclesHome(): Promise<void> {
  const wanted = oracleNames.map(
    (name) => `assert version('${name}') == '${oracleVersions[name]}', '${name}'`,
  );
  const check = ['-c', `from importlib.metadata import version; ${wanted.join('; ')}`];
  try {
    await access(python);
    await run(python, check);
    return;
  } catch {
    await rm(home, { recursive: true, force: true });
  }
  const packages = oracleNames.map((name) => `${name}==${oracleVersions[name]}`);
  try {
    await run('python3', ['-m', 'venv', home]);
    const patience = ['--retries', '2', '--timeout', '15'];
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...patience];
    await run(python, [...install, ...packages], { timeout: 160_000 });
    await run(python, check);
  } catch (cause) {
    await rm(home, { recursive: true, force: true });
    const how = `The agreement on event patterns needs python3 with venv, and ${packages.join(' and ')} from PyPI`;
    throw new Error(`${how}; make the index reachable for pip.`, { cause });
  }
}

/** Asks every oracle for every pair; the answers come in their order. */
export async function askOracles(
  pairs: readonly { readonly pattern: unknown; readonly event: unknown }[],
): Promise<readonly Readonly<Record<OracleName, Said>>[]> {
  const driver = spawn(python, [join(import.meta.dirname, 'event-pattern-oracles.py')], {
    env: { PATH: process.env['PATH'], HOME: home },
  });
  const errors = text(driver.stderr);
  const answers = text(driver.stdout);
  driver.stdin.end(
    pairs.map(({ pattern, event }) => `${JSON.stringify({ pattern, event })}\n`).join(''),
  );
  const lines = (await answers).trim().split('\n');
  if (lines.length !== pairs.length) {
    throw new Error(`The oracles broke off: ${(await errors).slice(-2000)}`);
  }
  return lines.map((line) => JSON.parse(line) as Readonly<Record<OracleName, Said>>);
}
