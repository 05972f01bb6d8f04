// In: what review decided about a wave's gates. Out: the request, or its end, on record and told in one write. Called by
// nextStage.
import { DetailType } from '../core/event/detail-type.ts';
import { cutText, type Told } from '../core/event/stream.ts';
import type { Decision } from '../core/review/decision.ts';
import { approvalDeadline } from '../core/review/gates.ts';
import type { ApprovalRequest, ClosedGate, Judged } from '../core/review/wave-view.ts';
import type { Ports } from './ports.ts';
import type { WaveRecord } from './records/wave-records.ts';
import { recordWave } from './wave-record.ts';

type GatePorts = Pick<Ports, 'store' | 'bus' | 'clock'>;
type Of<Kind extends Decision['kind']> = Extract<Decision, { kind: Kind }>;

// So many servers are named in an event; their number says the rest.
const namedServers = 100;

/** Asks for an approval, unless it is asked for already. */
export async function requestApproval(
  ports: GatePorts,
  wave: string,
  { phase, servers, judged, settings }: Of<'await-approval'>,
): Promise<void> {
  await recordWave(ports, wave, (record) => {
    const { awaitingApproval: known, cohortsBegun: cohort } = record;
    if (known != null && known.phase === phase && known.cohort === cohort) return undefined;
    const asked: ApprovalRequest = { phase, cohort, since: ports.clock.now(), servers };
    return {
      next: { ...record, awaitingApproval: asked },
      told: [tellRequest(record, asked, judged, settings)],
    };
  });
}

function tellRequest(
  record: WaveRecord,
  asked: ApprovalRequest,
  judged: readonly Judged[] | undefined,
  settings?: Of<'await-approval'>['settings'],
): Told {
  const gates = record.gates ?? {};
  const rule = gates[asked.phase]?.approval;
  return {
    detailType: DetailType.WaveApprovalRequested,
    members: {
      phase: asked.phase,
      cohort: asked.cohort,
      servers: asked.servers.length,
      serverIds: asked.servers.slice(0, namedServers),
      by: rule?.by ?? null,
      deadlineAt: approvalDeadline({ gates }, asked) ?? null,
      planHash: record.planHash,
      ...(rule?.approvers === undefined ? {} : { approvers: rule.approvers }),
      ...(rule?.fourEyes === undefined
        ? {}
        : { fourEyes: true, startedBy: record.startedBy ?? null }),
      ...(judged === undefined ? {} : { policy: rule?.policy?.name ?? null, judged }),
      ...(settings === undefined ? {} : { settings }),
    },
  };
}

/** Lets the cohort into the phase that people have approved, or the plan's policy, which is asked and answers at once. */
export async function openGate(
  ports: GatePorts,
  wave: string,
  { phase, servers, by, reason, approvers, judged }: Of<'open-gate'>,
): Promise<void> {
  await recordWave(ports, wave, (record) => {
    const { cohortsBegun: cohort, awaitingApproval } = record;
    const isAsked = awaitingApproval?.phase === phase;
    if (!isAsked && judged === undefined) return undefined;
    const at = ports.clock.now();
    // What was approved for a cohort before says nothing of this one.
    const still = (record.approved ?? []).filter((one) => one.cohort === cohort);
    const given: Told = {
      detailType: DetailType.WaveApprovalGiven,
      members: {
        phase,
        cohort,
        by: cutText(by),
        reason: cutText(reason),
        approvers: approvers.map((one) => ({
          by: cutText(one.by),
          at: one.at,
          reason: cutText(one.reason),
        })),
        ...(judged === undefined ? {} : { judged }),
      },
    };
    const asked: ApprovalRequest = { phase, cohort, since: at, servers };
    return {
      next: { ...record, awaitingApproval: null, approved: [...still, { phase, cohort, by, at }] },
      told: isAsked ? [given] : [tellRequest(record, asked, judged), given],
    };
  });
}

/** Closes a phase to the wave, as a person denied it, nobody answered in time, or no window opens for it. */
export async function closeGate(
  ports: GatePorts,
  wave: string,
  { gate, by }: Of<'close-gate'>,
): Promise<void> {
  await recordWave(ports, wave, (record) => {
    const { awaitingApproval, closedGates = [] } = record;
    const isOver =
      gate.how === 'no-window'
        ? closedGates.some(({ phase }) => phase === gate.phase)
        : awaitingApproval?.phase !== gate.phase;
    if (isOver) return undefined;
    return {
      next: { ...record, awaitingApproval: null, closedGates: [...closedGates, gate] },
      told: [tellClosed(record, gate, by)],
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

function tellClosed(
  { cohortsBegun: cohort }: WaveRecord,
  { phase, how, reason }: ClosedGate,
  by: string | null,
): Told {
  const members = { phase, cohort, reason: cutText(reason) };
  switch (how) {
    case 'denied':
      return {
        detailType: DetailType.WaveApprovalDenied,
        members: { ...members, by: by === null ? null : cutText(by) },
      };
    case 'expired':
      return { detailType: DetailType.WaveApprovalExpired, members };
    case 'no-window':
      return {
        detailType: DetailType.WaveWindowClosed,
        members: { ...members, servers: 0, opensAt: null },
      };
    default:
      return how satisfies never;
  }
}
