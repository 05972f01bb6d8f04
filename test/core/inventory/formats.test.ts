import { describe, expect, it } from 'vitest';
import { formatOf } from '../../../src/core/inventory/read-inventory.ts';
import { readNumber } from '../../../src/core/inventory/table.ts';
import { aTable, imported } from './_inventory.ts';

const lines = (...rows: readonly string[]) => `${rows.join('\n')}\n`;
const gib = 1024 ** 3;

/** What a plan and a rehearsal see of the servers, by name. */
function servers(result: ReturnType<typeof imported>) {
  return result.fleet.servers.map(
    ({ document, hostname, replicationType, applicationName, mgnWaveName }) => {
      const { disks, ramBytes, cpus, os } = document['sourceProperties'] as Record<string, unknown>;
      return { hostname, replicationType, applicationName, mgnWaveName, disks, ramBytes, cpus, os };
    },
  );
}

describe('numbers', () => {
  it.each([
    ['1024', '.', 1024],
    ['1,024', '.', 1024],
    ['1,024.5', '.', 1024.5],
    ['12,5', '.', 12.5],
    ['1.024,5', ',', 1024.5],
    ['12,5', ',', 12.5],
    ['1.048.576', ',', 1_048_576],
    ['1 024', '.', 1024],
    ['1’024', '.', 1024],
    // A thousand to its author, one to everybody else.
    ['1.024', ',', undefined],
    ['-1', '.', undefined],
    ['many', '.', undefined],
    ['1e400', '.', undefined],
    ['NaN', '.', undefined],
  ] as const)('%s with %s as decimal sign is %s', (text, decimal, value) => {
    expect(readNumber(text, decimal)).toBe(value);
  });
});

describe('the format', () => {
  it.each([
    ['mgn:wave:name,mgn:server:user-provided-id', 'mgn'],
    ['server_name,server_os_family,app_name,wave_id', 'cmf'],
    ['*Server name,IP addresses,*Cores,*Memory (In MB)', 'azure'],
    ['Server name,Cores,Memory', 'azure'],
    ['ExternalId,SMBiosId,IPAddress', 'ads'],
    ['VM,Powerstate,Template,CPUs,Memory', 'rvtools'],
    ['VM,Powerstate,Disk,Capacity MB,Free MB', 'rvtools'],
    ['id,colour', undefined],
  ] as const)('of %s is %s', (header, format) => {
    expect(formatOf(aTable(`${header}\nx\n`))).toBe(format);
  });

  it('is refused where it is none, where columns repeat, and where rows are too long or missing', () => {
    const first = (text: string) => imported({ 'f.csv': text }).problems;
    expect(first('id,colour\n1,red\n')).toEqual([
      'f.csv:1  the header is of no format that is known  → it must be of MGN, CMF, RVTools, Azure Migrate or Application Discovery: docs/inventory.md',
    ]);
    expect(first('VM,Powerstate,CPUs,cpus\na,poweredOn,1,2\n')).toEqual([
      'f.csv:1  cpus  the column occurs twice  → remove one of the two',
    ]);
    expect(first('VM,Powerstate,CPUs\na,poweredOn,1,2\n')).toEqual([
      'f.csv:2  the row has 4 cells, the header 3  → put values that hold the separator into quotes',
    ]);
    expect(first('VM,Powerstate,CPUs\n')).toEqual([
      'f.csv:1  the file has no rows  → export it again',
    ]);
  });
});

describe('RVTools', () => {
  it('takes disks from vDisk, else partitions, else totals, and says which', () => {
    const result = imported({
      'x/RVTools_tabvInfo.csv': lines(
        'VM,Powerstate,Template,CPUs,Memory,Provisioned MB,Total disk capacity MiB,OS according to the configuration file,OS according to the VMware Tools,VM ID',
        'a,poweredOn,False,2,4096,900,800,Other,Ubuntu,vm-1',
        'b,poweredOn,0,4,8192,900,800,Windows,,vm-2',
        'c,poweredOff,no,1,1024,900,800,Linux,,vm-3',
        'd,poweredOn,False,1,1024,900,,Linux,,vm-4',
        't,poweredOff,True,1,1024,900,,Linux,,vm-5',
        ',,,,,,,,,',
      ),
      'x/RVTools_tabvDisk.csv': lines(
        'VM,Disk,Capacity MiB,VM ID',
        'a,Hard disk 1,1024,vm-1',
        'a,Hard disk 2,2048,vm-1',
      ),
      'x/RVTools_tabvPartition.csv': lines(
        'VM,Disk,Capacity MB,Consumed MB,Free MB,Free % ',
        'b,C:\\,3072,1024,2048,66',
        'zz,C:\\,3072,1024,2048,66',
      ),
      'x/RVTools_tabvNetwork.csv': lines(
        'VM,Network,Mac Address,IPv4 Address',
        'a,n,00:50:56:00:00:01,"10.0.0.1, fe80::1"',
      ),
    });
    expect(result.problems).toEqual([]);
    expect(result.warnings).toEqual([
      'x/RVTools_tabvInfo.csv:1  Template  1 of the VMs are templates  → nothing to do: they are left out',
      'x/RVTools_tabvPartition.csv:3  VM  1 rows are about VMs that vInfo does not list, first "zz"  → nothing to do: they are left out',
    ]);
    expect(servers(result)).toMatchObject([
      {
        hostname: 'a',
        replicationType: 'SNAPSHOT_SHIPPING',
        disks: [
          { deviceName: 'Hard disk 1', bytes: gib },
          { deviceName: 'Hard disk 2', bytes: 2 * gib },
        ],
        ramBytes: 4 * gib,
        cpus: [{ cores: 2 }],
        os: { fullString: 'Ubuntu' },
      },
      { hostname: 'b', disks: [{ bytes: 3 * gib }], os: { fullString: 'Windows' } },
      { hostname: 'c', disks: [{ bytes: 800 * 1024 ** 2 }] },
      { hostname: 'd', disks: [{ bytes: 900 * 1024 ** 2 }] },
    ]);
    expect(
      Object.values(result.note.servers).map(({ assumed, usedBytes }) => [
        assumed['disks'],
        usedBytes,
      ]),
    ).toEqual([
      [undefined, undefined],
      ['the sizes of the partitions', gib],
      ['one disk of the total capacity', undefined],
      ['one disk of what the datastore gave, which is mostly more', undefined],
    ]);
    expect(result.fleet.servers[0]?.document).toMatchObject({
      sourceProperties: {
        networkInterfaces: [
          { macAddress: '00:50:56:00:00:01', ips: ['10.0.0.1'], isPrimary: true },
        ],
      },
      tags: { Name: 'a', powerState: 'poweredOn' },
    });
    expect(result.fleet.vcenterClients).toHaveLength(1);
    expect(result.fleet.warnings).toEqual([]);
  });

  it('never joins VMs of two vCenters by their display names alone', () => {
    const info = (vcenter: string) =>
      lines('VM,Powerstate,CPUs,VM ID,VI SDK UUID', `web,poweredOn,1,vm-1,${vcenter}`);
    const two = imported({ 'a/vInfo.csv': info('one'), 'b/vInfo.csv': info('two') });
    expect([two.problems, two.fleet.servers.length]).toEqual([[], 2]);
    const nameless = (of: string) => lines('VM,Powerstate,CPUs', `web,poweredOn,${of}`);
    const refused = imported({ 'a/vInfo.csv': nameless('1'), 'b/vInfo.csv': nameless('2') });
    expect(refused.problems).toEqual([
      'b/vInfo.csv:2  web cannot be told apart from the server of the same name here and at a/vInfo.csv:2  → give one of them a VM UUID, a VM ID or a fully qualified name of its own, or take it out',
    ]);
  });

  it('asks whose a disk is where names do not say', () => {
    const result = imported({
      'vInfo.csv': lines(
        'VM,Powerstate,CPUs,VM ID',
        'web,poweredOn,1,vm-1',
        'web,poweredOn,1,vm-2',
      ),
      'vDisk.csv': lines('VM,Disk,Capacity MiB', 'web,Hard disk 1,1024'),
    });
    expect(result.problems).toEqual([
      'vDisk.csv:2  VM  2 VMs are called "web"  → export with VM ID, or import one vCenter at a time',
    ]);
  });

  it('lists every bad row with its line and column', () => {
    const result = imported({
      'vInfo.csv': lines(
        'VM;Powerstate;Template;CPUs;Memory',
        'a;poweredOn;maybe;x;1.024',
        'a;poweredOn;False;1;1',
      ),
    });
    expect(result.problems).toEqual([
      'vInfo.csv:2  Template  is "maybe"  → write True or False',
      'vInfo.csv:3  VM  VM "a" is there twice, first on line 2  → remove one of the two, or export with VM ID',
      'vInfo.csv:2  CPUs  "x" is no number that can be read without a guess  → write digits, with a point before the decimals and nothing between thousands',
      'vInfo.csv:2  Memory  "1.024" is no number that can be read without a guess  → write digits, with a point before the decimals and nothing between thousands',
    ]);
  });
});

describe('the intake form of the Cloud Migration Factory', () => {
  const header =
    'wave_name,app_name,aws_region,aws_accountid,server_name,server_os_family,server_os_version,server_fqdn,server_tier,r_type,subnet_IDs,securitygroup_IDs,tenancy,tags';

  it('becomes servers, applications and waves with launch settings of MGN', () => {
    const result = imported({
      'c.csv': `\ufeff${lines(
        header,
        'w1,crm,eu-central-1,111122223333,web1,linux,RHEL 8,web1.corp,web,Rehost,subnet-12345678,sg-12345678;sg-87654321,Dedicated host,a=1;b=2;',
        'w1,crm,eu-central-1,111122223333,old1,linux,RHEL 6,old1.corp,web,Retire,,,,',
      )}`,
    });
    expect(result.problems).toEqual([]);
    expect(result.warnings).toEqual([
      'c.csv:3  r_type  "old1" is to be handled as Retire  → nothing to do: only Rehost uses MGN, so it is left out',
    ]);
    expect(result.fleet.servers).toMatchObject([
      {
        hostname: 'web1',
        fqdn: 'web1.corp',
        target: { accountId: '111122223333', region: 'eu-central-1' },
        tags: { Name: 'web1', tier: 'web', a: '1', b: '2' },
        applicationName: 'crm',
        mgnWaveName: 'w1',
      },
    ]);
    expect(Object.values(result.note.servers)[0]?.columns).toEqual({
      'mgn:launch:nic:0:subnet-id': 'subnet-12345678',
      'mgn:launch:nic:0:security-group-id:0': 'sg-12345678',
      'mgn:launch:nic:0:security-group-id:1': 'sg-87654321',
      'mgn:launch:placement:tenancy': 'host',
    });
  });

  it('fails on the ids of its own sample, row by row, and on names that occur twice', () => {
    const result = imported({
      'c.csv': lines(
        header,
        'w1,crm,eu-central-1,111122223333,Server1,windows,2019,s1.corp,,Rehost,subnet-1111,sg-1111,Shared,',
        'w2,crm,eu-central-1,1111,server1,dos,6,s 2,,Move,,,,',
        'w2,crm,eu-central-1,1111,SERVER1,windows,6,s 2,,,,,,x',
      ),
    });
    expect(result.problems.map((line) => line.split('  → ')[0])).toEqual([
      'c.csv:2  subnet_IDs  "subnet-1111" is not a subnet id: subnet- and 8 or 17 characters',
      'c.csv:2  securitygroup_IDs  "sg-1111" is not a security group id: sg- and 8 or 17 characters',
      'c.csv:3  r_type  is "Move"',
      'c.csv:4  server_fqdn  "s 2" is no host name',
      'c.csv:4  aws_accountid  is "1111"',
      'c.csv:4  tags  "x" is no tag',
      'c.csv:4  server_name  "server1" is there twice, first on line 2',
      'c.csv:4  wave_name  application "crm" is in wave "w2" here and in "w1" on line 2',
    ]);
  });

  it('takes the header of release 2 with a warning, and a shared name as two servers', () => {
    const result = imported({
      'c.csv': lines(
        'wave_id,app_name,aws_region,aws_accountid,server_name,server_os_family,server_os_version,server_fqdn',
        '1,crm,eu-central-1,111122223333,server6,windows,2019,shared.corp',
        '1,crm,eu-central-1,111122223333,server8,windows,2019,shared.corp',
      ),
    });
    expect([result.problems, result.fleet.servers.length]).toEqual([[], 2]);
    expect(result.warnings).toEqual([
      'c.csv:1  r_type  is missing, as in forms of release 2  → every server counts as Rehost',
      'c.csv:1  wave_id  stands for wave_name, as in forms of release 2  → nothing to do: waves are called by their numbers',
      'c.csv:3  two servers have the fully qualified name "shared.corp": server6 (c.csv:2) and server8 (c.csv:3)  → say which is meant: mend one of the rows or take it out',
    ]);
  });
});

describe('Azure Migrate', () => {
  it('takes the template and the names of the text, sizes in GB and the write rate per disk', () => {
    const template = imported({
      'a.csv': lines(
        '*Server name,*Cores,*Memory (In MB),*OS name,Disk 1 size (In GB),Disk 1 write throughput (MB per second),Disk 2 size (In GB),Disk 2 write throughput (MB per second),Storage in use (In GB)',
        'db.corp,4,8192,Windows Server 2016,100,0.5,10,1.5,60',
      ),
    });
    const text = imported({
      'a.csv': lines(
        'Server name,Cores,Memory,OS name,Disk 1 size,Disk 1 write throughput,Disk 2 size,Disk 2 write throughput,Storage in use',
        'db.corp,4,8192,Windows Server 2016,100,0.5,10,1.5,60',
      ),
    });
    expect(text.fleet).toEqual(template.fleet);
    expect(servers(template)).toMatchObject([
      {
        hostname: 'db',
        replicationType: 'AGENT_BASED',
        disks: [
          { deviceName: 'c:0', bytes: 100 * gib },
          { deviceName: 'd:0', bytes: 10 * gib },
        ],
      },
    ]);
    expect(Object.values(template.note.servers)).toMatchObject([
      { usedBytes: 60 * gib, writeBytesPerSecond: 2 * 1024 ** 2 },
    ]);
  });

  it('refuses the same name twice', () => {
    const text = lines('Server name,Cores,Memory', 'a,1,1', 'A,1,1');
    expect(imported({ 'a.csv': text }).problems).toEqual([
      'a.csv:3  Server name  "A" is there twice, first on line 2  → remove one of the two',
    ]);
  });
});

describe('Application Discovery', () => {
  it('takes the first of several applications, tags and the write rate', () => {
    const result = imported({
      'd.csv': lines(
        'ExternalId,SMBiosId,HostName,RAM.TotalSizeInMB,DiskWritesPerSecondInKB.Avg,Applications,ApplicationWave,Tags',
        'e1,uuid-1,web.corp,2048,100,"mail, dns",w,"owner:finance, tier:1"',
      ),
    });
    expect(result.problems).toEqual([]);
    expect(result.fleet.servers).toMatchObject([
      {
        applicationName: 'mail',
        mgnWaveName: 'w',
        tags: { owner: 'finance', tier: '1' },
      },
    ]);
    expect(Object.values(result.note.servers)).toMatchObject([{ writeBytesPerSecond: 102_400 }]);
  });
});

describe('MGN’s CSV', () => {
  const bad = (header: string, ...rows: readonly string[]) =>
    imported({ 'm.csv': lines(header, ...rows) }).problems.map((line) => line.split('  → ')[0]);

  it('is refused by the rules of the user guide', () => {
    const key = 'mgn:server:user-provided-id,mgn:server:fqdn-for-action-framework';
    expect(bad(`${key},mgn:wave:name`, 'u1,,', ',,', ',x.corp,')).toEqual([
      'm.csv:4  the row names neither a wave nor an application nor a server',
      'm.csv:2  mgn:server:fqdn-for-action-framework  server "u1" is new to MGN and has no fully qualified name',
    ]);
    expect(
      bad(
        `${key},mgn:launch:placement:tenancy,mgn:launch:nic:0:private-ip:0,mgn:launch:post-actions:x:order,mgn:server:platform`,
        'u1,u1.corp,shared,fe80::1,99,DOS',
        'u2,u2.corp,[RESET_VALUE],[DELETE_TAG],,Linux',
      ),
    ).toEqual([
      'm.csv:2  mgn:launch:placement:tenancy  "shared" is not default, dedicated or host',
      'm.csv:2  mgn:launch:nic:0:private-ip:0  "fe80::1" is not an IPv4 address; MGN takes no IPv6 here',
      'm.csv:2  mgn:launch:post-actions:x:order  "99" is not a whole number from 1000 to 10000',
      'm.csv:3  mgn:launch:placement:tenancy  "[RESET_VALUE]" [RESET_VALUE] is not allowed in this column',
      'm.csv:3  mgn:launch:nic:0:private-ip:0  "[DELETE_TAG]" [DELETE_TAG] is for columns of tags',
      'm.csv:2  mgn:server:platform  is "DOS"',
    ]);
    expect(
      bad(
        `${key},mgn:app:name,mgn:wave:name,mgn:wave:description,mgn:server:tag:AWSApplicationMigrationServiceManaged`,
        'u1,u1.corp,shop,w1,first,x',
        'u2,u2.corp,shop,w2,,',
        'u1,other.corp,bank,w1,second,',
      ),
    ).toEqual([
      'm.csv:2  mgn:server:tag:AWSApplicationMigrationServiceManaged  is a tag of the service, which cannot be changed',
      'm.csv:3  mgn:wave:name  application "shop" is in wave "w1" on line 2 and in "w2" here',
      'm.csv:4  mgn:server:fqdn-for-action-framework  "other.corp" here and "u1.corp" on line 2, about the same thing',
      'm.csv:4  mgn:wave:description  "second" here and "first" on line 2, about the same thing',
      'm.csv:4  mgn:app:name  server "u1" is in application "shop" on line 2 and in "bank" here',
    ]);
  });

  it('spreads a server over rows, takes devices and tag keys with colons, and exports of the service', () => {
    const result = imported({
      'm.csv': lines(
        'mgn:server:id,mgn:server:user-provided-id,mgn:server:platform,mgn:server:tag:a:b,mgn:launch:volume:c:0:type,mgn:server:lifecycle-state,mgn:server:replication-type,mgn:app:id',
        's-0123456789abcdef0,u1,WINDOWS,x,gp3,READY_FOR_TEST,agentless,app-1',
        's-0123456789abcdef0,,windows,,,,,',
      ),
    });
    expect([result.problems, result.warnings]).toEqual([[], []]);
    expect(result.fleet.servers).toMatchObject([
      {
        sourceServerId: 's-0123456789abcdef0',
        tags: { 'a:b': 'x' },
        applicationId: 'app-1',
        replicationType: 'SNAPSHOT_SHIPPING',
        document: { sourceProperties: { os: { fullString: 'Windows' } } },
      },
    ]);
    const note = result.note.servers['s-0123456789abcdef0'];
    expect(note?.columns).toEqual({ 'mgn:launch:volume:c:0:type': 'gp3' });
    expect(Object.keys(note?.assumed ?? {})).not.toContain('sourceServerID');
  });
});
