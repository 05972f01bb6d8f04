// In: a plan's text, and what its phases take. Out: the same plan with `needs` in each gate that has a window, comments and
// layout kept. Pure; what comes out is read again by whoever writes it.
import { type Document, isAlias, isCollection, parseDocument } from 'yaml';
import type { WaveForecast } from '../../core/forecast/forecast.ts';
import { longestSpanSeconds } from '../../core/plan/duration-field.ts';
import type { ResolvedWave } from '../../core/plan/resolve-plan.ts';

/** One `needs` of a plan. */
export interface Need {
  readonly wave: string;
  readonly phase: string;
  /** Whole minutes, rounded up. */
  readonly seconds: number;
}

/** What the windows of a plan must hold: for each wave and phase with a window or freezes that was rehearsed. */
export function needsFor(
  waves: readonly ResolvedWave[],
  forecasts: readonly WaveForecast[],
): readonly Need[] {
  return waves.flatMap(({ name, gates }) => {
    const needs = forecasts.find(({ wave }) => wave === name)?.needs ?? [];
    return needs.flatMap(({ phase, seconds }) => {
      const gate = Object.entries(gates ?? {}).find(([gated]) => gated === phase)?.[1];
      if (gate?.schedule === undefined) return [];
      const whole = Math.ceil(Math.max(1, seconds) / 60) * 60;
      return [{ wave: name, phase, seconds: Math.min(whole, longestSpanSeconds) }];
    });
  });
}

/** The text of a plan with these needs, wave by wave. */
export function withNeeds(text: string, waves: readonly string[], needs: readonly Need[]): string {
  const document = parseDocument(text, { logLevel: 'error' });
  for (const { wave, phase, seconds } of needs) {
    const path = ['spec', 'waves', waves.indexOf(wave), 'gates', phase, 'needs'];
    ownPath(document, path);
    document.setIn(path, durationText(seconds));
  }
  return document.toString({ lineWidth: 0 });
}

/** Writes aliases on the way out, so that what is set here is set here alone. */
function ownPath(document: Document.Parsed, path: readonly (string | number)[]): void {
  for (let length = 1; length < path.length; length += 1) {
    const at = path.slice(0, length);
    const node: unknown = document.getIn(at, true);
    if (isAlias(node)) {
      const copy = node.resolve(document)?.clone();
      if (isCollection(copy)) delete copy.anchor;
      document.setIn(at, copy);
    } else if (node !== undefined && !isCollection(node)) document.deleteIn(at);
  }
}

/** Writes whole minutes as an ISO 8601 duration: `PT2H5M`. */
export function durationText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const [days, hours, rest] = [
    Math.floor(minutes / 1440),
    Math.floor(minutes / 60) % 24,
    minutes % 60,
  ];
  const time = `${hours > 0 ? `${hours}H` : ''}${rest > 0 ? `${rest}M` : ''}`;
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}
