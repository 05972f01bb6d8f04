// Every byte of a small report, each by itself: changed, it is found.
import { expect, test } from 'vitest';
import { readPublicKey } from '../../../src/cli/report/signing.ts';
import { aKeyPair, bytesOf, judged } from './_a-report.ts';
import { smallReport } from './_small-report.ts';

const keys = aKeyPair();

test('each byte of each file of a signed report, by its root digest and by its key', async () => {
  const report = await smallReport(keys.private);
  const files = bytesOf(report);
  const read = await readPublicKey(keys.public);
  if (!read.ok) throw new Error(read.problem.problem);
  const missed: string[] = [];
  let tried = 0;
  for (const [name, bytes] of files) {
    for (let index = 0; index < bytes.length; index += 1) {
      const touched = Buffer.from(bytes);
      touched[index] = (touched[index] ?? 0) ^ (1 << (index % 8));
      const anchors = index % 2 === 0 ? { root: report.root } : { publicKey: read.key };
      if (judged(new Map(files).set(name, touched), anchors).verdict !== 'touched') {
        missed.push(`${name}:${index}`);
      }
      tried += 1;
    }
  }
  expect(missed).toEqual([]);
  console.log(`${tried} bytes tried`);
  expect(tried).toBe([...files.values()].reduce((sum, { length }) => sum + length, 0));
});
