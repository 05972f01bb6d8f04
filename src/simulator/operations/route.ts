import { operationModel } from '../model/service-model.ts';
import type { Operation } from './operation.ts';

/** An operation that a method and path lead to, with the members that the path carries. */
export interface Routed {
  readonly operation: Operation;
  readonly pathInput: Readonly<Record<string, string>>;
}

/**
 * Builds the way from service, method and path to an operation. The members that a path carries come decoded;
 * `malformed` says that they cannot be.
 */
export function routesOf(
  operations: readonly Operation[],
): (service: string, method: string, path: string) => Routed | 'malformed' | undefined {
  const exact = new Map<string, Routed>();
  const labelled: {
    readonly operation: Operation;
    readonly prefix: string;
    readonly member: string;
  }[] = [];
  for (const operation of operations) {
    if (operationModel(operation.service, operation.name) === undefined) continue;
    const { service, method, path } = operation;
    const [, prefix, member] = /^(.*?)\{(\w+)\}$/.exec(path) ?? [];
    if (prefix === undefined || member === undefined) {
      exact.set(`${service} ${method} ${path}`, { operation, pathInput: {} });
    } else labelled.push({ operation, prefix, member });
  }
  return (service, method, path) => {
    const found = exact.get(`${service} ${method} ${path}`);
    if (found !== undefined) return found;
    for (const { operation, prefix, member } of labelled) {
      if (operation.service !== service || operation.method !== method) continue;
      if (!path.startsWith(prefix) || path.length === prefix.length) continue;
      const value = decoded(path.slice(prefix.length));
      return value === undefined ? 'malformed' : { operation, pathInput: { [member]: value } };
    }
    return undefined;
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
