import { type Quotas, quotasOf } from '../admission.ts';
import type { Service } from '../target.ts';
import { drsQuotasOf } from './drs-quotas.ts';

/** Reads the quotas of a service by their codes, over the published ones. */
export function quotasOfService(
  service: Service,
  values: Readonly<Record<string, number>>,
): Quotas {
  return service === 'drs' ? drsQuotasOf(values) : quotasOf(values);
}
