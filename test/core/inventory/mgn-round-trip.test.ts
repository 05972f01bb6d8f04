import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFleetDocuments } from '../../../src/core/fleet/read-fleet-documents.ts';
import { compareColumns } from '../../../src/core/inventory/mgn/columns.ts';
import { noNote } from '../../../src/core/inventory/note.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { aTable, drafted, exported, imported } from './_inventory.ts';

const text = fc
  .string({ unit: fc.constantFrom(...'aB1 ,;"\'\n:/=éß日[]-'), maxLength: 12 })
  .map((value) => value.trim());
const named = text.filter((value) => value !== '');
const tags = fc.dictionary(
  named.filter((key) => !key.startsWith('aws:') && key !== '__proto__'),
  fc.oneof(text, fc.constant('[RESET_VALUE]')),
  { maxKeys: 3 },
);
const hex = (n: number) => n.toString(16).padStart(17, '0');

/** A fleet as an account has it: servers of applications of waves, some of none, in several accounts. */
const aFleet = fc
  .record({
    waves: fc.uniqueArray(fc.record({ name: named, description: text, tags }), {
      maxLength: 3,
      selector: ({ name }) => name,
    }),
    applications: fc.uniqueArray(
      fc.record({ name: named, description: text, tags, wave: fc.nat(4) }),
      { maxLength: 5, selector: ({ name }) => name },
    ),
    servers: fc.array(
      fc.record({
        application: fc.nat(7),
        own: fc.option(named, { nil: undefined }),
        fqdn: fc.option(fc.constantFrom('a.corp', 'b.corp', '10.0.0.7'), { nil: undefined }),
        os: fc.constantFrom('Microsoft Windows Server 2019', 'Ubuntu 22.04', 'Solaris', undefined),
        account: fc.constantFrom('111122223333', '012345678901'),
        tags,
      }),
      { minLength: 1, maxLength: 12 },
    ),
  })
  .map(({ waves, applications, servers }) => {
    const items = [
      ...servers.map(({ application, own, fqdn, os, account, tags: serverTags }, i) => ({
        sourceServerID: `s-${hex(i)}`,
        arn: `arn:aws:mgn:eu-central-1:${account}:source-server/s-${hex(i)}`,
        tags: serverTags,
        lifeCycle: { state: 'READY_FOR_TEST' },
        sourceProperties: {
          identificationHints: { hostname: `h${i}` },
          ...(os === undefined ? {} : { os: { fullString: os } }),
        },
        ...(application < applications.length ? { applicationID: `app-${hex(application)}` } : {}),
        ...(own === undefined ? {} : { userProvidedID: `${own} ${i}` }),
        ...(fqdn === undefined ? {} : { fqdnForActionFramework: fqdn }),
      })),
      ...applications.map(({ wave, ...rest }, i) => ({
        applicationID: `app-${hex(i)}`,
        ...rest,
        ...(wave < waves.length ? { waveID: `wave-${hex(wave)}` } : {}),
      })),
      ...waves.map((rest, i) => ({ waveID: `wave-${hex(i)}`, ...rest })),
    ];
    return readFleetDocuments([{ items }]);
  });

describe('MGN’s inventory', () => {
  it('is the same after export, import and export, whatever fleet and plan', () => {
    fc.assert(
      fc.property(aFleet, (fleet) => {
        const first = exported(drafted(fleet), fleet, noNote);
        expect(first.problems).toEqual([]);
        const again = imported({ 'mgn.csv': first.text });
        expect(again.problems).toEqual([]);
        expect(again.fleet.servers).toHaveLength(fleet.servers.length);
        const second = exported(drafted(again.fleet), again.fleet, again.note);
        expect(second.text).toBe(first.text);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what the file of 120 servers says, cell by cell', () => {
    const path = new URL('../../../examples/inventories/mgn-import-120.csv', import.meta.url);
    const source = aTable(readFileSync(path, 'utf8'));
    const { fleet, note, problems, warnings } = imported({ 'in.csv': readFileSync(path, 'utf8') });
    expect([problems, warnings]).toEqual([[], []]);
    const { rows } = exported(drafted(fleet), fleet, note);
    const [header = [], ...body] = rows;
    expect(header).toEqual(source.header.toSorted(compareColumns));
    const keyed = (columns: readonly string[], cells: readonly string[]) =>
      Object.fromEntries(columns.map((column, i) => [column, cells[i]]));
    const key = 'mgn:server:user-provided-id';
    const sorted = (list: Record<string, string | undefined>[]) =>
      list.toSorted((a, b) => ((a[key] ?? '') < (b[key] ?? '') ? -1 : 1));
    expect(sorted(body.map((cells) => keyed(header, cells)))).toEqual(
      sorted(source.rows.map(({ cells }) => keyed(source.header, cells))),
    );
  });

  it('takes its words and undocumented columns in, writes the words back and names the columns', () => {
    const csv = [
      'mgn:server:user-provided-id,mgn:server:fqdn-for-action-framework,mgn:app:name,mgn:wave:name,mgn:server:tag:old,mgn:app:tag:gone,mgn:launch:nic:0:subnet-id,mgn:launch:boot-mode',
      'u1,u1.corp,shop,w,[DELETE_TAG],[DELETE_TAG],[RESET_VALUE],UEFI',
      'u2,u2.corp,shop,,,,,',
    ].join('\n');
    const { fleet, note, problems, warnings } = imported({ 'in.csv': csv });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      'in.csv:1  mgn:launch:boot-mode  is a column that AWS does not document  → nothing to do: it is kept in the fleet file and never written to a CSV',
    ]);
    expect(fleet.servers.map((server) => server.tags)).toEqual([{}, {}]);
    const out = exported(drafted(fleet), fleet, note);
    expect(out.text.split('\r\n')).toEqual([
      'mgn:wave:name,mgn:app:name,mgn:app:tag:gone,mgn:server:user-provided-id,mgn:server:fqdn-for-action-framework,mgn:server:tag:old,mgn:launch:nic:0:subnet-id',
      'w,shop,[DELETE_TAG],u1,u1.corp,[DELETE_TAG],[RESET_VALUE]',
      'w,shop,[DELETE_TAG],u2,u2.corp,,',
      '',
    ]);
    expect(out.losses).toContain(
      '1 values of mgn:launch:boot-mode, a column that AWS does not document',
    );
  });

  it('is refused where a plan parts an application, or a user-provided id would be given twice', () => {
    const csv = [
      'mgn:server:user-provided-id,mgn:server:fqdn-for-action-framework,mgn:app:name',
      'u1,u1.corp,shop',
      'u2,u2.corp,shop',
    ].join('\n');
    const { fleet, note } = imported({ 'in.csv': csv });
    const wave = (name: string, i: number) => ({
      name,
      servers: { ids: [fleet.servers[i]?.sourceServerId ?? ''] },
    });
    const plan: Plan = {
      apiVersion: 'landfall/v1',
      kind: 'Migration',
      metadata: { name: 'p' },
      spec: { waves: [wave('a', 0), wave('b', 1)] },
    };
    expect(exported(plan, fleet, note).problems).toEqual([
      'application "shop" has servers in waves a and b, and MGN moves an application as a whole  → put its servers into one wave, or split the application',
    ]);
  });

  it('puts 201 servers of a wave without applications into two, since MGN takes 200 into one', () => {
    const servers = Array.from({ length: 201 }, (_, i) => `u${i},u${i}.corp`);
    const head = 'mgn:server:user-provided-id,mgn:server:fqdn-for-action-framework';
    const { fleet, note } = imported({ 'in.csv': [head, ...servers].join('\n') });
    const plan: Plan = {
      apiVersion: 'landfall/v1',
      kind: 'Migration',
      metadata: { name: 'p' },
      spec: { waves: [{ name: 'all', servers: { all: true } }] },
    };
    const { rows } = exported(plan, fleet, note);
    const at = rows[0]?.indexOf('mgn:app:name') ?? -1;
    const apps = rows.slice(1).map((row) => row[at]);
    expect(apps.filter((app) => app === 'all')).toHaveLength(200);
    expect(apps.filter((app) => app === 'all 2')).toHaveLength(1);
  });

  it('warns of 201 servers in one application and does not write them', () => {
    const servers = Array.from({ length: 201 }, (_, i) => `u${i},u${i}.corp,big,w`);
    const head =
      'mgn:server:user-provided-id,mgn:server:fqdn-for-action-framework,mgn:app:name,mgn:wave:name';
    const { fleet, note, warnings } = imported({ 'in.csv': [head, ...servers].join('\n') });
    expect(warnings).toEqual([
      'in.csv:2  mgn:app:name  application "big" has 201 servers; MGN takes at most 200  → split the application before this is imported into MGN',
    ]);
    expect(exported(drafted(fleet), fleet, note).problems).toEqual([
      'application "big" has more than 200 servers, the most that MGN takes  → split the application',
    ]);
  });
});
