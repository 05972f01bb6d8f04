import type * as z from 'zod';
import type { DetailType } from './detail-type.ts';
import type { EventSource } from './stream.ts';

/** What a stream is about; the events of one kind of stream share their common members. */
export type StreamKind =
  | 'server'
  | 'recovery-instance'
  | 'target'
  | 'job'
  | 'wave'
  | 'wave-server'
  | 'schedule';

/** What is promised of one detail-type. */
export interface CatalogueEntry {
  readonly detailType: DetailType;
  readonly source: EventSource;
  /** Who else tells it: what both services know is told of both. */
  readonly alsoFrom?: EventSource;
  readonly stream: StreamKind;
  /** One sentence: when it is told. */
  readonly when: string;
  /** Its own members, beside those that every event of its kind of stream has. */
  readonly detail: z.ZodObject;
  /** Its own members, as they may come. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** Everybody who may tell an event. */
export function sourcesOf({ source, alsoFrom }: CatalogueEntry): readonly EventSource[] {
  return alsoFrom === undefined ? [source] : [source, alsoFrom];
}
