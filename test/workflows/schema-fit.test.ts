import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { misfits, schemaOf, schemasAt } from './schema-fit.ts';

const schema = schemaOf(
  z.union([
    z.strictObject({ kind: z.literal('a'), count: z.int(), note: z.string().optional() }),
    z.strictObject({ kind: z.enum(['b', 'c']), list: z.array(z.object({ id: z.string() })) }),
  ]),
  'input',
);

describe('a template against a schema', () => {
  test('fits where its literals do, whatever its expressions become', () => {
    expect(misfits(schema, { kind: 'a', count: '{% $states.input.n %}' })).toEqual([]);
    expect(misfits(schema, { kind: 'c', list: '{% $list %}' })).toEqual([]);
    expect(misfits(schema, '{% $states.input %}')).toEqual([]);
  });

  test.each([
    [{ kind: 'b' }, ['$.list is missing']],
    [{ kind: 'd', list: '{% $list %}' }, ['$.kind is none of the values']],
    [{ kind: 'a', count: '{% 1 %}', more: 1 }, ['$.more is unknown']],
    [{ kind: 'a', count: 'many' }, ['$.count is text, not integer']],
    ['text', ['$ is text, not object']],
  ])('is told what does not fit: %j', (template, why) => {
    expect(misfits(schema, template)).toEqual(why);
  });
});

describe('a path into a schema', () => {
  test('finds what any of the alternatives holds, through lists too', () => {
    expect(schemasAt(schema, ['list', '[]', 'id'])).toEqual([{ type: 'string' }]);
    expect(schemasAt(schema, ['kind'])).toHaveLength(2);
  });

  test('finds nothing where nothing can stand', () => {
    expect(schemasAt(schema, ['ghost'])).toEqual([]);
    expect(schemasAt(schema, ['count', 'more'])).toEqual([]);
  });
});
