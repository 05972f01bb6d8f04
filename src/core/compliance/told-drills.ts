import { DetailType } from '../event/detail-type.ts';
import type { ToldFact } from '../evidence/told.ts';
import type { Instant } from '../time.ts';
import type { DrilledServer, DrillMade, Measured } from './compliance.ts';

/** The servers of DRS and their drills, as events tell them. */
export interface ToldDrills {
  readonly servers: readonly DrilledServer[];
  readonly drills: readonly DrillMade[];
  /** When the last event was told; undefined where there is none. */
  readonly until: Instant | undefined;
}

type Detail = ToldFact['detail'];

/** Reads servers and drills from events, the first delivery of each, in the order of their streams. */
export function toldDrills(told: readonly ToldFact[]): ToldDrills {
  const servers = new Map<string, DrilledServer>();
  const waves = new Set<string>();
  const measured = new Map<string, Measured>();
  const phaseEnds = new Map<string, Instant>();
  const drills: DrillMade[] = [];
  let until: Instant | undefined;
  for (const { type, detail } of told) {
    const at = textOf(detail, 'observedAt');
    if (at !== undefined && (until === undefined || at > until)) until = at;
    const wave = textOf(detail, 'wave') ?? '';
    const key = keyOf(detail);
    if (type === DetailType.WaveStageStarted && detail['phase'] === 'drill') waves.add(wave);
    if (key === undefined || at === undefined) continue;
    if (textOf(detail, 'stream')?.startsWith('drs/') === true) note(servers, key, type, detail);
    if (type === DetailType.ServerRecoveryMeasured && detail['kind'] === 'drill') {
      measured.set(`${wave} ${key.server}`, measuredIn(detail));
    }
    if (type === DetailType.ServerPhaseEnded) phaseEnds.set(`${wave} ${key.server}`, at);
    if (type !== DetailType.ServerOutcome || !waves.has(wave)) continue;
    const what = measured.get(`${wave} ${key.server}`);
    drills.push({
      ...key,
      wave,
      // Its outcome follows once its wave looks at it again.
      endedAt: phaseEnds.get(`${wave} ${key.server}`) ?? at,
      outcome: textOf(detail, 'outcome') ?? 'unknown',
      reason: textOf(detail, 'reason') ?? '',
      ...(what === undefined ? {} : { measured: what }),
    });
  }
  return { servers: [...servers.values()], drills, until };
}

/** What one event of a server's own stream says of it; who is gone is asked about no more. */
function note(
  servers: Map<string, DrilledServer>,
  key: Pick<DrilledServer, 'target' | 'server'>,
  type: string,
  detail: Detail,
): void {
  const name = `${key.target}/${key.server}`;
  if (type === DetailType.Presence && detail['current'] !== true) {
    servers.delete(name);
    return;
  }
  const known = servers.get(name);
  const standing =
    type === DetailType.Drill
      ? standingIn(detail['current'])
      : type === DetailType.Discovered
        ? standingIn(memberOf(detail['drs'], 'drill'))
        : known?.standing;
  servers.set(name, {
    ...key,
    hostname: textOf(detail, 'hostname') ?? known?.hostname ?? null,
    application: textOf(detail['tags'], 'application') ?? known?.application ?? null,
    standing,
  });
}

function keyOf(detail: Detail): Pick<DrilledServer, 'target' | 'server'> | undefined {
  const server = textOf(detail, 'sourceServerId');
  const accountId = textOf(detail, 'accountId');
  const region = textOf(detail, 'region');
  return server === undefined || accountId === undefined || region === undefined
    ? undefined
    : { target: `drs:${accountId}:${region}`, server };
}

function standingIn(value: unknown): DrilledServer['standing'] {
  if (value === null) return null;
  const state = memberOf(value, 'state');
  if (state !== 'due' && state !== 'done' && state !== 'overdue') return undefined;
  return { state, lastAt: textOf(value, 'lastAt') ?? null };
}

function measuredIn(detail: Detail): Measured {
  const seconds = (name: string) => {
    const value = detail[name];
    return typeof value === 'number' ? value : 0;
  };
  const rpoSeconds = detail['rpoSeconds'];
  const kept = (name: string) => (detail[name] === 'missed' ? 'missed' : 'kept');
  return {
    rpoSeconds: typeof rpoSeconds === 'number' ? rpoSeconds : null,
    rpoObjectiveSeconds: seconds('rpoObjectiveSeconds'),
    rpo: detail['rpo'] === 'unknown' ? 'unknown' : kept('rpo'),
    rtoSeconds: seconds('rtoSeconds'),
    rtoObjectiveSeconds: seconds('rtoObjectiveSeconds'),
    rto: kept('rto'),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : undefined;
}
