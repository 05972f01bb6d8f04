import type { Fleet } from '../../fleet/fleet.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ResolvedWave } from '../../plan/resolve-plan.ts';
import type { InventoryNote } from '../note.ts';

/** What a format cannot hold, gathered while it is written. */
export interface Losses {
  /** Adds a sentence. */
  readonly add: (sentence: string) => void;
  /** Counts a thing that a sentence is about: `3 tags whose key …`. */
  readonly count: (things: string) => void;
  readonly sentences: () => readonly string[];
}

// What a plan may say of a wave, in words; MGN's inventory has a column for none of them.
const waveFields = {
  dependsOn: 'order among waves',
  tiers: 'tiers',
  phases: 'phases',
  thresholds: 'thresholds',
  deadlines: 'deadlines',
  stall: 'what is done about stalls',
  policy: 'policies',
  gates: 'gates',
  poll: 'how often servers are looked at',
  replicationType: 'replication types to set',
} as const;

/** Begins with what the plan and the fleet as a whole hold beyond MGN's inventory. */
export function lossesOf(
  plan: Plan,
  waves: readonly ResolvedWave[],
  fleet: Fleet,
  note: InventoryNote,
): Losses {
  const sentences: string[] = [];
  const counts = new Map<string, number>();
  const named = Object.entries(waveFields).flatMap(([field, words]) => {
    const layers = [plan.spec.defaults ?? {}, ...plan.spec.waves, ...(plan.spec.servers ?? [])];
    return layers.some((layer) => field in layer) ? [words] : [];
  });
  if (named.length > 0)
    sentences.push(`the plan's ${named.join(', ')}: MGN has no columns for them`);
  const moved = waves.reduce((sum, { servers }) => sum + servers.length, 0);
  if (fleet.servers.length > moved) {
    sentences.push(
      `${fleet.servers.length - moved} servers of the fleet are in no wave of the plan and are left out`,
    );
  }
  sentences.push(
    'disks, processors, memory, addresses and the version of the system of every server: MGN reads them itself',
  );
  if (fleet.servers.some(({ replicationType }) => replicationType === 'SNAPSHOT_SHIPPING')) {
    sentences.push('that servers replicate without an agent: MGN only shows it, in exports');
  }
  const measured = Object.values(note.servers).filter(
    ({ usedBytes, writeBytesPerSecond }) => (usedBytes ?? writeBytesPerSecond) !== undefined,
  );
  if (measured.length > 0) {
    sentences.push(`the used space or write rate of ${measured.length} servers`);
  }
  return {
    add: (sentence) => {
      sentences.push(sentence);
    },
    count: (things) => {
      counts.set(things, (counts.get(things) ?? 0) + 1);
    },
    sentences: () => [...sentences, ...[...counts].map(([things, count]) => `${count} ${things}`)],
  };
}
