import type { Told } from './trace.ts';
import { EventType } from './vocabulary.ts';

/** An outcome with the event that took it back, where a person had its server go on. */
export interface OutcomeTold {
  readonly outcome: Told;
  readonly takenBack: Told | undefined;
}

/** The outcomes of one server, in the order of each wave that it was in, each with what took it back. */
export function outcomesOf(events: readonly Told[]): readonly OutcomeTold[] {
  const own = events
    .filter(({ type }) => type === EventType.Outcome || type === EventType.Reopened)
    .toSorted((a, b) => a.detail.sequence - b.detail.sequence || a.index - b.index);
  return own.flatMap((event, i) => {
    if (event.type !== EventType.Outcome) return [];
    const next = own.slice(i + 1).find(({ detail }) => detail.stream === event.detail.stream);
    return [{ outcome: event, takenBack: next?.type === EventType.Reopened ? next : undefined }];
  });
}

/** The outcomes that stand: those that nobody took back. */
export function standing(events: readonly Told[]): readonly Told[] {
  const streams = new Map<string, Told[]>();
  for (const event of events) {
    const { stream } = event.detail;
    const known = streams.get(stream);
    if (known === undefined) streams.set(stream, [event]);
    else known.push(event);
  }
  return [...streams.values()].flatMap((own) =>
    outcomesOf(own).flatMap(({ outcome, takenBack }) => (takenBack === undefined ? [outcome] : [])),
  );
}
