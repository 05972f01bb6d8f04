import type { ConfigurationSeen } from './drift.ts';
import { type Aspect, aspects, type Fields } from './fields.ts';

/** Fields that Landfall is setting on purpose, by aspect; null where one goes away. */
export type Accepted = Readonly<Partial<Record<Aspect, Readonly<Record<string, string | null>>>>>;

/** The fields that differ between two looks: what becomes of them, null where one goes away. */
export function acceptedBetween(
  before: Fields,
  after: Fields,
): Readonly<Record<string, string | null>> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap((name) =>
      before[name] === after[name] ? [] : [[name, after[name] ?? null] as const],
    ),
  );
}

/** The baseline as it counts for a look: a field that is what Landfall was setting it to is as expected. */
export function expecting(
  baseline: ConfigurationSeen,
  accepted: Accepted | undefined,
  seen: ConfigurationSeen,
): ConfigurationSeen {
  if (accepted === undefined) return baseline;
  return laidOver(baseline, accepted, (aspect, name, value) => {
    const actual = seen[aspect];
    return actual !== undefined && (actual[name] ?? null) === value;
  });
}

/** The baseline once what Landfall was setting is set. */
export function settled(baseline: ConfigurationSeen, accepted: Accepted): ConfigurationSeen {
  return laidOver(baseline, accepted, () => true);
}

function laidOver(
  baseline: ConfigurationSeen,
  accepted: Accepted,
  counts: (aspect: Aspect, name: string, value: string | null) => boolean,
): ConfigurationSeen {
  const next: Partial<Record<Aspect, Fields>> = { ...baseline };
  for (const aspect of aspects) {
    const own = baseline[aspect];
    if (own === undefined) continue;
    const fields: Record<string, string> = { ...own };
    for (const [name, value] of Object.entries(accepted[aspect] ?? {})) {
      if (!counts(aspect, name, value)) continue;
      if (value === null) delete fields[name];
      else fields[name] = value;
    }
    next[aspect] = fields;
  }
  return next;
}

/** Joins what is accepted already with what is to be accepted too; the latter counts. */
export function acceptedWith(known: Accepted | undefined, more: Accepted): Accepted {
  const joined = aspects.flatMap((aspect) => {
    const fields = { ...known?.[aspect], ...more[aspect] };
    return Object.keys(fields).length === 0 ? [] : [[aspect, fields] as const];
  });
  return Object.fromEntries(joined);
}
