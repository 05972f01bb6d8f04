// Whoever changes a report is found: one byte anywhere, a record, a file; also who makes all of it anew without the key.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/cli/report/build-report.ts';
import { isSigned, readPublicKey, sha256 } from '../../../src/cli/report/signing.ts';
import { verdictText, verifyFiles } from '../../../src/cli/report/verify-files.ts';
import { factRecord } from '../../../src/core/evidence/chain.ts';
import { partPage, withProof } from '../../../src/core/evidence/proven-page.ts';
import { judgeFile } from '../../../src/core/evidence/verdict.ts';
import { aFolder, aKeyPair, bytesOf, judged } from './_a-report.ts';
import { smallEvidence, smallReport } from './_small-report.ts';

const keys = aKeyPair();
const theirs = aKeyPair();
let report: Report;
let signed: Report;
let publicKey: string;

beforeAll(async () => {
  report = await smallReport();
  signed = await smallReport(keys.private);
  const read = await readPublicKey(keys.public);
  if (!read.ok) throw new Error(read.problem.problem);
  publicKey = read.key;
});

const changed = (of: Report, name: string, change: (text: string) => string) => {
  const files = bytesOf(of);
  files.set(name, Buffer.from(change(files.get(name)?.toString('utf8') ?? ''), 'utf8'));
  return files;
};

describe('an untouched report', () => {
  test('is proven by its root digest, and by the key that signed it', () => {
    expect(judged(bytesOf(report), { root: report.root })).toMatchObject({
      verdict: 'untouched',
      findings: [],
    });
    expect(judged(bytesOf(signed), { publicKey }).verdict).toBe('untouched');
    expect(judged(bytesOf(signed), { publicKey, root: signed.root }).verdict).toBe('untouched');
  });

  test('is not called so without either', () => {
    expect(judged(bytesOf(report), {})).toMatchObject({ verdict: 'unproven', findings: [] });
    expect(judged(bytesOf(signed), {}).verdict).toBe('unproven');
  });

  test('is bound by the seal to every file of it', () => {
    const { files } = judged(bytesOf(report), { root: report.root });
    expect([...files].sort()).toEqual([...report.files.keys()].sort());
  });
});

describe('one byte', () => {
  const flips = (of: () => Report, anchors: () => { root?: string; publicKey?: string }) => {
    const files = bytesOf(of());
    const names = [...files.keys()];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.integer({ min: 1, max: 255 }),
        (name, place, mask) => {
          const touched = Buffer.from(files.get(name) ?? '');
          const index = Math.floor(place * touched.length);
          touched[index] = (touched[index] ?? 0) ^ mask;
          const { verdict, findings } = judged(new Map(files).set(name, touched), anchors());
          expect([name, index, verdict]).toEqual([name, index, 'touched']);
          // The proof is in two files; whatever else differs is named.
          expect(['proof', name]).toContain(findings[0]?.file);
        },
      ),
      { numRuns: 150 },
    );
  };

  test('that is changed anywhere is found by the root digest', () => {
    flips(
      () => report,
      () => ({ root: report.root }),
    );
  });

  test('that is changed anywhere is found by the key', () => {
    flips(
      () => signed,
      () => ({ publicKey }),
    );
  });

  test('that is changed in a signed report is found by the root digest alone', () => {
    flips(
      () => signed,
      () => ({ root: signed.root }),
    );
  });

  test('that is taken away, or put in, is found', () => {
    const files = bytesOf(report);
    for (const [name, bytes] of files) {
      for (const index of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const without = Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + 1)]);
        const more = Buffer.concat([
          bytes.subarray(0, index),
          Buffer.from(' '),
          bytes.subarray(index),
        ]);
        for (const touched of [without, more]) {
          const { verdict } = judged(new Map(files).set(name, touched), { root: report.root });
          expect([name, index, verdict]).toEqual([name, index, 'touched']);
        }
      }
    }
  });
});

describe('what differs is named', () => {
  const findingsOf = (files: ReadonlyMap<string, Buffer>) =>
    judged(files, { root: report.root }).findings;

  test('the first record that is not what it was', () => {
    const files = changed(report, 'report.jsonl', (text) =>
      text.replace('"code":"LaunchFailed"', '"code":"LaunchRefused"'),
    );
    const line = (report.files.get('report.jsonl') ?? '')
      .split('\n')
      .findIndex((one) => one.includes('"code":"LaunchFailed"'));
    expect(findingsOf(files)[0]).toEqual({
      file: 'report.jsonl',
      line: line + 1,
      problem: `record ${line + 1} (server) is not what it was`,
    });
  });

  test('a record that is gone, and two that changed places', () => {
    const lines = (report.files.get('report.jsonl') ?? '').split('\n');
    const without = [...lines.slice(0, 3), ...lines.slice(4)].join('\n');
    expect(findingsOf(changed(report, 'report.jsonl', () => without))[0]).toMatchObject({
      line: 4,
      problem: expect.stringContaining('is not the one that stood here'),
    });
    const turned = [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n');
    expect(findingsOf(changed(report, 'report.jsonl', () => turned))[0]).toMatchObject({ line: 2 });
  });

  test('records at the end that are gone', () => {
    const lines = (report.files.get('report.jsonl') ?? '').split('\n');
    const without = [...lines.slice(0, -3), ...lines.slice(-2)].join('\n');
    expect(findingsOf(changed(report, 'report.jsonl', () => without))).toEqual([
      {
        file: 'report.jsonl',
        problem: expect.stringMatching(/^it has \d+ records, and was sealed/),
      },
    ]);
  });

  test('a file that is gone', () => {
    const files = bytesOf(report);
    files.delete('waits.csv');
    expect(findingsOf(files)).toEqual([{ file: 'waits.csv', problem: 'is missing' }]);
  });

  test('the same content written otherwise', () => {
    const files = changed(report, 'report.jsonl', (text) => text.replace('"n":1,', '"n": 1,'));
    expect(findingsOf(files)[0]).toMatchObject({
      line: 1,
      problem: 'record 1 (report) is not written as it was',
    });
  });
});

describe('who makes the whole report anew', () => {
  const forged = (key?: string) => {
    const [first, ...rest] = smallEvidence().facts;
    return smallReport(key, [
      { ...factRecord('event', { told: 'otherwise' }) },
      ...rest,
      ...(first === undefined ? [] : []),
    ]);
  };

  test('is found by the root digest', async () => {
    const files = bytesOf(await forged());
    expect(judged(files, {}).verdict).toBe('unproven');
    const { verdict, findings } = judged(files, { root: report.root });
    expect([verdict, findings.map(({ file }) => file)]).toEqual(['touched', ['proof']]);
    expect(findings[0]?.problem).toContain('this is another report');
  });

  test('is found by the key, with another key and with none', async () => {
    const own = judged(bytesOf(await forged(theirs.private)), { publicKey });
    expect(own.findings.map(({ problem }) => problem)).toEqual([
      'it is signed with another key than the one given',
    ]);
    expect(judged(bytesOf(await forged()), { publicKey }).findings).toEqual([
      { file: 'proof', problem: 'nobody has signed it' },
    ]);
  });

  test('is found where an honest signature is put to it', async () => {
    const other = bytesOf(await forged(keys.private));
    const lines = (signed.files.get('report.jsonl') ?? '').trimEnd().split('\n');
    const honest = JSON.parse(lines.at(-1) ?? '') as { signature: object };
    const text = other.get('report.jsonl')?.toString('utf8') ?? '';
    const theirLines = text.trimEnd().split('\n');
    const proof = JSON.parse(theirLines.at(-1) ?? '') as object;
    const swapped = JSON.stringify({ ...proof, signature: honest.signature });
    const page = partPage(other.get('report.html')?.toString('utf8') ?? '')?.page ?? '';
    other.set('report.jsonl', Buffer.from(`${[...theirLines.slice(0, -1), swapped].join('\n')}\n`));
    other.set('report.html', Buffer.from(withProof(page, swapped)));
    expect(judged(other, { publicKey }).findings).toEqual([
      { file: 'proof', problem: 'its signature is not good' },
    ]);
  });
});

describe('a single file', () => {
  const one = (name: string, files: ReadonlyMap<string, Buffer>, root?: string) =>
    judgeFile(
      name,
      { read: (asked) => files.get(asked)?.toString('utf8'), digest: sha256, isSigned },
      { root },
    );

  test('of each kind is proven by itself, a table with the records or the page beside it', () => {
    const files = bytesOf(report);
    const only = (...names: readonly string[]) =>
      new Map(names.map((name) => [name, files.get(name) ?? Buffer.from('')]));
    for (const set of [
      ['report.html'],
      ['report.jsonl'],
      ['waits.csv', 'report.jsonl'],
      ['waits.csv', 'report.html'],
    ]) {
      const verdict = one(set[0] ?? '', only(...set), report.root).verdict;
      expect([set, verdict]).toEqual([set, 'untouched']);
    }
    expect(one('waits.csv', only('waits.csv'), report.root).findings[0]?.problem).toContain(
      'no proof stands beside it',
    );
    expect(one('waits.csv', only('waits.csv', 'report.jsonl')).verdict).toBe('unproven');
  });

  test('that was changed is found', () => {
    const page = changed(report, 'report.html', (text) => text.replace('failed', 'passed'));
    expect(one('report.html', page, report.root).findings).toEqual([
      { file: 'report.html', problem: 'the page is not what it was' },
    ]);
    const table = changed(report, 'servers.csv', (text) => text.replace('failed', 'passed'));
    expect(one('servers.csv', table, report.root).findings).toEqual([
      { file: 'servers.csv', problem: 'is not what it was' },
    ]);
    const strange = new Map(bytesOf(report)).set('other.csv', Buffer.from('a'));
    expect(one('other.csv', strange, report.root).findings).toEqual([
      { file: 'other.csv', problem: 'is no file of this report' },
    ]);
  });
});

test('a page under another name, alone, is proven by itself', () => {
  const copy = join(aFolder(), 'mailed.html');
  const verdict = () => {
    const verified = verifyFiles(copy, { root: report.root });
    return verified.ok ? verdictText(verified.verdict) : verified.problem;
  };
  const page = report.files.get('report.html') ?? '';
  writeFileSync(copy, page);
  expect(verdict()).toMatch(/^Untouched: mailed\.html/);
  writeFileSync(copy, page.replace('failed', 'succeeded'));
  expect(verdict()).toBe('NOT what it was:\n  mailed.html  the page is not what it was');
  writeFileSync(copy, Buffer.from([0xff, 0xfe]));
  expect(verdict()).toBe('NOT what it was:\n  mailed.html  holds bytes that are no text');
});
