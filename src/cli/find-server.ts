import { type Trace, textOf } from '../trace/trace.ts';
import { nearNames } from './near-names.ts';

/** The one server that a person meant; or several, or none with names that are near. */
export type ServerFound =
  | { readonly found: 'one'; readonly key: string }
  | { readonly found: 'several'; readonly keys: readonly string[] }
  | { readonly found: 'none'; readonly near: readonly string[] };

/**
 * Finds a server of a rehearsal by its id, by `ACCOUNT/REGION/SERVER`, or by its host name in any case. Host names
 * need not be unique.
 */
export function findServer(name: string, trace: Trace): ServerFound {
  const names = new Map<string, Set<string>>();
  const add = (called: string, key: string) => {
    const keys = names.get(called) ?? new Set();
    names.set(called, keys.add(key));
  };
  const shown = new Set<string>();
  for (const key of trace.servers.keys()) {
    const id = key.split('/').at(-1) ?? key;
    add(key.toLowerCase(), key);
    add(id.toLowerCase(), key);
    shown.add(id);
    const hostname = hostnameOf(key, trace);
    if (hostname === undefined) continue;
    add(hostname.toLowerCase(), key);
    shown.add(hostname);
  }
  const [only, ...others] = names.get(name.toLowerCase()) ?? [];
  if (only === undefined) return { found: 'none', near: nearNames(name, shown) };
  return others.length === 0
    ? { found: 'one', key: only }
    : { found: 'several', keys: [only, ...others] };
}

/** The latest host name that a rehearsal tells of a server; undefined where it tells none. */
export function hostnameOf(key: string, { servers }: Trace): string | undefined {
  const told = servers.get(key)?.told ?? [];
  return textOf(
    told.findLast((event) => textOf(event.detail, 'hostname') !== undefined)?.detail,
    'hostname',
  );
}
