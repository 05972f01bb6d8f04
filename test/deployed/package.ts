// In: what is to be deployed, and what changes in it. Out: what `npm run package` writes, in a copy of the project, so
// that neither the working tree nor another lane that packages at the same time is touched.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import * as z from 'zod';
import type { Target } from '../../src/core/target.ts';
import { home } from './emulator.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The stage that the lane deploys. */
export const stage = 'lane';

/** A compiled template, as far as the lane reads it. */
export const Template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() }),
  ),
});
export type Template = z.infer<typeof Template>;

/** What was packaged: the template of the first step, that of the second, and the archives by their file name. */
export interface Packaged {
  readonly beginning: string;
  readonly template: string;
  readonly archives: Readonly<Record<string, Uint8Array>>;
}

/** What the stage looks after, and where its services are. */
export interface Settings extends Omit<Target, 'partition'> {
  /** The simulator, which answers for MGN, DRS and for what they need of EC2 and Service Quotas. */
  readonly simulator: string;
}

/** A copy of the project that can be packaged again after a change. */
export class Workshop {
  readonly #folder: string;

  /** Copies the project into a folder, with a deployment file for these settings. */
  constructor(folder: string, settings: Settings) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    const skipped = new Set(['node_modules', 'out', 'dist', 'test', '.git', '.serverless']);
    for (const part of readdirSync(root).filter((name) => !skipped.has(name))) {
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'deployment.yaml'), deploymentFile(settings));
  }

  /** Changes a file of the copy; a change that changes nothing is an Error. */
  change(file: string, edit: (text: string) => string): void {
    const path = join(this.#folder, file);
    const before = readFileSync(path, 'utf8');
    const after = edit(before);
    if (after === before) throw new Error(`the change of ${file} changes nothing`);
    writeFileSync(path, after);
  }

  /** Packages as a user does, without credentials and without a way out. */
  async package(): Promise<Packaged> {
    const nowhere = 'http://127.0.0.1:9';
    const env = {
      PATH: process.env['PATH'],
      HOME: this.#folder,
      HTTPS_PROXY: nowhere,
      HTTP_PROXY: nowhere,
      LANDFALL_DEPLOYMENT: 'deployment.yaml',
    };
    const where = ['--stage', stage, '--region', home.region];
    await run('npm', ['run', 'package', '--', ...where], { cwd: this.#folder, env });
    const written = (step: 'create' | 'update') =>
      readFileSync(
        join(this.#folder, `.serverless/cloudformation-template-${step}-stack.json`),
        'utf8',
      );
    const dist = join(this.#folder, 'dist');
    const archives = readdirSync(dist).filter((name) => name.endsWith('.zip'));
    return {
      beginning: written('create'),
      template: written('update'),
      archives: Object.fromEntries(
        archives.map((name) => [name, new Uint8Array(readFileSync(join(dist, name)))]),
      ),
    };
  }
}

function deploymentFile({ service, accountId, region, simulator }: Settings): string {
  return stringify({
    apiVersion: 'landfall/v1',
    kind: 'Deployment',
    spec: {
      targets: [{ service, accountId, regions: [region] }],
      // The emulator has no schema registry, neither in CloudFormation nor as a service.
      schemaRegistry: false,
      endpoints: { mgn: simulator, drs: simulator, ec2: simulator, serviceQuotas: simulator },
    },
  });
}
