/** Where an MGN resource is, read out of its ARN. */
export interface Place {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

const pattern = /^arn:([\w-]+):mgn:([\w-]+):(\d{12}):([\w-]+)\/([\w-]+)$/;

/** Reads the place, kind and id out of an MGN ARN; undefined where it is none. */
export function readArn(
  arn: string | undefined,
): { readonly place: Place; readonly kind: string; readonly id: string } | undefined {
  const [, partition, region, accountId, kind, id] = pattern.exec(arn ?? '') ?? [];
  if (partition === undefined || region === undefined || accountId === undefined) return undefined;
  if (kind === undefined || id === undefined) return undefined;
  return { place: { partition, accountId, region }, kind, id };
}
