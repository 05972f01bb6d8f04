import type { Observation } from '../observation.ts';
import { type Service, type Target, targetName } from '../target.ts';
import type { Instant } from '../time.ts';
import type { DetailType } from './detail-type.ts';
import { cutTo, fitDetail } from './fit-detail.ts';
import { toldTags } from './told-tags.ts';

/** The version of every event's detail; it grows only with a breaking change. */
export const schemaVersion = 1;

/** Who tells an event: `landfall.` and the service that it is about, or the waves of Landfall itself. */
export type EventSource = `landfall.${Service}` | 'landfall.wave';

/** An event that is recorded and waits to be published; the outbox of its stream holds it until then. */
export interface PendingEvent {
  readonly source: EventSource;
  readonly detailType: DetailType;
  readonly resources: readonly string[];
  readonly time: Instant;
  readonly detail: {
    readonly schemaVersion: number;
    /** Unique, and the same whenever the same change is told again. */
    readonly eventId: string;
    readonly stream: string;
    /** Counts a stream's events from 1, without gaps. */
    readonly sequence: number;
    readonly observedAt: Instant;
    readonly [member: string]: unknown;
  };
}

/** Text from outside is cut to this many characters in events (design.md 13). */
export const eventTextLimit = 1000;

/** Cuts text from outside to what an event may carry. */
export function cutText(text: string): string {
  return cutTo(text, eventTextLimit);
}

/** Something to tell, before it has a number. */
export interface Told {
  readonly detailType: DetailType;
  readonly members: Readonly<Record<string, unknown>>;
}

/** What every event of one stream shares. */
export interface Stream {
  readonly source: EventSource;
  readonly stream: string;
  readonly resources: readonly string[];
  readonly common: Readonly<Record<string, unknown>>;
}

/** Numbers a stream's next events from the last sequence on. */
export function number(
  stream: Stream,
  lastSequence: number,
  at: Instant,
  told: readonly Told[],
): readonly PendingEvent[] {
  return told.map(({ detailType, members }, index) => {
    const sequence = lastSequence + index + 1;
    return {
      source: stream.source,
      detailType,
      resources: stream.resources,
      time: at,
      detail: {
        ...fitDetail({ ...stream.common, ...members }),
        schemaVersion,
        eventId: `${stream.stream}/${sequence}`,
        stream: stream.stream,
        sequence,
        observedAt: at,
      },
    };
  });
}

/** The stream of one source server. */
export function serverStream(
  server: Pick<Observation, 'sourceServerId' | 'arn' | 'target' | 'hostname' | 'tags'>,
  wave: string | undefined,
): Stream {
  const { service, accountId, region } = server.target;
  const tags = toldTags(server.tags);
  return {
    source: `landfall.${service}`,
    stream: `${service}/${accountId}/${region}/${server.sourceServerId}`,
    resources: server.arn === '' ? [] : [server.arn],
    common: {
      accountId,
      region,
      sourceServerId: server.sourceServerId,
      ...(server.arn === '' ? {} : { arn: server.arn }),
      ...(server.hostname === undefined ? {} : { hostname: cutText(server.hostname) }),
      ...(tags === undefined ? {} : { tags }),
      ...(wave === undefined ? {} : { wave }),
    },
  };
}

/** The stream of one target: what is true of an account and Region as a whole. */
export function targetStream(target: Target): Stream {
  const { service, accountId, region } = target;
  return {
    source: `landfall.${service}`,
    stream: `target/${service}/${accountId}/${region}`,
    resources: [],
    common: { accountId, region, target: targetName(target) },
  };
}
