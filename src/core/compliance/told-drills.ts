import { DetailType } from '../event/detail-type.ts';
import { type Detail, numberIn, type ToldFact } from '../event/told.ts';
import { type Instant, instantMs } from '../time.ts';
import { type DrilledServer, type DrillMade, type Measured, madeRoom } from './compliance.ts';

/** Servers of DRS and their drills. */
export interface KnownDrills {
  readonly servers: readonly DrilledServer[];
  readonly drills: readonly DrillMade[];
}

/** The same, as events tell them. */
export interface ToldDrills extends KnownDrills {
  /** When the last event was told; undefined where there is none. */
  readonly until: Instant | undefined;
}

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
      const what = measuredIn(detail);
      if (what !== undefined) measured.set(`${wave} ${key.server}`, what);
    }
    if (type === DetailType.ServerPhaseEnded) phaseEnds.set(`${wave} ${key.server}`, at);
    if (type !== DetailType.ServerOutcome || !waves.has(wave)) continue;
    if (madeRoom(textOf(detail, 'code'))) continue;
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

/**
 * Joins what was told with what is on record, which is newer: events may end long before, and may lack a drill. The
 * application of a server is told by events, where its record has none.
 */
export function withRecords(told: KnownDrills, onRecord: KnownDrills): KnownDrills {
  const nameOf = ({ target, server }: DrilledServer) => `${target}/${server}`;
  const drillOf = ({ target, server, wave }: DrillMade) => `${target}/${server} ${wave}`;
  const heard = new Map(told.servers.map((one) => [nameOf(one), one]));
  const known = new Set(told.drills.map(drillOf));
  return {
    servers: onRecord.servers.map((one) => {
      const before = heard.get(nameOf(one));
      return {
        ...one,
        hostname: one.hostname ?? before?.hostname ?? null,
        application: one.application ?? before?.application ?? null,
        standing: one.standing === undefined ? before?.standing : one.standing,
      };
    }),
    drills: [...told.drills, ...onRecord.drills.filter((one) => !known.has(drillOf(one)))],
  };
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
  const lastAt = textOf(value, 'lastAt');
  return { state, lastAt: lastAt === undefined || instantMs(lastAt) === undefined ? null : lastAt };
}

/** What a drill has measured; undefined where an event does not tell it whole. */
function measuredIn(detail: Detail): Measured | undefined {
  const rpoObjectiveSeconds = numberIn(detail, 'rpoObjectiveSeconds');
  const rtoSeconds = numberIn(detail, 'rtoSeconds');
  const rtoObjectiveSeconds = numberIn(detail, 'rtoObjectiveSeconds');
  const { rpo, rto } = detail;
  if (rpoObjectiveSeconds === null || rtoSeconds === null || rtoObjectiveSeconds === null) return;
  if (rpo !== 'kept' && rpo !== 'missed' && rpo !== 'unknown') return;
  if (rto !== 'kept' && rto !== 'missed') return;
  const rpoSeconds = numberIn(detail, 'rpoSeconds');
  return { rpoSeconds, rpoObjectiveSeconds, rpo, rtoSeconds, rtoObjectiveSeconds, rto };
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
