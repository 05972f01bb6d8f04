import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, type ScalarTag } from 'yaml';

/** A state machine definition or a part of one, as its file says it. */
export type Json = { readonly [key: string]: unknown };

/** One state with the scope (machine, branch, item processor) that it stands in. */
export interface PlacedState {
  readonly name: string;
  readonly state: Json;
  readonly scope: Json;
  /** The scopes around it, outermost first, its own last. */
  readonly scopes: readonly Json[];
}

const intrinsic = (tag: string, read: (text: string) => Json): ScalarTag => ({
  tag,
  resolve: read,
});

const intrinsics = [
  intrinsic('!Ref', (text) => ({ Ref: text })),
  intrinsic('!GetAtt', (text) => ({ 'Fn::GetAtt': text.split('.') })),
  intrinsic('!Sub', (text) => ({ 'Fn::Sub': text })),
];

/** Reads YAML with CloudFormation's short forms; throws on anything that YAML forbids. */
export function readYaml(file: string): Json {
  const document = parseDocument(readFileSync(file, 'utf8'), { customTags: intrinsics });
  const [first] = [...document.errors, ...document.warnings];
  if (first !== undefined) throw new Error(`${file}: ${first.message}`, { cause: first });
  return document.toJS() as Json;
}

const folder = join(import.meta.dirname, '../../src/workflows');

/** The names of the machines, as in `src/workflows/NAME.asl.yaml`. */
export const machineNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.asl.yaml'))
  .map((file) => file.slice(0, -'.asl.yaml'.length));

/** Reads one machine as it is written. */
export function readMachine(name: string): Json {
  return readYaml(join(folder, `${name}.asl.yaml`));
}

/** Says whether a value is an object and no list. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a member as a list; absent or anything else is an empty one. */
export function listOf(owner: Json, key: string): readonly unknown[] {
  const value = owner[key];
  return Array.isArray(value) ? value : [];
}

/** The functions that a serverless.yml names itself; those of a list's variables are none of them. */
export function functionsOf(serverless: Json): readonly (readonly [string, Json])[] {
  const parts = [serverless['functions']].flat().filter(isJson);
  return parts
    .flatMap((part) => Object.entries(part))
    .filter((entry): entry is [string, Json] => isJson(entry[1]));
}

/** The states of a machine and of all that is nested in it, in the order of the file. */
export function placedStates(scope: Json, around: readonly Json[] = []): readonly PlacedState[] {
  const scopes = [...around, scope];
  return Object.entries(isJson(scope['States']) ? scope['States'] : {}).flatMap(([name, state]) => {
    if (!isJson(state)) return [];
    const inner = [state['ItemProcessor'], ...listOf(state, 'Branches')].filter(isJson);
    return [
      { name, state, scope, scopes },
      ...inner.flatMap((nested) => placedStates(nested, scopes)),
    ];
  });
}

/** Replaces what CloudFormation resolves (references, the partition) by ARNs of an invented account. */
export function deployed(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${AWS::Partition}', 'aws');
  if (Array.isArray(value)) return value.map(deployed);
  if (!isJson(value)) return value;
  if (typeof value['Ref'] === 'string') {
    return `arn:aws:states:us-east-1:111122223333:stateMachine:${value['Ref']}`;
  }
  const attribute = value['Fn::GetAtt'];
  if (Array.isArray(attribute)) {
    return `arn:aws:lambda:us-east-1:111122223333:function:${String(attribute[0])}`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deployed(inner)]));
}

/** Every string inside a value. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return isJson(value) ? Object.values(value).flatMap(stringsIn) : [];
}

/** The states that may come after a state: Next, Default, choices and catchers. */
export function nextStates(state: Json): readonly string[] {
  const branches = [...listOf(state, 'Choices'), ...listOf(state, 'Catch')].filter(isJson);
  return [state['Next'], state['Default'], ...branches.map((branch) => branch['Next'])].filter(
    (next) => typeof next === 'string',
  );
}

/** The logical id of the function that a Task invokes; undefined where it invokes none. */
export function invokedFunction(state: Json): string | undefined {
  const target = isJson(state['Arguments']) ? state['Arguments']['FunctionName'] : undefined;
  const attribute = isJson(target) ? target['Fn::GetAtt'] : undefined;
  return Array.isArray(attribute) && attribute[1] === 'Arn' ? String(attribute[0]) : undefined;
}

/** Says whether a state hands out a task token and waits for its return. */
export function isCallback(state: Json): boolean {
  return typeof state['Resource'] === 'string' && state['Resource'].endsWith('.waitForTaskToken');
}
