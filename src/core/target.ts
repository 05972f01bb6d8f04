/** The services that Landfall drives. */
export type Service = 'mgn' | 'drs';

/** A target: one service in one account and Region. What one poller looks after. */
export interface Target {
  readonly partition: string;
  readonly service: Service;
  readonly accountId: string;
  readonly region: string;
}

const arnPattern = /^arn:([\w-]+):(mgn|drs):([\w-]+):(\d{12}):source-server\/(.+)$/;

/** Reads the target and the server id out of a source server's ARN; undefined where it is none. */
export function targetOfArn(
  arn: string,
): { readonly target: Target; readonly sourceServerId: string } | undefined {
  const [, partition, service, region, accountId, sourceServerId] = arnPattern.exec(arn) ?? [];
  if (partition === undefined || region === undefined || accountId === undefined) return undefined;
  if (sourceServerId === undefined) return undefined;
  return {
    target: { partition, service: service === 'drs' ? 'drs' : 'mgn', accountId, region },
    sourceServerId,
  };
}

const serviceArn = /^arn:([\w-]+):(mgn|drs):([\w-]+):(\d{12}):/;

/** Reads the target out of the ARN of anything of MGN or DRS; undefined where it is none. */
export function targetInArn(arn: string): Target | undefined {
  const [, partition, service, region, accountId] = serviceArn.exec(arn) ?? [];
  if (partition === undefined || region === undefined || accountId === undefined) return undefined;
  return { partition, service: service === 'drs' ? 'drs' : 'mgn', accountId, region };
}

/** Names a target as in logs, keys and plans: `mgn:111122223333:eu-central-1`. */
export function targetName(target: Target): string {
  return `${target.service}:${target.accountId}:${target.region}`;
}

/** Each target once, by its name, in the order of first mention. */
export function distinctTargets(targets: Iterable<Target>): readonly Target[] {
  const byName = new Map<string, Target>();
  for (const target of targets) {
    const name = targetName(target);
    if (!byName.has(name)) byName.set(name, target);
  }
  return [...byName.values()];
}

/** Says to which partition a Region belongs: China, GovCloud or the standard one. */
export function partitionOfRegion(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
