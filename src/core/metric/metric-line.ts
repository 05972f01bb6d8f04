import { type Instant, toMs } from '../time.ts';

/** A figure; what is not known is null and left out. */
export type Metric = readonly [
  name: string,
  unit: 'Count' | 'Seconds' | 'Bytes' | 'Percent',
  value: number | null,
];

/** Figures of one thing: what it is, and by which of that they are told apart. */
export interface Measured {
  readonly dimensions: Readonly<Record<string, string>>;
  /** The sets of dimensions to keep the figures by; all dimensions together where left out. */
  readonly by?: readonly (readonly string[])[];
  readonly metrics: readonly Metric[];
}

/** The namespace of Landfall's own metrics in CloudWatch. */
export const metricNamespace = 'Landfall';

/** The most metrics of one directive (Embedded metric format specification). */
export const mostMetrics = 100;
const mostDimensionCharacters = 1024;

/**
 * Writes figures as log lines in CloudWatch's embedded metric format, which CloudWatch reads as metrics
 * (docs.aws.amazon.com/AmazonCloudWatch, "Specification: Embedded metric format"); none where nothing is known.
 */
export function metricLines(
  { dimensions, by, metrics }: Measured,
  at: Instant,
): readonly Readonly<Record<string, unknown>>[] {
  const known = metrics.filter(([, , value]) => value !== null);
  const lines: Readonly<Record<string, unknown>>[] = [];
  for (let from = 0; from < known.length; from += mostMetrics) {
    const some = known.slice(from, from + mostMetrics);
    lines.push({
      _aws: {
        Timestamp: toMs(at),
        CloudWatchMetrics: [
          {
            Namespace: metricNamespace,
            Dimensions: by ?? [Object.keys(dimensions)],
            Metrics: some.map(([Name, Unit]) => ({ Name, Unit })),
          },
        ],
      },
      ...Object.fromEntries(
        Object.entries(dimensions).map(([name, value]) => [name, dimensionValue(value)]),
      ),
      ...Object.fromEntries(some.map(([name, , value]) => [name, value])),
    });
  }
  return lines;
}

/** A value as CloudWatch takes it: ASCII, something of it, no colon in front, not too long (API reference, Dimension). */
function dimensionValue(text: string): string {
  const ascii = text.replaceAll(/[^\x20-\x7e]/g, '?').trim();
  return ascii.replace(/^:+/, '').slice(0, mostDimensionCharacters) || '-';
}

/** Names the metric of a state: `LifeCycle` and `READY_FOR_TEST` make `LifeCycleReadyForTest`. */
export function stateMetric(prefix: string, state: string): string {
  const words = state.split('_').map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`);
  return `${prefix}${words.join('')}`;
}
