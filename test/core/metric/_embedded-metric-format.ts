// The form of a line in CloudWatch's embedded metric format, from the published schema and the words around it
// (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html), and
// what a dimension may be (API reference of CloudWatch, Dimension).
import * as z from 'zod';

const units = [
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'None'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'],
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'],
];

const Line = z.looseObject({
  _aws: z.looseObject({
    Timestamp: z.int().min(0),
    CloudWatchMetrics: z
      .array(
        z.strictObject({
          Namespace: z.string().min(1).max(255),
          Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
          Metrics: z
            .array(
              z.strictObject({
                Name: z.string().min(1).max(1024),
                Unit: z.enum(units).optional(),
                StorageResolution: z.literal([1, 60]).optional(),
              }),
            )
            .min(1)
            .max(100),
        }),
      )
      .min(1),
  }),
});

const dimension = /^[\x20-\x7e]{1,1024}$/;
const mostBytes = 1024 * 1024;

/** Says what of a line breaks the specification; nothing of a good one. */
export function faultsOf(line: Readonly<Record<string, unknown>>): readonly string[] {
  const read = Line.safeParse(line);
  if (!read.success)
    return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const faults: string[] = [];
  if (Buffer.byteLength(JSON.stringify(line)) > mostBytes) faults.push('more than 1 MB');
  for (const { Dimensions, Metrics } of read.data._aws.CloudWatchMetrics) {
    for (const name of Dimensions.flat()) {
      const value = line[name];
      if (typeof value !== 'string' || !dimension.test(value) || /^:|^\s*$/.test(value)) {
        faults.push(`the dimension ${name} is ${JSON.stringify(value)}`);
      }
    }
    for (const { Name } of Metrics) {
      if (!Number.isFinite(line[Name])) faults.push(`the metric ${Name} is no number`);
    }
    const names = [...new Set(Dimensions.flat()), ...Metrics.map(({ Name }) => Name)];
    if (new Set(names).size !== names.length) faults.push('a name stands twice');
  }
  return faults;
}
