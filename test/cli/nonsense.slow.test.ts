// Files of nonsense, as large as files may be, are refused within bounds of processor time.
import { expect, test } from 'vitest';
import { largestFleetBytes, readFleet } from '../../src/cli/read-fleet.ts';
import { readPlanText } from '../../src/cli/read-plan.ts';
import { largestPlanBytes } from '../../src/cli/read-text-file.ts';
import { printProblems } from '../../src/core/fleet/problem.ts';
import { processorMs } from '../_processor-time.ts';
import { aDirectory } from './_files.ts';

const { write } = aDirectory();

test.each(['a: &a\n', '? ', '{a: ', '"', '- a\n', '&a ', 'a', '---\n', '!!map ', '\n'])(
  'a plan of nothing but %j is answered within fifteen seconds',
  (part) => {
    const started = processorMs();
    expect(
      readPlanText(part.repeat(Math.floor(largestPlanBytes / part.length)), 'plan.yaml'),
    ).toMatchObject({ ok: false });
    expect(processorMs() - started).toBeLessThan(15_000);
  },
);

test('100 MB of noise and an endless device are refused as fleets, each within fifteen seconds', async () => {
  const noise = Buffer.alloc(100_000_000, 'noise ');
  const quickly = async (file: string) => {
    const started = processorMs();
    const read = await readFleet([file]);
    expect(processorMs() - started, file).toBeLessThan(15_000);
    return read.ok ? 'read' : printProblems(read.problems);
  };
  expect(await quickly(write('noise', noise))).toMatch(/is larger than 65536 KiB/);
  expect(await quickly(write('quotes', Buffer.alloc(largestFleetBytes, '{"')))).toMatch(/the JSON/);
  expect(await quickly(write('docs', Buffer.alloc(largestFleetBytes, '{}')))).toMatch(
    /more than 100000/,
  );
  const blank = Buffer.concat([Buffer.alloc(largestFleetBytes - 1, '\n'), Buffer.from('x')]);
  expect(await quickly(write('newlines', blank))).toMatch(/line 67108864, column 1/);
  expect(await quickly('/dev/zero')).toMatch(/is larger than 65536 KiB/);
});
