// Builds what `landfall/events` imports, for subscribers that run plain JavaScript: one module without dependencies, and
// its types. Writes into events/dist, or into the folder that is named. Runs under Node 20, as an install does.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const outdir = resolve(process.argv[2] ?? join(root, 'events/dist'));

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/events/index.ts'],
  outfile: join(outdir, 'index.mjs'),
  bundle: true,
  minify: true,
  metafile: true,
  platform: 'neutral',
  target: 'es2022',
  format: 'esm',
  mainFields: ['module', 'main'],
  legalComments: 'none',
});

const scratch = mkdtempSync(join(tmpdir(), 'landfall-events-'));
try {
  const options = [
    ...['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--noCheck'],
    ...['--strict', '--allowImportingTsExtensions', '--skipLibCheck', '--types', 'node'],
    ...['--target', 'es2023', '--module', 'nodenext', '--rootDir', 'src', '--outDir', scratch],
  ];
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(
    process.execPath,
    [compiler, ...options, 'src/events/index.ts'],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the types cannot be written:\n${stdout}`);
  for (const name of ['index', 'landfall-events', 'verify-signature']) {
    const types = readFileSync(join(scratch, 'events', `${name}.d.ts`), 'utf8');
    // What is imported is named by its file in JavaScript, beside which the types are looked for.
    writeFileSync(
      join(outdir, `${name}.d.mts`),
      types.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.mjs'"),
    );
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

const [{ bytes }] = Object.values(metafile.outputs);
console.log(`landfall/events: ${bytes} bytes`);
