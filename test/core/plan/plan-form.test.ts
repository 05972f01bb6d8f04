import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { formAt, planJsonSchema, planReference } from '../../../src/core/plan/plan-form.ts';
import { aPlanDocument } from './_examples.ts';

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const remedy = 'run: node scripts/write-schemas.ts';

describe('the form of a plan', () => {
  it('is published as JSON Schema', () => {
    expect(JSON.parse(file('schemas/plan.schema.json')), remedy).toEqual(planJsonSchema());
  });

  it('is documented field by field', () => {
    expect(file('docs/plan.md'), remedy).toContain(
      `<!-- fields -->\n\n${planReference()}\n<!-- /fields -->`,
    );
  });

  it('describes every field', () => {
    const undescribed = planReference()
      .split('\n')
      .filter((line) => line.startsWith('| `') && /\|\s*(\(\S+\)\s*)?\|$/.test(line));
    expect(undescribed).toEqual([]);
  });

  it('accepts and refuses as JSON Schema what the code accepts and refuses', () => {
    const schema = z.fromJSONSchema(JSON.parse(file('schemas/plan.schema.json')));
    const waves = [{ name: 'a', servers: { all: true } }];
    expect(schema.safeParse(aPlanDocument({ waves })).success).toBe(true);
    expect(schema.safeParse(aPlanDocument({ waves, extra: 1 })).success).toBe(false);
    expect(schema.safeParse(aPlanDocument({ waves: [] })).success).toBe(false);
  });

  it('knows what may stand at a place', () => {
    expect(formAt(['metadata'])).toEqual({
      description: 'What the plan is called.',
      fields: ['name', 'description'],
    });
    expect(formAt(['spec', 'waves', 3, 'tiers', 0])?.fields).toEqual(['name', 'servers']);
    expect(formAt(['spec', 'waves', 0, 'nothing'])).toBeUndefined();
  });
});
