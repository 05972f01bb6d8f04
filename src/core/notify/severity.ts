/** How much an event asks of a person: nothing, a look today, or a look now. */
export const severities = ['info', 'warning', 'page'] as const;
export type Severity = (typeof severities)[number];

/** Orders severities, the most urgent first. */
export function byUrgency(a: Severity, b: Severity): number {
  return severities.indexOf(b) - severities.indexOf(a);
}
