// In: a target's record and what a tick saw. Out: the record with what is new of the target as a whole: how far its
// quotas are used up, which vCenter clients are silent and which templates have changed, each told in the target's own stream. Called by close-tick,
// which writes it all at once. Pure.
import type { Quotas } from '../../core/admission.ts';
import { clientsAfter } from '../../core/change/client-silence.ts';
import {
  type Pressure,
  pressureOf,
  usedPercent,
  type WatchedQuota,
  watchedQuotas,
} from '../../core/change/quota-pressure.ts';
import { type Templates, templateChanges } from '../../core/configuration/drift.ts';
import { missingKinds } from '../../core/configuration/drs-templates.ts';
import { number, type Told, targetStream } from '../../core/event/stream.ts';
import { tellTemplates } from '../../core/event/tell-drift.ts';
import { tellClient, tellPressure } from '../../core/event/tell-target.ts';
import type { Target } from '../../core/target.ts';
import { isFull } from '../outbox.ts';
import type { TargetRecord } from '../records/target-records.ts';
import { jobLoad } from './measures.ts';
import type { Tick } from './tick.ts';

type Watched = Pick<TargetRecord, 'pressure' | 'clients' | 'templates' | 'sequence' | 'pending'>;
type Look = Pick<Tick, 'seen' | 'intents' | 'target' | 'now'>;

/**
 * A target's record with what a tick saw of it. What was never recorded is noted without a word, unless this is the
 * target's first look ever.
 */
export function watchTarget(record: TargetRecord, tick: Look, quotas: Quotas): Watched {
  const { sequence = 0, pending = [], pressure = {}, clients, templates } = record;
  const before: Watched = {
    ...(clients === undefined ? {} : { clients }),
    ...(templates === undefined ? {} : { templates }),
    pressure,
    sequence,
    pending,
  };
  if (isFull(pending)) return before;
  const firstLook = tick.target.lastSweepAt === null;
  const quotasNow = pressureNow(pressure, tick, quotas, firstLook);
  const clientsNow =
    tick.seen.clients === undefined
      ? undefined
      : clientsAfter(
          clients ?? (firstLook ? {} : undefined),
          tick.seen.clients.seen,
          tick.seen.clients.answeredAt,
        );
  const templatesNow = tick.seen.templates;
  const told = [
    ...quotasNow.told,
    ...(clientsNow?.news ?? []).map(tellClient),
    ...templateNews(record.target, templates, templatesNow),
  ];
  const events = number(targetStream(record.target), sequence, tick.now, told);
  return {
    ...before,
    pressure: quotasNow.pressure,
    ...(clientsNow === undefined ? {} : { clients: clientsNow.contacts }),
    ...(templatesNow === undefined ? {} : { templates: templatesNow }),
    sequence: sequence + events.length,
    pending: [...pending, ...events],
  };
}

/**
 * The first look at an account's templates has nothing to compare with. DRS does not make any by itself: that it has
 * none, while servers are there, is told at once (reference: DRS 1.8).
 */
function templateNews(
  { service }: Target,
  before: Templates | undefined,
  now: Templates | undefined,
): readonly Told[] {
  if (now === undefined) return [];
  const changes = before === undefined ? [] : templateChanges(before, now);
  if (service !== 'drs') {
    return changes.length === 0 ? [] : [tellTemplates(before ?? {}, now, changes)];
  }
  const missing = missingKinds(now);
  const isNew = changes.length > 0 || (before === undefined && missing.length > 0);
  return isNew ? [tellTemplates(before ?? {}, now, changes, missing)] : [];
}

function pressureNow(
  before: NonNullable<TargetRecord['pressure']>,
  tick: Look,
  quotas: Quotas,
  firstLook: boolean,
): { readonly pressure: NonNullable<TargetRecord['pressure']>; readonly told: readonly Told[] } {
  const used = usedOf(tick);
  const pressure: Partial<Record<WatchedQuota, Pressure>> = { ...before };
  const told: Told[] = [];
  for (const quota of watchedQuotas) {
    const count = used[quota];
    const limit = quotas[quota];
    if (count === undefined || limit === undefined) continue;
    const percent = usedPercent(count, limit);
    const previous = before[quota] ?? (firstLook ? 0 : undefined);
    const current = pressureOf(percent, previous);
    pressure[quota] = current;
    if (previous === undefined || previous === current) continue;
    told.push(tellPressure({ quota, previous, current, used: count, limit, usedPercent: percent }));
  }
  return { pressure, told };
}

/** What is used of each quota, where this tick knows it. */
function usedOf({ seen, intents }: Look): Partial<Record<WatchedQuota, number>> {
  const load = seen.allJobs ? jobLoad(seen, intents) : undefined;
  return {
    ...(seen.activeServers === null ? {} : { activeServers: seen.activeServers }),
    ...(load === undefined ? {} : { jobs: load.jobs, serversInJobs: load.servers }),
    ...(seen.swept ? { sourceServers: seen.servers.size } : {}),
  };
}
