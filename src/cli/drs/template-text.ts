import { inMembers, levelOf } from '../../core/desired/drs/compare-drs.ts';
import { type SettingChange, valueText } from '../../core/desired/setting.ts';
import { printable } from '../../core/fleet/problem.ts';
import { type Target, targetName } from '../../core/target.ts';
import type {
  ConfigurationCompared,
  TemplateCompared,
} from '../../flow/settings/drs/compare-configuration.ts';
import type { DrsServerCompared } from '../../flow/settings/drs/compare-drs-servers.ts';
import type { DrsResult } from '../../flow/settings/drs/drs-settings-ports.ts';
import { unusableBecause } from '../../flow/settings/drs/look-at-template.ts';
import { refusalText } from '../../flow/settings/refusal-text.ts';
import { counted, textTable } from '../text-table.ts';

/** An account's template, or a server, by its name. */
export function subjectText({
  target,
  server,
  hostname,
}: Pick<DrsResult, 'target' | 'server' | 'hostname'>): string {
  if (server === null) return `template of ${targetName(target)}`;
  return printable(hostname === null ? server : `${hostname} (${server})`);
}

interface Row {
  readonly target: Target;
  readonly server: string | null;
  readonly hostname: string | null;
  readonly changes: readonly SettingChange[];
}

/** All that differs, as a table: of what, on which level, and what each setting is and shall be. */
export function differenceTable(compared: ConfigurationCompared): string {
  const rows = differing(compared).flatMap((one) =>
    inMembers(one.changes).map((change, i) => [
      i === 0 ? subjectText(one) : '',
      levelOf(one.server === null ? 'template' : 'server', change),
      printable(change.field),
      printable(valueText(change.from)),
      printable(valueText(change.to)),
    ]),
  );
  return rows.length === 0 ? '' : textTable([['of', 'level', 'setting', 'is', 'wanted'], ...rows]);
}

function differing({ templates, servers }: ConfigurationCompared): readonly Row[] {
  const rows = [
    ...templates.map(
      (one): Row => ({
        ...{ target: one.wanted.target, server: null, hostname: null },
        changes: one.is === 'compared' ? one.comparison.changes : [],
      }),
    ),
    ...servers.map((one): Row => {
      const { target, server, hostname } = one.wanted;
      const changes = one.is === 'compared' ? one.comparison.changes : [];
      return { target, server, hostname, changes };
    }),
  ];
  return rows.filter(({ changes }) => changes.length > 0);
}

/** Says whether all is known to be as it is wanted; a server that is left alone counts as such. */
export function isAllAsWanted({ templates, servers }: ConfigurationCompared): boolean {
  const isAsWanted = (one: TemplateCompared | DrsServerCompared) =>
    one.is === 'compared' &&
    one.comparison.changes.length === 0 &&
    one.comparison.obstacles.length === 0;
  return (
    templates.every(isAsWanted) && servers.every((one) => one.is === 'closed' || isAsWanted(one))
  );
}

/** How many differ, and what is to be said of any of them beside its differences. */
export function comparedText(compared: ConfigurationCompared, notes: readonly string[]): string {
  const { templates, servers } = compared;
  const rows = differing(compared);
  const those = rows.filter(({ server }) => server !== null).length;
  const table = differenceTable(compared);
  return [
    ...(table === '' ? [] : [table, '']),
    `${counted(rows.length - those, 'template')} of ${templates.length} and ${counted(those, 'server')} of ${servers.length} differ.`,
    ...templates.flatMap(templateAside),
    ...servers.flatMap(serverAside),
    ...notes.map((note) => `Worth a look: ${printable(note)}`),
  ].join('\n');
}

function templateAside(one: TemplateCompared): readonly string[] {
  const name = targetName(one.wanted.target);
  if (one.is === 'unusable')
    return [`Not read: ${name}: ${printable(unusableBecause(one.look) ?? '')}`];
  return [
    ...(one.id === null
      ? [`${name} has no launch configuration template yet: it would be made.`]
      : []),
    ...one.comparison.obstacles.map((obstacle) => `Cannot be set: ${name}: ${printable(obstacle)}`),
  ];
}

function serverAside(one: DrsServerCompared): readonly string[] {
  const name = subjectText(one.wanted);
  switch (one.is) {
    case 'closed':
      return [`Left alone: ${name}: ${printable(one.because)}`];
    case 'unread':
      return [`Not read: ${name}: ${printable(refusalText('reading it', one.refusal))}`];
    case 'compared':
      return one.comparison.obstacles.map((why) => `Cannot be set: ${name}: ${printable(why)}`);
    default:
      return one satisfies never;
  }
}

/** What was compared, for --json. */
export function comparedRecord({ templates, servers }: ConfigurationCompared) {
  return {
    templates: templates.map((one) => {
      const target = targetName(one.wanted.target);
      if (one.is === 'unusable') {
        const status = one.look.is === 'uninitialized' ? 'uninitialized' : 'not-read';
        return { target, status, because: unusableBecause(one.look) };
      }
      const { changes, obstacles } = one.comparison;
      const status = one.id === null ? 'missing' : changes.length === 0 ? 'same' : 'differs';
      return { target, template: one.id, status, changes: changesRecord(null, changes), obstacles };
    }),
    servers: servers.map((one) => {
      const { target, server, hostname } = one.wanted;
      const named = { target: targetName(target), server, hostname };
      if (one.is === 'closed') return { ...named, status: 'left-alone', because: one.because };
      if (one.is === 'unread') {
        return { ...named, status: 'not-read', because: refusalText('reading it', one.refusal) };
      }
      const { changes, obstacles } = one.comparison;
      const status = changes.length === 0 ? 'same' : 'differs';
      return { ...named, status, changes: changesRecord(server, changes), obstacles };
    }),
  };
}

function changesRecord(server: string | null, changes: readonly SettingChange[]) {
  return inMembers(changes).map((change) => {
    const { field, from, to } = change;
    return { level: levelOf(server === null ? 'template' : 'server', change), field, from, to };
  });
}

/** What came of one template or server, a line for each setting. */
export function resultText(result: DrsResult, verb: string): string {
  const { status, changes, left, because, also = [] } = result;
  const heads = {
    same: 'nothing to do',
    done: verb,
    partly: `${verb} half-way`,
    refused: 'left alone',
  };
  const lines = [
    `${subjectText(result)}: ${heads[status]}${because === undefined ? '' : `: ${because}`}`,
    ...also.map((one) => `  ${one}`),
    ...inMembers(changes).map(
      ({ field, from, to }) => `  ${field}: ${valueText(from)} → ${valueText(to)}`,
    ),
    ...inMembers(left).map(
      ({ field, from, to }) => `  ${field}: is still ${valueText(from)}, not ${valueText(to)}`,
    ),
  ];
  return lines.map(printable).join('\n');
}

/** What came of one template or server, for --json. */
export function resultRecord(result: DrsResult) {
  const { target, server, hostname, status, changes, left, because, also } = result;
  return {
    ...{ target: targetName(target), server, hostname, status },
    changes: changesRecord(server, changes),
    left: changesRecord(server, left),
    ...(because === undefined ? {} : { because }),
    ...(also === undefined ? {} : { also }),
  };
}

/** How many came to what. */
export function resultsText(results: readonly DrsResult[], verb: string): string {
  if (results.length === 0) return 'Nothing is to be done.';
  const of = (status: DrsResult['status']) =>
    results.filter((result) => result.status === status).length;
  const parts = [
    [of('done'), verb],
    [of('same'), 'as wanted already'],
    [of('partly'), `${verb} half-way: repeat the command`],
    [of('refused'), 'left alone'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const templates = results.filter(({ server }) => server === null).length;
  const whom = [
    ...(templates > 0 ? [counted(templates, 'template')] : []),
    ...(results.length > templates ? [counted(results.length - templates, 'server')] : []),
  ];
  return `${whom.join(' and ')}: ${said.join(', ')}.`;
}
