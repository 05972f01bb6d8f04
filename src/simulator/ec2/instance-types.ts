import { numberAt, objectAt, textAt } from '../json.ts';
import type { SourceServer } from '../source-server.ts';

const sizes: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
  metal: 96,
};

/** How many vCPUs an instance type has, by the usual meaning of its size; undefined where there is no such type. */
export function vcpusOf(instanceType: string): number | undefined {
  const [, family, size = ''] = /^([a-z][a-z0-9-]*)\.([a-z0-9]+)$/.exec(instanceType) ?? [];
  if (family === undefined) return undefined;
  const [, times] = /^(\d+)xlarge$/.exec(size) ?? [];
  return times === undefined ? sizes[size] : 4 * Number(times);
}

/** Says whether EC2 counts a type to the Standard on-demand instances: A, C, D, H, I, M, R, T and Z. */
export function isStandard(instanceType: string): boolean {
  return /^[acdhimrtz]\d/.test(instanceType);
}

const xenFamilies = new Set(
  'c1 c3 c4 cc2 cr1 d2 f1 g2 g3 g3s h1 hs1 i2 i3 m1 m2 m3 m4 p2 p3 r3 r4 t1 t2 x1 x1e'.split(' '),
);

/** Says whether a type is of the Nitro System: all but those of earlier generations, which run on Xen. */
export function isNitro(instanceType: string): boolean {
  const [family = '', size] = instanceType.split('.');
  return size === 'metal' || !xenFamilies.has(family);
}

const bySize = [
  { cores: 2, size: 'large' },
  { cores: 4, size: 'xlarge' },
  { cores: 8, size: '2xlarge' },
  { cores: 16, size: '4xlarge' },
  { cores: 32, size: '8xlarge' },
  { cores: 48, size: '12xlarge' },
  { cores: 64, size: '16xlarge' },
] as const;

/** The type that fits a server: the one that MGN recommends, else by its cores and memory. */
export function recommendedType(server: SourceServer): string {
  const properties = objectAt(server.document, 'sourceProperties');
  const known = textAt(properties, 'recommendedInstanceType');
  if (known !== undefined) return known;
  const cpus = Array.isArray(properties['cpus']) ? properties['cpus'] : [];
  const cores = cpus.reduce((sum: number, cpu) => sum + numberAt(cpu, 'cores'), 0);
  const gibPerCore = numberAt(properties, 'ramBytes') / 2 ** 30 / Math.max(1, cores);
  const family = gibPerCore > 4.5 ? 'r5' : gibPerCore > 2.5 ? 'm5' : 'c5';
  const size = bySize.find((one) => cores <= one.cores)?.size ?? '24xlarge';
  return `${family}.${size}`;
}
