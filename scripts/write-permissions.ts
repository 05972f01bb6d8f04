// Writes docs/permissions.md from the template that would be deployed. Run with `node scripts/write-permissions.ts`; a
// test says when it has to be run.
import { readFileSync, writeFileSync } from 'node:fs';
import { permissionsPage } from '../deploy/permissions-page.ts';
import { packageTemplate } from './package-template.ts';

const root = new URL('../', import.meta.url);
const example = (name: string) =>
  readFileSync(new URL(`examples/deployments/${name}.yaml`, root), 'utf8');
const template = await packageTemplate({ deployment: example('many-accounts') });
const withChannels = await packageTemplate({ deployment: example('channels') });
writeFileSync(new URL('docs/permissions.md', root), permissionsPage(template, withChannels));
