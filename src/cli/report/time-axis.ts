// In: a span of time and a width. Out: where instants lie in it, and its ticks. Pure.
import { fromMs, type Instant, toMs } from '../../core/time.ts';
import { clockTime } from '../text-table.ts';
import { type Markup, markup } from './markup.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 5, 15, 30].map((n) => n * minute),
  ...[1, 2, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * day),
];
const mostTicks = 9;
const labelWidth = 70;

/** An axis of time. */
export interface TimeAxis {
  readonly right: number;
  readonly x: (at: Instant) => number;
  /** The lines and words of its ticks, between two heights. */
  readonly grid: (top: number, bottom: number) => Markup;
}

/** Lays a span of time between two places. */
export function timeAxis(from: Instant, until: Instant, left: number, right: number): TimeAxis {
  const fromMillis = toMs(from);
  const span = Math.max(minute, toMs(until) - fromMillis);
  const place = (ms: number) =>
    rounded(left + ((right - left) * Math.min(span, Math.max(0, ms - fromMillis))) / span);
  const step = steps.find((one) => span / one <= mostTicks) ?? span;
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMillis / step) * step; at <= fromMillis + span; at += step) {
    ticks.push(at);
  }
  return {
    right,
    x: (at) => place(toMs(at)),
    grid: (top, bottom) =>
      markup`${ticks.map((at) => {
        const words = clockTime(fromMs(at));
        const x = place(at);
        const line = markup`<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>`;
        if (x > right - labelWidth) return line;
        const label = step >= day ? words.slice(0, 10) : words.slice(5, 16);
        return markup`${line}<text class="soft" x="${x + 3}" y="${top + 9}">${label}</text>\n`;
      })}`,
  };
}

/** A coordinate to a tenth of a pixel. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
