import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstCall } from '../../bench/first-call.ts';
import { type LocalAws, openLocalAws } from '../../bench/local-aws.ts';
import {
  BundleReport,
  bundleTable,
  type FunctionBundle,
  limits,
  tooLarge,
} from '../../scripts/report-bundles.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Builds in a place of its own, so that no path of this machine can be in a bundle unseen. */
async function built(from: string) {
  const copy = mkdtempSync(join(tmpdir(), 'landfall-build-'));
  for (const part of ['package.json', 'scripts', 'src']) {
    cpSync(join(from, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const { stdout } = await run(process.execPath, ['scripts/build.mjs'], { cwd: copy });
  const report = readFileSync(join(copy, 'dist/bundles.json'), 'utf8');
  return { copy, stdout, functions: BundleReport.parse(JSON.parse(report)).functions };
}

const away = mkdtempSync(join(tmpdir(), 'landfall-bundles-'));
let one: Awaited<ReturnType<typeof built>>;
let aws: LocalAws;
beforeAll(async () => {
  one = await built(root);
  aws = await openLocalAws();
});
afterAll(async () => {
  await aws.close();
  rmSync(one.copy, { recursive: true });
  rmSync(away, { recursive: true });
});

/** Unpacks a bundle to a place without node_modules. */
function unpacked(name: string): string {
  const [bundle] = Object.values(unzipSync(readFileSync(join(one.copy, `dist/${name}.zip`))));
  writeFileSync(join(away, `${name}.mjs`), bundle ?? '');
  return join(away, `${name}.mjs`);
}

describe('the bundles', () => {
  test('are the same byte for byte when they are built again elsewhere', async () => {
    // The sources of the first build: others may be at work on those of the checkout.
    const again = await built(one.copy);
    rmSync(again.copy, { recursive: true });
    expect(again.functions).toEqual(one.functions);
  });

  test('are within their limits', () => {
    expect(tooLarge(one.functions)).toEqual([]);
  });

  test('hold only the clients that their functions need', () => {
    const held = Object.fromEntries(one.functions.map(({ name, clients }) => [name, clients]));
    expect(held).toMatchObject({
      park: ['dynamodb'],
      'prepare-wave': ['dynamodb', 'eventbridge'],
      'request-launch': ['dynamodb', 'sfn'],
    });
    const callsDrs = one.functions.filter(({ clients }) => clients.includes('drs'));
    expect(callsDrs.map(({ name }) => name).toSorted()).toEqual([
      ...['apply-settings', 'confirm-retired', 'delete-server', 'disconnect-server'],
      ...['poll', 'release-instance', 'remedy', 'stop-replication', 'sweep', 'turn-replication'],
    ]);
    expect(held['poll']).toEqual(expect.arrayContaining(['dynamodb', 'eventbridge', 'mgn', 'sfn']));
  });

  test('are printed as a table when they are built', () => {
    expect(one.stdout).toBe(`${bundleTable(one.functions)}\n`);
  });

  test('answer an event against services over HTTP, as the environment names them', async () => {
    const outcomes: Record<string, unknown> = {};
    for (const { name } of one.functions) {
      await aws.restore();
      const { outcome } = await firstCall(unpacked(name), aws.events[name], aws.environment);
      outcomes[name] = 'result' in outcome ? 'answered' : outcome.message.replace(/:.*$/s, '');
    }
    const answered = Object.fromEntries(one.functions.map(({ name }) => [name, 'answered']));
    // These two look at what the server has come to, and rightly refuse to go on.
    const unsigned = { 'finalize-cutover': 'SignOffMissing', 'sign-off': 'SignOffMissing' };
    expect(outcomes).toEqual({ ...answered, ...unsigned });
  });

  test('say what is missing in the environment, and log it', async () => {
    const { outcome, stdout } = await firstCall(unpacked('park'), {}, {});
    expect(outcome).toMatchObject({
      message: expect.stringMatching(
        /^the environment is incomplete: AWS_REGION: .*; LANDFALL_TABLE: [^;]*$/,
      ),
    });
    expect(JSON.parse(stdout)).toMatchObject({ level: 'error', function: 'park' });
  });

  test('have no credentials but those of the environment', async () => {
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...nobody } = aws.environment;
    const environment = { ...nobody, HOME: away };
    const { outcome } = await firstCall(unpacked('park'), aws.events['park'], environment);
    expect(outcome).toMatchObject({ message: expect.stringContaining('CredentialsProviderError') });
  });

  test('have stack traces that the source map beside the archive leads back', async () => {
    const { outcome } = await firstCall(unpacked('park'), {}, {});
    const stack = 'stack' in outcome ? outcome.stack : '';
    const map = JSON.parse(readFileSync(join(one.copy, 'dist/park.mjs.map'), 'utf8'));
    const sources = [...stack.matchAll(/park\.mjs:(\d+):(\d+)/g)].map(([, line, column]) => {
      const entry = new SourceMap(map).findEntry(Number(line) - 1, Number(column) - 1);
      return 'originalSource' in entry ? entry.originalSource : undefined;
    });
    expect(sources.slice(0, 2)).toEqual([
      '../src/handlers/_wiring.ts',
      '../src/handlers/_wiring.ts',
    ]);
    expect(sources).toContain('../src/handlers/_lambda.ts');
  });
});

describe('a bundle', () => {
  const bundle: FunctionBundle = {
    name: 'poll',
    bundleBytes: 2_000_000,
    zipBytes: limits.any,
    sha256: '',
    clients: ['mgn'],
    packages: [{ name: 'zod', bytes: 97_000 }],
  };

  test('over its limit is named, with a lower limit where it has no client', () => {
    expect(tooLarge([bundle])).toEqual([]);
    expect(tooLarge([{ ...bundle, zipBytes: limits.any + 1 }])).toEqual([
      'poll.zip has 500001 bytes, over 500000',
    ]);
    expect(tooLarge([{ ...bundle, clients: [], zipBytes: limits.withoutClient + 1 }])).toEqual([
      'poll.zip has 100001 bytes, over 100000',
    ]);
  });

  test('is a line of the table; the largest one is taken apart', () => {
    const small = { ...bundle, name: 'park', bundleBytes: 1, zipBytes: 1, clients: [] };
    expect(bundleTable([bundle, small])).toBe(
      [
        'function  bundle KB  zip KB  SDK clients',
        'poll         2000.0   500.0  mgn',
        'park            0.0     0.0  none',
        '',
        'heaviest in poll  KB',
        'zod               97.0',
      ].join('\n'),
    );
  });
});
