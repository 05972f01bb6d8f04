import { runInNewContext } from 'node:vm';
import { transform } from 'esbuild';
import { expect, it, vi } from 'vitest';
import { withPureConstants } from '../../scripts/bundle-plugins.ts';

/** What is left of a module's text where nobody asks for anything but what it exports. */
async function bundled(module: string): Promise<string> {
  const { code } = await transform(withPureConstants(module), {
    loader: 'ts',
    format: 'esm',
    treeShaking: true,
    minifySyntax: true,
  });
  return code;
}

const forms = `
  const name = z.string().max(64).regex(/^[a-z]+$/, { error: 'is no name' });
  const fields = { name: name.optional(), list: z.array(name).describe('Names.') } satisfies object;
  const known = new Set(['a', 'b']);
  const hookAt = (point: string) => z.array(z.string()).describe(point);
  const form = z.strictObject({ ...fields, at: hookAt('here') }).superRefine(({ list }) => known.has(list[0]));
  export const phases = ['replicate', 'test'] as const;
`;

it('drops what a module makes where nobody asks for it, whatever calls make it', async () => {
  const code = await bundled(forms);
  expect(code).toContain('const phases = ["replicate", "test"]');
  expect(code).not.toMatch(/z\.|known|hookAt|fields/);
});

it('keeps what is asked for, with all that it is made of, in its order', async () => {
  const code = await bundled(`
    const name = make('name');
    const list = make('list', name) as unknown;
    const unused = make('unused');
    export const form = { list, ...{ twice: make('twice', list) } };
    use(form);
  `);
  const made: string[] = [];
  const use = vi.fn();
  const make = (what: string, ...of: unknown[]) => {
    made.push(what);
    return [what, ...of];
  };
  runInNewContext(code.replace(/export \{[^}]*\};/, ''), { make, use });
  expect(made).toEqual(['name', 'list', 'twice']);
  const list = ['list', ['name']];
  expect(use).toHaveBeenCalledWith({ list, twice: ['twice', list] });
});

it('leaves alone what is no constant made by calls: a statement for its effect, a function, a plain value', async () => {
  const module = "register('a');\nexport const f = (n: number) => twice(n);\nexport const n = 4;\n";
  expect(withPureConstants(module)).toBe(module);
});
