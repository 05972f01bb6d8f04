// Publishes the schemas of the events as they are: schemas/events/published/vN holds what readers were promised last.
// Refuses what would break them. Run with `node scripts/publish-event-schemas.ts` when a release goes out.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { catalogue } from '../src/core/event/catalogue.ts';
import {
  eventFileStem,
  eventJsonSchema,
  type JsonSchema,
} from '../src/core/event/event-json-schema.ts';
import { schemaVersion } from '../src/core/event/stream.ts';
import { breaksBetween, breakText } from './events/compatibility.ts';

const folder = new URL(`../schemas/events/published/v${schemaVersion}/`, import.meta.url);
mkdirSync(folder, { recursive: true });

const present = Object.fromEntries(
  catalogue.map((e) => [eventFileStem(e.detailType), eventJsonSchema(e, 'draft-7')]),
);
const published = Object.fromEntries(
  readdirSync(folder).map((file): [string, JsonSchema] => [
    file.replace(/\.json$/, ''),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
  ]),
);
const breaks = breaksBetween(published, present);
if (breaks.length > 0) {
  console.error(
    `Nothing is published: ${breaks.length} would break a reader of v${schemaVersion}.`,
  );
  for (const one of breaks) console.error(`  ${breakText(one)}`);
  console.error('Take them back, or raise schemaVersion in src/core/event/stream.ts.');
  process.exit(1);
}
for (const [name, schema] of Object.entries(present)) {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
console.log(`v${schemaVersion} holds ${Object.keys(present).length} events.`);
