import type { MergedServer } from './merge.ts';
import type { Disk } from './record.ts';

const gib = 1024 ** 3;
// What a system disk mostly has; a stated default, not a measure (reference: inventory formats 8).
const windowsBytes = 80 * gib;
const linuxBytes = 40 * gib;

/** A disk of a fleet document. */
export interface FleetDisk {
  readonly deviceName: string;
  readonly bytes: number;
}

/**
 * The disks of a server as MGN names them. Where no file tells sizes, each volume that the launch settings name, or
 * one disk, gets the default of its system; what was assumed is noted.
 */
export function assumedDisks(
  server: MergedServer,
  agentless: boolean,
  assumed: Record<string, string>,
): readonly FleetDisk[] {
  const windows = /windows/i.test(server.facts.os?.value ?? '');
  const { disks } = server.facts;
  if (disks !== undefined) {
    const { basis, list } = disks.value;
    const from = bases[basis];
    if (from !== undefined) assumed['disks'] = from;
    return list.map((disk, i) => ({
      deviceName: agentless ? hardDisk(disk, i) : device(windows, i),
      bytes: disk.bytes,
    }));
  }
  const bytes = windows ? windowsBytes : linuxBytes;
  const volumes = volumesOf(server);
  const names = volumes.length > 0 && !agentless ? volumes : [device(windows, 0)];
  assumed['disks'] =
    `${names.length} of ${bytes / gib} GiB, the default of ${windows ? 'Windows' : 'Linux'}`;
  return names.map((name, i) => ({ deviceName: agentless ? `Hard disk ${i + 1}` : name, bytes }));
}

const bases: Readonly<Record<string, string | undefined>> = {
  partition: 'the sizes of the partitions',
  total: 'one disk of the total capacity',
  provisioned: 'one disk of what the datastore gave, which is mostly more',
};

function hardDisk({ name }: Disk, i: number): string {
  return name !== undefined && /^hard disk \d+$/i.test(name) ? name : `Hard disk ${i + 1}`;
}

/** The i-th disk as the agent calls it. */
function device(windows: boolean, i: number): string {
  // After the drives or letters of the alphabet they are numbered.
  const letter = (first: string) => String.fromCharCode(first.charCodeAt(0) + (i % 20));
  const round = i < 20 ? '' : String(Math.floor(i / 20));
  return windows ? `${letter('c')}${round}:0` : `/dev/sd${letter('a')}${round}`;
}

function volumesOf({ columns }: MergedServer): readonly string[] {
  return [...columns.keys()]
    .flatMap((name) => /^mgn:launch:volume:(.+):type$/s.exec(name)?.[1] ?? [])
    .toSorted();
}
