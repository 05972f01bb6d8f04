import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledTemplate } from '../../deploy/compiled-template.ts';
import { parseTemplateYaml } from '../../src/runtime/serverless-file.ts';

const root = join(import.meta.dirname, '../..');

/** The text of one of examples/deployments. */
export function exampleDeployment(name: 'one-account' | 'many-accounts' | 'channels'): string {
  return readFileSync(join(root, 'examples/deployments', `${name}.yaml`), 'utf8');
}

/** A template that is written by hand, from deploy/. */
export function writtenTemplate(name: 'member-role' | 'operator-roles'): CompiledTemplate {
  const file = join(root, 'deploy', `${name}.template.yaml`);
  return parseTemplateYaml(readFileSync(file, 'utf8'), file) as CompiledTemplate;
}
