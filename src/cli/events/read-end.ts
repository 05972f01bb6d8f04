import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';

/** The events of Landfall: what is listened to where no pattern is given. */
export const landfallPattern = JSON.stringify({ source: [{ prefix: 'landfall.' }] });

/** Reads `--for` and `--limit`. */
export function readEnd(
  given: Arguments,
):
  | { readonly ok: true; readonly seconds: number | undefined; readonly limit: number | undefined }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const whole = (option: string, most: number): number | undefined => {
    const text = given.one(option);
    if (text === undefined) return undefined;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (value >= 1 && value <= most) return value;
    const problem = `--${option} is ${shown(text)}, no whole number from 1 to ${most}`;
    problems.push(problemAt([], problem, `give one, e.g. --${option} 60`));
    return undefined;
  };
  const [seconds, limit] = [whole('for', 86_400), whole('limit', 1_000_000)];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, seconds, limit };
}
