// In: a change to one server of a wave and what to tell of it. Out: record and event in one write, published.
// Called by the steps, by conclude and by the poller's release.
import { number, type PendingEvent, type Stream, type Told } from '../core/event/stream.ts';
import { FailureCode, InvalidInput } from '../core/failure.ts';
import type { HookSite } from '../core/hook/hook-run.ts';
import type { Stretch } from '../core/phase.ts';
import type { Instant } from '../core/time.ts';
import { publishOfWave } from './owed-events.ts';
import type { Ports } from './ports.ts';
import { change, read } from './records/documents.ts';
import { place } from './records/place.ts';
import type { WaveServer } from './records/wave-records.ts';

/** Who a phase machine's execution is about; its input, and part of every step's. */
export interface Subject {
  readonly server: string;
  readonly wave: string;
  readonly attempt: number;
}

/** What a step of a phase machine is asked. */
export interface Step {
  readonly subject: Subject;
  /** Whether the machine parks where the step finds its server paused. */
  readonly pausable?: boolean | undefined;
  /** The site whose hooks come first; left out by a machine that runs none there. */
  readonly hooks?: HookSite | undefined;
  readonly phase?: Stretch | undefined;
}

/** Reads a server of a wave; an unknown one is a broken contract. */
export async function waveServerOf(
  ports: Pick<Ports, 'store'>,
  subject: Pick<Subject, 'server' | 'wave'>,
): Promise<WaveServer> {
  const { body } = await read(ports.store, place.waveServer(subject.wave, subject.server));
  if (body === undefined) {
    throw new InvalidInput(
      `${FailureCode.ContractBroken}: wave ${subject.wave} has no server ${subject.server}`,
    );
  }
  return body;
}

function streamOf(server: WaveServer): Stream {
  const { started } = server;
  return {
    source: 'landfall.wave',
    stream: `wave/${server.wave.replace('.', '/')}/${server.server}`,
    resources: [server.arn],
    common: {
      accountId: server.target.accountId,
      region: server.target.region,
      sourceServerId: server.server,
      arn: server.arn,
      wave: server.wave,
      execution:
        started === null
          ? server.wave
          : `${server.wave}.${server.server}.${started.phase}.${started.attempt}`,
      ...(server.hostname === null ? {} : { hostname: server.hostname }),
    },
  };
}

/** The id of the next event that is told of a server of a wave. */
export function nextEventId(server: WaveServer): string {
  return `${streamOf(server).stream}/${server.sequence + 1}`;
}

/** What a change to a server of a wave comes to: the new record, and what to tell; or nothing. */
export type WaveServerChange =
  | { readonly next: WaveServer; readonly told: readonly Told[] }
  | undefined;

/**
 * Records a change to a server of a wave together with its events, then publishes whatever its outbox holds, also
 * what an earlier crash left there. Repeating it changes and tells nothing new.
 */
export async function recordWaveServer(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  subject: Pick<Subject, 'server' | 'wave'>,
  decide: (server: WaveServer) => WaveServerChange,
): Promise<WaveServer> {
  const where = place.waveServer(subject.wave, subject.server);
  const now: Instant = ports.clock.now();
  const changed = await change(ports.store, where, (server) => {
    const decided = server === undefined ? undefined : decide(server);
    if (server === undefined || decided === undefined) return undefined;
    const events: readonly PendingEvent[] = number(
      streamOf(server),
      server.sequence,
      now,
      decided.told,
    );
    return {
      ...decided.next,
      sequence: server.sequence + events.length,
      pending: [...decided.next.pending, ...events],
    };
  });
  if (changed === undefined) {
    throw new InvalidInput(
      `${FailureCode.ContractBroken}: wave ${subject.wave} has no server ${subject.server}`,
    );
  }
  return publishOfWave(ports, where, changed, changed.target);
}
