// The subscriber's side of the contract: what `landfall/events` exports. It needs nothing of AWS.
import { catalogued, envelopeSchema } from '../core/event/catalogue.ts';
import type { CatalogueEntry } from '../core/event/catalogue-entry.ts';
import { schemaVersion } from '../core/event/stream.ts';
import type { LandfallEvent } from './landfall-events.ts';

export * from './landfall-events.ts';
export * from './verify-signature.ts';

/** An event that this version of the package does not know, or that is none of Landfall's. */
export interface UnknownEvent {
  readonly 'detail-type': 'unknown';
  /** `newer`: told by a later version of Landfall. `malformed`: promised otherwise by the catalogue. */
  readonly why: 'not-an-event' | 'other-source' | 'other-detail-type' | 'newer' | 'malformed';
  /** What is not known of it, in a sentence. */
  readonly problem: string;
  /** What was handed over. */
  readonly event: unknown;
}

/**
 * Reads an event as EventBridge delivers it: typed by its `detail-type`, or told as `unknown` with the reason. It never
 * throws. Members that this version does not know are kept.
 */
export function parseLandfallEvent(event: unknown): LandfallEvent | UnknownEvent {
  const finding = findingOf(event);
  if (finding !== undefined) return { 'detail-type': 'unknown', ...finding, event };
  trust(event);
  return event;
}

/** Says whether something is an event of Landfall that this version knows, in the form that is promised. */
export function isLandfallEvent(event: unknown): event is LandfallEvent {
  return findingOf(event) === undefined;
}

// The types are written from the schemas that findingOf reads with.
function trust(_event: unknown): asserts _event is LandfallEvent {}

type Finding = Pick<UnknownEvent, 'why' | 'problem'>;

function findingOf(event: unknown): Finding | undefined {
  if (!isRecord(event) || !isRecord(event['detail']) || typeof event['source'] !== 'string') {
    return { why: 'not-an-event', problem: 'it is no event of EventBridge' };
  }
  const { source, detail } = event;
  const detailType = event['detail-type'];
  if (!source.startsWith('landfall.')) {
    return { why: 'other-source', problem: `it is told by ${source}` };
  }
  const version: unknown = detail['schemaVersion'];
  if (typeof version === 'number' && version > schemaVersion) {
    return {
      why: 'newer',
      problem: `its schemaVersion is ${version}; this version of the package reads ${schemaVersion}`,
    };
  }
  const entry = typeof detailType === 'string' ? catalogued(detailType) : undefined;
  if (entry === undefined) {
    return {
      why: 'other-detail-type',
      problem: `its detail-type ${JSON.stringify(detailType) ?? 'is missing and'} is not known`,
    };
  }
  const read = schemaOf(entry).safeParse(event);
  if (read.success) return undefined;
  const [issue] = read.error.issues;
  const at = issue?.path.join('.') ?? '';
  return { why: 'malformed', problem: `${at}: ${issue?.message ?? 'not as promised'}` };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const schemas = new Map<string, ReturnType<typeof envelopeSchema>>();

function schemaOf(entry: CatalogueEntry): ReturnType<typeof envelopeSchema> {
  const known = schemas.get(entry.detailType);
  if (known !== undefined) return known;
  const schema = envelopeSchema(entry);
  schemas.set(entry.detailType, schema);
  return schema;
}
