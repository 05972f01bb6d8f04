import { atEvent, breachIn } from './breach.ts';
import { isJsonObject } from './forms.ts';
import { grouped } from './grouped.ts';
import { type Rule, Tally } from './rule.ts';
import { outcomesOf, standing } from './standing-outcomes.ts';
import { type Told, type Trace, textOf } from './trace.ts';
import { utcMs } from './utc-instant.ts';
import { EventType, outcomes } from './vocabulary.ts';

/** The events of one wave, by what they say of it. */
interface WaveStory {
  readonly key: string;
  readonly started: readonly Told[];
  readonly concluded: readonly Told[];
  readonly all: readonly Told[];
}

const wavesConclude: Rule = {
  promise: 4,
  name: 'waves-conclude',
  holds: 'A wave that starts concludes once, and none concludes that did not start.',
  meaning: 'A wave was left hanging, or its end was told twice; waves that depend on it go wrong.',
  check: (trace) => {
    const tally = new Tally();
    for (const wave of wavesOf(trace)) {
      const first = wave.started[0] ?? wave.all[0];
      if (first === undefined) continue;
      const once = wave.started.length === 1 && wave.concluded.length === 1;
      tally.see(
        once
          ? undefined
          : breachIn(
              first,
              `${wave.key} started ${wave.started.length} and concluded ${wave.concluded.length} times`,
              wave.concluded.map(atEvent),
            ),
      );
    }
    return tally.finding();
  },
};

const oneOutcomeAServer: Rule = {
  promise: 4,
  name: 'one-outcome-a-server',
  holds:
    'Every server of a started wave has exactly one outcome that stands, and the wave as many as servers; one more only after a person had the server go on.',
  meaning: 'A server was forgotten on the way, or two ends were told of it.',
  check: (trace) => {
    const tally = new Tally();
    for (const wave of wavesOf(trace)) {
      const ends = grouped(wave.all, (event) => event.server);
      for (const [server, witness] of namedServers(wave)) {
        const found = outcomesOf(ends.get(server) ?? []);
        // Each but the last was taken back before the next was told.
        const inTurn = found.every(
          ({ takenBack }, i) => (takenBack === undefined) === (i === found.length - 1),
        );
        tally.see(
          found.length > 0 && inTurn
            ? undefined
            : {
                ...breachIn(
                  witness,
                  `${found.length} outcomes in ${wave.key}`,
                  found.map(({ outcome }) => atEvent(outcome)),
                ),
                server,
              },
        );
      }
      const [start] = wave.started;
      const promised = start?.detail['servers'];
      if (start === undefined || typeof promised !== 'number') continue;
      const ended = new Set(standing(wave.all).map(({ server }) => server)).size;
      tally.see(
        promised === ended
          ? undefined
          : breachIn(
              start,
              `${wave.key} started with ${promised} servers, ${ended} have an outcome`,
            ),
      );
    }
    return tally.finding();
  },
};

/** Every server that the wave's events name, with the event that names it first. */
function namedServers(wave: WaveStory): ReadonlyMap<string, Told> {
  const named = new Map<string, Told>();
  const name = (server: string, event: Told) => {
    if (!named.has(server)) named.set(server, event);
  };
  for (const event of wave.all) if (event.server !== undefined) name(event.server, event);
  const byId = new Map([...named.keys()].map((key) => [key.slice(key.lastIndexOf('/') + 1), key]));
  for (const start of wave.started) {
    const { servers } = start.detail;
    if (!Array.isArray(servers)) continue;
    for (const server of servers) {
      const id = typeof server === 'string' ? server : textOf(server, 'sourceServerId');
      if (id !== undefined) name(byId.get(id) ?? `?/?/${id}`, start);
    }
  }
  return named;
}

const outcomesHaveReasons: Rule = {
  promise: 4,
  name: 'outcomes-have-reasons',
  holds: `An outcome is one of ${outcomes.join(', ')}, and says why.`,
  meaning: 'A person cannot tell what became of the server.',
  check: (trace) => {
    const tally = new Tally();
    for (const event of trace.told) {
      if (event.type !== EventType.Outcome) continue;
      const { outcome, reason } = event.detail;
      const known = outcomes.some((one) => one === outcome);
      const reasoned = typeof reason === 'string' ? reason.trim() !== '' : isJsonObject(reason);
      tally.see(
        known && reasoned
          ? undefined
          : breachIn(
              event,
              known ? 'the outcome has no reason' : `${JSON.stringify(outcome)} is no outcome`,
            ),
      );
    }
    return tally.finding();
  },
};

const conclusionCounts: Rule = {
  promise: 4,
  name: 'conclusion-counts',
  holds: 'A concluded wave counts exactly the outcomes that were told and stand.',
  meaning: 'The wave’s summary and its servers’ outcomes contradict one another.',
  check: (trace) => {
    const tally = new Tally();
    for (const wave of wavesOf(trace)) {
      const told = countOutcomes(standing(wave.all));
      for (const conclusion of wave.concluded) {
        const counted = conclusion.detail['outcomes'];
        tally.see(
          isJsonObject(counted) && sameCounts(counted, told)
            ? undefined
            : breachIn(
                conclusion,
                `${wave.key} concludes ${JSON.stringify(counted)}, told were ${JSON.stringify(told)}`,
              ),
        );
      }
    }
    return tally.finding();
  },
};

const summaryAgrees: Rule = {
  promise: 4,
  name: 'summary-agrees',
  holds: 'What the summary claims about servers, outcomes and transitions is what the logs say.',
  meaning: 'The summary cannot be trusted; the logs can.',
  check: ({ summary, told, executions }) => {
    const tally = new Tally();
    if (summary === undefined) return tally.finding();
    const ends = standing(told);
    // Who was in several waves counts in each.
    const servers = new Set(ends.map(({ wave, server }) => `${wave} ${server}`)).size;
    const claim = (what: string, agrees: boolean, said: unknown, is: unknown) =>
      tally.see(
        agrees
          ? undefined
          : { message: `the summary says ${what} ${said}, the logs say ${is}`, evidence: [] },
      );
    if (summary.servers !== undefined) {
      claim('servers', summary.servers === servers, summary.servers, servers);
    }
    if (summary.outcomes !== undefined) {
      const counted = countOutcomes(ends);
      const agrees = sameCounts(summary.outcomes, counted);
      claim('outcomes', agrees, JSON.stringify(summary.outcomes), JSON.stringify(counted));
    }
    if (summary.transitionsPerServer !== undefined) {
      const all = executions.reduce((sum, line) => sum + line.transitions, 0);
      const each = all / Math.max(1, summary.servers ?? servers);
      // Summaries round, at most to whole transitions.
      const agrees = Math.abs(each - summary.transitionsPerServer) <= 0.5;
      claim('transitionsPerServer', agrees, summary.transitionsPerServer, each);
    }
    return tally.finding();
  },
};

function countOutcomes(events: readonly Told[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    const outcome = textOf(event.detail, 'outcome') ?? 'none';
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

function sameCounts(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => (a[key] ?? 0) === (b[key] ?? 0));
}

const executionsEnd: Rule = {
  promise: 4,
  name: 'executions-end',
  holds: 'No execution is running when the rehearsal ends, and each says when it stopped.',
  meaning: 'A parked token was neither released, failed nor timed out.',
  check: (trace) => {
    const tally = new Tally();
    for (const [index, line] of trace.executions.entries()) {
      const { name, status, startedAt, stoppedAt } = line;
      const ended = endStatuses.has(status) && stoppedAt !== null;
      const backwards = stoppedAt !== null && utcMs(stoppedAt) < utcMs(startedAt);
      tally.see(
        ended && !backwards
          ? undefined
          : {
              message: `${name} is ${status}, started ${startedAt}, stopped ${stoppedAt ?? 'never'}`,
              at: startedAt,
              evidence: [{ log: 'executions', index }],
            },
      );
    }
    return tally.finding();
  },
};

const endStatuses = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);

function wavesOf(trace: Trace): readonly WaveStory[] {
  return [...trace.waves].map(([key, all]) => {
    const ofType = (type: string) => all.filter((event) => event.type === type);
    return {
      key,
      started: ofType(EventType.WaveStarted),
      concluded: ofType(EventType.WaveConcluded),
      all,
    };
  });
}

/** Promise 4: every server ends in exactly one outcome, and every parked token is answered. */
export const outcomeRules: readonly Rule[] = [
  wavesConclude,
  oneOutcomeAServer,
  outcomesHaveReasons,
  conclusionCounts,
  summaryAgrees,
  executionsEnd,
];
