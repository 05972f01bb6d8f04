// A subscriber of the events of DRS as anybody could write one: it imports nothing of Landfall, knows docs/events.md,
// and rebuilds from events alone what is on record.
import { factOf } from './_subscriber.ts';

/** Which fact of a server of DRS, or of a recovery instance, each of these tells. */
export const drsFactOf: Readonly<Record<string, string>> = {
  ...factOf,
  'Source Server Readiness Change': 'readiness',
  'Source Server Lag Objective Change': 'lagObjective',
  'Source Server Recovery Point Change': 'recoveryPoint',
  'Source Server Last Launch Change': 'lastLaunch',
  'Source Server Drill Change': 'drill',
  'Source Server Extension Change': 'extension',
  'Source Server Replication Direction Change': 'direction',
  'Source Server Reversed Direction Change': 'reversedDirection',
  'Source Server Agent Version Change': 'agentVersion',
  'Recovery Instance Presence Change': 'present',
  'Recovery Instance State Change': 'ec2State',
  'Recovery Instance Failback State Change': 'failbackState',
  'Recovery Instance Replication State Change': 'replicationState',
  'Recovery Instance Stalled Change': 'stalled',
  'Recovery Instance Drill Overdue Change': 'drillOverdue',
};

/** An event as a subscriber reads it. */
export interface Heard {
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Rebuilds the facts of a stream from its events, in their order; a gap or a wrong `previous` is an Error. */
export function rebuilt(events: readonly Heard[]): Readonly<Record<string, unknown>> {
  let facts: Readonly<Record<string, unknown>> = {};
  for (const [i, { detailType, detail }] of events.entries()) {
    const id = String(detail['eventId']);
    if (detail['sequence'] !== i + 1) throw new Error(`${id} is event ${i + 1} of its stream`);
    if (detailType.endsWith(' Discovered')) {
      facts = { ...recordOf(detail['facts']), ...recordOf(detail['drs']) };
      continue;
    }
    const fact = drsFactOf[detailType];
    if (fact === undefined) continue;
    const [was, told] = [JSON.stringify(facts[fact]), JSON.stringify(detail['previous'])];
    if (was !== told) throw new Error(`${id}: ${fact} was ${was}, and is told as ${told}`);
    facts = { ...facts, [fact]: detail['current'] };
  }
  return facts;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
