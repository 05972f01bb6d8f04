// In: hooks that run documents on sources, and the tags of a source server in MGN. Out: the same hooks with the managed
// nodes that these tags name, or who has none. MGN itself does not know which node of Systems Manager a source is.
import { type Path, type Problem, problemAt } from '../fleet/problem.ts';
import { isNode, nodeTagIn } from './document-faults.ts';
import { hookPoints } from './hook-point.ts';
import type { Hook, ServerHooks } from './hooks-for.ts';

/** Fills in the managed nodes that the tags of a source server name; what they do not name stays as it is written. */
export function withNodes(hooks: ServerHooks, tags: Readonly<Record<string, string>>): ServerHooks {
  const filled: { -readonly [Point in keyof ServerHooks]: ServerHooks[Point] } = { ...hooks };
  for (const point of hookPoints) {
    const list = hooks[point];
    if (list !== undefined) filled[point] = list.map((hook) => withNode(hook, tags));
  }
  return filled;
}

function withNode(hook: Hook, tags: Readonly<Record<string, string>>): Hook {
  const { act } = hook;
  const key = tagIn(act);
  const found = key !== undefined && Object.hasOwn(tags, key) ? tags[key]?.trim() : undefined;
  if (act.kind !== 'document' || found === undefined || !isNode(found)) return hook;
  return { ...hook, act: { ...act, node: found } };
}

function tagIn(act: Hook['act']): string | undefined {
  return act.kind === 'document' && act.node !== null ? nodeTagIn(act.node) : undefined;
}

/** A server with its hooks. */
interface Hooked {
  readonly sourceServerId: string;
  readonly hostname?: string;
  readonly settings: { readonly hooks?: ServerHooks };
}

/** The servers of a wave on whose sources documents are to run, and whose tags do not say which nodes those are. */
export function* nodeProblems(servers: readonly Hooked[], at: Path): Generator<Problem> {
  const lacking = new Map<string, { readonly what: string; readonly who: string[] }>();
  for (const { sourceServerId, hostname, settings } of servers) {
    for (const point of hookPoints) {
      for (const { name, act } of settings.hooks?.[point] ?? []) {
        const key = tagIn(act);
        if (key === undefined) continue;
        const what = `hook ${point} ${name} runs on sources whose tag ${key} holds no id of a managed node`;
        const known = lacking.get(what) ?? { what, who: [] };
        known.who.push(nameOf({ sourceServerId, hostname }));
        lacking.set(what, known);
      }
    }
  }
  for (const { what, who } of lacking.values()) {
    const more = who.length > 5 ? ` and ${who.length - 5} more` : '';
    yield problemAt(
      [...at, 'hooks'],
      `${what}: ${who.slice(0, 5).join(', ')}${more}`,
      'tag these source servers in MGN with mi-… or i-…, or write node for them in spec.servers',
    );
  }
}

/** Nodes that a plan takes for the sources of several servers: one would be stopped twice, the others never. */
export function* sharedNodes(
  waves: readonly { readonly at: Path; readonly servers: readonly Hooked[] }[],
): Generator<Problem> {
  const sourceOf = new Map<string, Hooked>();
  const told = new Set<string>();
  for (const { at, servers } of waves) {
    for (const server of servers) {
      for (const node of nodesOf(server)) {
        const first = sourceOf.get(node) ?? server;
        sourceOf.set(node, first);
        if (first.sourceServerId === server.sourceServerId || told.has(node)) continue;
        told.add(node);
        yield problemAt(
          [...at, 'hooks'],
          `${node} is to be the source of both ${nameOf(first)} and ${nameOf(server)}`,
          'write "{tag:KEY}" for node, or the id in spec.servers for its one server',
        );
      }
    }
  }
}

function nodesOf({ settings }: Hooked): readonly string[] {
  return hookPoints.flatMap((point) =>
    (settings.hooks?.[point] ?? []).flatMap(({ act }) =>
      act.kind === 'document' && act.node !== null && isNode(act.node) ? [act.node] : [],
    ),
  );
}

function nameOf({
  sourceServerId,
  hostname,
}: {
  readonly sourceServerId: string;
  readonly hostname?: string | undefined;
}): string {
  return hostname === undefined ? sourceServerId : `${sourceServerId} (${hostname})`;
}
