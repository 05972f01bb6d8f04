// In: a target of DRS and how far the settings of its servers were looked at. Out: whom this tick looks at, and how far
// the round has come after it. Pure; called by look-at-drs-configurations.
import { type Instant, secondsBetween } from '../../../core/time.ts';
import type { DrsConfigurationPace } from '../../records/target-records.ts';

/** So many servers are looked at in one tick: up to three calls each. */
export const drsServersPerTick = 20;
/** How often the account's templates, and which versions of launch templates are the defaults, are looked at. */
export const drsTemplateSeconds = 3600;

/** A target whose settings nobody has looked at yet. */
export const drsNotLookedAt: DrsConfigurationPace = {
  templates: '',
  lookedAt: null,
  templatesAt: null,
  round: null,
  refused: null,
};

/** A round under way, and the servers whose turn it is. */
export interface DrsTurn {
  readonly round: NonNullable<DrsConfigurationPace['round']>;
  readonly ids: readonly string[];
  /** Whether nobody is left behind these. */
  readonly isLast: boolean;
}

/**
 * Says whose turn it is: a round goes through all servers, in the order of their ids, as often as the deployment wants
 * it, and begins anew when the templates that they are compared with are others. Undefined where no round is due.
 */
export function drsTurn(
  pace: DrsConfigurationPace,
  ids: readonly string[],
  templates: string,
  { now, settingsSeconds }: { readonly now: Instant; readonly settingsSeconds: number },
): DrsTurn | undefined {
  const isDue =
    pace.templates !== templates ||
    pace.lookedAt === null ||
    secondsBetween(pace.lookedAt, now) >= settingsSeconds;
  const round = pace.round ?? (isDue ? { since: now, templates, after: '' } : null);
  if (round === null) return undefined;
  const left = ids.filter((id) => id > round.after).sort();
  return {
    round,
    ids: left.slice(0, drsServersPerTick),
    isLast: left.length <= drsServersPerTick,
  };
}

/** The pace after a turn that came as far as a server; all the way where it is the round's last turn. */
export function paceAfterTurn(
  pace: DrsConfigurationPace,
  { round, isLast }: DrsTurn,
  wentThrough: { readonly after: string; readonly all: boolean },
): DrsConfigurationPace {
  return isLast && wentThrough.all
    ? { ...pace, templates: round.templates, lookedAt: round.since, round: null }
    : { ...pace, round: { ...round, after: wentThrough.after } };
}

/** Says whether the templates are due. */
export function areTemplatesDue({ templatesAt }: DrsConfigurationPace, now: Instant): boolean {
  return templatesAt === null || secondsBetween(templatesAt, now) >= drsTemplateSeconds;
}
