import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  catalogue,
  catalogued,
  commonSchema,
  detailSchema,
  eventSchema,
} from '../../../src/core/event/catalogue.ts';
import { DetailType } from '../../../src/core/event/detail-type.ts';
import { exampleEvent } from '../../../src/core/event/event-example.ts';
import {
  eventFileStem,
  eventJsonSchema,
  eventTypeName,
} from '../../../src/core/event/event-json-schema.ts';

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe('the catalogue', () => {
  test('has one entry for each detail-type, and no other', () => {
    expect(catalogue.map(({ detailType }) => detailType).toSorted()).toEqual(
      Object.values(DetailType).toSorted(),
    );
  });

  test('gives each event a name and a file of its own', () => {
    const names = new Set(catalogue.map(({ detailType }) => eventTypeName(detailType)));
    const files = new Set(catalogue.map(({ detailType }) => eventFileStem(detailType)));
    expect([names.size, files.size]).toEqual([catalogue.length, catalogue.length]);
    expect(eventTypeName('Source Server Post-Launch Actions Change')).toBe(
      'PostLaunchActionsChange',
    );
    expect(eventFileStem('Source Server Post-Launch Actions Change')).toBe(
      'source-server-post-launch-actions-change',
    );
  });

  test('says of each event when it is told, in a sentence', () => {
    expect(catalogue.filter(({ when }) => !/^[A-Z].*\.$/.test(when))).toEqual([]);
  });

  test('answers nothing for what it does not know, and refuses it a schema', () => {
    expect(catalogued('Source Server Dreaming')).toBeUndefined();
    const unknown = 'Source Server Dreaming' as DetailType;
    expect(() => eventSchema(unknown)).toThrow(/no event is catalogued as/);
  });
});

describe.each(catalogue.map((entry) => [entry.detailType, entry] as const))(
  '%s',
  (_name, entry) => {
    const own = z.strictObject({ ...commonSchema(entry.stream).shape, ...entry.detail.shape });

    test('has an example that its schema takes, with no member that is not promised', () => {
      const { detail } = exampleEvent(entry);
      expect(own.safeParse(detail)).toMatchObject({ success: true });
      expect(detailSchema(entry).safeParse(detail)).toMatchObject({ success: true });
    });

    test('may have members that nobody knows yet', () => {
      const detail = { ...exampleEvent(entry).detail, fromTheFuture: 1 };
      expect(eventSchema(entry.detailType).parse(detail)).toEqual(detail);
    });

    test('promises each of its own members: an example without one that is required is refused', () => {
      const { detail } = exampleEvent(entry);
      for (const [name, member] of Object.entries(entry.detail.shape)) {
        if (member instanceof z.ZodOptional) continue;
        const { [name]: _gone, ...rest } = detail;
        expect([name, detailSchema(entry).safeParse(rest).success]).toEqual([name, false]);
      }
    });

    test('says of each member what it means', () => {
      const silent = (schema: Json, at: string): readonly string[] => {
        const members = isJson(schema['properties']) ? Object.entries(schema['properties']) : [];
        return members.flatMap(([name, member]) => [
          ...(isJson(member) && typeof member['description'] === 'string' ? [] : [`${at}${name}`]),
          ...(isJson(member) ? silent(member, `${at}${name}.`) : []),
          ...(isJson(member) && isJson(member['items'])
            ? silent(member['items'], `${at}${name}[].`)
            : []),
        ]);
      };
      expect(silent(eventJsonSchema(entry, 'draft-7'), '')).toEqual([]);
    });

    test('has previous and current where its name ends in "Change"', () => {
      if (!entry.detailType.endsWith(' Change')) return;
      expect(Object.keys(entry.detail.shape)).toEqual(
        expect.arrayContaining(['previous', 'current']),
      );
    });
  },
);
