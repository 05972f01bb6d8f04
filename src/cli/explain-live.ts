// In: a deployment and the name of a server. Out: its way in words, from what its table holds now. Reads only.
import { wayOnRecord } from '../core/evidence/from-records.ts';
import { printable, shown } from '../core/fleet/problem.ts';
import { targetName } from '../core/target.ts';
import type { Ports } from '../flow/ports.ts';
import { read } from '../flow/records/documents.ts';
import { place } from '../flow/records/place.ts';
import type { PlannedWave } from '../flow/records/plan-records.ts';
import type { ServerRecord } from '../flow/records/server-records.ts';
import { explainWay } from './explain-way.ts';
import { nearNames } from './near-names.ts';
import { plannedWaves, waveOnRecord } from './report/waves-on-record.ts';

/** What a person is told of a server; or why nothing, in a sentence. */
export type ExplainedLive =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** Tells the way of a server through every wave that holds it, named by its id or its host name in any case. */
export async function explainLive(
  ports: Pick<Ports, 'store' | 'clock'>,
  name: string,
  furtherWords: string,
): Promise<ExplainedLive> {
  const wanted = name.toLowerCase();
  const waves = await plannedWaves(ports, undefined);
  const holders = waves.flatMap((wave) => {
    const own = wave.servers.filter(
      ({ id, hostname }) => id.toLowerCase() === wanted || hostname?.toLowerCase() === wanted,
    );
    return own.map(({ id, arn }) => ({ wave, id, arn }));
  });
  const arns = [...new Set(holders.map(({ arn }) => arn))];
  if (arns.length === 0) return { ok: false, problem: unknown(name, waves) };
  if (arns.length > 1) {
    const said = `${shown(name)} is the name of ${arns.length} servers; name one of them by its id:`;
    return { ok: false, problem: [said, ...arns.map((arn) => `  ${printable(arn)}`)].join('\n') };
  }
  const texts: string[] = [];
  for (const { wave, id } of holders) texts.push(await inWave(ports, wave, id, furtherWords));
  return { ok: true, text: texts.join('\n\n') };
}

function unknown(name: string, waves: readonly PlannedWave[]): string {
  const names = waves.flatMap(({ servers }) =>
    servers.flatMap(({ id, hostname }) => (hostname === null ? [id] : [id, hostname])),
  );
  const near = nearNames(name, names);
  return [
    `${shown(name)} is no server of a plan that was started here`,
    ...(near.length === 0 ? [] : ['near names:']),
    ...near.map((one) => `  ${printable(one)}`),
  ].join('\n');
}

async function inWave(
  ports: Pick<Ports, 'store' | 'clock'>,
  planned: PlannedWave,
  id: string,
  furtherWords: string,
): Promise<string> {
  const { wave, members, waits } = await waveOnRecord(ports, planned);
  const member = members.find(({ server }) => server === id);
  if (member === undefined) return `Wave ${wave} holds ${id}, and has not begun with it yet.`;
  const { body } = await read(ports.store, place.server(member.target, id));
  return explainWay(wayOnRecord(member, waits, ports.clock.now()), {
    seen: body === undefined ? `never, at ${targetName(member.target)}` : seenWords(body),
    more: [`What can be done: landfall status ${wave}${furtherWords}`],
  });
}

function seenWords({ facts }: ServerRecord): string {
  return [
    // DRS has no life cycle.
    ...(facts.lifecycle === null ? [] : [`life cycle ${facts.lifecycle}`]),
    `replication ${facts.replicationState ?? 'none'}`,
    ...(facts.stalled === null ? [] : [`stalled by ${facts.stalled}`]),
    `lag ${facts.lagBand}, backlog ${facts.backlogBand}`,
    ...(facts.instanceId === null ? [] : [`instance ${facts.instanceId}`]),
  ].join(', ');
}
