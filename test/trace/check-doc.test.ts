import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rules } from '../../src/trace/check-trace.ts';

it('docs/check.md explains every rule in the words of the rule itself', () => {
  const page = readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| \d /.test(line));
  expect(rows).toEqual(
    rules.map(
      ({ promise, name, holds, meaning }) => `| ${promise} | \`${name}\` | ${holds} | ${meaning} |`,
    ),
  );
});
