import { describe, expect, test } from 'vitest';
import { operationModel, serviceModels } from '../../../src/simulator/model/service-model.ts';
import { operations } from '../../../src/simulator/operations/registry.ts';
import { aClient, accountId, aServer, faults, ready, region, serverId } from '../rig.ts';
import { mgnAction, mgnInputs, mgnReplication } from './inputs.ts';
import { mgnRig, place } from './mgn-rig.ts';

const id = (prefix: string) => `${prefix}-${'0'.repeat(16)}f`;
const arn = (kind: string, of: string) => `arn:aws:mgn:${region}:${accountId}:${kind}/${of}`;
const tagged = { resourceArn: arn('wave', id('wave')) };
const names = Object.keys(mgnInputs);
const declared = (name: string) => new Set(operationModel('mgn', name)?.errors ?? []);
const declaring = (error: string) => names.filter((name) => declared(name).has(error));

/** What the simulator says to each of these operations with its input. */
async function answers(r: ReturnType<typeof mgnRig>, of: readonly string[]) {
  const said: Record<string, string> = {};
  for (const name of of) said[name] = await r.refused(name, mgnInputs[name]);
  return said;
}
const all = (of: readonly string[], error: string) =>
  Object.fromEntries(of.map((name) => [name, error]));

describe('every operation of the pinned client', () => {
  test('is one of the simulator, with the method, path and status of the model', () => {
    const model = serviceModels.get('mgn')?.operations ?? {};
    expect(names.toSorted()).toEqual(Object.keys(model).toSorted());
    const ours = operations.filter((operation) => operation.service === 'mgn');
    const shown = Object.fromEntries(
      ours.map(({ name, method, path, status }) => [name, { method, path, status }]),
    );
    expect(shown).toEqual(
      Object.fromEntries(
        Object.entries(model).map(([name, { method, path, status }]) => [
          name,
          { method, path, status },
        ]),
      ),
    );
  });

  test('refuses an account that was never initialized, where that is declared', async () => {
    const parameters = { uninitializedTargets: [`${accountId}:${region}`] };
    const r = mgnRig({ parameters });
    const those = declaring('UninitializedAccountException');
    expect(await answers(r, those)).toEqual(all(those, 'UninitializedAccountException'));
    const others = names.filter((name) => !those.includes(name));
    expect(others.toSorted()).toEqual([
      'InitializeService',
      'ListTagsForResource',
      'TagResource',
      'UntagResource',
    ]);
    expect(await r.refused('ListTagsForResource', tagged)).toBe('ResourceNotFoundException');
    expect((await r.send('InitializeService')).status).toBe(204);
    expect((await r.send('ListWaves')).items).toEqual([]);
  });

  test('refuses what does not exist, where that is declared', async () => {
    const r = mgnRig();
    // No call names a resource here that might not exist.
    const those = declaring('ResourceNotFoundException').filter(
      (name) => name !== 'DescribeVcenterClients',
    );
    expect(await answers(r, those)).toEqual(all(those, 'ResourceNotFoundException'));
  });

  test('refuses input that the model does not allow', async () => {
    const r = mgnRig();
    const withPages = declaring('ValidationException').filter(
      (name) => name !== 'InitializeService',
    );
    const bad: Record<string, object> = {};
    for (const name of withPages) {
      const input = Object.entries(mgnInputs[name] ?? {});
      const wrong = input.map(([key, value]) => [
        key,
        typeof value === 'string' ? '' : Array.isArray(value) ? ['x'.repeat(400)] : value,
      ]);
      bad[name] = { ...Object.fromEntries(wrong), maxResults: 0 };
    }
    const exact: Record<string, object> = {
      CreateLaunchConfigurationTemplate: { launchDisposition: 'ASLEEP' },
      TagResource: { ...tagged, tags: { k: 'v'.repeat(300) } },
      UntagResource: { resourceArn: 'short', tagKeys: ['a'] },
      ListTagsForResource: { resourceArn: 'short' },
      StartImport: { s3BucketSource: { s3Bucket: 'b', s3Key: 'k.txt' } },
    };
    for (const name of withPages) {
      expect([name, await r.refused(name, exact[name] ?? bad[name])]).toEqual([
        name,
        'ValidationException',
      ]);
    }
  });

  test('can be denied', async () => {
    const parameters = { deniedOperations: names.map((name) => `mgn:${name}`) };
    const said = await answers(mgnRig({ parameters }), names);
    expect(said).toEqual(all(names, 'AccessDeniedException'));
  });

  test('can be throttled and can break', async () => {
    const throttled = mgnRig({ faults: faults({ fault: 'throttling', operations: names }) });
    expect(await answers(throttled, names)).toEqual(all(names, 'ThrottlingException'));
    const broken = mgnRig({ faults: faults({ fault: 'internal-error', operations: names }) });
    expect(await answers(broken, names)).toEqual(all(names, 'InternalServerException'));
  });
});

describe('a conflict', () => {
  const operationsDeclaring = declaring('ConflictException');

  test('is answered by every operation that declares it', async () => {
    const busy = ready(1);
    const archived = ready(2, { lifeCycle: 'CUTOVER', more: { isArchived: true } });
    const r = mgnRig({
      fleet: [busy, archived, ready(3)],
      parameters: { quotaActionsPerTemplate: 0, deleteTemplateInUse: 'reject' },
    });
    const one = { sourceServerID: serverId(1) };
    const old = { sourceServerID: serverId(2) };
    const { waveID } = await r.send('CreateWave', { name: 'w' });
    const { applicationID } = await r.send('CreateApplication', { name: 'a' });
    await r.send('AssociateSourceServers', { applicationID, sourceServerIDs: [serverId(1)] });
    await r.send('AssociateApplications', { waveID, applicationIDs: [applicationID] });
    const other = await r.send('CreateApplication', { name: 'b' });
    const otherWave = await r.send('CreateWave', { name: 'x' });
    const lct = await r.send('CreateLaunchConfigurationTemplate');
    const rct = await r.send('CreateReplicationConfigurationTemplate', mgnReplication);
    const { job } = await r.send('StartTest', { sourceServerIDs: [serverId(1)] });
    r.simulator.putObject(place, { bucket: 'b', key: 'k.csv', text: 'mgn:wave:name\nz\n' });
    await r.send('StartImport', mgnInputs['StartImport']);
    const calls: Record<string, object> = {
      ArchiveApplication: { applicationID },
      ArchiveWave: { waveID },
      AssociateApplications: { waveID: otherWave.waveID, applicationIDs: [applicationID] },
      AssociateSourceServers: {
        applicationID: other.applicationID,
        sourceServerIDs: [serverId(1)],
      },
      ChangeServerLifeCycleState: { ...one, lifeCycle: { state: 'READY_FOR_CUTOVER' } },
      CreateApplication: { name: 'a' },
      CreateWave: { name: 'w' },
      DeleteApplication: { applicationID },
      DeleteJob: { jobID: job.jobID },
      DeleteLaunchConfigurationTemplate: {
        launchConfigurationTemplateID: lct.launchConfigurationTemplateID,
      },
      DeleteReplicationConfigurationTemplate: {
        replicationConfigurationTemplateID: rct.replicationConfigurationTemplateID,
      },
      DeleteSourceServer: { sourceServerID: serverId(3) },
      DeleteWave: { waveID },
      DisconnectFromService: one,
      FinalizeCutover: one,
      MarkAsArchived: one,
      PauseReplication: old,
      PutSourceServerAction: { ...old, ...mgnAction },
      PutTemplateAction: {
        launchConfigurationTemplateID: lct.launchConfigurationTemplateID,
        ...mgnAction,
      },
      ResumeReplication: one,
      StartCutover: { sourceServerIDs: [serverId(1)] },
      StartImport: mgnInputs['StartImport'] ?? {},
      StartReplication: one,
      StartTest: { sourceServerIDs: [serverId(1)] },
      StopReplication: one,
      TerminateTargetInstances: { sourceServerIDs: [serverId(1)] },
      UpdateApplication: { applicationID, name: 'b' },
      UpdateLaunchConfiguration: old,
      UpdateReplicationConfiguration: old,
      UpdateSourceServer: old,
      UpdateSourceServerReplicationType: { ...one, replicationType: 'AGENT_BASED' },
      UpdateWave: { waveID, name: 'x' },
    };
    const said: Record<string, string> = {};
    for (const [name, input] of Object.entries(calls)) said[name] = await r.refused(name, input);
    expect(said).toEqual(all(Object.keys(calls), 'ConflictException'));
    // The wave and the application have to be archived before anybody is taken out of them.
    const missing = operationsDeclaring.filter((name) => !(name in calls));
    expect(missing.toSorted()).toEqual(['DisassociateApplications', 'DisassociateSourceServers']);
    await r.send('ArchiveWave', { waveID: otherWave.waveID });
    await r.send('ArchiveApplication', { applicationID: other.applicationID });
    expect(
      await r.refused('DisassociateApplications', {
        waveID: otherWave.waveID,
        applicationIDs: [applicationID],
      }),
    ).toBe('ConflictException');
    expect(
      await r.refused('DisassociateSourceServers', {
        applicationID: other.applicationID,
        sourceServerIDs: [serverId(1)],
      }),
    ).toBe('ConflictException');
  });
});

describe('a quota', () => {
  test('is enforced by every operation that declares it and can run into one', async () => {
    const r = mgnRig({
      fleet: [
        ready(1),
        aServer(2, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true }),
      ],
      vcenterClients: [aClient],
      parameters: {
        quotaActiveServers: 1,
        quotaActiveWaves: 1,
        quotaArchivedWaves: 0,
        quotaActiveApplications: 1,
        quotaArchivedApplications: 0,
        quotaServersPerApplication: 0,
        quotaApplicationsPerWave: 0,
        quotaConcurrentExports: 0,
        importWhileRunning: 'ServiceQuotaExceededException',
      },
    });
    const { waveID } = await r.send('CreateWave', { name: 'w' });
    const { applicationID } = await r.send('CreateApplication', { name: 'a' });
    r.simulator.putObject(place, { bucket: 'b', key: 'k.csv', text: 'mgn:wave:name\nw\n' });
    await r.send('StartImport', mgnInputs['StartImport']);
    const calls: Record<string, object> = {
      CreateWave: { name: 'v' },
      CreateApplication: { name: 'b' },
      ArchiveWave: { waveID },
      ArchiveApplication: { applicationID },
      AssociateApplications: { waveID, applicationIDs: [applicationID] },
      AssociateSourceServers: { applicationID, sourceServerIDs: [serverId(1)] },
      StartReplication: { sourceServerID: serverId(2) },
      StartExport: mgnInputs['StartExport'] ?? {},
      StartImport: mgnInputs['StartImport'] ?? {},
    };
    const said: Record<string, string> = {};
    for (const [name, input] of Object.entries(calls)) said[name] = await r.refused(name, input);
    expect(said).toEqual(all(Object.keys(calls), 'ServiceQuotaExceededException'));
    const { error } = await r.refusal('CreateWave', { name: 'v' });
    expect(error).toMatchObject({ quotaCode: 'L-9FD6E875', quotaValue: 1, serviceCode: 'mgn' });
    // Pausing, resuming and stopping never take a slot, and unarchiving is below.
    const rest = declaring('ServiceQuotaExceededException').filter((name) => !(name in calls));
    expect(rest.toSorted()).toEqual([
      'PauseReplication',
      'ResumeReplication',
      'StopReplication',
      'UnarchiveApplication',
      'UnarchiveWave',
    ]);
  });

  test('on active waves and applications holds back what would be unarchived', async () => {
    const r = mgnRig({ parameters: { quotaActiveWaves: 1, quotaActiveApplications: 1 } });
    const { waveID } = await r.send('CreateWave', { name: 'w' });
    const { applicationID } = await r.send('CreateApplication', { name: 'a' });
    await r.send('ArchiveWave', { waveID });
    await r.send('ArchiveApplication', { applicationID });
    await r.send('CreateWave', { name: 'v' });
    await r.send('CreateApplication', { name: 'b' });
    expect(await r.refused('UnarchiveWave', { waveID })).toBe('ServiceQuotaExceededException');
    expect(await r.refused('UnarchiveApplication', { applicationID })).toBe(
      'ServiceQuotaExceededException',
    );
  });
});
