import type { Facts } from './change.ts';
import { type Failure, FailureCode, failure } from './failure.ts';
import type { Instant } from './time.ts';

/** Evidence that a launched instance was healthy, bound to that instance. */
export interface HealthEvidence {
  readonly launch: 'test' | 'cutover' | 'drill' | 'recovery';
  readonly instanceId: string;
  readonly jobId: string | null;
  readonly at: Instant;
  /** The moment whose data it runs on; of recovery instances alone. */
  readonly pointInTimeAt?: Instant;
}

/** A sign-off: who let a cutover be finalized, for which instance, under which plan. A relaunch voids it. */
export interface SignOff {
  readonly instanceId: string;
  readonly planHash: string;
  /** A person, or the policy that a hands-off plan names instead. */
  readonly by: string;
  readonly at: Instant;
}

/**
 * Signs a healthy cutover off for those who approved finalize, or under the plan's own policy where nobody had to; or
 * says what stands against it.
 */
export function signOffCutover(
  health: HealthEvidence | undefined,
  facts: Pick<Facts, 'lifecycle' | 'instanceId'> | undefined,
  plan: { readonly hash: string; readonly name: string },
  at: Instant,
  approvedBy?: string,
): { readonly signOff: SignOff } | { readonly failure: Failure } | 'already-final' {
  if (facts?.lifecycle === 'CUTOVER') return 'already-final';
  if (health === undefined || health.launch !== 'cutover') {
    return {
      failure: failure(
        FailureCode.SignOffMissing,
        'no healthy cutover instance is on record, so there is nothing to sign off',
      ),
    };
  }
  if (health.instanceId !== facts?.instanceId) {
    return {
      failure: failure(
        FailureCode.SignOffMissing,
        `instance ${health.instanceId} was healthy, but ${facts?.instanceId ?? 'none'} is launched now`,
      ),
    };
  }
  return {
    signOff: {
      instanceId: health.instanceId,
      planHash: plan.hash,
      by: approvedBy ?? `policy of plan ${plan.name}`,
      at,
    },
  };
}

/** Says what forbids finalizing; undefined where the sign-off is for this very instance and plan. */
export function finalizeForbidden(
  signOff: SignOff | undefined,
  facts: Facts,
  planHash: string,
): Failure | undefined {
  if (facts.lifecycle === 'CUTOVER') return undefined;
  if (signOff === undefined) {
    return failure(FailureCode.SignOffMissing, 'nobody has signed the cutover off');
  }
  if (signOff.planHash !== planHash) {
    return failure(FailureCode.SignOffMissing, 'the plan was changed after the sign-off');
  }
  if (signOff.instanceId !== facts.instanceId) {
    return failure(
      FailureCode.SignOffMissing,
      `instance ${signOff.instanceId} was signed off, but ${facts.instanceId ?? 'none'} is launched now`,
    );
  }
  return undefined;
}
