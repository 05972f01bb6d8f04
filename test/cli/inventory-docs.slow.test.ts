import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { aDirectory } from './_files.ts';

const root = join(import.meta.dirname, '../..');
const { directory } = aDirectory();

test('every command of docs/inventory.md does what the page says', async () => {
  const page = readFileSync(join(root, 'docs/inventory.md'), 'utf8');
  const blocks = [...page.matchAll(/```sh\n([^`]*)```/g)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(4);
  const run = promisify(execFile);
  for (const block of blocks) {
    const script = block
      .replaceAll('npx landfall', `'${process.execPath}' bin/landfall.mjs`)
      .replaceAll('out/', `${directory}/`);
    // Any exit code but 0 is thrown.
    await run('sh', ['-e', '-c', script], { cwd: root });
  }
  const text = readFileSync(join(directory, 'mgn-import.csv'), 'utf8');
  expect(text.split('\r\n')).toHaveLength(32);
});
