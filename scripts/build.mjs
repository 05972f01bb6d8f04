// Bundles each handler of src/handlers into dist/NAME.zip, which holds src/handlers/NAME.mjs: the path
// that serverless.yml names. The source map stays beside the archive.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { zipSync } from 'fflate';

const root = join(import.meta.dirname, '..');
const outdir = join(root, 'dist');

const names = (await readdir(join(root, 'src/handlers')))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('_'))
  .map((file) => file.slice(0, -'.ts'.length));

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: names.map((name) => `src/handlers/${name}.ts`),
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
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
});

// A fixed date, so that the same sources give the same archive; readable for the user that Lambda runs it as.
const entry = { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o644 << 16 };
for (const name of names) {
  const bundle = await readFile(join(outdir, `${name}.mjs`));
  const archive = zipSync({ [`src/handlers/${name}.mjs`]: [bundle, entry] });
  await writeFile(join(outdir, `${name}.zip`), archive);
}
