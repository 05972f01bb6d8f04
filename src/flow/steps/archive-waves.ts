// In: a wave whose servers have all ended. Out: the waves of MGN that it emptied are archived, so that they no longer
// count against the quota of active waves. Called by the wave machine before it concludes.
import { archivableWaves } from '../../core/mgn-wave.ts';
import { type Target, targetName } from '../../core/target.ts';
import { isTransient, transient } from '../act-on-server.ts';
import type { Answer, Ports } from '../ports.ts';
import { type WaveSubject, waveOf, waveServersOf } from '../wave-record.ts';

/** Archives every wave of MGN that holds servers of this wave and whose servers are all archived. */
export async function archiveWaves(
  ports: Ports,
  { subject }: { readonly subject: WaveSubject },
): Promise<{ readonly archived: readonly string[] }> {
  const servers = await waveServersOf(ports, await waveOf(ports, subject.wave));
  // DRS knows no waves.
  const moved = servers.filter(
    ({ outcome, target }) => outcome?.outcome === 'succeeded' && target.service === 'mgn',
  );
  const targets = new Map(moved.map((server) => [targetName(server.target), server.target]));
  const archived: string[] = [];
  for (const [name, target] of targets) {
    const own = moved.filter((server) => targetName(server.target) === name);
    archived.push(...(await archiveIn(ports, target, new Set(own.map((server) => server.server)))));
  }
  return { archived };
}

async function archiveIn(
  ports: Ports,
  target: Target,
  ours: ReadonlySet<string>,
): Promise<readonly string[]> {
  const api = ports.serviceOf(target);
  const waves = taken(await api.listWaves());
  if (waves.length === 0) return [];
  const applications = taken(await api.listApplications());
  const servers = taken(await api.describeSourceServers());
  const archived: string[] = [];
  for (const wave of archivableWaves({ waves, applications, servers }, ours)) {
    const answer = await api.archiveWave(wave);
    // A wave that somebody changed meanwhile stays open: that is theirs to close.
    if (answer.ok) archived.push(wave);
    else if (isTransient(answer.refusal)) throw transient(answer.refusal);
  }
  return archived;
}

function taken<T>(answer: Answer<T>): T {
  if (!answer.ok) throw transient(answer.refusal);
  return answer.value;
}
