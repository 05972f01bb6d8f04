// Waves at any moment of their way, as a deployment's table holds them: a rehearsal that is stopped there.
import { readRehearsal } from '../../src/cli/read-rehearsal.ts';
import { setUpRehearsal } from '../../src/cli/rehearsal.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Store } from '../../src/flow/ports.ts';
import type { EventEnvelope } from '../../src/runtime/event-bus.ts';
import { example } from './_files.ts';

/** What a table holds at a moment, and the time then. */
export interface UnderWay {
  readonly now: Instant;
  /** What the bus told up to then. */
  readonly events: readonly EventEnvelope[];
  /** Puts everything into a store, over what stood there. */
  readonly into: (store: Store) => Promise<void>;
}

/** Which moment is meant: when so many servers have ended a wait of this name, or have queued a launch of this kind. */
export type Moment =
  | { readonly wait: string; readonly servers: number }
  | { readonly queued: string; readonly servers: number };

/** Rehearses a plan on the mixed fleet up to a moment; to its end where none is given. */
export async function underWay(plan: string, moment?: Moment): Promise<UnderWay> {
  const read = await readRehearsal({
    plan,
    fleets: [example('fleets/mixed-40.json'), example('fleets/mixed-40.vcenter-clients.json')],
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const held = new Map<string, unknown>();
  const events: EventEnvelope[] = [];
  const keyOf = (partition: string, sort: string) => JSON.stringify([partition, sort]);
  let servers = 0;
  const isThere = () => moment !== undefined && servers >= moment.servers;
  let hasPlan = false;
  const mirrored = (store: Store): Store => ({
    ...store,
    put: async (partition, sort, body, version, expiresAt) => {
      const written = await store.put(partition, sort, body, version, expiresAt);
      if (written !== 'conflict' && !isThere()) {
        held.set(keyOf(partition, sort), body);
        if (moment !== undefined && 'queued' in moment && version === 0) {
          if (partition.startsWith('requests/') && sort.includes(moment.queued)) servers += 1;
        }
      }
      return written;
    },
    delete: async (partition, sort, version) => {
      const deleted = await store.delete(partition, sort, version);
      if (deleted === 'deleted' && !isThere()) held.delete(keyOf(partition, sort));
      return deleted;
    },
  });
  const rehearsal = await setUpRehearsal({
    ...read.input,
    intercept: (ports) => ({ ...ports, store: mirrored(ports.store) }),
    onEvent: (envelope) => {
      const { detail } = envelope;
      events.push(envelope);
      if (moment === undefined || !('wait' in moment)) return;
      if (detail['wait'] === moment.wait && detail['ended'] === 'met') servers += 1;
    },
    // The plan is put down before the functions run, so no function writes it.
    pause: async () => {
      if (hasPlan) return;
      hasPlan = true;
      for (const partition of ['plans', `plan/${read.input.plan.name}`]) {
        for (const { sort, body } of await rehearsal.store.list(partition)) {
          held.set(keyOf(partition, sort), body);
        }
      }
    },
    interrupted: isThere,
  });
  await rehearsal.run();
  return {
    now: rehearsal.progress().now,
    events,
    into: async (store) => {
      for (const [key, body] of held) {
        const [partition, sort] = JSON.parse(key) as [string, string];
        const known = await store.get(partition, sort);
        await store.put(partition, sort, body, known?.version ?? 0);
      }
    },
  };
}
