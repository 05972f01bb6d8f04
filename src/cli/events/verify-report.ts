import { printable } from '../../core/fleet/problem.ts';
import { counted } from '../text-table.ts';
import type { StreamFinding, StreamVerdict } from './stream-proof.ts';

/** Says for a person what was proved, with every finding. */
export function verifyText(verdict: StreamVerdict): string {
  const { events, streams, redelivered, overtaken, others, findings } = verdict;
  const lines = [
    `${counted(events, 'event')} in ${counted(streams, 'stream')}: ${
      findings.length === 0
        ? 'gapless, nothing told twice, in order'
        : counted(findings.length, 'finding')
    }`,
    ...(redelivered > 0 ? [`  delivered again with the same content: ${redelivered}`] : []),
    ...(overtaken > 0 ? [`  delivered after a later one: ${overtaken}`] : []),
    ...(others > 0 ? [`  of other sources, not looked at: ${others}`] : []),
    ...findings.map(findingLine),
  ];
  return lines.join('\n');
}

/** The same as one JSON object. */
export function verifyRecord(verdict: StreamVerdict): Readonly<Record<string, unknown>> {
  return { outcome: verdict.findings.length === 0 ? 'proved' : 'broken', ...verdict };
}

function findingLine({ kind, stream, problem, places }: StreamFinding): string {
  const subject = stream === '' ? '' : `${stream}: `;
  return printable(`  ${kind}  ${subject}${problem}  (${places.join(', ')})`);
}
