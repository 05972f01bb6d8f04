import { rules } from '../core/preflight/preflight.ts';

/** All rules of the preflight as a Markdown table. */
export function preflightReference(): string {
  const rows = rules.map(
    ({ id, severity, phases, asks }) =>
      `| \`${id}\` | ${severity} | ${phases.join(', ')} | ${asks} |`,
  );
  return ['| rule | by itself | before | what must be so |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}
