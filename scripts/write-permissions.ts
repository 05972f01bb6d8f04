// Writes docs/permissions.md from the template that would be deployed. Run with `node scripts/write-permissions.ts`; a
// test says when it has to be run.
import { readFileSync, writeFileSync } from 'node:fs';
import { permissionsPage } from '../deploy/permissions-page.ts';
import { packageTemplate } from './package-template.ts';

const root = new URL('../', import.meta.url);
const deployment = readFileSync(new URL('examples/deployments/many-accounts.yaml', root), 'utf8');
writeFileSync(
  new URL('docs/permissions.md', root),
  permissionsPage(await packageTemplate({ deployment })),
);
