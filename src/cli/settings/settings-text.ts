import { type SettingChange, valueText } from '../../core/desired/setting.ts';
import { printable } from '../../core/fleet/problem.ts';
import { textTable } from '../text-table.ts';

/** A server that settings are told of. */
export interface NamedServer {
  readonly server: string;
  readonly hostname: string | null;
  readonly wave: string;
}

/** Settings as a table: of which server and wave, what each is, and what it shall be. */
export function changesTable(
  servers: readonly (NamedServer & { readonly changes: readonly SettingChange[] })[],
  [from, to]: readonly [string, string],
): string {
  const rows = servers.flatMap((one) =>
    one.changes.map((change, i) => [
      i === 0 ? nameOf(one) : '',
      i === 0 ? printable(one.wave) : '',
      change.aspect,
      printable(change.field),
      printable(valueText(change.from)),
      printable(valueText(change.to)),
    ]),
  );
  return textTable([['server', 'wave', 'of', 'setting', from, to], ...rows]);
}

/** A server by its name and id. */
export function nameOf({ server, hostname }: Pick<NamedServer, 'server' | 'hostname'>): string {
  return printable(hostname === null ? server : `${hostname} (${server})`);
}

/** A change as one of --json. */
export function changeRecord({ aspect, field, from, to }: SettingChange) {
  return { aspect, field, from, to };
}
