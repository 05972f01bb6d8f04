import { atEvent, breachIn } from './breach.ts';
import { type Rule, Tally } from './rule.ts';
import { type Told, textOf } from './trace.ts';
import { EventType } from './vocabulary.ts';

const answers: ReadonlySet<string> = new Set([
  EventType.ApprovalGiven,
  EventType.ApprovalDenied,
  EventType.ApprovalExpired,
  EventType.ApprovalWithdrawn,
]);

const phaseApproved: Rule = {
  promise: 3,
  name: 'phase-approved',
  holds:
    'A wave that asks for an approval of a phase starts no stage of it before the approval was given for that cohort.',
  meaning: 'Servers were let into a phase that a person had not let them into.',
  check: (trace) => {
    const tally = new Tally();
    for (const events of trace.waves.values()) {
      const own = events.filter((event) => event.server === undefined);
      const gated = new Set(own.filter(isRequest).map(phaseOf));
      const given = new Set<string>();
      for (const event of inOrder(own)) {
        if (event.type === EventType.ApprovalGiven) given.add(cohortPhase(event));
        if (event.type !== EventType.StageStarted || !gated.has(phaseOf(event))) continue;
        tally.see(
          given.has(cohortPhase(event))
            ? undefined
            : breachIn(event, `${phaseOf(event)} started without the approval that it needs`),
        );
      }
    }
    return tally.finding();
  },
};

const approvalsAnswered: Rule = {
  promise: 4,
  name: 'approvals-answered',
  holds:
    'Every approval that a wave asks for is given, denied, expires or is withdrawn, once and before the next; none is answered that was not asked for. Only an aborted wave leaves one open.',
  meaning: 'A wave went on without an answer, or took one answer for another.',
  check: (trace) => {
    const tally = new Tally();
    for (const [wave, events] of trace.waves) {
      const own = inOrder(events.filter((event) => event.server === undefined));
      const aborted = own.some((event) => event.type === EventType.AbortRequested);
      let open: Told | undefined;
      for (const event of own) {
        if (isRequest(event)) {
          if (open !== undefined) tally.see(unanswered(wave, open));
          open = event;
        } else if (answers.has(event.type)) {
          const asked = open !== undefined && cohortPhase(open) === cohortPhase(event);
          tally.see(
            asked
              ? undefined
              : breachIn(event, `${event.type} for ${phaseOf(event)}, which nobody asked for`),
          );
          open = undefined;
        }
      }
      if (open !== undefined && !aborted) tally.see(unanswered(wave, open));
    }
    return tally.finding();
  },
};

function unanswered(wave: string, request: Told) {
  return breachIn(request, `${wave} asked to enter ${phaseOf(request)} and told no answer`, [
    atEvent(request),
  ]);
}

function isRequest(event: Told): boolean {
  return event.type === EventType.ApprovalRequested;
}

function phaseOf(event: Told): string {
  return textOf(event.detail, 'phase') ?? '?';
}

function cohortPhase(event: Told): string {
  return `${phaseOf(event)}/${String(event.detail['cohort'])}`;
}

// Redelivery may turn the order of the file around; a wave's own stream has an order.
function inOrder(own: readonly Told[]): readonly Told[] {
  return own.toSorted((a, b) => a.detail.sequence - b.detail.sequence || a.index - b.index);
}

/** Promises 3 and 4 of approvals: no phase without the one it needs, and every one that was asked for answered. */
export const approvalRules: readonly Rule[] = [phaseApproved, approvalsAnswered];
