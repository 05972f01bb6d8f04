// In: what the tick saw. Out: the levels of the whole target, those of the servers that this tick did not look at as
// they stood when they were; and the census on record where it differs. Called by poll once changes are recorded.
import {
  type Census,
  isWorthKeeping,
  type Levels,
  levelsOf,
  levelsTogether,
  type Standing,
  shardOf,
  standingOf,
} from '../../core/census.ts';
import { change, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { Tick } from './tick.ts';

/** The levels of a target now, and the states that servers were in before and may be in no more. */
export interface Counted {
  readonly now: Levels;
  readonly before: Pick<Levels, 'lifecycles' | 'replications'>;
}

/**
 * Counts the servers of a target. States are kept as they change; lag and backlog where all servers were looked
 * at, so that a tick which finds nothing new writes nothing.
 */
export async function keepCensus(tick: Pick<Tick, 'ports' | 'target' | 'seen'>): Promise<Counted> {
  const { store } = tick.ports;
  const { target } = tick.target;
  const kept = await readAll(store, place.census(target, ''));
  const shards = new Map(kept.map(({ sort, body }) => [sort, body]));
  const now = levelsNow(tick, shards);
  for (const [shard, changes] of changesIn(tick, shards)) {
    await change(store, place.census(target, shard), (census = {}) => withChanges(census, changes));
  }
  return { now, before: levelsTogether([...shards.values()].map(levelsKept)) };
}

// Most parts of a census stand as the last tick left them, and the embedded store answers the same object then.
const known = new WeakMap<Census, Levels>();

function levelsKept(census: Census): Levels {
  const levels = known.get(census) ?? levelsOf(Object.values(census));
  known.set(census, levels);
  return levels;
}

/** How the servers stand: as this tick saw them, else as they were kept. */
function levelsNow({ seen }: Pick<Tick, 'seen'>, shards: ReadonlyMap<string, Census>): Levels {
  const standings = [...seen.servers.values()].flatMap((one) => {
    const standing = standingOf(one);
    return standing === undefined ? [] : [standing];
  });
  if (seen.swept) return levelsOf(standings);
  const touched = new Set([...seen.servers.keys(), ...seen.absent].map(shardOf));
  const untouched: Levels[] = [];
  for (const [shard, census] of shards) {
    if (!touched.has(shard)) {
      untouched.push(levelsKept(census));
      continue;
    }
    for (const [id, standing] of Object.entries(census)) {
      if (!seen.servers.has(id) && !seen.absent.has(id)) standings.push(standing);
    }
  }
  return levelsTogether([...untouched, levelsOf(standings)]);
}

type Changes = ReadonlyMap<string, Standing | undefined>;

/** What is to be put on record, by the part of the census that it lies in. */
function changesIn(
  { seen }: Pick<Tick, 'seen'>,
  shards: ReadonlyMap<string, Census>,
): ReadonlyMap<string, Changes> {
  const changes = new Map<string, Map<string, Standing | undefined>>();
  const gone = seen.swept
    ? [...shards.values()].flatMap((census) => Object.keys(census))
    : [...seen.absent];
  for (const id of [...seen.servers.keys(), ...gone]) {
    const observation = seen.servers.get(id);
    const now = observation === undefined ? undefined : standingOf(observation);
    const shard = shardOf(id);
    if (!isWorthKeeping(shards.get(shard)?.[id], now, seen.swept)) continue;
    changes.set(
      shard,
      (changes.get(shard) ?? new Map<string, Standing | undefined>()).set(id, now),
    );
  }
  return changes;
}

function withChanges(census: Census, changes: Changes): Census {
  const rest = Object.entries(census).filter(([id]) => !changes.has(id));
  const changed = [...changes].flatMap(([id, standing]): [string, Standing][] =>
    standing === undefined ? [] : [[id, standing]],
  );
  return Object.fromEntries([...rest, ...changed]);
}
