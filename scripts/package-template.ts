// Packages a copy of the project, without the network and without credentials, and answers the template that would be
// deployed. The bundles are not made: the template is the same whatever they hold.
import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zipSync } from 'fflate';
import type { CompiledTemplate } from '../deploy/compiled-template.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** What to package with. */
export interface Packaging {
  /** The text of a deployment file; none where left out. */
  readonly deployment?: string;
  /** Options of the command, e.g. `--stage dev`. */
  readonly options?: readonly string[];
  /** Which of the two stacks; that of serverless.yml where left out. */
  readonly config?: string;
  /** The file to leave the template in, besides. */
  readonly keepIn?: string;
}

/** Packages, and answers the template; rejects with what the framework printed where it refuses. */
export async function packageTemplate(packaging: Packaging = {}): Promise<CompiledTemplate> {
  const copy = mkdtempSync(join(tmpdir(), 'landfall-template-'));
  try {
    const config = packaging.config ?? 'serverless.yml';
    for (const part of [config, 'package.json', 'src', 'deploy']) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    mkdirSync(join(copy, 'dist'));
    const archive = zipSync({ nothing: new Uint8Array() });
    for (const file of readdirSync(join(root, 'src/handlers'))) {
      if (!/^[^_].*\.ts$/.test(file)) continue;
      writeFileSync(join(copy, 'dist', file.replace(/ts$/, 'zip')), archive);
    }
    if (packaging.deployment !== undefined) {
      writeFileSync(join(copy, 'deployment.yaml'), packaging.deployment);
    }
    const nowhere = 'http://127.0.0.1:9';
    const env = {
      HOME: copy,
      HTTPS_PROXY: nowhere,
      HTTP_PROXY: nowhere,
      ...(packaging.deployment === undefined ? {} : { LANDFALL_DEPLOYMENT: 'deployment.yaml' }),
    };
    const cli = join(root, 'node_modules/serverless/bin/serverless.js');
    const options = ['--config', config, ...(packaging.options ?? [])];
    await run(process.execPath, [cli, 'package', ...options], { cwd: copy, env });
    const text = readFileSync(
      join(copy, '.serverless/cloudformation-template-update-stack.json'),
      'utf8',
    );
    if (packaging.keepIn !== undefined) writeFileSync(packaging.keepIn, text);
    const template: CompiledTemplate = JSON.parse(text);
    return template;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
