// What keeps a function's bundle small, as plugins of esbuild. None changes what the bundled code does on Lambda;
// test/e2e/bundles.slow.test.ts runs the bundles against live endpoints.
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, sep } from 'node:path';
import type { OnResolveArgs, Plugin, PluginBuild, ResolveResult } from 'esbuild';
import ts from 'typescript';
import * as z from 'zod';

const Installed = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional() })),
});

/**
 * Bundles each version of a package once. The old generation of the SDK holds the top of node_modules, so npm has put
 * a copy of what the new one needs into every client: five times the same 130 KB in the poller.
 */
export async function oneCopy(modules: string): Promise<Plugin> {
  const text = await readFile(join(modules, '.package-lock.json'), 'utf8');
  const { packages } = Installed.parse(JSON.parse(text));
  const first = new Map<string, string>();
  const sameAs = new Map<string, string>();
  for (const [place, { version }] of Object.entries(packages).sort()) {
    const folder = join(modules, '..', place);
    const name = place.split('node_modules/').at(-1);
    const kept = first.get(`${name}@${version}`) ?? folder;
    first.set(`${name}@${version}`, kept);
    sameAs.set(folder, kept);
  }
  return {
    name: 'one copy of each version',
    setup: (build) => {
      build.onResolve({ filter: /^[^./]/ }, async (args) => {
        const found = await resolvedByOthers(build, args, 'one copy');
        if (found === undefined) return undefined;
        const folder = packageFolder(found.path);
        const kept = folder === undefined ? undefined : sameAs.get(folder);
        if (folder === undefined || kept === undefined) return found;
        return { ...found, path: `${kept}${found.path.slice(folder.length)}` };
      });
    },
  };
}

/** What esbuild and the other plugins resolve a path to; undefined where it is this very question that comes round. */
async function resolvedByOthers(
  build: PluginBuild,
  { path, pluginData, ...asked }: OnResolveArgs,
  asker: string,
): Promise<ResolveResult | undefined> {
  const askers = z.array(z.string()).catch([]).parse(pluginData);
  if (askers.includes(asker)) return undefined;
  return build.resolve(path, { ...asked, pluginData: [...askers, asker] });
}

/** The folder of the innermost package that a file is in. */
function packageFolder(file: string): string | undefined {
  const end = file.lastIndexOf(`${sep}node_modules${sep}`);
  if (end < 0) return undefined;
  const start = end + `${sep}node_modules${sep}`.length;
  const [scope = '', name = ''] = file.slice(start).split(sep);
  return file.slice(0, start) + (scope.startsWith('@') ? join(scope, name) : scope);
}

/**
 * Leaves of the SDK's chain of credential providers (profiles, SSO, web identity, instance metadata) the one that
 * finds something on Lambda: the environment.
 */
export const environmentCredentials: Plugin = {
  name: 'credentials of the environment',
  setup: (build) => {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, async (args) => {
      const found = await resolvedByOthers(build, args, 'credentials');
      if (found === undefined) return undefined;
      return { path: found.path, namespace: 'credentials', errors: found.errors };
    });
    build.onLoad({ filter: /.*/, namespace: 'credentials' }, ({ path }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
      resolveDir: packageFolder(path) ?? '',
    }));
  },
};

/**
 * Leaves out the reading of ~/.aws/config and ~/.aws/credentials, which Lambda has not: what an environment variable
 * does not say is then the SDK's default. In the older generation of the SDK what reads them loads node:fs/promises at
 * once, and that the line editor.
 */
export const noProfiles: Plugin = {
  name: 'no profiles',
  setup: (build) => {
    const any = /[/\\]shared-ini-file-loader[/\\](dist-es[/\\])?loadSharedConfigFiles\.js$/;
    build.onLoad({ filter: any }, () => ({
      contents: `
        export const CONFIG_PREFIX_SEPARATOR = '.';
        export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });
      `,
    }));
    const older =
      /[/\\]shared-ini-file-loader[/\\]dist-es[/\\](getSSOTokenFromFile|slurpFile)\.js$/;
    build.onLoad({ filter: older }, () => ({
      contents: `
        const none = async () => { throw new Error('a function has no files of profiles'); };
        export { none as getSSOTokenFromFile, none as slurpFile };
      `,
    }));
  },
};

/**
 * Takes Node's own modules by `require`. An `import` of one reads every member that it has, so that a mere import of
 * node:http loads the WebSocket client: a third of a cold start.
 */
export const requiredBuiltins: Plugin = {
  name: "Node's modules by require",
  setup: (build) => {
    build.onResolve({ filter: /^[a-z]|^node:/ }, ({ path, kind }) =>
      isBuiltin(path) && kind !== 'require-call'
        ? { path: path.replace(/^(node:)?/, 'node:'), namespace: 'node', sideEffects: false }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * Leaves out what the SDK loads late, by a dynamic import, and never on Lambda: event streams, which no operation of
 * ours has, and the metadata of EC2 instances. For their sake esbuild would keep all that they share with the rest,
 * used or not. The client of Lambda has event streams from the start, for an operation that we do not call: it gets none.
 */
export const nothingLate: Plugin = {
  name: 'nothing late',
  setup: (build) => {
    build.onResolve(
      { filter: /^@smithy\/(core\/event-streams|credential-provider-imds)$/ },
      ({ path, kind }) => {
        if (kind === 'dynamic-import') return { path, namespace: 'left-out' };
        return path.endsWith('/event-streams')
          ? { path, namespace: 'no-event-streams' }
          : undefined;
      },
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not in this bundle`)});`,
    }));
    build.onLoad({ filter: /.*/, namespace: 'no-event-streams' }, () => ({
      contents: `
        export const eventStreamSerdeProvider = undefined;
        export const resolveEventStreamSerdeConfig = (config) => config;
      `,
    }));
  },
};

/** Keeps of a client's package.json the version, which its user agent tells; it is all that is read of it. */
export const onlyVersions: Plugin = {
  name: 'only versions',
  setup: (build) => {
    build.onLoad({ filter: /[/\\]@aws-sdk[/\\][^/\\]+[/\\]package\.json$/ }, async ({ path }) => {
      const { version } = Manifest.parse(JSON.parse(await readFile(path, 'utf8')));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const Manifest = z.object({ version: z.string() });

/**
 * Makes of a client's schemas something that esbuild drops where no operation of ours has it. Computed keys are written as
 * what they are, `{[_eQN]: "Min"}` as `{"ec2QueryName": "Min"}`: one might have a side effect, so that the schemas of EC2's
 * 780 operations would be kept for one. And a client's errors, 130 of Systems Manager, are not registered: the SDK makes its
 * general exception of them, with the name, message and status of the answer, which is all that adapters/aws/refusal.ts reads.
 */
export const leanSchemas: Plugin = {
  name: 'lean schemas',
  setup: (build) => {
    build.onLoad({ filter: /[/\\]dist-es[/\\]schemas[/\\]schemas_\d+\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const keys = new Map(
        [...text.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(([, name, key]) => [name, key]),
      );
      const contents = text
        .replaceAll(/\[(_\w+)\]:/g, (computed, name: string) => {
          const key = keys.get(name);
          return key === undefined ? computed : `${key}:`;
        })
        .replaceAll(/^n0_registry\.registerError\(.*\);$/gm, '');
      return { contents };
    });
  },
};

/**
 * Says of all that modules of src/core and the contracts of functions make as they are loaded that making it does nothing
 * else, as both are pure: so that the forms of plans, hundreds of calls of zod, are not in a function that asks their module
 * for a name only, and of the contracts its own alone.
 */
export const pureCore: Plugin = {
  name: 'a pure core',
  setup: (build) => {
    build.onLoad({ filter: /[/\\]src[/\\](core|workflows)[/\\].*\.ts$/ }, async ({ path }) => ({
      contents: withPureConstants(await readFile(path, 'utf8')),
      loader: 'ts',
    }));
  },
};

/** The same module, in which esbuild drops each constant that nobody asks for, however it is made. */
export function withPureConstants(module: string): string {
  const { statements } = ts.createSourceFile('module.ts', module, ts.ScriptTarget.Latest);
  const made = statements
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ initializer }) => initializer ?? [])
    .filter((value) => isMadeByCalls(value));
  let text = module;
  for (const value of made.toReversed()) {
    const [start, end] = [value.pos, value.end];
    text = `${text.slice(0, start)} /* @__PURE__ */ (() => (${text.slice(start, end)}))()${text.slice(end)}`;
  }
  return text;
}

function isMadeByCalls(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return true;
  return ts.forEachChild(node, (child) => isMadeByCalls(child) || undefined) ?? false;
}
