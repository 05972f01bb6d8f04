import { docAt, docsAt, type Observation, textAt } from '../observation.ts';
import { type Fields, launchFields } from './fields.ts';

type Doc = Readonly<Record<string, unknown>>;

/** What a look saw of what a server of DRS is launched with; null where nothing told it. */
export interface LaunchLook {
  /** Its launch configuration. */
  readonly launch: Fields;
  /** The instance that it is launched into, where it is to be none of its own. */
  readonly intoInstance: string | null;
  readonly recommendedType: string | null;
  readonly supportsNitro: boolean | null;
  readonly isWindows: boolean | null;
  /** How long its oldest recovery points are kept. */
  readonly pointsKeptSeconds: number | null;
}

/** Draws what a preflight needs out of a server of DRS, its launch configuration and its replication configuration. */
export function launchLookOf(
  { drs, recommendedType }: Pick<Observation, 'drs' | 'recommendedType'>,
  launch: Doc,
  replication: Doc | undefined,
): LaunchLook {
  const into = textAt(docAt(launch, 'launchIntoInstanceProperties'), 'launchIntoEC2InstanceID');
  return {
    launch: launchFields(launch),
    intoInstance: into ?? null,
    recommendedType: recommendedType ?? null,
    supportsNitro: drs?.supportsNitro ?? null,
    isWindows: drs?.osName === undefined ? null : /windows/i.test(drs.osName),
    pointsKeptSeconds: replication === undefined ? null : keptSeconds(replication),
  };
}

const unitSeconds: Readonly<Record<string, number>> = { MINUTE: 60, HOUR: 3600, DAY: 86_400 };

/** The longest retention of a point-in-time policy; null where it has no rule that counts. */
function keptSeconds(replication: Doc): number | null {
  const kept = docsAt(replication, 'pitPolicy').flatMap((rule) => {
    const unit = unitSeconds[textAt(rule, 'units') ?? ''];
    const { retentionDuration, enabled } = rule;
    if (enabled === false || unit === undefined || typeof retentionDuration !== 'number') return [];
    return [unit * retentionDuration];
  });
  return kept.length === 0 ? null : Math.max(...kept);
}
