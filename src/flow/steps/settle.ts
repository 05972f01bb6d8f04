// In: a server of a wave and how its way ended, or that it goes on after all. Out: that on record with its evidence, told
// once. Called by nextStage and concludeWave.
import { takesActiveSlot } from '../../core/change.ts';
import { notBegun } from '../../core/desired/course.ts';
import { DetailType } from '../../core/event/detail-type.ts';
import { cutText } from '../../core/event/stream.ts';
import { tellOutcome } from '../../core/event/tell.ts';
import { FailureCode, failure } from '../../core/failure.ts';
import { leftByHooks } from '../../core/hook/standing.ts';
import type { ServerOrder } from '../../core/order/order.ts';
import { evidenceOfEnd } from '../../core/outcome/evidence-of-end.ts';
import type { Outcome } from '../../core/outcome.ts';
import { arrivalFor, startsToReplicate } from '../../core/phase/recovery-arrival.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { ServerRecord } from '../records/server-records.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { recordWaveServer } from '../wave-server.ts';

type SettlePorts = Pick<Ports, 'store' | 'bus' | 'clock'>;

/** Ends a server's way in its wave, with the evidence at hand, and tells it once. What was ordered of it is taken. */
export async function settle(
  ports: SettlePorts,
  wave: string,
  server: string,
  outcome: Outcome,
  {
    order,
    isOpen = true,
  }: { readonly order?: ServerOrder | undefined; readonly isOpen?: boolean } = {},
): Promise<void> {
  const observed = await observedOf(ports, wave, server);
  await recordWaveServer(ports, { wave, server }, (record) => {
    if (record.outcome !== null) return undefined;
    const ended: Outcome = {
      ...outcome,
      ...evidenceOfEnd(outcome, { ...record, observed, isOpen, left: leftOf(record) }),
    };
    return {
      next: {
        ...record,
        outcome: ended,
        ...(order === undefined ? {} : { orderTaken: order.number }),
      },
      told: [tellOutcome(ended)],
    };
  });
}

/** What hooks have left behind; a server that moved needs nothing taken back. */
function leftOf({ settings, hookRuns = [] }: WaveServer) {
  return leftByHooks(settings.hooks, hookRuns);
}

async function observedOf(
  ports: Pick<Ports, 'store'>,
  wave: string,
  server: string,
): Promise<ServerRecord | undefined> {
  const { body } = await read(ports.store, place.waveServer(wave, server));
  if (body === undefined) return undefined;
  return (await read(ports.store, place.server(body.target, server))).body;
}

/**
 * Has a server go on that had ended, as a person ordered: its outcome is taken back, and told so. What died without a
 * result has failed; what it brought along is looked at anew; a retry has the plan's budgets anew.
 */
export async function reopen(
  ports: SettlePorts,
  wave: string,
  { server, order }: { readonly server: string; readonly order: ServerOrder },
): Promise<void> {
  const observed = await observedOf(ports, wave, server);
  const now = ports.clock.now();
  await recordWaveServer(ports, { wave, server }, (record) => {
    const { outcome } = record;
    if (outcome === null) return undefined;
    const results = [...record.results, ...withoutResult(record, now)];
    const retried =
      order.order === 'retry'
        ? { retriedFrom: results.length, retriesUsed: {}, orderTaken: order.number }
        : {};
    return {
      next: {
        ...record,
        ...arrivalAnew(record, observed),
        ...retried,
        results,
        started: null,
        outcome: null,
        ...settingsAnew(record),
      },
      told: [
        {
          detailType: DetailType.ServerReopened,
          members: {
            order: order.order,
            by: cutText(order.by),
            at: order.at,
            reason: cutText(order.reason),
            outcome: outcome.outcome,
            code: outcome.code ?? null,
          },
        },
      ],
    };
  });
}

/** What could not be set is looked at and set anew. */
function settingsAnew({ desiredCourse }: WaveServer): Pick<WaveServer, 'desiredCourse'> {
  const status = desiredCourse?.applied?.status;
  return status === 'partly' || status === 'refused' ? { desiredCourse: notBegun } : {};
}

function withoutResult({ started, results }: WaveServer, endedAt: string): WaveServer['results'] {
  if (started === null) return [];
  const { phase, attempt } = started;
  if (results.some((r) => r.phase === phase && r.attempt === attempt)) return [];
  const died = failure(FailureCode.ExecutionDied, `the ${phase} execution died without a result`);
  return [{ phase, attempt, status: 'failed', failure: died, endedAt }];
}

function arrivalAnew(
  { arrival, needsSlot, settings }: WaveServer,
  observed: ServerRecord | undefined,
): Pick<WaveServer, 'arrival' | 'needsSlot'> {
  const facts = observed?.facts;
  if (facts?.present !== true) return { arrival, needsSlot };
  const anew = 'outcome' in arrival ? arrivalFor({ facts, drs: observed?.drs }, settings) : arrival;
  const starts = startsToReplicate(anew);
  const had = needsSlot || 'outcome' in arrival;
  return { arrival: anew, needsSlot: had && starts && !takesActiveSlot(facts) };
}

/** Lets go of an order that can no longer be carried out, and tells why, once. */
export async function lapse(
  ports: SettlePorts,
  wave: string,
  {
    server,
    order,
    because,
  }: { readonly server: string; readonly order: ServerOrder; readonly because: string },
): Promise<void> {
  await recordWaveServer(ports, { wave, server }, (record) =>
    (record.orderTaken ?? 0) >= order.number
      ? undefined
      : {
          next: { ...record, orderTaken: order.number },
          // No person has asked for it, and how the drill ended was told.
          told:
            order.order === 'yield'
              ? []
              : [
                  {
                    detailType: DetailType.ServerOrderLapsed,
                    members: {
                      order: order.order,
                      by: cutText(order.by),
                      at: order.at,
                      reason: cutText(order.reason),
                      because,
                    },
                  },
                ],
        },
  );
}
