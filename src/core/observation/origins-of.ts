import { docAt, textAt } from '../observation.ts';
import type { Target } from '../target.ts';

type Doc = Readonly<Record<string, unknown>>;

/** A server of a plan, as far as it matters where it came from. */
interface Planned {
  readonly sourceServerId: string;
  readonly target: Target;
  readonly settings: { readonly failback?: unknown };
}

/** The target that a server of DRS came from; undefined where DRS names no Region. */
export function originTarget(
  { partition, service, accountId }: Target,
  told:
    | { readonly accountId?: string | undefined; readonly region?: string | undefined }
    | undefined,
): (Target & { readonly service: 'drs' }) | undefined {
  return told?.region === undefined || service !== 'drs'
    ? undefined
    : { partition, service, accountId: told.accountId ?? accountId, region: told.region };
}

/** The targets that servers of a plan fail back to, as the documents of their fleet tell; none where nothing fails back. */
export function originsOf(servers: readonly Planned[], fleet: readonly Doc[]): readonly Target[] {
  const back = new Map(
    servers.flatMap((one) =>
      one.settings.failback === undefined ? [] : [[one.sourceServerId, one] as const],
    ),
  );
  if (back.size === 0) return [];
  return fleet.flatMap((document) => {
    const one = back.get(textAt(document, 'sourceServerID') ?? '');
    const cloud = docAt(document, 'sourceCloudProperties');
    const told = {
      accountId: textAt(cloud, 'originAccountID'),
      region: textAt(cloud, 'originRegion'),
    };
    return (one === undefined ? undefined : originTarget(one.target, told)) ?? [];
  });
}
