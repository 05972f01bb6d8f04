// In: a plan and what a dry run has seen. Out: what the preflight of its waves finds on that and on what the poller has on
// record. Only reads. Called by the dry run.
import { currentFields } from '../../core/configuration/drift.ts';
import { aspects } from '../../core/configuration/fields.ts';
import type { Observation } from '../../core/observation.ts';
import { type OnRecord, planFindings } from '../../core/preflight/plan-findings.ts';
import type { TargetFacts } from '../../core/preflight/preflight-facts.ts';
import { type Target, targetName } from '../../core/target.ts';
import type { Ports } from '../ports.ts';
import { drsFacts, targetFacts } from '../preflight.ts';
import { readMany } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { TargetRecord } from '../records/target-records.ts';
import type { ResolvedPlan } from '../start-wave.ts';
import { waveKey } from '../wave-record.ts';
import type { Obstacle } from './obstacles.ts';

interface Seen {
  readonly target: Target;
  readonly record: TargetRecord | undefined;
  readonly observations: ReadonlyMap<string, Observation>;
  readonly openJobs: number | undefined;
  readonly serversInJobs: number | undefined;
}

/** What the preflight would say: a blocking finding lets a wave begin, but makes it wait before the phase. */
export async function preflightObstacles(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  plan: ResolvedPlan,
  sights: readonly Seen[],
): Promise<readonly Obstacle[]> {
  const observations = new Map<string, Observation>();
  const onRecord = new Map<string, OnRecord>();
  const targets: Record<string, TargetFacts> = {};
  for (const { target, record, observations: own, openJobs, serversInJobs } of sights) {
    const known = await targetFacts({ store }, target, record);
    targets[targetName(target)] = {
      ...known,
      ...(openJobs === undefined ? {} : { openJobs }),
      ...(serversInJobs === undefined ? {} : { serversInJobs }),
    };
    for (const [id, observation] of own) observations.set(id, observation);
    const ids = [...own.keys()];
    const found = target.service === 'drs' ? drsOnRecord : mgnOnRecord;
    for (const [id, one] of await found(store, target, ids)) onRecord.set(id, one);
  }
  const now = clock.now();
  return planFindings(plan.waves, { observations, onRecord, targets, now }).map(
    ({ wave, rule, severity, phase, servers, message, remedy }) => ({
      severity: severity === 'blocking' ? 'delays' : 'notes',
      kind: 'preflight',
      rule,
      wave: waveKey(plan.name, wave),
      servers,
      message: `before ${phase}: ${message} (${rule})`,
      remedy,
    }),
  );
}

type Known = readonly (readonly [server: string, onRecord: OnRecord])[];

async function mgnOnRecord(
  store: Ports['store'],
  target: Target,
  ids: readonly string[],
): Promise<Known> {
  const records = await readMany(store, place.server(target, ''), ids);
  const drifts = new Map(records.map(({ sort, body }) => [sort, body.drift ?? {}]));
  return (await readMany(store, place.baseline(target, ''), ids)).map(({ sort, body }) => {
    const now = aspects.map((aspect) => [
      aspect,
      currentFields(body.aspects, drifts.get(sort) ?? {}, aspect),
    ]);
    // The wave begins with what is there now; which other wave holds a server is what start refuses by itself.
    return [sort, { baseline: Object.fromEntries(now), drift: {}, otherWaves: [] }];
  });
}

async function drsOnRecord(
  store: Ports['store'],
  target: Target,
  ids: readonly string[],
): Promise<Known> {
  const seen = await readMany(store, place.launchLook(target, ''), ids);
  const looks = new Map(seen.map(({ sort, body }) => [sort, body]));
  return (await readMany(store, place.server(target, ''), ids)).map(({ sort, body }) => [
    sort,
    { ...drsFacts(body, looks.get(sort), undefined), otherWaves: [] },
  ]);
}
