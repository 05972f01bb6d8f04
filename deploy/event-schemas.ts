// The schemas of the events in the schema registry of EventBridge, one a detail-type: the console, the toolkits of the
// editors and the code bindings look for a schema by the source and detail-type of an event, as AWS names its own. A stack of its own (serverless.event-schemas.yml).
import { catalogue } from '../src/core/event/catalogue.ts';
import type { CatalogueEntry } from '../src/core/event/catalogue-entry.ts';
import { eventJsonSchema, eventTypeName } from '../src/core/event/event-json-schema.ts';
import type { Resource } from './roles.ts';

/** What the registry depends on. */
export interface RegistrySettings {
  readonly stage: string;
  readonly tagList: readonly { readonly Key: string; readonly Value: string }[];
}

/** The registry with a schema for each event. */
export function eventSchemaResources({
  stage,
  tagList,
}: RegistrySettings): Readonly<Record<string, Resource>> {
  return {
    EventRegistry: {
      Type: 'AWS::EventSchemas::Registry',
      Properties: {
        RegistryName: `landfall-${stage}`,
        Description: `What Landfall tells on the bus landfall-${stage}`,
        Tags: tagList,
      },
    },
    ...Object.fromEntries(
      catalogue.map((entry) => [
        `EventSchema${eventTypeName(entry.detailType)}`,
        {
          Type: 'AWS::EventSchemas::Schema',
          Properties: {
            RegistryName: { 'Fn::GetAtt': ['EventRegistry', 'RegistryName'] },
            SchemaName: schemaName(entry),
            Description: entry.when.slice(0, 256),
            Type: 'JSONSchemaDraft4',
            Content: JSON.stringify(eventJsonSchema(entry, 'draft-4')),
            Tags: tagList,
          },
        },
      ]),
    ),
  };
}

/** The name of an event's schema as AWS names those of its own: `landfall.wave@WaveStarted`. */
export function schemaName({ source, detailType }: CatalogueEntry): string {
  return `${source}@${detailType.replaceAll(/[^A-Za-z0-9]/g, '')}`;
}
