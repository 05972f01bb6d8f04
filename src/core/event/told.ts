import { type Instant, instantMs } from '../time.ts';

/** The members of an event's detail, which are not known in advance. */
export type Detail = Readonly<Record<string, unknown>>;

/** An event as evidence reads it: each once, in the order in which they were told. */
export interface ToldFact {
  readonly type: string;
  readonly detail: Detail;
}

/** Reads a member that is text; null where it is none. */
export function textIn(detail: Detail, key: string): string | null {
  const value = detail[key];
  return typeof value === 'string' ? value : null;
}

/** Reads a member that is a number; null where it is none. */
export function numberIn(detail: Detail, key: string): number | null {
  const value = detail[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Reads a member that is an object; empty where it is none. */
export function objectIn(detail: Detail, key: string): Detail {
  const value = detail[key];
  return isDetail(value) ? value : {};
}

/** Reads a member that is a list of objects; empty where it is none. */
export function objectsIn(detail: Detail, key: string): readonly Detail[] {
  const value = detail[key];
  return Array.isArray(value) ? value.filter(isDetail) : [];
}

/** Reads a member that is a list of text; empty where it is none. */
export function textsIn(detail: Detail, key: string): readonly string[] {
  const value = detail[key];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** When an event was observed; empty where it does not say. */
export function whenOf({ detail }: ToldFact): Instant {
  const at = textIn(detail, 'observedAt');
  return at !== null && instantMs(at) !== undefined ? at : '';
}

/** The server of a wave that an event is about, by one key for both; undefined where it is about none. */
export function memberKey({ detail }: ToldFact): string | undefined {
  const [wave, server] = [textIn(detail, 'wave'), textIn(detail, 'sourceServerId')];
  return wave === null || server === null ? undefined : `${wave} ${server}`;
}

function isDetail(value: unknown): value is Detail {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
