// In: what review decided about a wave's gates. Out: the request, or its end, on record and told in one write. Called by
// nextStage.
import { DetailType } from '../core/event/detail-type.ts';
import { cutText, type Told } from '../core/event/stream.ts';
import type { Decision } from '../core/review/decision.ts';
import { approvalDeadline } from '../core/review/gates.ts';
import type { ApprovalRequest } from '../core/review/wave-view.ts';
import type { Ports } from './ports.ts';
import type { WaveRecord } from './records.ts';
import { recordWave } from './wave-record.ts';

type GatePorts = Pick<Ports, 'store' | 'bus' | 'clock'>;
type Of<Kind extends Decision['kind']> = Extract<Decision, { kind: Kind }>;

// So many servers are named in an event; their number says the rest.
const namedServers = 100;

/** Asks for an approval, unless it is asked for already. */
export async function requestApproval(
  ports: GatePorts,
  wave: string,
  { phase, servers }: Of<'await-approval'>,
): Promise<void> {
  await recordWave(ports, wave, (record) => {
    const { awaitingApproval: known, cohortsBegun: cohort } = record;
    if (known != null && known.phase === phase && known.cohort === cohort) return undefined;
    const asked: ApprovalRequest = { phase, cohort, since: ports.clock.now(), servers };
    return { next: { ...record, awaitingApproval: asked }, told: [tellRequest(record, asked)] };
  });
}

function tellRequest(record: WaveRecord, asked: ApprovalRequest): Told {
  const gates = record.gates ?? {};
  return {
    detailType: DetailType.WaveApprovalRequested,
    members: {
      phase: asked.phase,
      cohort: asked.cohort,
      servers: asked.servers.length,
      serverIds: asked.servers.slice(0, namedServers),
      by: gates[asked.phase]?.approval.by ?? null,
      deadlineAt: approvalDeadline({ gates }, asked) ?? null,
      planHash: record.planHash,
    },
  };
}

/** Lets the cohort into the phase that a person has approved. */
export async function openGate(
  ports: GatePorts,
  wave: string,
  { phase, by, reason }: Of<'open-gate'>,
): Promise<void> {
  await recordWave(ports, wave, (record) => {
    if (record.awaitingApproval?.phase !== phase) return undefined;
    const { cohortsBegun: cohort } = record;
    // What was approved for a cohort before says nothing of this one.
    const still = (record.approved ?? []).filter((one) => one.cohort === cohort);
    return {
      next: { ...record, awaitingApproval: null, approved: [...still, { phase, cohort }] },
      told: [
        {
          detailType: DetailType.WaveApprovalGiven,
          members: { phase, cohort, by: cutText(by), reason: cutText(reason) },
        },
      ],
    };
  });
}

/** Closes a phase to the wave, as a person denied it or nobody answered in time. */
export async function closeGate(
  ports: GatePorts,
  wave: string,
  { gate, by }: Of<'close-gate'>,
): Promise<void> {
  await recordWave(ports, wave, (record) => {
    if (record.awaitingApproval?.phase !== gate.phase) return undefined;
    const { phase, how, reason } = gate;
    const members = { phase, cohort: record.cohortsBegun, reason: cutText(reason) };
    return {
      next: {
        ...record,
        awaitingApproval: null,
        closedGates: [...(record.closedGates ?? []), gate],
      },
      told: [
        how === 'denied'
          ? {
              detailType: DetailType.WaveApprovalDenied,
              members: { ...members, by: by === null ? null : cutText(by) },
            }
          : { detailType: DetailType.WaveApprovalExpired, members },
      ],
    };
  });
}

/** Withdraws a request that no server waits for any more: persons ordered otherwise. */
export async function withdrawRequest(ports: GatePorts, wave: WaveRecord): Promise<void> {
  if (wave.awaitingApproval == null) return;
  await recordWave(ports, wave.wave, (record) => {
    const { awaitingApproval: asked } = record;
    if (asked == null) return undefined;
    const { phase, cohort } = asked;
    return {
      next: { ...record, awaitingApproval: null },
      told: [{ detailType: DetailType.WaveApprovalWithdrawn, members: { phase, cohort } }],
    };
  });
}
