import { describe, expect, test } from 'vitest';
import { eventSchemaResources, schemaName } from '../../deploy/event-schemas.ts';
import { readSettings } from '../../deploy/settings.ts';
import { catalogue } from '../../src/core/event/catalogue.ts';
import { eventJsonSchema } from '../../src/core/event/event-json-schema.ts';

const tagList = [{ Key: 'stage', Value: 'trial' }];
const { EventRegistry, ...schemas } = eventSchemaResources({ stage: 'trial', tagList });

describe('the schema registry', () => {
  test('is named as the bus', () => {
    expect(EventRegistry).toEqual({
      Type: 'AWS::EventSchemas::Registry',
      Properties: {
        RegistryName: 'landfall-trial',
        Description: 'What Landfall tells on the bus landfall-trial',
        Tags: tagList,
      },
    });
  });

  test('holds a schema for each event, named by its source and detail-type', () => {
    expect(Object.values(schemas)).toEqual(
      catalogue.map((entry) => ({
        Type: 'AWS::EventSchemas::Schema',
        Properties: {
          RegistryName: { 'Fn::GetAtt': ['EventRegistry', 'RegistryName'] },
          SchemaName: schemaName(entry),
          Description: entry.when.slice(0, 256),
          Type: 'JSONSchemaDraft4',
          Content: JSON.stringify(eventJsonSchema(entry, 'draft-4')),
          Tags: tagList,
        },
      })),
    );
    expect(Object.keys(schemas).every((id) => /^EventSchema[A-Za-z0-9]+$/.test(id))).toBe(true);
    expect(catalogue.map(schemaName)).toEqual(
      expect.arrayContaining([
        'landfall.mgn@SourceServerPostLaunchActionsChange',
        'landfall.wave@WaveConcluded',
      ]),
    );
  });

  // The lengths are those of CreateSchemaInput in AWS's service model (schemas 2019-12-02).
  test('asks for nothing longer than the registry takes', () => {
    for (const { Properties } of Object.values(schemas)) {
      const { Content, Description, SchemaName } = Properties as Readonly<Record<string, unknown>>;
      expect(String(Content).length).toBeLessThanOrEqual(100_000);
      expect(String(Description).length).toBeLessThanOrEqual(256);
      // Named with the signs that AWS names its own with, and no other.
      expect(String(SchemaName)).toMatch(/^[.@A-Za-z0-9]+$/);
    }
  });

  test('says no keyword that draft 4 does not know', () => {
    const known = new Set([
      ...['$schema', 'title', 'description', 'type', 'properties', 'required', 'items', 'enum'],
      ...['pattern', 'format', 'minimum', 'maximum', 'maxLength', 'additionalProperties'],
    ]);
    const unknown = (schema: unknown): readonly string[] => {
      if (typeof schema !== 'object' || schema === null) return [];
      return Object.entries(schema).flatMap(([keyword, value]) => [
        ...(known.has(keyword) ? [] : [keyword]),
        ...(keyword === 'properties'
          ? Object.values(value as object).flatMap(unknown)
          : ['items', 'additionalProperties'].includes(keyword)
            ? unknown(value)
            : []),
      ]);
    };
    expect(catalogue.flatMap((entry) => unknown(eventJsonSchema(entry, 'draft-4')))).toEqual([]);
  });

  test('is a stack of its own, which CloudFormation takes', () => {
    const { eventSchemas, template } = readSettings({ environment: {} });
    expect(JSON.stringify(template)).not.toContain('EventSchemas');
    expect(Object.keys(eventSchemas)).toHaveLength(catalogue.length + 1);
    // The bucket and its policy, which the framework adds, beside them.
    expect(catalogue.length + 3).toBeLessThanOrEqual(500);
    expect(JSON.stringify(eventSchemas).length).toBeLessThan(1_000_000);
  });
});
