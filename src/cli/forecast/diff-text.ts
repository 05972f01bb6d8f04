import { printable } from '../../core/fleet/problem.ts';
import type { PlanChange } from '../../core/plan/diff-plans.ts';
import { counted } from '../text-table.ts';

const mostServers = 10;
const longestValue = 200;

/** The differences of two plans as text, one a line; ends without a line break. */
export function diffText(changes: readonly PlanChange[]): string {
  if (changes.length === 0) return 'The plans ask for the same.';
  const lines = changes.map((change) => `  ${printable(changeLine(change))}`);
  return [counted(changes.length, 'difference'), ...lines].join('\n');
}

function changeLine({ kind, wave, field, from, to, servers }: PlanChange): string {
  const place = wave === undefined ? '' : `wave ${wave}: `;
  const whom =
    servers === undefined
      ? ''
      : `${counted(servers.length, 'server')} (${servers.slice(0, mostServers).join(', ')}${servers.length > mostServers ? ' …' : ''})`;
  switch (kind) {
    case 'wave-added':
      return `${place}added`;
    case 'wave-removed':
      return `${place}removed`;
    case 'wave-renamed':
      return `${place}was called ${String(from)}`;
    case 'servers-changed':
      if (from === undefined) return `${place}${whom} added`;
      if (to === undefined) return `${place}${whom} taken out of the plan`;
      return `${place}${whom} moved here from ${String(from)}`;
    default:
      return `${place}${field ?? ''}: ${value(from)} → ${value(to)}${whom === '' ? '' : `, for ${whom}`}`;
  }
}

function value(of: unknown): string {
  if (of === undefined) return 'none';
  const text = typeof of === 'string' ? of : JSON.stringify(of);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}
