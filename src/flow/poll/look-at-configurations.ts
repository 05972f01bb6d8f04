// In: a tick, before it reads and once its servers are recorded. Out: whose turn it is, and what launches and replication of servers in running waves are configured
// to, compared with how it was when their wave began: a few servers a tick, in rounds hours apart, since each server
// takes calls of its own; launch templates, and what launches need, every hour. Called by poll.

import { targetName } from '../../core/target.ts';
import { type Instant, secondsBetween } from '../../core/time.ts';
import type { Refusal } from '../ports.ts';
import { read, readMany } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { ConfigurationPace } from '../records/target-records.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { lookAtLaunchTemplates } from './look-at-launch-templates.ts';
import { lookAtServer } from './look-at-server.ts';
import { lookAtSurroundings } from './look-at-surroundings.ts';
import { lookAtTemplates } from './look-at-templates.ts';
import type { MgnTick, Tick } from './tick.ts';

/** So many servers are looked at in one tick. */
export const serversPerTick = 20;
/** How often launch templates and what launches need are looked at; MGN checks its templates as often. */
export const templateSeconds = 3600;

/** A target that no wave has asked to be looked at yet. */
export const notLookedAt: ConfigurationPace = {
  waves: [],
  lookedAt: null,
  templatesAt: null,
  round: null,
  refused: null,
};

/** What of the configurations a tick looks at. */
export interface ConfigurationTurn {
  readonly pace: ConfigurationPace;
  readonly templatesDue: boolean;
  /** The servers of running waves that have not ended. */
  readonly members: readonly WaveServer[];
  /** Those of them that the round has not come to yet. */
  readonly left: readonly WaveServer[];
}

/** Says what is due in this tick; undefined where nothing is. */
export async function configurationTurn(tick: MgnTick): Promise<ConfigurationTurn | undefined> {
  const waves = Object.keys(tick.target.paces).sort();
  if (waves.length === 0) return undefined;
  const pace = tick.target.configuration ?? notLookedAt;
  const round = pace.round ?? (isRoundDue(pace, waves, tick) ? newRound(tick, waves) : null);
  const templatesDue = isDue(pace.templatesAt, templateSeconds, tick.now);
  if (round === null && !templatesDue) return undefined;
  const members = await openMembers(tick, waves);
  const left = round === null ? [] : members.filter(({ server }) => server > round.after);
  return { pace: { ...pace, round }, templatesDue, members, left };
}

/** The servers whose turn it is: the tick reads and records them with all others that it looks at. */
export function serversOfTurn(turn: ConfigurationTurn | undefined): readonly string[] {
  return (turn?.left ?? []).slice(0, serversPerTick).map(({ server }) => server);
}

/** Looks at what is due. A refused look is no failed tick: it is noted and tried again with the next round. */
export async function lookAtConfigurations(
  tick: MgnTick,
  turn: ConfigurationTurn | undefined,
): Promise<void> {
  if (turn === undefined) return;
  const { templatesDue, members } = turn;
  const before = tick.target.configuration ?? notLookedAt;
  const looked = await goOn(tick, turn);
  // The templates of servers that were never looked at are not known yet.
  const due = templatesDue || (before.round !== null && looked.round === null);
  if (!due || looked.round !== null) {
    tick.seen.configuration = looked;
    return;
  }
  const refusal =
    (await lookAtLaunchTemplates(tick, members)) ??
    (await lookAtTemplates(tick)) ??
    (await lookAtSurroundings(tick, members));
  tick.seen.configuration = {
    ...looked,
    templatesAt: tick.now,
    refused: refusal === undefined ? looked.refused : refusedNow(looked, refusal, tick.now),
  };
}

/** A round is due for waves that none has gone through, and the hours of the deployment after the last one. */
export function isRoundDue(
  pace: ConfigurationPace,
  waves: readonly string[],
  { now, settingsSeconds }: Pick<MgnTick, 'now' | 'settingsSeconds'>,
): boolean {
  return (
    waves.some((wave) => !pace.waves.includes(wave)) || isDue(pace.lookedAt, settingsSeconds, now)
  );
}

function isDue(last: Instant | null, seconds: number, now: Instant): boolean {
  return last === null || secondsBetween(last, now) >= seconds;
}

function newRound({ now }: MgnTick, waves: readonly string[]) {
  return { since: now, waves, after: '' };
}

/** The next servers of a round; the round is over when none is left, or a call was refused for good. */
async function goOn(tick: MgnTick, { pace, left }: ConfigurationTurn): Promise<ConfigurationPace> {
  const { round } = pace;
  if (round === null) return pace;
  const now = left.slice(0, serversPerTick);
  let { after } = round;
  let refusal: Refusal | undefined;
  for (const member of now) {
    refusal = await lookAtServer(tick, member, tick.seen.servers.get(member.server));
    if (isFinal(refusal)) break;
    after = member.server;
  }
  if (!isFinal(refusal)) refusal = await lookAtLaunchTemplates(tick, now);
  if (refusal?.kind === 'throttled') return { ...pace, round: { ...round, after } };
  if (isFinal(refusal)) return over({ ...pace, refused: refusedNow(pace, refusal, tick.now) });
  return left.length > now.length
    ? { ...pace, round: { ...round, after } }
    : over({ ...pace, refused: null });
}

/** A server that is gone, or a call that broke, keeps nobody from the next server; these do. */
function isFinal(refusal: Refusal | undefined): refusal is Refusal {
  return refusal?.kind === 'throttled' || refusal?.kind === 'access-denied';
}

function over(pace: ConfigurationPace): ConfigurationPace {
  const { round } = pace;
  return round === null
    ? pace
    : { ...pace, waves: round.waves, lookedAt: round.since, round: null };
}

function refusedNow(pace: ConfigurationPace, refusal: Refusal, now: Instant) {
  return {
    since: pace.refused?.since ?? now,
    reason: `${refusal.errorName}: ${refusal.message}`.slice(0, 500),
  };
}

/** The servers of running waves in this target that have not ended, in the order of their ids. */
export async function openMembers(
  { ports, target }: Pick<Tick, 'ports' | 'target'>,
  waves: readonly string[],
): Promise<readonly WaveServer[]> {
  const own = targetName(target.target);
  const found: WaveServer[] = [];
  for (const wave of waves) {
    const { body } = await read(ports.store, place.wave(wave));
    const order = body?.order ?? [];
    const all = place.waveServer(wave, '');
    const sorts = order.map((server) => `${all.sort}${server}`);
    for (const { body: member } of await readMany(ports.store, all, sorts)) {
      if (member.outcome === null && targetName(member.target) === own) found.push(member);
    }
  }
  return found.sort((a, b) => (a.server < b.server ? -1 : 1));
}
