import { isJsonObject, type JsonObject } from '../json.ts';
import { operationModel, type ServiceModel, type Shape, serviceModels } from './service-model.ts';

/** One way in which an input is not what the model says. */
export interface InputProblem {
  /** The member, with a dot between levels; items by their number. */
  readonly name: string;
  readonly message: string;
}

type Check = (value: unknown, name: string, problems: InputProblem[]) => void;

/** How many problems of one input are named. */
export const mostProblems = 50;

const checks = new Map<string, Check>();

/**
 * Answers every way in which an input breaks the model of its operation: required members, types, enums, patterns,
 * lengths, sizes, ranges. Members that no model names are ignored, null counts as absent. Operations without a
 * model have no problems.
 */
export function inputProblems(
  service: string,
  operation: string,
  input: JsonObject,
): readonly InputProblem[] {
  const key = `${service}.${operation}`;
  let check = checks.get(key);
  if (check === undefined) {
    check = compiled(service, operation);
    checks.set(key, check);
  }
  const problems: InputProblem[] = [];
  check(input, '', problems);
  return problems.length > mostProblems ? problems.slice(0, mostProblems) : problems;
}

function compiled(service: string, operation: string): Check {
  const model = serviceModels.get(service);
  const shape = operationModel(service, operation)?.input;
  return model === undefined || shape === undefined ? () => undefined : checkOf(model, shape);
}

const shapeChecks = new WeakMap<Shape, Check>();

function checkOf(model: ServiceModel, name: string): Check {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`the model of ${model.service} has no shape ${name}`);
  const known = shapeChecks.get(shape);
  if (known !== undefined) return known;
  // Shapes may hold themselves: the entry must be there before the members are compiled.
  let check: Check = () => undefined;
  shapeChecks.set(shape, (value, at, problems) => check(value, at, problems));
  check = build(model, shape);
  return check;
}

function build(model: ServiceModel, shape: Shape): Check {
  switch (shape.type) {
    case 'structure':
      return structure(model, shape);
    case 'list':
      return list(model, shape);
    case 'map':
      return map(model, shape);
    case 'string':
      return text(shape);
    case 'integer':
    case 'long':
      return number(shape, 'an integer', Number.isSafeInteger);
    case 'float':
    case 'double':
      return number(shape, 'a number', Number.isFinite);
    case 'boolean':
      return typed('a boolean', (value) => typeof value === 'boolean');
    case 'timestamp':
      return typed(
        'a timestamp',
        (value) => typeof value === 'number' || typeof value === 'string',
      );
    case 'blob':
      return typed('a base64 string', (value) => typeof value === 'string');
  }
}

function structure(model: ServiceModel, shape: Shape): Check {
  const required = new Set(shape.required);
  const members = Object.entries(shape.members ?? {}).map(([name, member]) => ({
    name,
    required: required.has(name),
    check: checkOf(model, member.shape),
  }));
  return (value, at, problems) => {
    if (!isJsonObject(value)) {
      problems.push({ name: at, message: 'Member must be an object' });
      return;
    }
    let given = 0;
    for (const member of members) {
      const inner = Object.hasOwn(value, member.name) ? value[member.name] : undefined;
      if (inner !== undefined && inner !== null) {
        given += 1;
        member.check(inner, at === '' ? member.name : `${at}.${member.name}`, problems);
      } else if (member.required) {
        const name = at === '' ? member.name : `${at}.${member.name}`;
        problems.push({ name, message: 'Member must not be null' });
      }
    }
    if (shape.union === true && given !== 1) {
      problems.push({ name: at, message: 'Member must have exactly one of its members set' });
    }
  };
}

function list(model: ServiceModel, shape: Shape): Check {
  const item = checkOf(model, shape.member ?? '');
  return (value, at, problems) => {
    if (!Array.isArray(value)) {
      problems.push({ name: at, message: 'Member must be a list' });
      return;
    }
    const size = lengthProblem(shape, value.length);
    if (size !== undefined) {
      problems.push({ name: at, message: size });
      return;
    }
    for (let i = 0; i < value.length && problems.length < mostProblems; i += 1) {
      const inner: unknown = value[i];
      if (inner === null) problems.push({ name: `${at}.${i}`, message: 'Member must not be null' });
      else item(inner, `${at}.${i}`, problems);
    }
  };
}

function map(model: ServiceModel, shape: Shape): Check {
  const key = checkOf(model, shape.key ?? '');
  const inner = checkOf(model, shape.value ?? '');
  return (value, at, problems) => {
    if (!isJsonObject(value)) {
      problems.push({ name: at, message: 'Member must be a map' });
      return;
    }
    const entries = Object.entries(value);
    const size = lengthProblem(shape, entries.length);
    if (size !== undefined) {
      problems.push({ name: at, message: size });
      return;
    }
    for (const [name, one] of entries) {
      if (problems.length >= mostProblems) return;
      const where = `${at}.${name.slice(0, 256)}`;
      key(name, where, problems);
      if (one === null) problems.push({ name: where, message: 'Member must not be null' });
      else inner(one, where, problems);
    }
  };
}

function text(shape: Shape): Check {
  const { pattern, enum: values } = shape;
  // The models leave the anchors out; the services match whole values.
  const regex = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
  const allowed = values === undefined ? undefined : new Set(values);
  return (value, at, problems) => {
    if (typeof value !== 'string') {
      problems.push({ name: at, message: 'Member must be a string' });
      return;
    }
    // Lengths come first: no pattern ever runs over more than the model allows.
    const length = lengthProblem(shape, codePoints(value, shape.max));
    if (length !== undefined) problems.push({ name: at, message: length });
    else if (allowed !== undefined && !allowed.has(value)) {
      const message = `Member must satisfy enum value set: [${values?.join(', ')}]`;
      problems.push({ name: at, message });
    } else if (regex !== undefined && !regex.test(value)) {
      const message = `Member must satisfy regular expression pattern: ${pattern}`;
      problems.push({ name: at, message });
    }
  };
}

function number(shape: Shape, what: string, fits: (value: number) => boolean): Check {
  const { min, max } = shape;
  return (value, at, problems) => {
    if (typeof value !== 'number' || !fits(value)) {
      problems.push({ name: at, message: `Member must be ${what}` });
    } else if (min !== undefined && value < min) {
      problems.push({ name: at, message: `Member must be greater than or equal to ${min}` });
    } else if (max !== undefined && value > max) {
      problems.push({ name: at, message: `Member must be less than or equal to ${max}` });
    }
  };
}

function typed(what: string, fits: (value: unknown) => boolean): Check {
  return (value, at, problems) => {
    if (!fits(value)) problems.push({ name: at, message: `Member must be ${what}` });
  };
}

function lengthProblem({ min, max }: Shape, length: number): string | undefined {
  if (min !== undefined && length < min) {
    return `Member must have length greater than or equal to ${min}`;
  }
  return max !== undefined && length > max
    ? `Member must have length less than or equal to ${max}`
    : undefined;
}

// A text has at least half as many characters as it has UTF-16 units, so most need no counting.
function codePoints(value: string, max: number | undefined): number {
  if (max === undefined || value.length <= max || value.length > 2 * max) return value.length;
  return [...value].length;
}
