import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chainOf,
  chainStart,
  type EvidenceRecord,
  readChain,
} from '../../../src/core/evidence/chain.ts';
import { partPage, proofPlace, withProof } from '../../../src/core/evidence/proven-page.ts';
import {
  proofText,
  readProof,
  reportFormat,
  rootOf,
  type Seal,
} from '../../../src/core/evidence/seal.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const aRecord = fc
  .tuple(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()))
  .map(([kind, body]): EvidenceRecord => ({ ...body, kind }));

describe('a chain', () => {
  test('reads back as the records, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(aRecord, { maxLength: 8 }), (records) => {
        const chain = chainOf(records, digest);
        const read = readChain(chain.lines, digest);
        expect(read.ok && read.head).toBe(chain.head);
        expect(read.ok && read.records).toEqual(JSON.parse(JSON.stringify(records)));
      }),
    );
  });

  test('binds each record to the one before it', () => {
    const { lines, head } = chainOf([{ kind: 'a' }, { kind: 'b' }], digest);
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ n, previous }) => [n, previous])).toEqual([
      [1, chainStart],
      [2, entries[0]?.['digest']],
    ]);
    expect(head).toBe(entries[1]?.['digest']);
    // Anybody can follow it with the tools at hand.
    expect(entries[0]?.['digest']).toBe(
      digest(`{"n":1,"previous":"${chainStart}","record":{"kind":"a"}}`),
    );
  });

  test('of nothing has the digest that it starts with', () => {
    expect(chainOf([], digest)).toEqual({ lines: [], head: chainStart });
    expect(readChain([], digest)).toEqual({ ok: true, records: [], head: chainStart });
  });

  test('is broken by what is no record', () => {
    for (const line of ['', 'null', '[]', '{"record":1}', '{"record":{}}', '{']) {
      expect(readChain([line], digest)).toEqual({
        ok: false,
        line: 1,
        problem: 'holds no record',
      });
    }
  });

  test('is broken by a record of another chain', () => {
    const one = chainOf([{ kind: 'a' }, { kind: 'b' }], digest).lines;
    const other = chainOf([{ kind: 'x' }, { kind: 'b' }], digest).lines;
    expect(readChain([one[0] ?? '', other[1] ?? ''], digest)).toEqual({
      ok: false,
      line: 2,
      problem: 'record 2 (b) does not follow the record before it',
    });
  });
});

describe('a proof', () => {
  const seal: Seal = {
    format: reportFormat,
    records: 1,
    head: digest('h'),
    files: { 'report.html': digest('p') },
    key: null,
  };
  const proof = { seal, root: rootOf(seal, digest), signature: null };

  test('is read as it was written, and no other way', () => {
    const text = proofText(proof);
    expect(readProof(text)).toEqual(proof);
    const wrong = [
      text.replace(',', ', '),
      text.replace('"records":1', '"records":1.0'),
      text.replace('{', '{"more":1,'),
      text.replace('report.html', '../report.html'),
      text.toUpperCase(),
      '',
      'null',
    ];
    expect(wrong.map(readProof)).toEqual(wrong.map(() => undefined));
  });

  test('has another root for another file, another head, another key', () => {
    const others = [
      { ...seal, files: {} },
      { ...seal, head: digest('x') },
      { ...seal, key: digest('k') },
      { ...seal, records: 2 },
    ];
    expect(new Set([seal, ...others].map((one) => rootOf(one, digest))).size).toBe(5);
  });

  test('goes into the place of a page and comes out of it again', () => {
    const page = `<p>a</p>${proofPlace}<p>b</p>`;
    expect(partPage(withProof(page, 'PROOF'))).toEqual({ page, proof: 'PROOF' });
    expect(partPage('<p>a</p>')).toBeUndefined();
    expect(partPage(`${page}${page}`)).toBeUndefined();
  });
});
