// In: the targets of a deployment. Out: the servers of DRS and every drill of a plan, as they are on record. Only reads.
import {
  type DrilledServer,
  type DrillMade,
  type Measured,
  madeRoom,
} from '../../core/compliance/compliance.ts';
import { type MeasuredRecovery, measureRecovery } from '../../core/hook/measured-recovery.ts';
import { type Target, targetName } from '../../core/target.ts';
import type { Ports, WireDocument } from '../ports.ts';
import { readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { waveKey } from '../wave-record.ts';

/** The servers that a target has on record; their applications are not. */
export async function serversOnRecord(
  ports: Pick<Ports, 'store'>,
  target: Target,
): Promise<readonly DrilledServer[]> {
  const records = await readAll(ports.store, place.server(target, ''));
  return records
    .filter(({ body }) => body.facts.present)
    .map(({ body }) => ({
      target: targetName(target),
      server: body.sourceServerId,
      hostname: body.hostname,
      application: null,
      standing: body.drs?.facts.drill,
    }));
}

/** The same with the application that DRS names now; null where it cannot be asked. */
export async function recordedServers(
  ports: Pick<Ports, 'store' | 'drsOf'>,
  target: Target,
): Promise<readonly DrilledServer[]> {
  const servers = await serversOnRecord(ports, target);
  const answer = await ports.drsOf(target).describeSourceServers();
  const applications = new Map(
    (answer.ok ? answer.value : []).map((document) => [
      String(document['sourceServerID']),
      applicationIn(document),
    ]),
  );
  return servers.map((one) => ({ ...one, application: applications.get(one.server) ?? null }));
}

function applicationIn(document: WireDocument): string | null {
  const tags: unknown = document['tags'];
  if (typeof tags !== 'object' || tags === null) return null;
  const application: unknown = Reflect.get(tags, 'application');
  return typeof application === 'string' ? application : null;
}

/** Every drill of a server in a wave that has ended for it. */
export async function recordedDrills(ports: Pick<Ports, 'store'>): Promise<readonly DrillMade[]> {
  const drills: DrillMade[] = [];
  for (const { body: plan } of await readAll(ports.store, place.plan(''))) {
    for (const name of plan.waves) {
      const wave = waveKey(plan.plan, name);
      const members = await readAll(ports.store, place.waveServer(wave, ''));
      drills.push(...members.flatMap(({ body }) => drillOf(body)));
    }
  }
  return drills;
}

/** The drill of a server in its wave; none where that is of another kind, or has not ended for it. */
export function drillOf(member: WaveServer): readonly DrillMade[] {
  const { outcome, settings, results, target, server, wave } = member;
  if (
    outcome === null ||
    madeRoom(outcome.code) ||
    target.service !== 'drs' ||
    !settings.phases.includes('drill')
  )
    return [];
  const ended = results.findLast(({ phase }) => phase === 'drill');
  const last = results.at(-1);
  if (last === undefined) return [];
  const measured =
    ended?.status === 'succeeded' && settings.recovery !== undefined
      ? measureRecovery({
          phase: 'drill',
          attempt: ended.attempt,
          recovery: settings.recovery,
          health: member.health,
          hookRuns: member.hookRuns ?? [],
          calledAt: member.launch?.calledAt,
        })
      : undefined;
  return [
    {
      target: targetName(target),
      server,
      wave,
      endedAt: last.endedAt,
      outcome: outcome.outcome,
      reason: outcome.reason,
      ...(measured === undefined ? {} : { measured: timesOf(measured) }),
    },
  ];
}

/** The times alone, without what they were measured by. */
function timesOf({
  rpoSeconds,
  rpoObjectiveSeconds,
  rpo,
  rtoSeconds,
  rtoObjectiveSeconds,
  rto,
}: MeasuredRecovery): Measured {
  return { rpoSeconds, rpoObjectiveSeconds, rpo, rtoSeconds, rtoObjectiveSeconds, rto };
}
