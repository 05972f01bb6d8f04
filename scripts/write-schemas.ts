// Writes what is generated from the schemas in code: schemas/*.json and the tables in docs. Run with
// `node scripts/write-schemas.ts`; a test says when it has to be run.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { deploymentJsonSchema } from '../deploy/deployment-form.ts';
import { formReference, planJsonSchema, planReference } from '../src/core/plan/plan-form.ts';

const root = new URL('../', import.meta.url);

mkdirSync(new URL('schemas/', root), { recursive: true });
writeFileSync(
  new URL('schemas/plan.schema.json', root),
  `${JSON.stringify(planJsonSchema(), null, 2)}\n`,
);

writeFileSync(
  new URL('schemas/deployment.schema.json', root),
  `${JSON.stringify(deploymentJsonSchema(), null, 2)}\n`,
);

writeTables('docs/plan.md', planReference());
writeTables('docs/deploy.md', formReference(deploymentJsonSchema(), 'The deployment file'));

/** Replaces what stands between the markers of a page. */
function writeTables(file: string, tables: string): void {
  const page = new URL(file, root);
  const text = readFileSync(page, 'utf8');
  const [begin, end] = ['<!-- fields -->', '<!-- /fields -->'];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has lost its markers ${begin} and ${end}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${tables}\n${text.slice(to)}`);
}
