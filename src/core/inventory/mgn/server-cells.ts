import { objectOf, textOf } from '../../fleet/document.ts';
import type { FleetServer } from '../../fleet/fleet.ts';
import type { ServerNote } from '../note.ts';

/** By what MGN knows a server again. */
export interface KeyCells {
  readonly cells: ReadonlyMap<string, string>;
  readonly key: string;
  /** What had to be put there because nothing better was known. */
  readonly remarks: readonly string[];
}

/** The account and Region of a server, where they were not assumed. */
export function placeCells(
  { target }: FleetServer,
  note: ServerNote | undefined,
): ReadonlyMap<string, string> {
  return new Map([
    ...(note?.assumed['accountId'] === undefined
      ? [['mgn:account-id', target.accountId] as const]
      : []),
    ...(note?.assumed['region'] === undefined ? [['mgn:region', target.region] as const] : []),
  ]);
}

/** The cells that say which server a row is about: its id in MGN, or what it is to be called there. */
export function keyCells(server: FleetServer, note: ServerNote | undefined): KeyCells {
  const { document, sourceServerId, hostname, fqdn, tags } = server;
  const cells = new Map<string, string>();
  const remarks: string[] = [];
  const isReal = note?.assumed['sourceServerID'] === undefined;
  if (isReal) cells.set('mgn:server:id', sourceServerId);
  const given = textOf(document, 'userProvidedID')?.trim();
  const made = (hostname ?? tags['Name'] ?? fqdn ?? sourceServerId).trim();
  if (given === undefined && !isReal) {
    remarks.push(
      'servers get their host name as user-provided id: give the same one when the agent is installed, or MGN makes a second server',
    );
  }
  const key = given ?? (isReal ? undefined : made);
  if (key !== undefined) cells.set('mgn:server:user-provided-id', key);
  const name = textOf(document, 'fqdnForActionFramework') ?? fqdn ?? addressOf(server);
  if (name !== undefined) cells.set('mgn:server:fqdn-for-action-framework', name.trim());
  else if (!isReal) {
    remarks.push(
      'servers have neither a fully qualified name nor an address, so their host name stands there',
    );
    cells.set('mgn:server:fqdn-for-action-framework', made);
  }
  const platform = note?.assumed['os'] === undefined ? platformOf(server) : undefined;
  if (platform !== undefined) cells.set('mgn:server:platform', platform);
  return { cells, key: isReal ? sourceServerId : (key ?? sourceServerId), remarks };
}

const linux = /linux|red ?hat|rhel|centos|suse|sles|ubuntu|debian|amazon|fedora|rocky|alma|oracle/i;

function platformOf({ document }: FleetServer): string | undefined {
  const os = textOf(objectOf(objectOf(document, 'sourceProperties'), 'os'), 'fullString') ?? '';
  if (/windows/i.test(os)) return 'Windows';
  return linux.test(os) ? 'Linux' : undefined;
}

function addressOf({ document }: FleetServer): string | undefined {
  const nics: unknown = objectOf(document, 'sourceProperties')?.['networkInterfaces'];
  for (const nic of Array.isArray(nics) ? nics : []) {
    const ips: unknown = nic?.ips;
    const ip: unknown = Array.isArray(ips) ? ips[0] : undefined;
    if (typeof ip === 'string' && ip !== '') return ip;
  }
  return undefined;
}
