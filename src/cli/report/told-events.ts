// In: events as they were delivered. Out: each once, as evidence reads it; the stages of waves; and the facts as records.
// Pure.
import * as z from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import type { Detail, ToldFact } from '../../core/event/told.ts';
import { type EvidenceRecord, factRecord } from '../../core/evidence/chain.ts';
import type { WaveCourse } from '../../core/evidence/evidence.ts';
import { instantMs } from '../../core/time.ts';
import type { CallRecord, ExecutionLine } from '../../trace/forms.ts';
import { Chronicle } from '../chronicle.ts';

/** What a report is made by. */
export const reportMaker = `landfall ${manifest.version}`;

/** An event with who told it. */
export interface ToldEvent extends ToldFact {
  readonly source: string;
}

/** A delivery of an event. */
export interface Delivery {
  readonly 'detail-type': string;
  readonly source: string;
  readonly detail: Detail;
}

/** Reads what a bus delivered; undefined where it is no event of Landfall. */
export function deliveryOf(value: unknown): Delivery | undefined {
  const read = DeliveryForm.safeParse(value);
  return read.success ? read.data : undefined;
}

const DeliveryForm = z.looseObject({
  'detail-type': z.string(),
  source: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

/** The first delivery of each event, in the order of the deliveries; those without a time are counted only. */
export function firstToldOf(deliveries: readonly Delivery[]): {
  readonly told: readonly ToldEvent[];
  readonly unreadable: number;
} {
  const seen = new Set<unknown>();
  const told: ToldEvent[] = [];
  let unreadable = 0;
  for (const { 'detail-type': type, source, detail } of deliveries) {
    const { eventId, observedAt } = detail;
    if (seen.has(eventId)) continue;
    seen.add(eventId);
    if (typeof observedAt === 'string' && instantMs(observedAt) !== undefined) {
      told.push({ type, source, detail });
    } else unreadable += 1;
  }
  return { told, unreadable };
}

/** The stages of each wave, as the chronicle of a rehearsal tells them. */
export function coursesOf(told: readonly ToldFact[]): readonly WaveCourse[] {
  const chronicle = new Chronicle();
  for (const { type, detail } of told) chronicle.told({ 'detail-type': type, detail });
  return chronicle.read().waves;
}

/** The facts of a report as records: calls that change something, executions, events. */
export function factsOf(
  told: readonly ToldEvent[],
  calls: readonly CallRecord[] = [],
  executions: readonly ExecutionLine[] = [],
): readonly EvidenceRecord[] {
  return [
    ...calls.map((call) => factRecord('call', call)),
    ...executions.map((execution) => factRecord('execution', execution)),
    ...told.map(({ type, source, detail }) => factRecord('event', { type, source, detail })),
  ];
}
