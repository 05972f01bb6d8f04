// What stories about hooks share: one brisk server or a few, and how their hooks are told of.
import type { Told } from './_rehearse.ts';
import { eventsOf } from './_rehearse.ts';

/** Settings with which a server's way is short. */
export const brief = 'thresholds: { lagSeconds: 7200, sustainedPolls: 1, sustainedSeconds: 0 }';

/** A spec of one wave over all servers with these hooks, and more settings where given. */
export function hooked(hooks: string, more = ''): string {
  return `{ defaults: { ${brief}, hooks: { ${hooks} }${more === '' ? '' : `, ${more}`} }, waves: [{ name: wave-1, servers: { all: true } }] }`;
}

/** What was told of the hooks of a server, in order: `freeze.stop-app/1.1 succeeded`. */
export function hooksOf(told: Told, id: string): readonly string[] {
  return eventsOf(told, 'Wave Server Hook Run')
    .filter(({ sourceServerId }) => sourceServerId === id)
    .map(({ key, status }) => `${String(key).split('/').slice(2).join('/')} ${String(status)}`);
}

/** The hooks and calls of a server as they came, hooks by point and status, calls by operation. */
export function courseOf(told: Told, id: string): readonly string[] {
  const hooks = eventsOf(told, 'Wave Server Hook Run')
    .filter(({ sourceServerId }) => sourceServerId === id)
    .map(({ observedAt, point, status }) => ({
      at: Date.parse(String(observedAt)),
      what: `${String(point)} ${String(status)}`,
    }));
  const calls = told.logs.api
    .filter(({ caller, service, operation, status, input }) => {
      const acts = !/^(Describe|List|Get)/.test(operation) && service === 'mgn';
      return caller === 'landfall' && acts && status < 300 && JSON.stringify(input).includes(id);
    })
    .map(({ at, operation }) => ({ at: Date.parse(at), what: operation }));
  return [...hooks, ...calls].toSorted((a, b) => a.at - b.at).map(({ what }) => what);
}
