import { serviceModels } from '../../../src/simulator/model/service-model.ts';
import type { WireRequest } from '../../../src/simulator/simulator.ts';
import { accountId, region } from '../rig.ts';

/** Draws the same numbers for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Makes calls of all operations of MGN and DRS as their models allow them, with ids that earlier answers named: what a
 * busy account sees, in no order at all.
 */
export class ModelTraffic {
  readonly #draw: () => number;
  readonly #known = new Map<string, string[]>();

  constructor(seed: number) {
    this.#draw = random(seed);
  }

  /** Keeps the ids and ARNs of an answer for later calls. */
  learn(body: string): void {
    for (const [, name = '', value = ''] of body.matchAll(/"(\w*(?:ID|Id|arn|Arn))":"([^"]+)"/g)) {
      const kind = kindOf(name);
      const list = this.#known.get(kind) ?? [];
      if (!list.includes(value)) list.push(value);
      if (list.length > 40) list.shift();
      this.#known.set(kind, list);
    }
  }

  /** Draws the next call. */
  next(): WireRequest {
    const draw = this.#draw;
    const service = draw() < 0.5 ? 'mgn' : 'drs';
    const model = serviceModels.get(service);
    const [, operation] = this.#one(Object.entries(model?.operations ?? {}));
    const input = operation.input === undefined ? {} : this.#value(service, operation.input, '', 0);
    const members = { ...(typeof input === 'object' ? input : {}) } as Record<string, unknown>;
    let path = operation.path;
    const query: Record<string, string | string[]> = {};
    for (const [name, member] of Object.entries(
      model?.shapes[operation.input ?? '']?.members ?? {},
    )) {
      const value = members[name];
      if (member.location === undefined || value === undefined) continue;
      delete members[name];
      if (member.location === 'uri')
        path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
      else query[name] = Array.isArray(value) ? value.map(String) : String(value);
    }
    return {
      service,
      region,
      accountId,
      caller: draw() < 0.5 ? 'landfall' : 'boto3',
      method: operation.method,
      path,
      query,
      headers: {},
      body: operation.method === 'GET' ? '' : JSON.stringify(members),
    };
  }

  #one<T>(of: readonly T[]): T {
    const picked = of[Math.floor(this.#draw() * of.length)];
    if (picked === undefined) throw new Error('nothing to draw from');
    return picked;
  }

  #value(service: string, name: string, member: string, depth: number): unknown {
    const shape = serviceModels.get(service)?.shapes[name];
    const draw = this.#draw;
    switch (shape?.type) {
      case 'structure': {
        const required = new Set(shape.required);
        const entries = Object.entries(shape.members ?? {});
        const chosen =
          shape.union === true
            ? [this.#one(entries)]
            : entries.filter(([key]) => required.has(key) || (depth < 4 && draw() < 0.35));
        return Object.fromEntries(
          chosen
            .filter(([key]) => key !== 'nextToken' && key !== 'accountID')
            .map(([key, inner]) => [key, this.#value(service, inner.shape, key, depth + 1)]),
        );
      }
      case 'list': {
        const least = Math.max(shape.min ?? 0, member.endsWith('s') ? 1 : 0);
        const length = Math.min(shape.max ?? 3, least + Math.floor(draw() * 2));
        return Array.from({ length }, () =>
          this.#value(service, shape.member ?? '', member.replace(/s$/, ''), depth + 1),
        );
      }
      case 'map':
        return {
          [this.#one(['a', 'b', 'c'])]: this.#value(service, shape.value ?? '', '', depth + 1),
        };
      case 'boolean':
        return draw() < 0.5;
      case 'integer':
      case 'long':
      case 'float':
        return (
          (shape.min ?? 0) +
          Math.floor(draw() * Math.min(100, (shape.max ?? 100) - (shape.min ?? 0)))
        );
      default: {
        if (shape?.enum !== undefined) return this.#one(shape.enum);
        const known = this.#known.get(kindOf(member)) ?? [];
        if (known.length > 0) return this.#one(known);
        const text = `${member || 'x'}-${Math.floor(draw() * 5)}`;
        return text.padEnd(shape?.min ?? 0, '0').slice(0, shape?.max ?? 100);
      }
    }
  }
}

function kindOf(member: string): string {
  return /arn$/i.test(member) ? 'arn' : member.toLowerCase().replace(/s$/, '');
}
