// In: what drills and recoveries have measured. Out: their figures for a summary. Pure.
import { spokenSpan } from '../core/time.ts';

/** How old data was, or how long it took, over some servers. */
export interface Spread {
  readonly p50Seconds: number;
  readonly longestSeconds: number;
  readonly missed: number;
}

/** What all drills, or all recoveries, of a rehearsal come to. */
export interface RecoveryTimes {
  readonly kind: string;
  readonly servers: number;
  readonly rpo: Spread;
  readonly rto: Spread;
}

/** Gathers what was measured of each server. */
export class RecoveryTimesOf {
  readonly #measured: Readonly<Record<string, unknown>>[] = [];

  /** Takes what was measured of one server. */
  add(detail: Readonly<Record<string, unknown>>): void {
    this.#measured.push(detail);
  }

  /** The figures by kind; nothing where nothing was measured. */
  read(): readonly RecoveryTimes[] {
    const kinds = [...new Set(this.#measured.map(({ kind }) => String(kind)))].sort();
    return kinds.map((kind) => {
      const own = this.#measured.filter((one) => one['kind'] === kind);
      return { kind, servers: own.length, rpo: spreadOf(own, 'rpo'), rto: spreadOf(own, 'rto') };
    });
  }
}

function spreadOf(
  measured: readonly Readonly<Record<string, unknown>>[],
  name: 'rpo' | 'rto',
): Spread {
  const seconds = measured
    .flatMap((one) => {
      const value = one[`${name}Seconds`];
      return typeof value === 'number' ? [value] : [];
    })
    .sort((a, b) => a - b);
  return {
    p50Seconds: seconds[Math.ceil(seconds.length / 2) - 1] ?? 0,
    longestSeconds: seconds.at(-1) ?? 0,
    missed: measured.filter((one) => one[name] === 'missed').length,
  };
}

/** Says the figures in a line each. */
export function recoveryTimesText(times: readonly RecoveryTimes[]): string {
  return times
    .map(({ kind, servers, rpo, rto }) => {
      const said = ({ p50Seconds, longestSeconds, missed }: Spread) =>
        `median ${spokenSpan(p50Seconds)}, longest ${spokenSpan(longestSeconds)}, missed by ${missed}`;
      return `Measured of ${servers} ${kind === 'drill' ? 'drills' : 'recoveries'}: RPO ${said(rpo)}; RTO ${said(rto)}.`;
    })
    .join('\n');
}
