import { type Path, type Problem, problemAt } from '../fleet/problem.ts';
import { distinctTargets, type Target } from '../target.ts';
import type { ServerSettings } from './settings-for.ts';

/** A server of a wave, as far as it says where it is extended to. */
export interface Extended {
  readonly target: Target;
  readonly settings: Pick<ServerSettings, 'phases' | 'recovery'>;
}

/** The target that a server is extended into; undefined where its way does not lead there. */
export function extensionTarget({
  target,
  settings: { phases, recovery },
}: Extended): Target | undefined {
  const accountId = recovery?.extendInto;
  return accountId === undefined || !phases.includes('extend')
    ? undefined
    : { ...target, accountId };
}

/** All targets that waves act in: those of their servers, and those that these are extended into. */
export function targetsOfWaves(
  waves: readonly { readonly servers: readonly Extended[] }[],
): readonly Target[] {
  const servers = waves.flatMap((wave) => wave.servers);
  return distinctTargets([
    ...servers.map(({ target }) => target),
    ...servers.flatMap((server) => extensionTarget(server) ?? []),
  ]);
}

/** Finds servers that are in the very account that they are to be extended into. */
export function* ownAccountProblems(
  servers: readonly (Extended & { readonly sourceServerId: string })[],
  at: Path,
): Generator<Problem> {
  const own = servers.filter(
    (server) => extensionTarget(server)?.accountId === server.target.accountId,
  );
  const [first] = own;
  if (first === undefined) return;
  const others = own.length === 1 ? '' : ` and ${own.length - 1} more`;
  yield problemAt(
    [...at, 'servers'],
    `${first.sourceServerId}${others}: in account ${first.target.accountId} already, which extend.into names`,
    'exclude them, or name another account in extend.into',
  );
}
