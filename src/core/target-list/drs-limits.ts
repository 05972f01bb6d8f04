/** From where on a target of DRS is told to be amiss. */
export interface DrsLimits {
  /** The lag that a server may have: its recovery point objective, in seconds. */
  readonly rpoSeconds: number;
  /** For so many looks in a row the lag must be beyond its limit, or within it again, before that is told. */
  readonly lagLooks: number;
  /** How old the newest recovery snapshot of a server may be, in seconds. */
  readonly recoveryPointSeconds: number;
  /** Within so many days each server must have been drilled. */
  readonly drillDays: number;
  /** How many hours the instance of a drill may be there. */
  readonly drillInstanceHours: number;
}

/** The limits of a target about which the deployment says nothing. */
export const builtInDrsLimits: DrsLimits = {
  rpoSeconds: 900,
  lagLooks: 3,
  recoveryPointSeconds: 4 * 3600,
  drillDays: 90,
  drillInstanceHours: 24,
};

/** Each limit with its bounds, as the deployment file and the list of targets take it. */
export const drsLimitBounds: Readonly<
  Record<keyof DrsLimits, { readonly least: number; readonly most: number }>
> = {
  rpoSeconds: { least: 60, most: 604_800 },
  lagLooks: { least: 1, most: 100 },
  recoveryPointSeconds: { least: 1800, most: 2_592_000 },
  drillDays: { least: 1, most: 3650 },
  drillInstanceHours: { least: 1, most: 8760 },
};

const names = [
  'rpoSeconds',
  'lagLooks',
  'recoveryPointSeconds',
  'drillDays',
  'drillInstanceHours',
] as const;

/**
 * Reads limits as they stand behind a target of a list, `;rpoSeconds=300;drillDays=30`, over the built-in ones. What is
 * wrong is added to the problems.
 */
export function readDrsLimits(text: string, entry: string, problems: string[]): DrsLimits {
  const limits: Record<keyof DrsLimits, number> = { ...builtInDrsLimits };
  for (const part of text.split(';').filter((one) => one !== '')) {
    const [key, value = ''] = part.split('=');
    const name = names.find((known) => known === key);
    if (name === undefined) {
      problems.push(`${entry}: a limit must be one of ${names.join(', ')}, not ${key || 'empty'}`);
      continue;
    }
    const { least, most } = drsLimitBounds[name];
    const count = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(count >= least && count <= most)) {
      problems.push(
        `${entry}: ${name} must be a whole number from ${least} to ${most}, not ${value || 'empty'}`,
      );
      continue;
    }
    limits[name] = count;
  }
  return limits;
}

/** Writes limits as `readDrsLimits` reads them; built-in ones are left unsaid. */
export function drsLimitsText(limits: DrsLimits): string {
  return names
    .filter((name) => limits[name] !== builtInDrsLimits[name])
    .map((name) => `;${name}=${limits[name]}`)
    .join('');
}
