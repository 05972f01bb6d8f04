import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleetText } from '../../../src/cli/inventory/import-inventory.ts';
import { imported } from './_inventory.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../../../examples/inventories/${name}`, import.meta.url), 'utf8');
const lines = (...rows: readonly string[]) => `${rows.join('\n')}\n`;
const gib = 1024 ** 3;

const mgn = lines(
  'mgn:server:user-provided-id,mgn:server:fqdn-for-action-framework,mgn:app:name,mgn:wave:name,mgn:account-id,mgn:region',
  'web1,web1.corp,shop,w1,111122223333,eu-central-1',
  'db1,db1.corp,shop,w1,111122223333,eu-central-1',
);
const vms = lines(
  'VM,Powerstate,DNS Name,CPUs,Memory,Total disk capacity MiB,VM ID,VM UUID',
  'WEB1,poweredOn,WEB1.corp.,2,2048,10240,vm-1,4226ff50-cfc9-e007-cb01-fc03b7f8d8a9',
  'db1,poweredOn,,4,4096,20480,vm-2,4226ff50-cfc9-e007-cb01-fc03b7f8d8aa',
);
const azure = lines(
  'Server name,Cores,Memory,Disk 1 size,Disk 1 write throughput,BIOS ID',
  'web1.corp,8,1,30,2,4226FF50CFC9E007CB01FC03B7F8D8A9',
);

describe('several files', () => {
  it('become one fleet: where to from MGN, how big from where it was measured', () => {
    const { problems, warnings, fleet, note } = imported({
      'm.csv': mgn,
      'vInfo.csv': vms,
      'a.csv': azure,
    });
    expect([problems, warnings]).toEqual([[], []]);
    expect(fleet.servers.map(({ hostname }) => hostname)).toEqual(['db1', 'web1']);
    expect(fleet.servers[1]).toMatchObject({
      target: { accountId: '111122223333', region: 'eu-central-1' },
      applicationName: 'shop',
      mgnWaveName: 'w1',
      replicationType: 'SNAPSHOT_SHIPPING',
      document: {
        userProvidedID: 'web1',
        // RVTools measured the memory; Azure Migrate knows each disk, RVTools only their sum.
        sourceProperties: { ramBytes: 2 * gib, cpus: [{ cores: 2 }], disks: [{ bytes: 30 * gib }] },
      },
    });
    const web = note.servers[fleet.servers[1]?.sourceServerId ?? ''];
    expect(web?.from).toEqual(['a.csv:2', 'm.csv:2', 'vInfo.csv:2']);
    expect(web?.writeBytesPerSecond).toBe(2 * 1024 ** 2);
  });

  it('come to the same fleet in any order, and when one is given again', () => {
    const files = Object.entries({
      'm.csv': mgn,
      'vInfo.csv': vms,
      'a.csv': azure,
      'c.csv': sample('cmf-9.csv'),
      'd.csv': sample('ads-6.csv'),
      'z.csv': sample('azure-migrate-6.csv'),
      'mgn-120.csv': sample('mgn-import-120.csv'),
      'r/RVTools_tabvInfo.csv': sample('rvtools-30/RVTools_tabvInfo.csv'),
      'r/RVTools_tabvDisk.csv': sample('rvtools-30/RVTools_tabvDisk.csv'),
    });
    const textOf = (list: readonly (readonly [string, string])[]) => {
      const { made, problems } = imported(Object.fromEntries(list));
      expect(problems).toEqual([]);
      return fleetText({ ...made, note: { ...made.note, files: [] } });
    };
    const whole = textOf(files);
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
        expect(textOf(shuffled)).toBe(whole);
      }),
      { numRuns: 10 },
    );
    const again = files.map(([name, text]) => [`again/${name}`, text] as const);
    const twice = JSON.parse(textOf([...files, ...again])) as { items: unknown };
    expect(twice.items).toEqual((JSON.parse(whole) as { items: unknown }).items);
  });

  it('are refused where one name stands for two servers of another file', () => {
    const cmf = lines(
      'server_name,server_os_family,server_os_version,server_fqdn,app_name,wave_name,r_type',
      'a,linux,8,web1.corp,shop,w1,Rehost',
      'b,linux,8,web1.corp,shop,w1,Rehost',
    );
    expect(imported({ 'm.csv': mgn, 'c.csv': cmf }).problems).toEqual([
      'c.csv:3  two servers have the fully qualified name "web1.corp": a (c.csv:2) and b (c.csv:3)  → say which is meant: mend one of the rows or take it out',
    ]);
  });

  it('are refused where a name and a VM UUID point to different servers', () => {
    const other = azure.replace(/8D8A9/, '8D8AB');
    expect(imported({ 'vInfo.csv': vms, 'a.csv': other }).problems).toEqual([
      'vInfo.csv:2  web1.corp (a.csv:2) and WEB1 (vInfo.csv:2) share the fully qualified name "web1.corp" and differ in their VM UUID  → say which is meant: mend one of the rows or take it out',
    ]);
  });

  it('tell where CMF and MGN disagree, and MGN wins; two files of MGN must not disagree', () => {
    const cmf = lines(
      'server_name,server_os_family,server_os_version,server_fqdn,app_name,wave_name,r_type',
      'web1,linux,8,web1.corp,shop,late,Rehost',
    );
    const both = imported({ 'm.csv': mgn, 'c.csv': cmf });
    expect(both.problems).toEqual([]);
    expect(both.warnings).toEqual([
      'c.csv:2  wave_name  application "shop": "late" here, "w1" at m.csv:2  → nothing to do if m.csv:2 is right: it is what counts',
    ]);
    expect(both.fleet.servers.map(({ mgnWaveName }) => mgnWaveName)).toEqual(['w1', 'w1']);
    const twice = imported({ 'm.csv': mgn, 'n.csv': mgn.replaceAll(',w1,', ',w2,') });
    expect(twice.problems).toEqual([
      'n.csv:2  mgn:wave:name  application "shop": "w2" here, "w1" at m.csv:2  → rows about one thing must not differ: mend one, or leave one empty',
    ]);
  });

  it('join ids of different formats only where they are said to be the same key', () => {
    const ads = lines('ExternalId,RAM.TotalSizeInMB', 'WEB1,1024');
    expect(imported({ 'm.csv': mgn, 'd.csv': ads }).fleet.servers).toHaveLength(3);
    expect(imported({ 'm.csv': mgn, 'd.csv': ads }, { sameKey: true }).fleet.servers).toHaveLength(
      2,
    );
  });

  it('say which host names they could not tell apart', () => {
    const two = lines('VM,Powerstate,CPUs,VM ID', 'web1,poweredOn,1,vm-1', 'web1,poweredOn,1,vm-2');
    const { warnings, fleet } = imported({ 'm.csv': mgn, 'vInfo.csv': two });
    expect(fleet.servers).toHaveLength(4);
    expect(warnings).toEqual([
      'vInfo.csv:3  two servers have the host name "web1": web1 (vInfo.csv:2) and web1 (vInfo.csv:3)  → nothing to do if they are two servers; else give both the same fully qualified name',
    ]);
  });
});

describe('what no file says', () => {
  it('is assumed, noted, and given by options instead', () => {
    const text = lines('VM,Powerstate,CPUs', 'web1,poweredOn,1');
    const plain = imported({ 'vInfo.csv': text });
    const [note] = Object.values(plain.note.servers);
    expect(Object.keys(note?.assumed ?? {}).toSorted()).toEqual([
      'accountId',
      'dates',
      'disks',
      'os',
      'ramBytes',
      'region',
      'replicationType',
      'sourceServerID',
    ]);
    const told = imported(
      { 'vInfo.csv': text },
      {
        accountId: '012345678901',
        region: 'cn-north-1',
        replicationType: 'AGENT_BASED',
        at: '2026-05-05T00:00:00.000Z',
      },
    );
    expect(told.fleet.servers).toMatchObject([
      {
        arn: expect.stringMatching(
          /^arn:aws-cn:mgn:cn-north-1:012345678901:source-server\/s-[0-9a-f]{17}$/,
        ),
        replicationType: 'AGENT_BASED',
        lifeCycleState: 'NOT_READY',
      },
    ]);
    expect(Object.keys(Object.values(told.note.servers)[0]?.assumed ?? {}).toSorted()).toEqual([
      'disks',
      'os',
      'ramBytes',
      'sourceServerID',
    ]);
  });
});
