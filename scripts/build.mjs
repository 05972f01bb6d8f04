// Bundles each handler of src/handlers into dist/NAME.zip, which holds src/handlers/NAME.mjs: the path
// that serverless.yml names. The source map stays beside the archive. Writes dist/bundles.json and prints what weighs.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { zipSync } from 'fflate';
import {
  environmentCredentials,
  leanSchemas,
  noProfiles,
  nothingLate,
  oneCopy,
  onlyVersions,
  pureCore,
  requiredBuiltins,
} from './bundle-plugins.ts';
import { bundleTable, clientsOf, weightOf } from './report-bundles.ts';

const root = join(import.meta.dirname, '..');
const outdir = join(root, 'dist');
const modules = await realpath(join(root, 'node_modules'));

const names = (await readdir(join(root, 'src/handlers')))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('_'))
  .map((file) => file.slice(0, -'.ts'.length));

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: names.map((name) => `src/handlers/${name}.ts`),
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  metafile: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  sourcemap: 'external',
  sourcesContent: false,
  legalComments: 'none',
  // Some CommonJS packages ask for `require`, which an ES module does not have.
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  },
  plugins: [
    requiredBuiltins,
    nothingLate,
    noProfiles,
    onlyVersions,
    environmentCredentials,
    await oneCopy(modules),
    leanSchemas,
    pureCore,
  ],
});

// A fixed date, so that the same sources give the same archive; readable for the user that Lambda runs it as.
const entry = { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o644 << 16, level: 9 };
const functions = [];
for (const name of names) {
  const bundle = await readFile(join(outdir, `${name}.mjs`));
  const archive = zipSync({ [`src/handlers/${name}.mjs`]: [bundle, entry] });
  await writeFile(join(outdir, `${name}.zip`), archive);
  const { inputs } = metafile.outputs[`dist/${name}.mjs`];
  functions.push({
    name,
    bundleBytes: bundle.length,
    zipBytes: archive.length,
    sha256: createHash('sha256').update(archive).digest('hex'),
    clients: clientsOf(inputs),
    packages: weightOf(inputs).slice(0, 10),
  });
}
await writeFile(join(outdir, 'bundles.json'), `${JSON.stringify({ functions }, null, 2)}\n`);
console.log(bundleTable(functions));
