import type { Told } from '../trace/trace.ts';

/** Says which settings an event tells of, one a line, with how many more there are. */
export function settingsLines(detail: Told['detail']): readonly string[] {
  const told: unknown = detail['settings'];
  const settings = Array.isArray(told) ? told.filter(isObject) : [];
  const lines = settings.map(
    ({ aspect, field, from, to }) =>
      `  ${String(aspect)} ${String(field)}: ${String(from)} → ${String(to)}`,
  );
  const more = Number(detail['differences']) - lines.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

/** Says what keeps settings from being set, one a line. */
export function obstacleLines(detail: Told['detail']): readonly string[] {
  const obstacles: unknown = detail['obstacles'];
  return Array.isArray(obstacles)
    ? obstacles.map((one) => `  cannot be set so: ${String(one)}`)
    : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
