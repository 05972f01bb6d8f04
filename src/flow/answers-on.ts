import type { Approval } from '../core/condition/approved.ts';
import type { ApprovalRecord } from './records/order-records.ts';

/** The answers that are on record for a phase of a wave, in order; those to earlier requests come first. */
export function answersOn(record: ApprovalRecord | undefined): readonly Approval[] {
  if (record === undefined) return [];
  const { earlier, ...latest } = record;
  return [...earlier, latest];
}
