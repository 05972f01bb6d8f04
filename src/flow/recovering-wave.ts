import type { TargetRecord } from './records/target-records.ts';

/** Answers a wave that recovers servers of the target, held or not: the disaster is not over before it has concluded. */
export function recoveringWave({ paces }: Pick<TargetRecord, 'paces'>): string | undefined {
  return Object.entries(paces).find(([, { recovers }]) => recovers === true)?.[0];
}
