// In: a wave whose machine is at its end, well or not. Out: every server has an outcome, nothing is left reserved,
// and the world is told.
import { DetailType } from '../../core/event/detail-type.ts';
import {
  FailureCode,
  failure,
  failureOfError,
  failureText,
  TransientFailure,
} from '../../core/failure.ts';
import { countOutcomes, type Outcome, type OutcomeName } from '../../core/outcome.ts';
import type { Ports } from '../ports.ts';
import { change, publishPending, read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import { sidesOf } from '../side-of.ts';
import { recordWave, type WaveSubject, waveServersOf } from '../wave-record.ts';
import { settle } from './settle.ts';

/** concludeWave's input; `input` is what the machine caught where it did not end well. */
export interface WaveConclusion {
  readonly subject: WaveSubject;
  readonly input?: unknown;
}

/** Concludes a wave; a repetition changes nothing. Servers that are still open are frozen: their state is unknown. */
export async function concludeWave(
  ports: Ports,
  { subject, input }: WaveConclusion,
): Promise<{ readonly outcomes: Readonly<Record<OutcomeName, number>> }> {
  const { body: wave } = await read(ports.store, place.wave(subject.wave));
  if (wave === undefined) return { outcomes: countOutcomes([]) };
  const why = whyItEnded(input);
  for (const server of await waveServersOf(ports, wave)) {
    if (server.outcome === null) {
      const outcome = {
        outcome: 'frozen',
        code: FailureCode.ExecutionDied,
        reason: `the wave's execution ended while the server was open: ${why}`,
      } as const;
      await settle(ports, wave.wave, server.server, outcome, { isOpen: false });
    } else {
      await publishPending(ports, place.waveServer(wave.wave, server.server), server);
    }
  }
  const servers = await waveServersOf(ports, wave);
  if (servers.some((server) => server.pending.length > 0)) throw busRefused(wave.wave);
  const outcomes = countOutcomes(
    servers.flatMap((s): Outcome[] => (s.outcome === null ? [] : [s.outcome])),
  );
  const now = ports.clock.now();
  const concluded = await recordWave(ports, wave.wave, (record) =>
    record.concludedAt === null
      ? {
          next: { ...record, concludedAt: now, cohort: [] },
          told: [
            {
              detailType: DetailType.WaveConcluded,
              members: { outcomes, servers: servers.length },
            },
          ],
        }
      : undefined,
  );
  if (concluded.pending.length > 0) throw busRefused(wave.wave);
  // Last, as the sweep knows the waves that run by their pace.
  for (const target of sidesOf(servers)) {
    await change(ports.store, place.target(target), (record) => {
      if (record === undefined || record.paces[wave.wave] === undefined) return undefined;
      const { [wave.wave]: _pace, ...paces } = record.paces;
      const { [wave.wave]: _slots, ...slotReservations } = record.slotReservations;
      return { ...record, paces, slotReservations };
    });
  }
  return { outcomes };
}

/** No later change would publish a concluded wave's events, so a refusal of the bus is tried again. */
function busRefused(wave: string): TransientFailure {
  return new TransientFailure(
    FailureCode.AnswerIncomplete,
    failureText(
      failure(FailureCode.AnswerIncomplete, `the bus did not take all events of wave ${wave}`),
    ),
  );
}

function whyItEnded(input: unknown): string {
  if (typeof input !== 'object' || input === null) return 'no reason given';
  const error = 'Error' in input ? String(input.Error) : undefined;
  const cause = 'Cause' in input ? String(input.Cause) : undefined;
  if (error === undefined && cause === undefined) return 'no reason given';
  return failureOfError({
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
  }).message;
}
