// In: a deployment and a plan or a wave of it. Out: the evidence of its table and its events, with the facts behind it.

import type { DrilledServer } from '../../core/compliance/compliance.ts';
import { type EvidenceRecord, factRecord } from '../../core/evidence/chain.ts';
import type { Forecast } from '../../core/evidence/estimates.ts';
import { gatherEvidence, type WaveCourse } from '../../core/evidence/evidence.ts';
import {
  approvalsOnRecord,
  isOfWaves,
  ordersOnRecord,
  wayOnRecord,
} from '../../core/evidence/from-records.ts';
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { targetName } from '../../core/target.ts';
import { fromMs, type Instant, toMs } from '../../core/time.ts';
import { drillOf, serversOnRecord } from '../../flow/compliance/recorded-drills.ts';
import { place } from '../../flow/records/place.ts';
import type { Arguments } from '../arguments.ts';
import { readArchive } from '../events/read-archive.ts';
import { openEvents } from '../events/read-events.ts';
import { nameRemedy } from '../near-names.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import type { Gathered } from './gather-rehearsal.ts';
import {
  coursesOf,
  deliveryOf,
  factsOf,
  firstToldOf,
  reportMaker,
  type ToldEvent,
} from './told-events.ts';
import { answersIn, plannedWaves, type WaveOnRecord, waveOnRecord } from './waves-on-record.ts';

/** Gathers the evidence of a plan of a deployment, or of one wave of it. */
export async function gatherDeployment(
  given: Arguments,
  deployment: OpenDeployment,
  name: string,
  forecast: Forecast | undefined,
): Promise<Gathered> {
  const { ports } = deployment;
  const now = ports.clock.now();
  const [plan = name] = name.split('.');
  const planned = await plannedWaves(ports, plan);
  const wanted = planned.filter((one) => name === plan || `${one.plan}.${one.name}` === name);
  if (wanted.length === 0) {
    const all = await plannedWaves(ports, undefined);
    const names = all.flatMap((one) => [one.plan, `${one.plan}.${one.name}`]);
    const remedy = nameRemedy(name, names, 'landfall status lists all that was started here');
    return refused([
      problemAt([], `${shown(name)} is no plan or wave that was started here`, remedy),
    ]);
  }
  const waves = await Promise.all(wanted.map((one) => waveOnRecord(ports, one)));
  const heard = await eventsOf(given, deployment, waves, now);
  if (!heard.ok) return heard;
  const { told, source } = heard;
  const documents = waves.flatMap(documentsOf);
  const evidence = gatherEvidence({
    head: {
      of: 'deployment',
      madeBy: reportMaker,
      subject: name,
      until: now,
      lacks: lacksOf(waves, told, source !== undefined),
    },
    sources: [
      { name: `table ${deployment.outputs.tableName}`, entries: documents.length, sha256: null },
      ...(source === undefined ? [] : [{ name: source, entries: told.length, sha256: null }]),
    ],
    told,
    courses: coursesWith(coursesOf(told), waves),
    onRecord: waves.flatMap(({ members, waits }) =>
      members.map((member) => wayOnRecord(member, waits, now)),
    ),
    ordersOnRecord: waves.flatMap(ordersIn),
    drillsOnRecord: await drillsOf(ports, waves),
    forecast,
  });
  return { ok: true, evidence, facts: [...documents, ...factsOf(told)] };
}

function refused(problems: readonly Problem[]): Extract<Gathered, { ok: false }> {
  return { ok: false, problems };
}

type Heard =
  | { readonly ok: true; readonly told: readonly ToldEvent[]; readonly source: string | undefined }
  | Extract<Gathered, { ok: false }>;

/** The events of waves: from a file, from the archive, or none. */
async function eventsOf(
  given: Arguments,
  deployment: OpenDeployment,
  waves: readonly WaveOnRecord[],
  now: Instant,
): Promise<Heard> {
  const begun = waves.flatMap(({ record }) => record ?? []);
  const from = begun.map(({ startedAt }) => startedAt).toSorted()[0];
  if (given.has('records-only') || from === undefined) {
    return { ok: true, told: [], source: undefined };
  }
  const file = given.one('events');
  const read =
    file === undefined
      ? await readArchive(given, deployment, spanOf(from, begun, now))
      : await readKept(file);
  if (!read.ok) return read;
  const deliveries = read.deliveries.flatMap((one) => deliveryOf(one) ?? []);
  const names = new Set(waves.map(({ wave }) => wave));
  const servers = new Set(waves.flatMap(({ members }) => members.map(({ server }) => server)));
  const own = deliveries.filter(({ detail }) => isOfWaves(detail, names, servers));
  const { told } = firstToldOf(own);
  const source = file === undefined ? `archive of ${deployment.outputs.busName}` : file;
  return { ok: true, told: told.toSorted(byTime), source };
}

function spanOf(
  from: Instant,
  begun: readonly { readonly concludedAt: Instant | null }[],
  now: Instant,
) {
  const ends = begun.map(({ concludedAt }) => toMs(concludedAt ?? now) + 60_000);
  return { from, to: fromMs(Math.min(toMs(now), Math.max(...ends))) };
}

async function readKept(file: string) {
  const opened = openEvents(file);
  if (!opened.ok) return refused([opened.problem]);
  const deliveries: unknown[] = [];
  const problems: Problem[] = [];
  for await (const read of opened.events) {
    if ('event' in read) deliveries.push(read.event);
    else {
      const problem = problemAt([], read.problem, 'give events as EventBridge delivers them');
      problems.push({ ...problem, file: opened.file, line: read.line });
    }
  }
  return problems.length > 0 ? refused(problems) : { ok: true as const, deliveries };
}

/** Queues deliver in any order; a stream has its own. */
function byTime(a: ToldEvent, b: ToldEvent): number {
  const [one, other] = [a.detail, b.detail];
  const apart = toMs(String(one['observedAt'])) - toMs(String(other['observedAt']));
  if (apart !== 0) return apart;
  if (one['stream'] !== other['stream'])
    return String(one['stream']) < String(other['stream']) ? -1 : 1;
  return Number(one['sequence']) - Number(other['sequence']);
}

/** What the events do not tell, by the numbers that the table has of each stream. */
function lacksOf(
  waves: readonly WaveOnRecord[],
  told: readonly ToldEvent[],
  hasEvents: boolean,
): readonly string[] {
  const unbegun = waves.filter(({ record }) => record === undefined).map(({ wave }) => wave);
  const waiting =
    unbegun.length === 0 ? [] : [`Not begun yet, and not told of: ${unbegun.join(', ')}.`];
  if (!hasEvents) {
    const lack =
      'No events were read: stages, gates, waits that ended, lag and most deviations are not told of.';
    return [...waiting, lack];
  }
  const counts = new Map<string, number>();
  for (const { detail } of told) {
    const wave = detail['wave'];
    if (typeof wave !== 'string' || !String(detail['stream']).startsWith('wave/')) continue;
    counts.set(wave, (counts.get(wave) ?? 0) + 1);
  }
  const gaps = waves.flatMap(({ wave, record, members }) => {
    const all = [...(record === undefined ? [] : [record]), ...members];
    const onRecord = all.reduce((sum, { sequence }) => sum + sequence, 0);
    const missing = onRecord - (counts.get(wave) ?? 0);
    return missing <= 0
      ? []
      : [`${missing} of ${onRecord} events of ${wave} and its servers are not among those read.`];
  });
  return [...waiting, ...gaps];
}

/** What the table has of a wave of which no event tells that it began. */
function coursesWith(
  told: readonly WaveCourse[],
  waves: readonly WaveOnRecord[],
): readonly WaveCourse[] {
  const known = new Map(told.map((course) => [course.wave, course]));
  return waves.flatMap(({ wave, record }) => {
    const course = known.get(wave);
    if (course !== undefined) return [course];
    if (record === undefined) return [];
    const { startedAt, concludedAt, order } = record;
    const servers = order.length;
    return [{ wave, servers, startedAt, concludedAt: concludedAt ?? undefined, stages: [] }];
  });
}

/** How the servers of waves stand with their drills, and the drills of these waves. */
async function drillsOf(ports: OpenDeployment['ports'], waves: readonly WaveOnRecord[]) {
  const members = waves.flatMap((wave) => wave.members);
  const ofDrs = members.filter(({ target }) => target.service === 'drs');
  const targets = new Map(ofDrs.map(({ target }) => [targetName(target), target]));
  const servers: DrilledServer[] = [];
  for (const [name, target] of targets) {
    const own = new Set(
      ofDrs.flatMap((one) => (targetName(one.target) === name ? one.server : [])),
    );
    const all = await serversOnRecord(ports, target);
    servers.push(...all.filter(({ server }) => own.has(server)));
  }
  return { servers, drills: ofDrs.flatMap(drillOf) };
}

function ordersIn(one: WaveOnRecord) {
  const { wave, orders } = one;
  return [
    ...approvalsOnRecord(wave, answersIn(one)),
    ...ordersOnRecord(wave, orders.stage?.log ?? [], 'stage'),
    ...ordersOnRecord(wave, orders.plan?.log ?? [], 'plan'),
    ...ordersOnRecord(wave, orders.wave?.log ?? []),
  ];
}

/** The documents of a wave, each with its place. */
function documentsOf({
  wave,
  planned,
  record,
  members,
  approvals,
  orders,
}: WaveOnRecord): readonly EvidenceRecord[] {
  const document = ({ partition, sort }: { partition: string; sort: string }, body: unknown) =>
    body === undefined ? [] : [factRecord('document', { partition, sort, body })];
  return [
    ...document(place.plannedWave(planned.plan, planned.name), planned),
    ...document(place.wave(wave), record),
    ...document(place.command(wave), orders.wave),
    ...approvals.flatMap((approval) => document(place.approval(wave, approval.phase), approval)),
    ...members.flatMap((member) => document(place.waveServer(wave, member.server), member)),
  ];
}
