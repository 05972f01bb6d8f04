import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { permissionsPage } from '../../deploy/permissions-page.ts';
import { packageTemplate } from '../../scripts/package-template.ts';
import { exampleDeployment } from './_templates.ts';

test('docs/permissions.md says what the template allows, each with its reason', async () => {
  const page = permissionsPage(
    await packageTemplate({ deployment: exampleDeployment('many-accounts') }),
  );
  const file = join(import.meta.dirname, '../../docs/permissions.md');
  expect(readFileSync(file, 'utf8'), 'run: npm run docs:permissions').toBe(page);
  expect(page.split('\n').filter((line) => /\| +\|$/.test(line))).toEqual([]);
}, 60_000);
