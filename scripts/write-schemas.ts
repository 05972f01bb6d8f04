// Writes what is generated from the schemas in code: schemas/*.json and the tables in docs. Run with
// `node scripts/write-schemas.ts`; a test says when it has to be run.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { deploymentJsonSchema } from '../deploy/deployment-form.ts';
import { catalogue } from '../src/core/event/catalogue.ts';
import { eventFileStem, eventJsonSchema } from '../src/core/event/event-json-schema.ts';
import { severityReference } from '../src/core/notify/severity-reference.ts';
import { launchConfigurationJsonSchema } from '../src/core/plan/launch-configuration/launch-configuration-form.ts';
import { formReference, planJsonSchema, planReference } from '../src/core/plan/plan-form.ts';
import { asyncApiText } from './events/async-api.ts';
import { eventsReference } from './events/events-page.ts';
import { formatted } from './events/formatted.ts';
import { typeDefinitions } from './events/type-definitions.ts';

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

writeFileSync(
  new URL('schemas/launch-configuration.schema.json', root),
  `${JSON.stringify(launchConfigurationJsonSchema(), null, 2)}\n`,
);

writeEvents();
writeTables('docs/plan.md', planReference());
writeTables('docs/notifications.md', severityReference(), 'severities');
writeTables('docs/drs-templates.md', formReference(launchConfigurationJsonSchema(), 'The file'));
writeTables('docs/deploy.md', formReference(deploymentJsonSchema(), 'The deployment file'));

/** Writes everything that is drawn from the catalogue of events. */
function writeEvents(): void {
  const folder = new URL('schemas/events/', root);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.schema.json')) rmSync(new URL(file, folder));
  }
  for (const entry of catalogue) {
    const file = `${eventFileStem(entry.detailType)}.schema.json`;
    const text = JSON.stringify(eventJsonSchema(entry, 'draft-7'), null, 2);
    writeFileSync(new URL(file, folder), `${text}\n`);
  }
  const types = 'src/events/landfall-events.ts';
  writeFileSync(new URL(types, root), formatted(typeDefinitions(catalogue), types));
  writeFileSync(new URL('docs/asyncapi.yaml', root), asyncApiText(catalogue));
  writeTables('docs/events.md', eventsReference(catalogue), 'events');
}

/** Replaces what stands between the markers of a page. */
function writeTables(file: string, tables: string, name = 'fields'): void {
  const page = new URL(file, root);
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has lost its markers ${begin} and ${end}`);
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${tables}\n${text.slice(to)}`);
}
