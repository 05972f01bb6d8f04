import type { AppliedEntry } from '../desired/applied.ts';
import { type SettingChange, valueText } from '../desired/setting.ts';
import type { Phase } from '../plan/settings.ts';
import { DetailType } from './detail-type.ts';
import { cutTo } from './fit-detail.ts';
import { cutText, type Told } from './stream.ts';
import { looksSecret } from './told-tags.ts';

/** So many settings are named in an event; their number says the rest. */
const namedSettings = 20;
const namedObstacles = 5;
const longestWord = 200;

/** A setting as it is told: what it was, and what it is to be or is now; a value that looks like a secret is left out. */
export interface ToldSetting {
  readonly aspect: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

/** Settings as events carry them. */
export function toldSettings(changes: readonly SettingChange[]): readonly ToldSetting[] {
  return changes.slice(0, namedSettings).map(({ aspect, field, from, to }) => ({
    aspect,
    field: cutTo(field, longestWord),
    from: told(field, from),
    to: told(field, to),
  }));
}

// Tags are text of whoever writes them; what other settings are called is known.
const ofTags = /^(tags|volumeTags|stagingAreaTags)(\.|$)/;

function told(field: string, value: unknown): string {
  const text = valueText(value);
  const names = ofTags.test(field) ? `${field} ${typeof value === 'object' ? text : ''}` : '';
  return looksSecret(names, text) ? '(not told)' : text;
}

/** Tells on the stream of a server of a wave what is to be set before its first launch; nothing where it is as wanted. */
export function tellSettingsCompared({
  phase,
  changes,
  obstacles,
}: {
  readonly phase: Phase;
  readonly changes: readonly SettingChange[];
  readonly obstacles: readonly string[];
}): readonly Told[] {
  if (changes.length === 0 && obstacles.length === 0) return [];
  return [
    {
      detailType: DetailType.ServerSettingsCompared,
      members: {
        phase,
        settings: toldSettings(changes),
        differences: changes.length,
        obstacles: obstacles.slice(0, namedObstacles).map(cutText),
      },
    },
  ];
}

/** Tells on a server's stream that its settings were changed on purpose: by whom, why, and whether all of it was done. */
export function tellSettingsChanged({
  plan,
  entry,
}: {
  readonly plan: string;
  readonly entry: AppliedEntry;
}): Told {
  const { what, at, endedAt, by, reason, changes, left = 0, because, forced } = entry;
  return {
    detailType: what === 'apply' ? DetailType.SettingsApplied : DetailType.SettingsRestored,
    members: {
      plan,
      by: cutText(by),
      reason: cutText(reason),
      begunAt: at,
      endedAt: endedAt ?? at,
      settings: toldSettings(changes),
      differences: changes.length,
      left,
      ...(because === undefined ? {} : { because: cutText(because) }),
      ...(forced === true ? { forced } : {}),
    },
  };
}
