// In: the doctor's findings. Out: them as a table for a person, or as one JSON object.
import { printable } from '../core/fleet/problem.ts';
import type { Finding, Level } from './finding.ts';
import { counted, textTable } from './text-table.ts';

/** The worst level of all findings. */
export function worstOf(findings: readonly Finding[]): Level {
  const levels = new Set(findings.map(({ level }) => level));
  if (levels.has('fail')) return 'fail';
  return levels.has('warn') ? 'warn' : 'ok';
}

/** Says what was found and what to do, the worst last, where a terminal shows it. */
export function reportText(name: string, findings: readonly Finding[]): string {
  const rows = findings.map(({ level, check, subject, found }) =>
    [level, check, subject, found].map(printable),
  );
  const remedies = (['warn', 'fail'] as const).flatMap((level) =>
    findings
      .filter((finding) => finding.level === level)
      .map(({ check, subject, remedy }) => {
        const where = [check, subject].filter((part) => part !== '').join(', ');
        return printable(`${level}  ${where}  → ${remedy ?? ''}`);
      }),
  );
  const todo = remedies.length === 0 ? [] : ['', 'What to do:', ...remedies.map((r) => `  ${r}`)];
  return [`Deployment ${name}`, '', textTable(rows), ...todo, '', verdict(findings)].join('\n');
}

function verdict(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const said = `${counted(findings.length, 'finding')}: ${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail.`;
  switch (worstOf(findings)) {
    case 'ok':
      return `${said} Waves can run.`;
    case 'warn':
      return `${said} Waves can run; look at the warnings.`;
    case 'fail':
      return `${said} Mend what failed before you start a wave.`;
  }
}

/** The findings as the one JSON object of --json. */
export function reportRecord(
  deployment: { readonly stack: string; readonly region: string; readonly accountId: string },
  findings: readonly Finding[],
): Readonly<Record<string, unknown>> {
  return { outcome: worstOf(findings), ...deployment, findings };
}
