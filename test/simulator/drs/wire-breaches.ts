import {
  operationModel,
  type Shape,
  serviceModels,
} from '../../../src/simulator/model/service-model.ts';
import type { WireResponse } from '../../../src/simulator/simulator.ts';

const model = serviceModels.get('drs');
const names = new Map(
  Object.entries(model?.operations ?? {}).map(([name, { path }]) => [
    path.split('/')[1] ?? '',
    name,
  ]),
);

/** Answers where a response of DRS is not what the service model says; known quirks are let through. */
export function wireBreaches(
  path: string,
  answer: WireResponse,
  checks: { readonly datetimes: boolean },
): readonly string[] {
  const first = path.split('/')[1] ?? '';
  const operation = first === 'tags' ? 'TagResource' : (names.get(first) ?? first);
  const of = operationModel('drs', operation);
  if (of === undefined) return [`${operation} is in no model`];
  if (answer.status >= 300) {
    const name = answer.headers['x-amzn-errortype'] ?? '';
    const malformed = JSON.parse(answer.body).reason === 'fieldValidationFailed';
    const allowed = of.errors.includes(name) || malformed;
    const right = model?.errors[name] === answer.status;
    return allowed && right ? [] : [`${operation} does not declare ${name} ${answer.status}`];
  }
  if (first === 'tags') return [];
  const wrong = of.status === answer.status ? [] : [`${operation} answered ${answer.status}`];
  if (of.output === undefined) return answer.body === '' ? wrong : [...wrong, `${operation}: body`];
  return [...wrong, ...breachesIn(JSON.parse(answer.body), of.output, operation, checks)];
}

function breachesIn(
  value: unknown,
  shapeName: string,
  at: string,
  checks: { readonly datetimes: boolean },
): readonly string[] {
  const shape = model?.shapes[shapeName];
  if (shape === undefined) return [`${at}: no shape ${shapeName}`];
  switch (shape.type) {
    case 'structure': {
      if (typeof value !== 'object' || value === null) return [`${at} is no object`];
      const given = new Map(Object.entries(value));
      const missing = (shape.required ?? []).filter((name) => !given.has(name));
      return [
        ...missing.map((name) => `${at}.${name} is missing`),
        ...[...given].flatMap(([name, inner]) => {
          const member = shape.members?.[name];
          return member === undefined
            ? [`${at}.${name} is unknown`]
            : breachesIn(inner, member.shape, `${at}.${name}`, checks);
        }),
      ];
    }
    case 'list':
      return Array.isArray(value)
        ? value.flatMap((inner, i) => breachesIn(inner, shape.member ?? '', `${at}.${i}`, checks))
        : [`${at} is no list`];
    case 'map':
      return typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) =>
            breachesIn(inner, shape.value ?? '', `${at}.${key}`, checks),
          )
        : [`${at} is no map`];
    case 'string':
      return typeof value === 'string'
        ? textBreaches(value, shape, at, checks)
        : [`${at}: no text`];
    case 'timestamp':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value))
        ? []
        : [`${at}: no date`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at} is no boolean`];
    default:
      return typeof value === 'number' ? [] : [`${at} is no number`];
  }
}

function textBreaches(
  value: string,
  shape: Shape,
  at: string,
  checks: { readonly datetimes: boolean },
): readonly string[] {
  // LAUNCH_END is real and in no model; date-times come with +00:00 (reference: DRS 8.1).
  if (shape.enum !== undefined) {
    return shape.enum.includes(value) || value === 'LAUNCH_END' ? [] : [`${at} is ${value}`];
  }
  const isDateTime = shape.pattern?.includes('T([0-1]') === true;
  if (isDateTime && !checks.datetimes) return [];
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern = '.*' } = shape;
  const fits = value.length >= min && value.length <= max;
  return fits && new RegExp(`^(?:${pattern})$`).test(value) ? [] : [`${at} is ${value}`];
}
