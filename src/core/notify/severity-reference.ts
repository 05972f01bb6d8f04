import { catalogue } from '../event/catalogue.ts';
import { severities } from './severity.ts';
import { severitiesOf } from './words.ts';

/** Answers the table of the documentation: which severities the events of each detail-type may have. */
export function severityReference(): string {
  const rows = catalogue.map(({ detailType }) => {
    const marks = severities.map((one) => (severitiesOf(detailType).includes(one) ? 'x' : ''));
    return `| ${detailType} | ${marks.join(' | ')} |`;
  });
  return [
    `| detail-type | ${severities.map((one) => `\`${one}\``).join(' | ')} |`,
    `|---|${severities.map(() => '---|').join('')}`,
    ...rows,
  ].join('\n');
}
