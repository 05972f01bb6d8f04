// In: the events of a rehearsal. Out: the approvals that waves ask for, given as an operator gives them, so much later.
// It acts through the operator's own verb at a virtual instant, so the same inputs give the same rehearsal.

import { gatedPhases } from '../core/plan/gates.ts';
import { toMs } from '../core/time.ts';
import { approve } from '../flow/operate/approve.ts';
import type { Ports } from '../flow/ports.ts';
import type { ToldEvent } from './chronicle.ts';

/** How long after a wave has asked it is answered, in seconds; `never`: nobody answers. */
export type ApproveAfter = number | 'never';

interface Request {
  readonly atMs: number;
  readonly wave: string;
  readonly phase: (typeof gatedPhases)[number];
  readonly by: readonly string[];
}

/** Somebody who approves whatever a rehearsal's waves ask for. */
export class SimulatedApprover {
  readonly #after: ApproveAfter;
  readonly #seen = new Set<string>();
  #requests: readonly Request[] = [];

  constructor(after: ApproveAfter) {
    this.#after = after;
  }

  /** When the next answer is due, in milliseconds after 1970; undefined where nobody waits for one. */
  get nextMs(): number | undefined {
    return this.#requests[0]?.atMs;
  }

  /** Takes one event; a request that is told again is one request. */
  told({ 'detail-type': type, detail }: ToldEvent): void {
    if (type !== 'Wave Approval Requested' || this.#after === 'never') return;
    const id = String(detail['eventId']);
    const phase = gatedPhases.find((one) => one === detail['phase']);
    if (phase === undefined || this.#seen.has(id)) return;
    this.#seen.add(id);
    const request: Request = {
      atMs: toMs(String(detail['observedAt'])) + this.#after * 1000,
      wave: String(detail['wave']),
      phase,
      by: approversFor(detail),
    };
    this.#requests = [...this.#requests, request].sort((a, b) => a.atMs - b.atMs);
  }

  /** Gives the answers that are due; a request that has ended in the meantime is passed over. */
  async actDue(ports: Pick<Ports, 'store' | 'clock'>): Promise<void> {
    const nowMs = toMs(ports.clock.now());
    const due = this.#requests.filter(({ atMs }) => atMs <= nowMs);
    this.#requests = this.#requests.filter(({ atMs }) => atMs > nowMs);
    for (const { wave, phase, by } of due) {
      for (const one of by) {
        await approve(ports, {
          wave,
          phase,
          by: one,
          reason: 'approved in the rehearsal',
          decision: 'approved',
        });
      }
    }
  }
}

/** As many different people as the wave asks for, by the names that its plan gives. */
function approversFor(detail: ToldEvent['detail']): readonly string[] {
  const { approvers, by } = detail;
  const names: readonly unknown[] = Array.isArray(by) ? by : [];
  const [role] = names;
  return Array.from({ length: typeof approvers === 'number' ? approvers : 1 }, (_, i) => {
    const name = names[i];
    if (typeof name === 'string') return name;
    // A role may be assumed by several people, each in a session of their own.
    return typeof role === 'string'
      ? `arn:aws:sts::000000000000:assumed-role/${role}/approver-${i + 1}`
      : `simulated approver${i === 0 ? '' : ` ${i + 1}`}`;
  });
}
