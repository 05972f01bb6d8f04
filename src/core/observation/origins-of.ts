import { docAt, textAt } from '../observation.ts';
import type { Target } from '../target.ts';

type Doc = Readonly<Record<string, unknown>>;

/** A server of a plan, as far as it matters where it came from. */
interface Planned {
  readonly sourceServerId: string;
  readonly target: Target;
  readonly settings: { readonly failback?: unknown };
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
    const region = textAt(cloud, 'originRegion');
    if (one === undefined || region === undefined) return [];
    const { partition, service, accountId } = one.target;
    return [
      { partition, service, accountId: textAt(cloud, 'originAccountID') ?? accountId, region },
    ];
  });
}
