/** A schedule: every so often a function is called with the same input. */
export interface Schedule {
  readonly name: string;
  readonly functionName: string;
  readonly everyMs: number;
  /** What the function is called with; EventBridge's own scheduled event where it is absent. */
  readonly input?: unknown;
}

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * Reads `rate(1 minute)`, `rate(5 minutes)`, `rate(2 hours)` … as milliseconds. Throws an Error that says
 * why anything else is refused; cron expressions are.
 */
export function rateMs(expression: string): number {
  if (/^(cron|at)\(/.test(expression)) {
    throw new Error(
      `${expression}: only rate(…) is implemented; a poller runs at a rate, not at times of day`,
    );
  }
  const [, count = '', unit = '', plural] =
    /^rate\((\d+) (minute|hour|day)(s)?\)$/.exec(expression) ?? [];
  const ms = unitMs[unit];
  const n = Number(count);
  if (ms === undefined || n < 1 || (n === 1) !== (plural === undefined)) {
    throw new Error(
      `${expression}: must be rate(1 minute), rate(5 minutes), rate(1 hour), rate(2 days) …`,
    );
  }
  return n * ms;
}
