import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
// biome-ignore lint/correctness/useImportExtensions: it is JavaScript, with its types beside it
import { stages } from '../.dependency-cruiser.mjs';
import { channelHandlers } from '../deploy/channels.ts';
import { FailureCode, failureClasses } from '../src/core/failure.ts';
import { contracts as declared, released } from '../src/workflows/contracts.ts';
import {
  functionsOf,
  invokedFunction,
  isCallback,
  isJson,
  type Json,
  listOf,
  machineNames,
  nextStates,
  placedStates,
  readMachine,
  readYaml,
  stringsIn,
} from './workflows/asl.ts';
import { type Contract, misfits, schemaOf, schemasAt } from './workflows/schema-fit.ts';

const root = join(import.meta.dirname, '..');
const contracts: Readonly<Record<string, Contract>> = declared;
const filesUnder = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

const serverless = readYaml(join(root, 'serverless.yml'));
const functions = functionsOf(serverless);
const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const pascal = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
const functionOf = (logicalId: string) =>
  functions.find(([name]) => `${pascal(name)}LambdaFunction` === logicalId)?.[0];

const machines = machineNames.map((name) => ({ name, machine: readMachine(name) }));
const states = machines.flatMap(({ name, machine }) =>
  placedStates(machine).map((placed) => ({ ...placed, machine: name })),
);
const tasks = states.filter(({ state }) => state['Type'] === 'Task');
const invocations = tasks.flatMap((task) => {
  const logicalId = invokedFunction(task.state);
  const step = logicalId === undefined ? undefined : functionOf(logicalId);
  const contract = step === undefined ? undefined : contracts[step];
  return logicalId === undefined ? [] : [{ ...task, logicalId, step, contract }];
});

describe('the layers', () => {
  interface Cruise {
    readonly modules: readonly { readonly source: string }[];
    readonly summary: { readonly violations: readonly { from: string; to: string; rule: Json }[] };
  }
  const cruised = async (): Promise<Cruise> => {
    const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    // It ends with the number of violations, which are read from what it prints.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [cruiser, 'src', '--output-type', 'json'],
      { cwd: root, maxBuffer: 200_000_000 },
    ).catch((error: { stdout: string }) => error);
    return JSON.parse(stdout) as Cruise;
  };

  test('are seen whole by the boundary check, and kept', async () => {
    const { modules, summary } = await cruised();
    const seen = modules
      .map(({ source }) => source)
      .filter((source) => /^src\/.*[.]ts$/.test(source));
    expect(seen.toSorted()).toEqual(filesUnder('src').filter((file) => file.endsWith('.ts')));
    expect(summary.violations.map(({ from, to, rule }) => [rule['name'], from, to])).toEqual([]);
  });

  test('give every file of the core its stage', () => {
    const found = filesUnder('src/core').map((file) => file.split(/[/.]/)[2]);
    expect([...new Set(found)].filter((stage) => !stages.includes(String(stage)))).toEqual([]);
  });
});

describe('every dependency', () => {
  test('has its line in docs/dependencies.md, and no line is left over', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      textOf('package.json'),
    ) as Readonly<Record<string, Readonly<Record<string, string>>>>;
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
    const lines = [...textOf('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)];
    expect(lines.map(([, name]) => name).toSorted()).toEqual(Object.keys(all).toSorted());
  });

  test('has an exact version', () => {
    const manifest = JSON.parse(textOf('package.json')) as Readonly<Record<string, Json>>;
    const versions = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides']
      .flatMap((kind) => Object.entries(manifest[kind] ?? {}))
      .filter(([, version]) => !/^(npm:\w+@)?\d+\.\d+\.\d+$/.test(String(version)));
    expect(versions).toEqual([]);
  });
});

describe('every function of serverless.yml and of a channel', () => {
  const handlerFiles = filesUnder('src/handlers')
    .map((file) => file.replace('.ts', ''))
    .filter((file) => !file.includes('/_'));

  test('is named like the file of its handler, and the other way round', () => {
    expect(functions.map(([, { handler }]) => handler).toSorted()).toEqual(
      functions.map(([name]) => `src/handlers/${kebab(name)}.handler`).toSorted(),
    );
    const ofChannels = new Set(Object.values(channelHandlers));
    expect(
      [...functions.map(([name]) => kebab(name)), ...ofChannels]
        .map((name) => `src/handlers/${name}`)
        .toSorted(),
    ).toEqual(handlerFiles.toSorted());
  });

  test('has a handler file that exports its handler', () => {
    const without = handlerFiles.filter(
      (file) => !/^export const handler\b/m.test(textOf(`${file}.ts`)),
    );
    expect(without).toEqual([]);
  });

  test('has an archive of its own name', () => {
    expect(functions.map(([, { package: own }]) => own)).toEqual(
      functions.map(([name]) => ({ artifact: `dist/${kebab(name)}.zip` })),
    );
  });
});

describe('every contract', () => {
  test('is that of a function of serverless.yml, and the other way round', () => {
    expect(Object.keys(contracts).toSorted()).toEqual(functions.map(([name]) => name).toSorted());
  });

  test('takes what the schedule hands over', () => {
    const refused = functions.flatMap(([name, own]) =>
      listOf(own, 'events').flatMap((event) => {
        const schedule = isJson(event) ? event['schedule'] : undefined;
        const input = isJson(schedule) ? schedule['input'] : undefined;
        if (!isJson(schedule) || contracts[name]?.input.safeParse(input).success) return [];
        return [name];
      }),
    );
    expect(refused).toEqual([]);
  });
});

describe('every task of a machine', () => {
  test('leads to a function or to another machine', () => {
    const lost = tasks
      .filter(({ state }) => invokedFunction(state) === undefined)
      .filter(({ state }) => !String(state['Resource']).endsWith('states:startExecution.sync:2'));
    expect(lost.map(({ machine, name }) => `${machine}.${name}`)).toEqual([]);
    expect(invocations.filter(({ step }) => step === undefined)).toEqual([]);
  });

  test('leads to a step with a contract, and with what its token brings where it hands one out', () => {
    const callbacks = invocations.filter(({ state }) => isCallback(state));
    expect([...new Set(callbacks.map(({ step }) => step))].toSorted()).toEqual(
      Object.keys(released).toSorted(),
    );
    const without = invocations.filter(({ contract }) => contract === undefined);
    expect(without.map(({ machine, name, step }) => `${machine}.${name}: ${step}`)).toEqual([]);
  });

  test('hands its step what the contract asks for', () => {
    const found = invocations.flatMap(({ machine, name, state, contract }) => {
      const payload = isJson(state['Arguments']) ? state['Arguments']['Payload'] : undefined;
      const schema = contract === undefined ? {} : schemaOf(contract.input, 'input');
      return misfits(schema, withoutReferences(payload)).map((why) => `${machine}.${name}: ${why}`);
    });
    expect(found).toEqual([]);
  });

  test('is started by the wave with the subject that its steps ask for', () => {
    const [start] = tasks.filter(({ name }) => name === 'MoveServer');
    const input = isJson(start?.state['Arguments']) ? start.state['Arguments']['Input'] : undefined;
    const found = invocations
      .filter(({ machine }) => machine !== 'wave')
      .flatMap(({ machine, name, contract }) => {
        const schemas = contract && schemasAt(schemaOf(contract.input, 'input'), ['subject']);
        const fits = schemas?.some((schema) => misfits(schema, input).length === 0) ?? false;
        return fits ? [] : [`${machine}.${name}`];
      });
    expect(found).toEqual([]);
  });
});

/** References become text, as CloudFormation makes them. */
function withoutReferences(value: unknown): unknown {
  if (!isJson(value)) return value;
  if ('Ref' in value || 'Fn::GetAtt' in value) return '{% reference %}';
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutReferences(inner)]),
  );
}

describe('what a machine reads', () => {
  /** The schemas of what a state leaves behind: its Output, or its result where it has none. */
  const leftBy = (machine: string, name: string): readonly Json[] => {
    const from = invocations.find((task) => task.machine === machine && task.name === name);
    if (from?.contract === undefined) return [];
    if (isCallback(from.state)) {
      const brought = Object.entries(released).filter(([step]) => step === from.step);
      return brought.map(([, type]) => schemaOf(type, 'output'));
    }
    const output = schemaOf(from.contract.output, 'output');
    const path = /^\{% \$states\.result\.Payload((?:\.\w+)*) %\}$/.exec(
      String(from.state['Output']),
    );
    return path?.[1] === undefined ? [] : schemasAt(output, path[1].split('.').slice(1));
  };
  const leadingTo = (machine: string, name: string) =>
    states.filter((other) => other.machine === machine && nextStates(other.state).includes(name));

  test('in a choice is what the states before it leave, in one of its values', () => {
    const choices = states.filter(({ state }) => state['Type'] === 'Choice');
    const readings = choices.flatMap(({ machine, name, state }) =>
      listOf(state, 'Choices').flatMap((choice) =>
        stringsIn(choice).flatMap((text) =>
          [...text.matchAll(/\$states\.input\.(\w+) = '([^']*)'/g)].flatMap(
            ([, member = '', value = '']) =>
              leadingTo(machine, name).map((from) => ({
                machine,
                name,
                from: from.name,
                member,
                value,
              })),
          ),
        ),
      ),
    );
    const wrong = readings.filter(({ machine, from, member, value }) => {
      const schemas = leftBy(machine, from).flatMap((schema) => schemasAt(schema, [member]));
      return !schemas.some((schema) => takes(schema, value));
    });
    expect(wrong).toEqual([]);
    expect(readings.length).toBeGreaterThan(0);
  });

  test('into a variable is in the contract, and what the variable is compared with is a value of it', () => {
    const wrong = invocations.flatMap(({ machine, name, state, contract }) => {
      const assigned = isJson(state['Assign']) ? Object.entries(state['Assign']) : [];
      return assigned.flatMap(([variable, expression]) => {
        // A constant is read from nowhere.
        if (typeof expression !== 'string') return [];
        const path = /^\{% \$states\.result\.Payload((?:\.\w+)+) %\}$/.exec(String(expression));
        const output = contract === undefined ? {} : schemaOf(contract.output, 'output');
        const schemas = schemasAt(output, path?.[1]?.split('.').slice(1) ?? ['?']);
        const compared = stringsIn(readMachine(machine)).flatMap((text) => [
          ...text.matchAll(new RegExp(`\\$${variable} = '([^']*)'`, 'g')),
        ]);
        const fits = compared.every(([, value = '']) => schemas.some((s) => takes(s, value)));
        return schemas.length > 0 && fits ? [] : [`${machine}.${name}: ${variable}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  test('of an item of a map is in the contract of the step before the map', () => {
    const maps = states.filter(({ state }) => state['Type'] === 'Map');
    const wrong = maps.flatMap(({ machine, name, state }) => {
      const lists = leadingTo(machine, name)
        .flatMap(({ machine: m, name: n }) => throughChoices(m, n))
        .flatMap((from) => leftBy(machine, from));
      const items = lists.flatMap((schema) => schemasAt(schema, ['[]']));
      const members = stringsIn(state['ItemProcessor']).flatMap((text) =>
        [...text.matchAll(/\$states\.input\.(\w+)/g)].map(([, member = '']) => member),
      );
      return [...new Set(members)]
        .filter((member) => !items.some((item) => schemasAt(item, [member]).length > 0))
        .map((member) => `${machine}.${name}: ${member}`);
    });
    expect(wrong).toEqual([]);
    expect(maps.length).toBe(1);
  });

  /** The state, or the states before it where it is a choice, which hands its input on. */
  function throughChoices(machine: string, name: string): readonly string[] {
    const own = states.find((other) => other.machine === machine && other.name === name);
    if (own?.state['Type'] !== 'Choice') return [name];
    return leadingTo(machine, name).flatMap((from) => throughChoices(machine, from.name));
  }

  function takes(schema: Json, value: string): boolean {
    if ('const' in schema) return schema['const'] === value;
    const values = listOf(schema, 'enum');
    return values.length > 0 ? values.includes(value) : schema['type'] === 'string';
  }
});

describe('every error that a machine matches', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  const ofStates = ['ALL', 'TaskFailed', 'Timeout', 'HeartbeatTimeout', 'DataLimitExceeded'];
  const ofLambda = [
    'ServiceException',
    'AWSLambdaException',
    'SdkClientException',
    'TooManyRequestsException',
    'ClientExecutionTimeoutException',
    'Unknown',
  ];
  // How newer runtimes report a process that exited, also for want of memory, and one that ran into its timeout.
  const ofProcesses = ['Runtime.ExitError', 'Sandbox.Timedout'];
  const known = new Set<unknown>([
    ...ofStates.map((name) => `States.${name}`),
    ...ofLambda.map((name) => `Lambda.${name}`),
    ...ofProcesses,
    ...Object.values(FailureCode),
    ...failureClasses,
  ]);

  test('is one that AWS or our own failures can have', () => {
    const matched = states.flatMap(({ machine, name, state }) =>
      [...listOf(state, 'Retry'), ...listOf(state, 'Catch')]
        .filter(isJson)
        .flatMap((handler) => listOf(handler, 'ErrorEquals'))
        .map((error) => ({ machine, name, error })),
    );
    expect(matched.filter(({ error }) => !known.has(error))).toEqual([]);
    expect(matched.length).toBeGreaterThan(0);
  });

  test('has a failure class that keeps its name when minified', () => {
    const source = textOf('src/core/failure.ts');
    const literal = [...source.matchAll(/override readonly name = '(\w+)'/g)].map(
      ([, name]) => name,
    );
    expect(literal).toEqual([...failureClasses]);
  });
});
