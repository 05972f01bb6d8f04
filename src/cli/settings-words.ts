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

/** Says that settings were changed on purpose, by whom and why, and what was left undone. */
export function settingsChanged(type: string, detail: Told['detail']): readonly string[] {
  const done = type.endsWith('Applied') ? 'set as the plan wants' : 'put back';
  const left = Number(detail['left']);
  const part =
    left > 0 ? `, but for ${left}: ${String(detail['because'] ?? 'no reason given')}` : '';
  return [
    `settings are ${done} by ${String(detail['by'])} (${String(detail['reason'])})${part}`,
    ...settingsLines(detail),
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
