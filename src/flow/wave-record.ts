// In: a change to a wave and what to tell of it. Out: record and event in one write, published. Called by the
// steps of the wave machine, one at a time, and by an operator's orders; the write is conditional, so the sequence
// stays gapless whoever comes first.
import { number, type Stream, type Told } from '../core/event/stream.ts';
import { FailureCode, InvalidInput } from '../core/failure.ts';
import { later } from '../core/time.ts';
import { publishOfWave } from './owed-events.ts';
import type { Ports } from './ports.ts';
import { change, read, readAll } from './records/documents.ts';
import { place } from './records/place.ts';
import type { WaveRecord, WaveServer } from './records/wave-records.ts';

/** What the wave machine's execution is about; its input. */
export interface WaveSubject {
  /** `<plan>.<wave>`: the name of the wave's execution and the stem of its children's names. */
  readonly wave: string;
  readonly plan: string;
  readonly name: string;
}

/** Names a wave of a plan. Execution names allow neither blanks nor slashes. */
export function waveKey(plan: string, wave: string): string {
  return `${plan}.${wave}`;
}

/** The stream of a wave's own events. */
export function waveStream(wave: Pick<WaveRecord, 'wave' | 'plan' | 'name' | 'home'>): Stream {
  return {
    source: 'landfall.wave',
    stream: `wave/${wave.plan}/${wave.name}`,
    resources: [],
    common: {
      accountId: wave.home.accountId,
      region: wave.home.region,
      plan: wave.plan,
      wave: wave.wave,
      execution: wave.wave,
    },
  };
}

/** Reads a wave; an unknown one is a broken contract. */
export async function waveOf(ports: Pick<Ports, 'store'>, wave: string): Promise<WaveRecord> {
  const { body } = await read(ports.store, place.wave(wave));
  if (body === undefined) {
    throw new InvalidInput(`${FailureCode.ContractBroken}: there is no wave ${wave}`);
  }
  return body;
}

/** Reads all servers of a wave, in the plan's order. */
export async function waveServersOf(
  ports: Pick<Ports, 'store'>,
  wave: WaveRecord,
): Promise<readonly WaveServer[]> {
  const servers = await readAll(ports.store, place.waveServer(wave.wave, ''));
  const byId = new Map(servers.map(({ body }) => [body.server, body]));
  return wave.order.flatMap((id) => byId.get(id) ?? []);
}

/** Records a change to a wave with its events, then publishes what its outbox holds. */
export async function recordWave(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  wave: string,
  decide: (
    record: WaveRecord,
  ) => { readonly next: WaveRecord; readonly told: readonly Told[] } | undefined,
): Promise<WaveRecord> {
  const where = place.wave(wave);
  const changed = await change(ports.store, where, (record) => {
    const decided = record === undefined ? undefined : decide(record);
    if (record === undefined || decided === undefined) return undefined;
    // An operator's clock may be behind: within a stream no event is older than the one before it.
    const toldAt = later(ports.clock.now(), record.toldAt);
    const events = number(waveStream(record), record.sequence, toldAt, decided.told);
    return {
      ...decided.next,
      ...(events.length === 0 ? {} : { toldAt }),
      sequence: record.sequence + events.length,
      pending: [...decided.next.pending, ...events],
    };
  });
  if (changed === undefined) {
    throw new InvalidInput(`${FailureCode.ContractBroken}: there is no wave ${wave}`);
  }
  return publishOfWave(ports, where, changed, changed.home);
}
