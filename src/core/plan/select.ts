import type { Fleet, FleetServer } from '../fleet/fleet.ts';
import { cut, type Path, type Problem, problemAt, shown } from '../fleet/problem.ts';
import { hasTag, isCalled, isOfApplication, isOfMgnWave, picks } from './picks.ts';
import { beyondProblem, isOfService, type Reach } from './reach.ts';
import type { Criteria, Selector } from './selector.ts';

/** The servers that a selector picks, and what in it fits nothing or fits too much. */
export interface Selection {
  readonly servers: readonly FleetServer[];
  readonly problems: readonly Problem[];
}

/** Picks servers of what is in reach, by a selector that stands at a place of the plan. */
export function select(selector: Selector, reach: Reach, at: Path): Selection {
  const { exclude } = selector;
  return {
    servers: reach.fleet.servers.filter((server) => picks(selector, server)),
    problems: [
      ...strayCriteria(selector, reach, at),
      ...(exclude === undefined ? [] : strayCriteria(exclude, reach, [...at, 'exclude'])),
    ],
  };
}

// An exclusion that fits nothing is refused as well: it is a spelling mistake that would move a server.
function strayCriteria(criteria: Criteria, reach: Reach, at: Path): readonly Problem[] {
  const { fleet } = reach;
  return [
    ...strayIds(criteria.ids ?? [], reach, [...at, 'ids']),
    ...strayHostnames(criteria.hostnames ?? [], reach, [...at, 'hostnames']),
    ...strayTags(criteria.tags ?? {}, fleet, [...at, 'tags']),
    ...strayApplications(criteria.applications ?? [], fleet, [...at, 'applications']),
    ...strayMgnWaves(criteria.mgnWaves ?? [], fleet, [...at, 'mgnWaves']),
  ];
}

function* repeated(names: readonly string[], at: Path): Generator<Problem> {
  const first = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const before = first.get(name);
    if (before === undefined) first.set(name, i);
    else {
      yield problemAt(
        [...at, i],
        `${shown(name)} is listed twice, first at [${before}]`,
        'remove one of the two',
      );
    }
  }
}

function* strayIds(ids: readonly string[], reach: Reach, at: Path): Generator<Problem> {
  yield* repeated(ids, at);
  if (ids.length === 0) return;
  const known = new Set(reach.fleet.servers.map((server) => server.sourceServerId));
  for (const [i, id] of ids.entries()) {
    if (known.has(id)) continue;
    const there = reach.beyond.find((server) => server.sourceServerId === id);
    // One of the other direction, which nobody picks here, may be left out by its id.
    if (there !== undefined && isOfService(reach, there)) continue;
    yield there === undefined
      ? problemAt([...at, i], `unknown server ${cut(id)}`, knownNames(id, known, 'ids'))
      : beyondProblem(reach, there, [...at, i], id);
  }
}

function* strayHostnames(names: readonly string[], reach: Reach, at: Path): Generator<Problem> {
  const { fleet, beyond } = reach;
  yield* repeated(
    names.map((name) => name.toLowerCase()),
    at,
  );
  for (const [i, name] of names.entries()) {
    const called = fleet.servers.filter((server) => isCalled(server, name));
    const there = beyond.find((server) => isCalled(server, name));
    if (called.length === 0 && there !== undefined) {
      yield beyondProblem(reach, there, [...at, i], shown(name));
    } else if (called.length === 0) {
      const known = new Set(fleet.servers.flatMap(({ hostname }) => hostname ?? []));
      yield problemAt(
        [...at, i],
        `unknown host name ${shown(name)}`,
        knownNames(name, known, 'host names'),
      );
    }
    if (called.length > 1) {
      yield problemAt(
        [...at, i],
        `${called.length} servers are called ${shown(name)}`,
        `use ids instead: ${some(called.map((server) => server.sourceServerId))}`,
      );
    }
  }
}

function* strayTags(
  tags: NonNullable<Criteria['tags']>,
  fleet: Fleet,
  at: Path,
): Generator<Problem> {
  for (const [key, wanted] of Object.entries(tags)) {
    const values = typeof wanted === 'string' ? [wanted] : wanted;
    for (const [i, value] of values.entries()) {
      if (fleet.servers.some((server) => hasTag(server, key, value))) continue;
      const bearers = fleet.servers.filter((server) => Object.hasOwn(server.tags, key));
      const place = typeof wanted === 'string' ? [...at, key] : [...at, key, i];
      if (bearers.length > 0) {
        const known = new Set(bearers.flatMap((server) => server.tags[key] ?? []));
        yield problemAt(
          place,
          `no server has the tag ${shown(key)} with the value ${shown(value)}`,
          knownNames(value, known, 'values'),
        );
      } else {
        const known = new Set(fleet.servers.flatMap((server) => Object.keys(server.tags)));
        yield problemAt(
          place,
          `no server has a tag ${shown(key)}`,
          knownNames(key, known, 'tag keys'),
        );
      }
    }
  }
}

function* strayApplications(names: readonly string[], fleet: Fleet, at: Path): Generator<Problem> {
  yield* repeated(names, at);
  for (const [i, name] of names.entries()) {
    if (fleet.servers.some((server) => isOfApplication(server, name))) continue;
    const known = new Set([
      ...fleet.servers.flatMap(({ applicationId }) => applicationId ?? []),
      ...fleet.applications.flatMap((application) => application.name ?? []),
    ]);
    yield problemAt(
      [...at, i],
      `no server belongs to an application ${shown(name)}`,
      known.size === 0
        ? 'no server of the fleet has an applicationID: pick servers by another criterion'
        : knownNames(name, known, 'applications'),
    );
  }
}

function* strayMgnWaves(names: readonly string[], fleet: Fleet, at: Path): Generator<Problem> {
  yield* repeated(names, at);
  for (const [i, name] of names.entries()) {
    if (fleet.servers.some((server) => isOfMgnWave(server, name))) continue;
    const known = new Set([
      ...fleet.waves.flatMap((wave) => wave.name ?? wave.waveId),
      ...fleet.applications.flatMap(({ waveId }) => waveId ?? []),
    ]);
    yield problemAt(
      [...at, i],
      `no server belongs to a wave of MGN called ${shown(name)}`,
      known.size === 0
        ? 'add the answers of list-applications and list-waves to the fleet files'
        : knownNames(name, known, 'waves'),
    );
  }
}

const fewest = 5;

function some(names: readonly string[]): string {
  const more = names.length - fewest;
  return `${names.slice(0, fewest).map(cut).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Names the known names that begin most like a wrong one: at least two characters alike, or the first few. */
function knownNames(wrong: string, known: ReadonlySet<string>, what: string): string {
  if (known.size === 0) return `the fleet has no ${what}: look at the fleet file`;
  const alike = [...known].map((name) => ({ name, length: sharedStart(name, wrong) }));
  const longest = Math.max(...alike.slice(0, 100_000).map(({ length }) => length));
  const nearest = alike.filter(({ length }) => length === longest).map(({ name }) => name);
  return longest >= 2
    ? `check the spelling; known ${what} that begin like it: ${some(nearest.toSorted())}`
    : `check the spelling; known ${what}: ${some([...known].toSorted())}`;
}

function sharedStart(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  let length = 0;
  while (length < left.length && length < right.length && left[length] === right[length])
    length += 1;
  return length;
}
