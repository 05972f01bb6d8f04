import { partitionOfRegion, type Service, type Target, targetName } from './target.ts';
import {
  builtInDrsLimits,
  type DrsLimits,
  drsLimitsText,
  readDrsLimits,
} from './target-list/drs-limits.ts';

/**
 * As whom a target is reached: `own` as Landfall itself; `role` in the member role of the account; `managed` as
 * Landfall itself, a delegated administrator of MGN, naming the account in each call that can, and in the member role
 * for the rest.
 */
export const accesses = ['own', 'role', 'managed'] as const;
export type Access = (typeof accesses)[number];

/** A target that a deployment looks after, and as whom. */
export interface ListedTarget {
  readonly target: Target;
  readonly access: Access;
  /** Of a target of DRS: from where on it is told to be amiss; the built-in limits where absent. */
  readonly limits?: DrsLimits;
}

/** The targets of a list, or everything that is wrong with it. */
export type TargetList =
  | { readonly ok: true; readonly targets: readonly ListedTarget[] }
  | { readonly ok: false; readonly problems: readonly string[] };

const services: readonly Service[] = ['mgn', 'drs'];

/** Why a target of DRS is never `managed`. */
export const noDelegate = 'DRS knows no delegated administrator: the access is own or role';

const entryPattern = /^([^:=;]*):([^:=;]*):([^:=;]*)(?:=([^;]*))?((?:;.*)?)$/;
const regionPattern = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;

/**
 * Reads a comma list of `SERVICE:111122223333:eu-central-1[=own|role|managed]`, the service `mgn` or `drs`; no suffix
 * means `own`. Limits may follow a target of DRS: `;rpoSeconds=300`. Blanks around an entry and empty entries are fine.
 * All problems are told at once.
 */
export function parseTargetList(text: string): TargetList {
  const problems: string[] = [];
  const targets = new Map<string, ListedTarget>();
  const entries = text.split(',').map((entry) => entry.trim());
  for (const entry of entries.filter((each) => each !== '')) {
    const listed = readEntry(entry, problems);
    if (listed === undefined) continue;
    const name = targetName(listed.target);
    if (targets.has(name)) problems.push(`${name} is listed twice`);
    else targets.set(name, listed);
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, targets: [...targets.values()] };
}

function readEntry(entry: string, problems: string[]): ListedTarget | undefined {
  const found = entryPattern.exec(entry);
  if (found === null) {
    problems.push(`${entry} is no target like mgn:111122223333:eu-central-1`);
    return undefined;
  }
  const [, named, accountId = '', region = '', suffix = 'own', behind = ''] = found;
  const service = services.find((known) => known === named);
  const access = accesses.find((known) => known === suffix);
  const before = problems.length;
  if (service === undefined) {
    problems.push(`${entry}: the service must be mgn or drs, not ${named || 'empty'}`);
  }
  if (!/^\d{12}$/.test(accountId)) problems.push(`${entry}: an account id has 12 digits`);
  if (!regionPattern.test(region)) {
    problems.push(`${entry}: ${region || 'nothing'} is no Region like eu-central-1`);
  }
  if (access === undefined) {
    problems.push(`${entry}: the access must be own, role or managed, not ${suffix || 'empty'}`);
  }
  if (service === 'drs' && access === 'managed') problems.push(`${entry}: ${noDelegate}`);
  if (service === 'mgn' && behind !== '')
    problems.push(`${entry}: only targets of drs have limits`);
  const limits = service === 'drs' ? readDrsLimits(behind, entry, problems) : undefined;
  if (problems.length > before || service === undefined || access === undefined) return undefined;
  return {
    target: { partition: partitionOfRegion(region), service, accountId, region },
    access,
    ...(limits === undefined ? {} : { limits }),
  };
}

/** Writes a list as `parseTargetList` reads it; `own` is left unsaid. */
export function targetListText(targets: readonly ListedTarget[]): string {
  return targets
    .map(
      ({ target, access, limits }) =>
        `${targetName(target)}${access === 'own' ? '' : `=${access}`}${limits === undefined ? '' : drsLimitsText(limits)}`,
    )
    .join(',');
}

/** The limits of each target of DRS, by the target's name; the built-in ones for any other. */
export function drsLimitsOf(listed: readonly ListedTarget[]): (target: Target) => DrsLimits {
  const known = new Map(listed.map(({ target, limits }) => [targetName(target), limits]));
  return (target) => known.get(targetName(target)) ?? builtInDrsLimits;
}
