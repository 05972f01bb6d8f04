import type { Place } from '../arn.ts';

const pattern = /^arn:([\w-]+):drs:([\w-]+):(\d{12}):([\w-]+)\/([\w-]+)$/;

/** Reads the place, kind and id out of a DRS ARN; undefined where it is none. */
export function readDrsArn(
  arn: string | undefined,
): { readonly place: Place; readonly kind: string; readonly id: string } | undefined {
  const [, partition, region, accountId, kind, id] = pattern.exec(arn ?? '') ?? [];
  if (partition === undefined || region === undefined || accountId === undefined) return undefined;
  if (kind === undefined || id === undefined) return undefined;
  return { place: { partition, accountId, region }, kind, id };
}
