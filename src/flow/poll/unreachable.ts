// In: the refusal that stopped a tick's reading. Out: whether the target as a whole is out of reach, why, and what
// helps; told in the target's own stream when it begins, when its kind changes, and when it ends. Called by poll.
import { number, type Told, targetStream } from '../../core/event/stream.ts';
import { tellReachable, tellUnreachable } from '../../core/event/tell.ts';
import { type Target, targetName } from '../../core/target.ts';
import type { Instant } from '../../core/time.ts';
import type { Refusal } from '../ports.ts';
import type { TargetRecord, Unreachable, UnreachableKind } from '../records/target-records.ts';

// What services say to credentials of an account in which the Region is not enabled: MGN and Service Quotas the
// first, query services the second, EC2 the third; STS itself has a name of its own for it.
const regionOff =
  /^(UnrecognizedClient|InvalidClientTokenId|AuthFailure|OptInRequired|RegionDisabled|SubscriptionRequired)/;
// These are trouble with our own credentials or clock: the tick has failed, and an alarm is right.
const ourOwn =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken|RequestExpired|InvalidSignature|IncompleteSignature|SignatureDoesNotMatch|MissingAuthenticationToken)/;

/** Says what keeps a target from being read, where a person must act; undefined where waiting may help. */
export function unreachableKind({
  kind,
  errorName,
  message,
}: Refusal): UnreachableKind | undefined {
  if (kind === 'uninitialized') return 'not-initialized';
  // A name that no resolver knows; one that does not answer (EAI_AGAIN) passes by itself.
  if (kind === 'ambiguous') return /\bENOTFOUND\b/.test(message) ? 'no-endpoint' : undefined;
  if (kind !== 'access-denied' || ourOwn.test(errorName)) return undefined;
  const ofRole = /\bsts:AssumeRole\b/.test(message);
  if (regionOff.test(errorName)) {
    // STS is asked in the Region where Landfall runs: if it knows our credentials not, they are broken.
    return ofRole && !errorName.startsWith('RegionDisabled') ? undefined : 'region-off';
  }
  return ofRole ? 'role-refused' : 'access-denied';
}

/** Says what a person does about a target that cannot be read. */
export function remedyFor(kind: UnreachableKind, { service, accountId, region }: Target): string {
  const name = service.toUpperCase();
  switch (kind) {
    case 'not-initialized':
      return `initialize ${name} in account ${accountId}, Region ${region}: open its console there once, or run aws ${service} initialize-service`;
    case 'region-off':
      return `enable Region ${region} for account ${accountId} (and for Landfall's own account, where its credentials are used), or take the target out of the deployment`;
    case 'no-endpoint':
      return `check the name of Region ${region} and whether ${name} is offered there; in a VPC, check its DNS and endpoints`;
    case 'role-refused':
      return `deploy the member role into account ${accountId}, and check that it trusts Landfall's account with the right external id`;
    case 'access-denied':
      return `grant what the reason names in account ${accountId}; a service control policy may also deny it`;
    default:
      return kind satisfies never;
  }
}

type Outbox = Pick<TargetRecord, 'sequence' | 'pending'>;

/** A target's record once its tick was refused like this; told anew only when the kind is another one. */
export function lost(
  record: TargetRecord,
  kind: UnreachableKind,
  refusal: Refusal,
  now: Instant,
): Outbox & { readonly unreachable: Unreachable } {
  const before = record.unreachable ?? null;
  if (before !== null && before.kind === kind) return { ...outboxOf(record), unreachable: before };
  const unreachable: Unreachable = {
    since: before?.since ?? now,
    kind,
    reason: `${refusal.errorName}: ${refusal.message}`.slice(0, 1000),
    remedy: remedyFor(kind, record.target),
  };
  return { ...tell(record, now, tellUnreachable(unreachable)), unreachable };
}

/** A target's record once a tick could read it. */
export function found(record: TargetRecord, now: Instant): Outbox & { readonly unreachable: null } {
  const before = record.unreachable ?? null;
  if (before === null) return { ...outboxOf(record), unreachable: null };
  return { ...tell(record, now, tellReachable(before, now)), unreachable: null };
}

function outboxOf({ sequence = 0, pending = [] }: TargetRecord): Required<Outbox> {
  return { sequence, pending };
}

function tell(record: TargetRecord, now: Instant, told: Told): Required<Outbox> {
  const { sequence, pending } = outboxOf(record);
  const events = number(targetStream(record.target), sequence, now, [told]);
  return { sequence: sequence + events.length, pending: [...pending, ...events] };
}

/** Says in one line why a target cannot be read, for the log and the error of a tick. */
export function unreachableText(target: Target, { kind, reason, remedy }: Unreachable): string {
  return `${targetName(target)} cannot be reached (${kind}): ${reason}; ${remedy}`;
}
