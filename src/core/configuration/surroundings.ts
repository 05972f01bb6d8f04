/** What launches into a target depend on beside the server itself. What was never read is absent. */
export interface Surroundings {
  /** The vCPUs of running on-demand Standard instances, and the account's quota on them. */
  readonly vcpus?: { readonly used: number; readonly quota: number | null };
  /** Servers past their test whose test instance still runs; of DRS, whose drill instance was left. The first hundred. */
  readonly testInstances: readonly string[];
  /** Free addresses by subnet; null where the subnet does not exist. */
  readonly subnets: Readonly<Record<string, number | null>>;
  /** vCPUs by instance type; null where the Region does not offer it. */
  readonly types: Readonly<Record<string, number | null>>;
  /** Which of the types are of the Nitro System; absent where nobody asked. */
  readonly nitroTypes?: readonly string[];
  /** The instances that servers are to be launched into, by id; null where there is none such. DRS only. */
  readonly intoInstances?: Readonly<Record<string, IntoInstance | null>>;
}

/** What of an instance decides whether DRS may launch into it; what EC2 does not say is null. */
export interface IntoInstance {
  readonly state: string | null;
  /** Whether it carries the tag by which its owner allows it. */
  readonly isTagged: boolean;
  readonly isWindows: boolean;
  readonly architecture: string | null;
  readonly virtualization: string | null;
  readonly rootDevice: string | null;
}

/** The tag by which the owner of an instance allows DRS to launch into it (reference: DRS 1.9, H7). */
export const intoInstanceTag = { key: 'AWSDRS', value: 'AllowLaunchingIntoThisInstance' } as const;

/** The quota of EC2 on running on-demand Standard instances, in vCPUs. */
export const standardVcpuQuota = 'L-1216C47A';

/** An instance that runs. */
export interface RunningInstance {
  readonly instanceType: string | undefined;
  readonly vcpus: number | undefined;
  readonly spot: boolean;
}

/** Says whether a type counts against the Standard quota: A, C, D, H, I, M, R, T and Z; all others have their own. */
export function isStandardType(instanceType: string): boolean {
  return /^(a|c|d|h|i|im|is|m|r|t|z)\d/.test(instanceType);
}

/** Adds up what running instances take of the Standard quota; spot instances have a quota of their own. */
export function standardVcpus(instances: readonly RunningInstance[]): number {
  return instances
    .filter(({ instanceType = '', spot }) => !spot && isStandardType(instanceType))
    .reduce((sum, { vcpus }) => sum + (vcpus ?? 0), 0);
}
