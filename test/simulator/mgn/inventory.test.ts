import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printCsv, readCsv } from '../../../src/simulator/mgn/inventory/csv.ts';
import { accountId, day, hour, ready, region, serverId } from '../rig.ts';
import { mgnRig, place } from './mgn-rig.ts';

const source = { s3Bucket: 'b', s3Key: 'in.csv' };
type Rig = ReturnType<typeof mgnRig>;

/** Imports the text of a file and answers the finished task and its errors. */
async function imports(r: Rig, ...lines: string[]) {
  r.simulator.putObject(place, { bucket: 'b', key: 'in.csv', text: `${lines.join('\n')}\n` });
  const { importTask } = await r.send('StartImport', { s3BucketSource: source });
  r.at(r.simulator.now - Date.parse('2024-03-04T16:20:07.412Z') + hour);
  const { importID } = importTask;
  const { items } = await r.send('ListImports', { filters: { importIDs: [importID] } });
  const errors = await r.send('ListImportErrors', { importID });
  return { task: items[0], errors: errors.items };
}
const counts = (waves: number[], applications: number[], servers: number[]) => ({
  waves: { createdCount: waves[0], modifiedCount: waves[1] },
  applications: { createdCount: applications[0], modifiedCount: applications[1] },
  servers: { createdCount: servers[0], modifiedCount: servers[1] },
});
const header =
  'mgn:wave:name,mgn:wave:description,mgn:app:name,mgn:app:tag:App,mgn:server:user-provided-id,mgn:server:platform,mgn:server:tag:Name,mgn:server:fqdn-for-action-framework,mgn:launch:instance-type,mgn:launch:volume:c:0:type,mgn:launch:placement:operating-system-licensing';

describe('an import', () => {
  test('goes from PENDING to STARTED to SUCCEEDED and tells what it created', async () => {
    const r = mgnRig();
    const text = `${header}\r\nw,"the first, wave",crm,crm,u-1,Windows,web,web.corp,m5.large,gp3,BYOL\r\n,,crm,,u-2,LINUX,db,db.corp,,,\r\n`;
    r.simulator.putObject(place, { bucket: 'b', key: 'in.csv', text });
    const { status, importTask } = await r.send('StartImport', { s3BucketSource: source });
    expect([status, importTask]).toEqual([
      202,
      {
        importID: expect.stringMatching(/^import-[0-9a-f]{17}$/),
        s3BucketSource: source,
        creationDateTime: expect.any(String),
        status: 'PENDING',
        progressPercentage: 0,
        summary: counts([0, 0], [0, 0], [0, 0]),
      },
    ]);
    const now = async () => (await r.send('ListImports')).items[0];
    r.at(8000);
    expect((await now()).status).toBe('STARTED');
    r.at(hour);
    expect(await now()).toMatchObject({
      status: 'SUCCEEDED',
      progressPercentage: 100,
      endDateTime: expect.any(String),
      summary: counts([1, 0], [1, 0], [2, 0]),
    });
    const [wave] = (await r.send('ListWaves')).items;
    expect(wave).toMatchObject({ name: 'w', description: 'the first, wave' });
    const [application] = (await r.send('ListApplications')).items;
    expect(application).toMatchObject({ name: 'crm', tags: { App: 'crm' }, waveID: wave.waveID });
    const { items } = await r.send('DescribeSourceServers', {
      filters: { lifeCycleStates: ['PENDING_INSTALLATION'] },
    });
    expect(items).toMatchObject([
      {
        userProvidedID: 'u-1',
        fqdnForActionFramework: 'web.corp',
        tags: { Name: 'web' },
        applicationID: application.applicationID,
        lifeCycle: { state: 'PENDING_INSTALLATION' },
      },
      { userProvidedID: 'u-2', applicationID: application.applicationID },
    ]);
    const launch = await r.send('GetLaunchConfiguration', {
      sourceServerID: items[0].sourceServerID,
    });
    expect(launch.licensing).toEqual({ osByol: true });
    r.at(8 * day);
    expect((await r.send('ListImports')).items).toEqual([]);
  });

  test('without ids updates what it finds by name, and ignores empty cells', async () => {
    const r = mgnRig();
    await imports(r, header, 'w,old,crm,a,u-1,Linux,web,web.corp,,,');
    const { task } = await imports(r, header, 'w,,crm,b,u-1,,[DELETE_TAG],,m5.xlarge,,');
    expect(task.summary).toEqual(counts([0, 0], [0, 1], [0, 1]));
    const [wave] = (await r.send('ListWaves')).items;
    expect(wave.description).toBe('old');
    const [server] = (await r.send('DescribeSourceServers')).items;
    expect([server.tags, server.userProvidedID]).toEqual([{}, 'u-1']);
  });

  test('with ids renames, moves and configures what exists', async () => {
    const r = mgnRig({ fleet: [ready(1)] });
    const { waveID } = await r.send('CreateWave', { name: 'w' });
    const a = await r.send('CreateApplication', { name: 'a' });
    const b = await r.send('CreateApplication', { name: 'b' });
    const sourceServerIDs = [serverId(1)];
    await r.send('AssociateSourceServers', { applicationID: a.applicationID, sourceServerIDs });
    const { task, errors } = await imports(
      r,
      'mgn:wave:id,mgn:wave:name,mgn:app:id,mgn:server:id,mgn:server:user-provided-id,mgn:launch:post-actions:check:ssmDocumentName,mgn:launch:post-actions:check:order,mgn:launch:post-actions:check:mustSucceedForCutover,mgn:replication:bandwidth-throttling,mgn:launch:boot-mode,mgn:server:lifecycle-state',
      `${waveID},renamed,${b.applicationID},${serverId(1)},u-9,Doc,1001,TRUE,77,UEFI,CUTOVER`,
    );
    expect([errors, task.status]).toEqual([[], 'SUCCEEDED']);
    expect((await r.send('ListWaves')).items[0].name).toBe('renamed');
    const server = r.server(1);
    expect([server.applicationID, server.userProvidedID, server.lifeCycle.state]).toEqual([
      b.applicationID,
      'u-9',
      'READY_FOR_TEST',
    ]);
    const one = { sourceServerID: serverId(1) };
    expect((await r.send('ListSourceServerActions', one)).items).toMatchObject([
      { actionName: 'check', documentIdentifier: 'Doc', order: 1001, mustSucceedForCutover: true },
    ]);
    expect((await r.send('GetReplicationConfiguration', one)).bandwidthThrottling).toBe(77);
    expect((await r.send('GetLaunchConfiguration', one)).bootMode).toBe('UEFI');
  });

  test('of a wrong file is FAILED, tells every error and changes nothing', async () => {
    const r = mgnRig({ fleet: [ready(1, { more: { userProvidedID: 'u-1' } })] });
    const { task, errors } = await imports(
      r,
      'mgn:account-id,mgn:wave:name,mgn:wave:description,mgn:app:id,mgn:server:id,mgn:server:user-provided-id,mgn:server:platform,mgn:launch:placement:tenancy,mgn:wave:tag:x',
      `,w,one,,,,,,`,
      `,w,two,,,,,,`,
      `999999999999,w,,,,,,,`,
      `,,,app-99999999999999999,,,,,`,
      `,,,,${serverId(1)},u-2,,,`,
      `,,,,${serverId(9)},,,,`,
      `,,,,,u-3,BeOS,shared,`,
      `,,,,,,,,v`,
    );
    expect(task).toMatchObject({
      status: 'FAILED',
      summary: counts([0, 0], [0, 0], [0, 0]),
    });
    const said = errors.map(
      (e: { errorType: string; errorData: { rowNumber: number; rawError: string } }) =>
        `${e.errorType} ${e.errorData.rowNumber}: ${e.errorData.rawError}`,
    );
    expect(said).toEqual([
      'VALIDATION_ERROR 3: Two rows differ in description: one and two',
      `VALIDATION_ERROR 4: The account 999999999999 is not ${accountId}`,
      'VALIDATION_ERROR 9: The row names neither a wave nor an application nor a server',
      'VALIDATION_ERROR 5: The application app-99999999999999999 does not exist',
      'VALIDATION_ERROR 6: The user-provided id u-1 cannot be changed',
      `VALIDATION_ERROR 7: The server ${serverId(9)} does not exist`,
      expect.stringContaining('VALIDATION_ERROR 8: mgn:launch:placement:tenancy'),
      'VALIDATION_ERROR 8: A new server needs mgn:server:fqdn-for-action-framework',
      'VALIDATION_ERROR 8: The platform is neither Linux nor Windows: BeOS',
    ]);
    expect(errors[3].errorData).toMatchObject({
      applicationID: 'app-99999999999999999',
      accountID: accountId,
    });
    expect((await r.send('ListWaves')).items).toEqual([]);
  });

  test('applies its good rows all the same where the switch says so', async () => {
    const r = mgnRig({ parameters: { importWithErrors: 'good-rows' } });
    const { task } = await imports(
      r,
      'mgn:wave:name,mgn:wave:id',
      'good,',
      `,wave-${'9'.repeat(17)}`,
    );
    expect(task).toMatchObject({ status: 'FAILED', summary: counts([1, 0], [0, 0], [0, 0]) });
  });

  test('refuses columns that nobody knows, unless the switch ignores them', async () => {
    const lines = ['mgn:wave:name,mgn:wave:colour', 'w,red'];
    const strict = await imports(mgnRig(), ...lines);
    expect(strict.errors[0].errorData).toEqual({
      rawError: 'The column mgn:wave:colour is unknown',
      accountID: accountId,
    });
    const parameters = { importUnknownColumns: 'ignore' as const };
    expect((await imports(mgnRig({ parameters }), ...lines)).task.status).toBe('SUCCEEDED');
  });

  test('stops at the quotas on waves, servers and members', async () => {
    const parameters = {
      quotaActiveWaves: 1,
      quotaNonArchivedServers: 1,
      quotaServersPerApplication: 1,
    };
    const { errors } = await imports(
      mgnRig({ parameters }),
      'mgn:wave:name,mgn:app:name,mgn:server:user-provided-id,mgn:server:fqdn-for-action-framework',
      'a,x,u-1,h1',
      'b,,,',
      ',x,u-2,h2',
    );
    const raw = errors.map((e: { errorType: string; errorData: { rawError: string } }) => [
      e.errorType,
      e.errorData.rawError,
    ]);
    expect(raw).toEqual([
      ['PROCESSING_ERROR', 'Quota exceeded: Max active waves (1)'],
      ['PROCESSING_ERROR', 'Quota exceeded: Max Non-Archived Source Servers (1)'],
      ['PROCESSING_ERROR', 'Quota exceeded: Max source servers per application (1)'],
    ]);
  });

  test('is the same one when its client token comes again', async () => {
    const r = mgnRig();
    r.simulator.putObject(place, { bucket: 'b', key: 'in.csv', text: 'mgn:wave:name\nw\n' });
    const input = { clientToken: 't', s3BucketSource: source };
    const first = await r.send('StartImport', input);
    const again = await r.send('StartImport', input);
    expect(again.importTask.importID).toBe(first.importTask.importID);
    const other = { clientToken: 't', s3BucketSource: { ...source, s3Key: 'x.csv' } };
    expect(await r.refused('StartImport', other)).toBe('ConflictException');
    const foreign = { s3BucketSource: { ...source, s3BucketOwner: '999999999999' } };
    expect(await r.refused('StartImport', foreign)).toBe('ValidationException');
  });

  test('gives a server that an agent then installs, with the template of that time', async () => {
    const r = mgnRig();
    await r.send('CreateLaunchConfigurationTemplate', { bootMode: 'UEFI' });
    await imports(r, header, ',,crm,,u-1,Linux,web,web.corp,,,');
    const host = {
      userProvidedID: 'u-1',
      hostname: 'web',
      os: 'Ubuntu 24.04',
      disks: [{ deviceName: '/dev/sda', bytes: 8 * 1024 ** 3 }],
    };
    const installed = r.simulator.installAgent(place, host);
    const [server] = (await r.send('DescribeSourceServers')).items;
    expect(installed).toEqual({ sourceServerID: server.sourceServerID });
    expect(server).toMatchObject({
      userProvidedID: 'u-1',
      applicationID: expect.stringMatching(/^app-/),
      tags: { Name: 'web' },
      lifeCycle: { state: 'NOT_READY' },
      sourceProperties: { identificationHints: { hostname: 'web' } },
    });
    r.at(2 * day);
    const [ready_] = (await r.send('DescribeSourceServers')).items;
    expect(ready_.lifeCycle.state).toBe('READY_FOR_TEST');
    const { sourceServerID } = server;
    expect((await r.send('GetLaunchConfiguration', { sourceServerID })).bootMode).toBe('UEFI');
  });
});

describe('an agent', () => {
  const host = { hostname: 'h', disks: [{ deviceName: 'c:0', bytes: 1024 ** 3 }] };

  test('brings a new server of its own, and is refused beyond the quotas', async () => {
    const r = mgnRig({ parameters: { quotaActiveServers: 1 } });
    expect(r.simulator.installAgent(place, host)).toEqual({
      sourceServerID: expect.stringMatching(/^s-[0-9a-f]{17}$/),
    });
    const [server] = (await r.send('DescribeSourceServers')).items;
    expect(server.dataReplicationInfo.dataReplicationState).toBe('INITIATING');
    expect(r.simulator.installAgent(place, host)).toEqual({
      refusal: 'Quota exceeded: Max Active Source Servers (1)',
    });
    r.at(day);
    const [later] = (await r.send('DescribeSourceServers')).items;
    expect(later.lifeCycle.state).toBe('READY_FOR_TEST');
  });
});

describe('an export', () => {
  test('writes what an import reads: the inventory comes back unchanged', async () => {
    const r = mgnRig({ fleet: [ready(1)] });
    await imports(r, header, 'w,"a ""b"", c",crm,x,u-1,Windows,web,web.corp,m5.large,gp3,LI');
    await r.send('CreateWave', { name: 'empty' });
    r.simulator.putObject(place, { bucket: 'out' });
    const started = await r.send('StartExport', {
      s3Bucket: 'out',
      s3Key: 'x.csv',
      tags: { a: 'b' },
    });
    const { exportID } = started.exportTask;
    expect([started.status, started.exportTask.status]).toEqual([202, 'PENDING']);
    r.at(3 * hour);
    const [task] = (await r.send('ListExports', { filters: { exportIDs: [exportID] } })).items;
    expect(task).toMatchObject({
      status: 'SUCCEEDED',
      s3Bucket: 'out',
      s3Key: 'x.csv',
      progressPercentage: 100,
      summary: { serversCount: 2, applicationsCount: 1, wavesCount: 2 },
    });
    expect((await r.send('ListExportErrors', { exportID })).items).toEqual([]);
    const text = r.simulator.objectText(place, { bucket: 'out', key: 'x.csv' }) ?? '';
    const [columns, ...rows] = readCsv(text).map((row) => row.cells);
    const cells = rows.map((row) => Object.fromEntries(row.map((c, i) => [columns?.[i], c])));
    expect(cells).toMatchObject([
      { 'mgn:server:id': serverId(1), 'mgn:server:replication-type': 'agent-based' },
      {
        'mgn:account-id': accountId,
        'mgn:region': region,
        'mgn:wave:name': 'w',
        'mgn:wave:description': 'a "b", c',
        'mgn:app:name': 'crm',
        'mgn:server:user-provided-id': 'u-1',
        'mgn:server:platform': 'Windows',
        'mgn:server:lifecycle-state': 'PENDING_INSTALLATION',
        'mgn:launch:instance-type': 'm5.large',
        'mgn:launch:volume:c:0:type': 'gp3',
      },
      { 'mgn:wave:name': 'empty', 'mgn:server:id': '' },
    ]);
    const before = JSON.stringify((await r.send('DescribeSourceServers')).items);
    r.simulator.putObject(place, { bucket: 'b', key: 'in.csv', text });
    const { importTask } = await r.send('StartImport', { s3BucketSource: source });
    r.at(4 * hour);
    const { items } = await r.send('ListImports', {
      filters: { importIDs: [importTask.importID] },
    });
    expect(items[0].status).toBe('SUCCEEDED');
    r.at(4 * hour);
    const after = (await r.send('DescribeSourceServers')).items;
    expect(after.map((s: { userProvidedID: string }) => s.userProvidedID)).toEqual(
      JSON.parse(before).map((s: { userProvidedID: string }) => s.userProvidedID),
    );
  });

  test('into a bucket that does not exist is FAILED and says why', async () => {
    const r = mgnRig();
    const { exportTask } = await r.send('StartExport', { s3Bucket: 'none', s3Key: 'x.csv' });
    r.at(hour);
    expect((await r.send('ListExports')).items[0].status).toBe('FAILED');
    const { exportID } = exportTask;
    expect((await r.send('ListExportErrors', { exportID })).items).toMatchObject([
      { errorData: { rawError: expect.stringContaining('NoSuchBucket') } },
    ]);
  });
});

describe('CSV text', () => {
  test('is read as it was printed, whatever the cells hold', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', 'é') });
    const row = fc.array(cell, { minLength: 2, maxLength: 4 }).map((cells) => ['x', ...cells]);
    const law = fc.property(fc.array(row), (rows) => {
      expect(readCsv(printCsv(rows)).map(({ cells }) => cells)).toEqual(rows);
    });
    expect(fc.check(law).failed).toBe(false);
  });

  test('may begin with a byte order mark and end without a line end', () => {
    expect(readCsv('\uFEFFa,b\r1,"2\n3"\n\n4,5')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', '2\n3'] },
      { line: 5, cells: ['4', '5'] },
    ]);
  });
});
