import { atCall, atEvent, breachIn } from './breach.ts';
import type { Envelope } from './forms.ts';
import { type Rule, Tally } from './rule.ts';
import { sameJson } from './same-json.ts';
import { type Call, type Told, type Trace, textOf } from './trace.ts';
import { utcMs } from './utc-instant.ts';
import { EventType } from './vocabulary.ts';

const sequencesGapless: Rule = {
  promise: 1,
  name: 'sequences-gapless',
  holds: 'The events of a stream carry the sequences 1, 2, 3 … without a gap.',
  meaning: 'An event was recorded and never published, or published and never recorded.',
  check: (trace) => {
    const tally = new Tally();
    for (const [stream, events] of trace.streams) {
      let last = 0;
      for (const event of events) {
        const { sequence } = event.detail;
        const skipped = sequence > last + 1 || sequence < 1;
        tally.see(
          skipped ? breachIn(event, `${stream} goes from ${last} to ${sequence}`) : undefined,
        );
        last = sequence;
      }
    }
    return tally.finding();
  },
};

const oneEventASequence: Rule = {
  promise: 1,
  name: 'one-event-a-sequence',
  holds: 'A sequence of a stream belongs to one event id.',
  meaning:
    'Two writers numbered the same place in a stream: a change was told twice under two ids.',
  check: (trace) => {
    const tally = new Tally();
    for (const [stream, events] of trace.streams) {
      let before: Told | undefined;
      for (const event of events) {
        const { sequence, eventId } = event.detail;
        tally.see(
          before?.detail.sequence === sequence
            ? breachIn(
                event,
                `${stream} ${sequence} is both ${before.detail.eventId} and ${eventId}`,
                [atEvent(before)],
              )
            : undefined,
        );
        before = event;
      }
    }
    return tally.finding();
  },
};

const redeliveryIdentical: Rule = {
  promise: 1,
  name: 'redelivery-identical',
  holds: 'An event id that is delivered again carries the same detail-type and detail.',
  meaning: 'A subscriber that drops repeated ids loses what the second delivery said.',
  check: (trace) => {
    const tally = new Tally();
    const first = new Map(trace.told.map((event) => [event.detail.eventId, event]));
    for (const [index, envelope] of trace.deliveries.entries()) {
      const event = first.get(envelope.detail.eventId);
      if (event === undefined || event.index === index) continue;
      tally.see(
        sameEvent(event.envelope, envelope)
          ? undefined
          : breachIn(event, `${envelope.detail.eventId} was delivered with two contents`, [
              { log: 'events', index },
            ]),
      );
    }
    return tally.finding();
  },
};

function sameEvent(a: Envelope, b: Envelope): boolean {
  return (
    a['detail-type'] === b['detail-type'] && a.source === b.source && sameJson(a.detail, b.detail)
  );
}

const factsChain: Rule = {
  promise: 1,
  name: 'facts-chain',
  holds:
    'The previous value of a change is the current value of the change of that fact before it; for the life cycle, the discovery is the first.',
  meaning: 'A change between two observations was lost, or one was invented.',
  check: (trace) => {
    const tally = new Tally();
    for (const events of trace.streams.values()) {
      const latest = new Map<string, Told>();
      for (const event of events) {
        if (event.type === EventType.Discovered) {
          // A new record: what an earlier one said of the server no longer binds.
          latest.clear();
          if (typeof event.detail['current'] === 'string') {
            latest.set(EventType.LifecycleChange, event);
          }
        }
        if (!isChange(event)) continue;
        const before = latest.get(event.type);
        latest.set(event.type, event);
        if (before === undefined) continue;
        const { previous } = event.detail;
        const { current } = before.detail;
        tally.see(
          sameJson(previous, current)
            ? undefined
            : breachIn(
                event,
                `${event.type}: previous is ${JSON.stringify(previous)}, but the event before says ${JSON.stringify(current)}`,
                [atEvent(before)],
              ),
        );
      }
    }
    return tally.finding();
  },
};

const changesDiffer: Rule = {
  promise: 1,
  name: 'changes-differ',
  holds: 'A change says two different values, or what is missing.',
  meaning: 'Something that did not change was told as a change.',
  check: (trace) => {
    const tally = new Tally();
    for (const event of trace.told) {
      if (!isChange(event)) continue;
      const { previous, current } = event.detail;
      tally.see(
        sameJson(previous, current) && !('missing' in event.detail)
          ? breachIn(event, `${event.type} from ${JSON.stringify(previous)} to the same`)
          : undefined,
      );
    }
    return tally.finding();
  },
};

function isChange(event: Told): boolean {
  return event.type.endsWith(' Change') && 'previous' in event.detail && 'current' in event.detail;
}

const observedInOrder: Rule = {
  promise: 1,
  name: 'observed-in-order',
  holds: 'Within a stream, a later sequence was not observed earlier.',
  meaning: 'Sequences do not follow observation: a stale read overtook a fresh one.',
  check: (trace) => {
    const tally = new Tally();
    for (const [stream, events] of trace.streams) {
      let before: Told | undefined;
      for (const event of events) {
        tally.see(
          before !== undefined && event.ms < before.ms
            ? breachIn(
                event,
                `${stream} ${event.detail.sequence} was observed before its predecessor (${before.detail.observedAt})`,
                [atEvent(before)],
              )
            : undefined,
        );
        before = event;
      }
    }
    return tally.finding();
  },
};

const timesValid: Rule = {
  promise: 1,
  name: 'times-valid',
  holds: 'Every time in the logs is an ISO 8601 instant in UTC.',
  meaning: 'The order of things cannot be judged where this time stands; other rules pass it by.',
  check: (trace) => {
    const tally = new Tally();
    for (const [index, { at }] of trace.calls.map((call) => call.record).entries()) {
      tally.see(timeBreach('api', index, at));
    }
    for (const [index, { time, detail }] of trace.deliveries.entries()) {
      tally.see(
        timeBreach('events', index, time) ?? timeBreach('events', index, detail.observedAt),
      );
    }
    for (const [index, { startedAt, stoppedAt }] of trace.executions.entries()) {
      tally.see(
        timeBreach('executions', index, startedAt) ??
          (stoppedAt === null ? undefined : timeBreach('executions', index, stoppedAt)),
      );
    }
    return tally.finding();
  },
};

function timeBreach(log: 'api' | 'events' | 'executions', index: number, text: string) {
  if (!Number.isNaN(utcMs(text))) return undefined;
  return { message: `${JSON.stringify(text)} is no instant in UTC`, evidence: [{ log, index }] };
}

const streamNamesItsServer: Rule = {
  promise: 1,
  name: 'stream-names-its-server',
  holds: 'A server stream is SERVICE/ACCOUNT/REGION/SERVER of the detail that it carries.',
  meaning:
    'An event of one server stands in the stream of another; neither sequence proves anything.',
  check: (trace) => {
    const tally = new Tally();
    for (const event of trace.told) {
      const { stream, accountId, region, sourceServerId } = event.detail;
      const segments = stream.split('/');
      if (segments[0] !== 'mgn' && segments[0] !== 'drs') continue;
      // What is no text names nothing; turning an object into text may even throw.
      const named = [accountId, region, sourceServerId]
        .map((part) => (typeof part === 'string' ? part : ''))
        .join('/');
      tally.see(
        segments.slice(1).join('/') === named
          ? undefined
          : breachIn(event, `the stream ${stream} carries an event of ${named}`),
      );
    }
    return tally.finding();
  },
};

/** How long a read may lag behind the call that it should show; stale reads are a known fault. */
const STALE_MS = 15 * 60_000;

const finalActsAreTold: Rule = {
  promise: 1,
  name: 'final-acts-are-told',
  holds:
    'A finalized server is told as CUTOVER and an archived one as archived, once a later complete read has covered it.',
  meaning: 'A change that took effect in AWS and was read again never became an event.',
  check: (trace) => {
    const tally = new Tally();
    const lastRead = lastCoveringReads(trace);
    for (const story of trace.servers.values()) {
      const target = story.key.slice(0, story.key.lastIndexOf('/'));
      const readMs = Math.max(lastRead.get(story.key) ?? 0, lastRead.get(target) ?? 0);
      for (const act of story.acts) {
        const expected = finalActs.get(act.record.operation);
        if (expected === undefined || !act.accepted || !(readMs > act.ms + STALE_MS)) continue;
        const told = story.told.some((event) => event.ms >= act.ms && expected.shows(event));
        tally.see(
          told
            ? undefined
            : {
                message: `${act.record.operation} took effect and was read again, but no event says ${expected.what}`,
                server: story.key,
                at: act.record.at,
                evidence: [atCall(act)],
              },
        );
      }
    }
    return tally.finding();
  },
};

const finalActs: ReadonlyMap<string, { what: string; shows: (event: Told) => boolean }> = new Map([
  [
    'FinalizeCutover',
    {
      what: 'CUTOVER',
      shows: (event: Told) =>
        event.type === EventType.LifecycleChange && textOf(event.detail, 'current') === 'CUTOVER',
    },
  ],
  [
    'MarkAsArchived',
    {
      what: 'archived',
      shows: (event: Told) =>
        event.type === EventType.Archived && event.detail['current'] !== false,
    },
  ],
]);

/** The time of our last successful read by id of each finalized or archived server, and of each target as a whole. */
function lastCoveringReads(trace: Trace): ReadonlyMap<string, number> {
  const final = new Set<string>();
  for (const call of trace.calls) {
    if (finalActs.has(call.record.operation)) for (const key of call.servers) final.add(key);
  }
  const last = new Map<string, number>();
  for (const call of trace.calls) {
    if (!call.ours || call.record.operation !== 'DescribeSourceServers' || !heard(call)) continue;
    if (call.servers.length > 0) {
      for (const key of call.servers) if (final.has(key)) last.set(key, call.ms);
    } else if (readsAll(call)) last.set(`${call.record.accountId}/${call.record.region}`, call.ms);
  }
  return last;
}

function heard(call: Call): boolean {
  return call.accepted && call.record.answerLost !== true;
}

// The first page of an unfiltered read; that its other pages came is taken on trust.
function readsAll(call: Call): boolean {
  const filters = call.record.input['filters'];
  return filters === undefined || sameJson(filters, {});
}

/** Promise 1: every recorded change becomes exactly one event in a gapless sequence. */
export const eventRules: readonly Rule[] = [
  sequencesGapless,
  oneEventASequence,
  redeliveryIdentical,
  factsChain,
  changesDiffer,
  observedInOrder,
  timesValid,
  streamNamesItsServer,
  finalActsAreTold,
];
