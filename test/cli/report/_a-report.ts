// A rehearsal in which everything that a report tells of happens, its report, and ways to look into both.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { buildReport, type Report } from '../../../src/cli/report/build-report.ts';
import { gatherRehearsal } from '../../../src/cli/report/gather-rehearsal.ts';
import { isSigned, readSigningKey, sha256 } from '../../../src/cli/report/signing.ts';
import type { Forecast } from '../../../src/core/evidence/estimates.ts';
import type { Anchors } from '../../../src/core/evidence/seal.ts';
import { judgeReport, type Verdict } from '../../../src/core/evidence/verdict.ts';
import { approve } from '../../../src/flow/operate/approve.ts';
import { inSync, serverId } from '../../scenarios/_fleet.ts';
import { Operator, servers, wave, when } from '../../scenarios/_operator.ts';
import { rehearse, type Told } from '../../scenarios/_rehearse.ts';

/** A host name that would be markup, and one that a spreadsheet would compute. */
export const hostileNames = ['<script>alert(1)</script>', '=cmd|calc'] as const;

const named = (n: number, name: string) => {
  const document = inSync(n);
  const properties = document['sourceProperties'] as object;
  return {
    ...document,
    tags: { Name: name },
    sourceProperties: { ...properties, identificationHints: { hostname: name } },
  };
};

const spec = `{
  defaults: {
    policy: { onFailure: hold, tolerate: 0, holdTimeout: P3D },
    gates: {
      cutover: {
        window: { timeZone: UTC, from: "20:00", to: "23:00" },
        approval: { by: [anna, ben], approvers: 2 } },
      finalize: { soak: PT2H, approval: {} } } },
  waves: [{ name: wave-1, servers: { all: true }, tiers: [
    { name: data, servers: { ids: [${serverId(1)}] } } ] }] }`;

/** Five servers: one fails its test and is retried after a hold, one is rolled back after its cutover. */
export function theStory(): Promise<Told> {
  const operator = new Operator();
  const answer = (phase: 'cutover' | 'finalize', by: string) => ({
    wave,
    phase,
    by,
    decision: 'approved' as const,
    reason: `${by} has seen the tests`,
  });
  return rehearse({
    fleet: [
      named(1, hostileNames[0]),
      named(2, hostileNames[1]),
      ...[3, 4, 5].map((n) => inSync(n)),
    ],
    spec,
    faults: [
      `{ fault: launch-failure, on: test-launch, times: 2, servers: { ids: [${serverId(5)}] } }`,
    ],
    whenTold: [
      when('Wave Held', undefined, (ports) => operator.gives(ports, 'retry', servers(5))),
      when('Wave Approval Requested', 'cutover', async (ports) => {
        await approve(ports, answer('cutover', 'anna'));
        await approve(ports, answer('cutover', 'ben'));
      }),
      when('Wave Approval Requested', 'finalize', (ports) =>
        operator.gives(ports, 'rollback', servers(4)),
      ),
      {
        event: ({ detail }) => detail['code'] === 'OrderedRollback',
        happens: async ({ ports }) => {
          await approve(ports, answer('finalize', 'carl'));
        },
      },
    ],
  });
}

/** Writes the logs of a story as a rehearsal does; the directory is removed after the tests of a file. */
export function logsIn({ text }: Told): string {
  const directory = aFolder();
  for (const log of ['api', 'events', 'executions'] as const) {
    writeFileSync(join(directory, `${log}.jsonl`), text[log]);
  }
  return directory;
}

/** A directory that is removed after the tests of a file. */
export function aFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-report-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** A pair of keys in files. */
export function aKeyPair() {
  const directory = aFolder();
  const pair = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const files = { private: join(directory, 'key.pem'), public: join(directory, 'key.pub.pem') };
  writeFileSync(files.private, pair.privateKey);
  writeFileSync(files.public, pair.publicKey);
  return files;
}

/** Reports on the logs of a directory; signed where there is a key. */
export async function reportOn(
  directory: string,
  more: { readonly key?: string; readonly forecast?: Forecast } = {},
): Promise<Report> {
  const gathered = gatherRehearsal(directory, more.forecast);
  if (!gathered.ok) throw new Error(JSON.stringify(gathered.problems));
  const read = more.key === undefined ? undefined : await readSigningKey(more.key);
  if (read?.ok === false) throw new Error(JSON.stringify(read.problem));
  return buildReport(gathered.evidence, gathered.facts, read?.key);
}

/** Judges files as they are in memory. */
export function judged(files: ReadonlyMap<string, Buffer>, anchors: Anchors): Verdict {
  const read = (name: string) => {
    const bytes = files.get(name);
    if (bytes === undefined) return undefined;
    const text = bytes.toString('utf8');
    return Buffer.from(text, 'utf8').equals(bytes) ? text : null;
  };
  return judgeReport({ read, digest: sha256, isSigned }, anchors);
}

/** The files of a report as bytes. */
export function bytesOf({ files }: Report): Map<string, Buffer> {
  return new Map([...files].map(([name, text]) => [name, Buffer.from(text, 'utf8')]));
}

/** The records of a report, of a kind. */
export function recordsOf(
  { files }: Report,
  kind: string,
): readonly Readonly<Record<string, unknown>>[] {
  const lines = (files.get('report.jsonl') ?? '').trimEnd().split('\n').slice(0, -1);
  return lines
    .map((line) => (JSON.parse(line) as { record: Readonly<Record<string, unknown>> }).record)
    .filter((record) => record['kind'] === kind);
}
