import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';
import type { Plan } from '../core/plan/plan.ts';

/**
 * Tells two versions of a plan apart: the SHA-256, in hex, of its content. Comments, order of fields and layout do
 * not count; the order of lists does.
 */
export function planHash(plan: Plan): string {
  return createHash('sha256').update(canonicalJson(plan)).digest('hex');
}
