import {
  operationModel,
  type Shape,
  serviceModels,
} from '../../src/simulator/model/service-model.ts';
import type { Service } from './clients.ts';

/**
 * Answers input for an operation that breaks one rule of its model: valid input with one member too long, too large,
 * too many or none of its values. Undefined where no member has a rule that can be broken by a well-typed value.
 */
export function malformed(service: Service, operation: string, valid: object): object | undefined {
  const model = serviceModels.get(service);
  const input = model?.shapes[operationModel(service, operation)?.input ?? ''];
  for (const [name, member] of Object.entries(input?.members ?? {})) {
    // A broken path is another resource, or none.
    if (member.location === 'uri') continue;
    const bad = broken(service, member.shape, 0);
    if (bad !== undefined) return { ...valid, [name]: bad };
  }
  return undefined;
}

function broken(service: Service, name: string, depth: number): unknown {
  const shape = serviceModels.get(service)?.shapes[name];
  if (shape === undefined || depth > 3) return undefined;
  switch (shape.type) {
    case 'string':
      return brokenText(shape);
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      if (shape.min !== undefined) return shape.min - 1;
      return shape.max === undefined ? undefined : shape.max + 1;
    case 'list': {
      const inner = broken(service, shape.member ?? '', depth + 1);
      return inner === undefined ? undefined : [inner];
    }
    case 'map': {
      const inner = broken(service, shape.value ?? '', depth + 1);
      return inner === undefined ? undefined : { key: inner };
    }
    case 'structure': {
      for (const [key, member] of Object.entries(shape.members ?? {})) {
        const inner = broken(service, member.shape, depth + 1);
        if (inner !== undefined) return { [key]: inner };
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

function brokenText({ enum: values, pattern, min = 0, max }: Shape): string | undefined {
  if (values !== undefined) return 'NONSENSE';
  if (max !== undefined) return 'x'.repeat(max + 1);
  if (min > 0) return '';
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test('?')) return '?';
  return undefined;
}
