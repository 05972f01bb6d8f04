// In: a plan that extends servers, and what a dry run has seen of them. Out: what stands in the way of the extensions now, as
// the accounts say that they go into. Only reads. Called by the dry run.
import { observeDrsServer } from '../../core/observation/drs-server.ts';
import type { Observation } from '../../core/observation.ts';
import { remedies } from '../../core/outcome/next-action.ts';
import { ensureExtended, extensibleIn } from '../../core/phase/extend.ts';
import { extensionTarget } from '../../core/plan/extension-target.ts';
import type { ResolvedServer } from '../../core/plan/resolve-plan.ts';
import { type Target, targetName } from '../../core/target.ts';
import type { Instant } from '../../core/time.ts';
import type { Ports } from '../ports.ts';
import type { ResolvedPlan } from '../start-wave.ts';
import { waveKey } from '../wave-record.ts';
import type { Obstacle } from './obstacles.ts';

interface Seen {
  readonly now: Instant;
  readonly known: (server: ResolvedServer) => Observation | undefined;
}

/** Servers of one wave that go from one account into another. */
interface Passage {
  readonly wave: string;
  readonly into: Target;
  readonly servers: readonly ResolvedServer[];
}

/** Says which servers could not be extended now, and why: a wave begins all the same, and its servers wait or fail so. */
export async function extensionObstacles(
  { drsOf }: Pick<Ports, 'drsOf'>,
  plan: ResolvedPlan,
  seen: Seen,
): Promise<readonly Obstacle[]> {
  const obstacles: Obstacle[] = [];
  for (const passage of passagesOf(plan)) {
    obstacles.push(...(await obstaclesOf(drsOf(passage.into), passage, seen)));
  }
  return obstacles;
}

function passagesOf(plan: ResolvedPlan): readonly Passage[] {
  const passages = new Map<string, { wave: string; into: Target; servers: ResolvedServer[] }>();
  for (const { name, servers } of plan.waves) {
    for (const server of servers) {
      const into = extensionTarget(server);
      if (into === undefined) continue;
      const key = `${name} ${targetName(server.target)} ${targetName(into)}`;
      const passage = passages.get(key) ?? { wave: waveKey(plan.name, name), into, servers: [] };
      passage.servers.push(server);
      passages.set(key, passage);
    }
  }
  return [...passages.values()];
}

async function obstaclesOf(
  api: ReturnType<Ports['drsOf']>,
  { wave, into, servers }: Passage,
  { now, known }: Seen,
): Promise<readonly Obstacle[]> {
  const [first] = servers;
  const staging = first?.target.accountId ?? '';
  const about = { kind: 'not-extensible', wave, target: targetName(into) } as const;
  const extensible = await api.listExtensibleSourceServers(staging);
  const extended = extensible.ok ? await api.describeExtensions(staging) : extensible;
  if (!extensible.ok || !extended.ok) {
    const { errorName, message } = extended.ok ? { errorName: '', message: '' } : extended.refusal;
    const remedy = `see that DRS is initialised there, and that account ${staging} trusts it`;
    return [
      {
        ...about,
        severity: 'delays',
        servers: [],
        message: `account ${into.accountId} does not say what it can extend: ${errorName}: ${message}`,
        remedy,
      },
    ];
  }
  const look = { target: into, readAt: now, answeredAt: extended.answeredAt ?? now };
  const extensions = extended.value.flatMap((document) => observeDrsServer(document, look) ?? []);
  const listed = extensibleIn(extensible.value);
  const found = new Map<string, Obstacle>();
  for (const server of servers) {
    const observation = known(server);
    if (observation === undefined) continue;
    const sight = { server: observation, extensions, listed: listed.get(server.arn) };
    const finding = ensureExtended({ ...sight, into: into.accountId });
    if (finding.do !== 'linger' && finding.do !== 'fail') continue;
    const { code, message } = finding.failure;
    const same = found.get(message);
    const ids = [...(same?.servers ?? []), server.sourceServerId];
    found.set(message, {
      ...about,
      severity: 'notes',
      servers: ids,
      message: `${ids.length} of wave ${wave} cannot be extended now: ${message}`,
      remedy: remedies[code],
    });
  }
  return [...found.values()];
}
