import type { FailureCode } from '../failure.ts';
import type { Instant } from '../time.ts';
import { type LeftByHooks, nextActionOf } from './next-action.ts';

/** What shows how a server's way ended. */
export interface OutcomeEvidence {
  /** The job of its last launch by this wave; null where there was none. */
  readonly jobId: string | null;
  /** The instance that was last seen launched for it; null where there is none. */
  readonly instanceId: string | null;
  /** The events that tell what led to it: the phases that ended, and what was last seen of the server. */
  readonly eventIds: readonly string[];
  /** What was last seen of the server; null where it was never seen. */
  readonly seen: {
    readonly lifecycle: string | null;
    readonly replicationState: string | null;
  } | null;
}

/** What is on record of a server whose way ends. */
export interface EndOnRecord {
  readonly wave: string;
  readonly server: string;
  /** Whether its wave still takes orders. */
  readonly isOpen: boolean;
  /** What hooks of the plan have done for it and nobody has taken back. */
  readonly left?: readonly LeftByHooks[];
  readonly launch: { readonly jobId: string; readonly instanceId: string | undefined } | null;
  readonly results: readonly { readonly eventId?: string; readonly endedAt: Instant }[];
  readonly observed:
    | {
        readonly sequence: number;
        readonly facts: {
          readonly present: boolean;
          readonly lifecycle: string | null;
          readonly replicationState: string | null;
          readonly instanceId: string | null;
        };
      }
    | undefined;
  readonly target: {
    readonly service: string;
    readonly accountId: string;
    readonly region: string;
  };
}

// The phases that led to an end, and what came before them, are few; the last ones say it.
const lastPhases = 3;

/** What shows how a server's way ended, and what a person does next. */
export function evidenceOfEnd(
  end: { readonly outcome: string; readonly code?: FailureCode },
  record: EndOnRecord,
): { readonly evidence: OutcomeEvidence; readonly nextAction: string } {
  const { observed, launch, results, target, server, wave, isOpen, left = [] } = record;
  const stream = `${target.service}/${target.accountId}/${target.region}/${server}`;
  const facts = observed?.facts;
  return {
    evidence: {
      jobId: launch?.jobId ?? null,
      instanceId: facts?.instanceId ?? null,
      eventIds: [
        ...results.slice(-lastPhases).flatMap(({ eventId }) => eventId ?? []),
        ...(observed === undefined || observed.sequence === 0
          ? []
          : [`${stream}/${observed.sequence}`]),
      ],
      seen:
        facts === undefined
          ? null
          : { lifecycle: facts.lifecycle, replicationState: facts.replicationState },
    },
    nextAction: nextActionOf(end, { wave, server, isOpen, left }),
  };
}
