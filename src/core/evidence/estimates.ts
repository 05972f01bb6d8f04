// In: a forecast and when waves ended. Out: how far the two lie apart. Pure.
import * as z from 'zod';
import { type Problem, problemAt, shown } from '../fleet/problem.ts';
import { type Instant, instantMs, secondsBetween } from '../time.ts';

/** When a wave was expected to end: so many of a hundred rehearsals had ended it by then. */
const End = z.looseObject({
  p5: z.string().optional(),
  p50: z.string().optional(),
  p80: z.string().optional(),
  p95: z.string().optional(),
});

/** What of a forecast is read; whatever else stands there is left alone. */
const WaveForecast = z.looseObject({ wave: z.string().min(1), ends: End.optional() });
const ForecastFile = z.looseObject({ waves: z.array(WaveForecast) });

/** When waves are expected to end, as far as a forecast says it. */
export interface Forecast {
  readonly waves: readonly z.infer<typeof WaveForecast>[];
}

/** A forecast, or everything that keeps it from being one. */
export type ForecastRead =
  | { readonly ok: true; readonly forecast: Forecast }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const quantiles = ['p5', 'p50', 'p80', 'p95'] as const;

/** Reads a forecast document. */
export function readForecast(document: unknown): ForecastRead {
  const remedy = 'give what landfall plan --json printed';
  const read = ForecastFile.safeParse(document);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) =>
      problemAt(
        path.filter((key) => typeof key !== 'symbol'),
        message,
        remedy,
      ),
    );
    return { ok: false, problems };
  }
  const { waves } = read.data;
  const problems = waves.flatMap(({ wave, ends = {} }, i) =>
    quantiles.flatMap((quantile) =>
      ends[quantile] !== undefined && instantMs(ends[quantile]) === undefined
        ? [problemAt(['waves', i], `${quantile} of ${shown(wave)} is no instant`, remedy)]
        : [],
    ),
  );
  return problems.length > 0 ? { ok: false, problems } : { ok: true, forecast: { waves } };
}

/** When a wave was expected to end, and when it did. */
export interface Estimate {
  readonly kind: 'estimate';
  readonly wave: string;
  readonly p5: Instant | null;
  readonly p50: Instant | null;
  readonly p80: Instant | null;
  readonly p95: Instant | null;
  readonly actual: Instant | null;
  /** How many seconds it ended after P50; negative where before. */
  readonly lateSeconds: number | null;
  /** Whether it ended between P5 and P95; null where that cannot be said. */
  readonly inside: boolean | null;
}

/** Holds each wave's end against its forecast, which names it alone or with its plan. */
export function estimatesOf(
  forecast: Forecast,
  waves: readonly { readonly wave: string; readonly concludedAt: Instant | null }[],
): readonly Estimate[] {
  return waves.flatMap(({ wave, concludedAt }) => {
    const short = wave.slice(wave.indexOf('.') + 1);
    const known = forecast.waves.find((one) => one.wave === wave || one.wave === short);
    if (known === undefined) return [];
    const { p5 = null, p50 = null, p80 = null, p95 = null } = known.ends ?? {};
    const lateSeconds = between(p50, concludedAt);
    const [afterP5, afterP95] = [between(p5, concludedAt), between(p95, concludedAt)];
    const inside = afterP5 === null || afterP95 === null ? null : afterP5 >= 0 && afterP95 <= 0;
    const kind = 'estimate' as const;
    return [{ kind, wave, p5, p50, p80, p95, actual: concludedAt, lateSeconds, inside }];
  });
}

function between(from: Instant | null, to: Instant | null): number | null {
  return from === null || to === null ? null : secondsBetween(from, to);
}
