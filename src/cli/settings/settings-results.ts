import { valueText } from '../../core/desired/setting.ts';
import { printable } from '../../core/fleet/problem.ts';
import type { SettingsResult } from '../../flow/settings/apply-settings.ts';
import { changeRecord, nameOf } from './settings-text.ts';

/** What came of all servers: `refused` where none could be touched, `partly` where some could not or are half-way. */
export function outcomeOf(results: readonly SettingsResult[]): 'done' | 'partly' | 'refused' {
  const open = results.filter(({ status }) => status === 'partly' || status === 'refused');
  if (open.length === 0) return 'done';
  return results.every(({ status }) => status === 'refused') ? 'refused' : 'partly';
}

/** What came of one server, a line for each setting. */
export function resultText(result: SettingsResult, verb: string): string {
  const { status, changes, left, because, wave } = result;
  const heads = {
    same: 'nothing to do',
    done: verb,
    partly: `${verb} half-way`,
    refused: 'left alone',
  };
  const lines = [
    `${nameOf(result)} of ${wave}: ${heads[status]}${because === undefined ? '' : `: ${because}`}`,
    ...changes.map(({ field, from, to }) => `  ${field}: ${valueText(from)} → ${valueText(to)}`),
    ...left.map(
      ({ field, from, to }) => `  ${field}: is still ${valueText(from)}, not ${valueText(to)}`,
    ),
  ];
  return lines.map(printable).join('\n');
}

/** What came of one server, for --json. */
export function resultRecord(result: SettingsResult) {
  const { server, hostname, wave, status, changes, left, because } = result;
  return {
    ...{ server, hostname, wave, status },
    changes: changes.map(changeRecord),
    left: left.map(changeRecord),
    ...(because === undefined ? {} : { because }),
  };
}
