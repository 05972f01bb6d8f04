// In: VMs of vInfo and the rows of another tab. Out: which rows are whose. VM names are not unique across vCenters, and
// not always within one, so ids decide where there are any (reference: inventory formats 5.4).
import { type Problem, shown } from '../fleet/problem.ts';
import { cellProblem, type Row, type Table, type Told } from './table.ts';

/** What a VM is known by. */
export interface VmKey {
  readonly name: string;
  readonly vmId: string | undefined;
  readonly vcenter: string | undefined;
  readonly source: string;
}

/** The rows of a tab by their VM, with the columns of the table that they stand in. */
export type Joined<Vm, Detail> = ReadonlyMap<
  Vm,
  readonly { readonly columns: Detail; readonly row: Row }[]
>;

// What a tab has in common with all others.
interface DetailColumns {
  readonly table: Table;
  name(key: 'vm'): string;
  text(row: Row, key: 'vm' | 'vmId' | 'vcenter'): Told<string> | undefined;
  problem(row: Row, key: 'vm', problem: string, remedy: string): Problem;
}

/** Finds the VM of every row. A row of several possible VMs is a problem; of none, a warning. */
export function joinedRows<Vm extends VmKey, Detail extends DetailColumns>(
  vms: readonly Vm[],
  tables: readonly Detail[],
  problems: Problem[],
  warnings: Problem[],
): Joined<Vm, Detail> {
  const byName = new Map<string, Vm[]>();
  for (const vm of vms) byName.set(vm.name, [...(byName.get(vm.name) ?? []), vm]);
  const sources = new Set(vms.map(({ source }) => source));
  const joined = new Map<Vm, { readonly columns: Detail; readonly row: Row }[]>();
  for (const columns of tables) {
    let strays = 0;
    let firstStray: Row | undefined;
    for (const row of columns.table.rows) {
      const name = columns.text(row, 'vm')?.value;
      if (name === undefined) continue;
      const own = candidates(columns, row, byName.get(name) ?? [], sources);
      const [vm, other] = own;
      if (vm === undefined) {
        strays += 1;
        firstStray ??= row;
      } else if (other !== undefined) {
        problems.push(
          columns.problem(
            row,
            'vm',
            `${own.length} VMs are called ${shown(name)}`,
            'export with VM ID, or import one vCenter at a time',
          ),
        );
      } else {
        const rows = joined.get(vm) ?? [];
        rows.push({ columns, row });
        joined.set(vm, rows);
      }
    }
    if (firstStray !== undefined) {
      warnings.push(
        cellProblem(
          columns.table,
          firstStray.line,
          columns.name('vm'),
          `${strays} rows are about VMs that vInfo does not list, first ${shown(columns.text(firstStray, 'vm')?.value)}`,
          'nothing to do: they are left out',
        ),
      );
    }
  }
  return joined;
}

function candidates<Vm extends VmKey>(
  columns: DetailColumns,
  row: Row,
  called: readonly Vm[],
  sources: ReadonlySet<string>,
): readonly Vm[] {
  const [vmId, vcenter] = [columns.text(row, 'vmId')?.value, columns.text(row, 'vcenter')?.value];
  const { source } = columns.table;
  return called.filter(
    (vm) =>
      (!sources.has(source) || vm.source === source) &&
      (vcenter === undefined || vm.vcenter === undefined || vm.vcenter === vcenter) &&
      (vmId === undefined || vm.vmId === undefined || vm.vmId === vmId),
  );
}
