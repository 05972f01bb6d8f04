import { expect, test } from 'vitest';
import { accountId, hour } from '../rig.ts';
import { aDrsServer, drsId, drsRig, otherRegion } from './rig.ts';

const vpc = { vpcID: 'vpc-01234567', originAccountID: accountId, originRegion: otherRegion };

// A state is saved as the calls that changed something: a refused call must not change what ids are drawn later.
test('a refused call leaves no trace', async () => {
  const story = async (withRefusals: boolean) => {
    const r = drsRig({
      fleet: [aDrsServer(1, { originRegion: otherRegion }), aDrsServer(2)],
      parameters: {
        drsUninitializedTargets: [`${accountId}:${otherRegion}`],
        drsQuotaConcurrentJobs: 1,
      },
    });
    const { sourceNetworkID } = await r.call('CreateSourceNetwork', vpc);
    await r.launch(false, [1]);
    const [instance] = await r.instances();
    await r.call('StartRecovery', { sourceServers: [{ sourceServerID: drsId(1) }] });
    if (withRefusals) {
      const { recoveryInstanceID } = instance;
      const sourceNetworks = [{ sourceNetworkID }];
      const refusals: readonly (readonly [string, object])[] = [
        ['StartRecovery', { sourceServers: [{ sourceServerID: drsId(2) }] }],
        ['StartSourceNetworkRecovery', { sourceNetworks }],
        ['AssociateSourceNetworkStack', { sourceNetworkID, cfnStackName: 'a' }],
        ['CreateSourceNetwork', vpc],
        ['ReverseReplication', { recoveryInstanceID }],
        ['TerminateRecoveryInstances', { recoveryInstanceIDs: [recoveryInstanceID] }],
        ['CreateExtendedSourceServer', { sourceServerArn: (await r.server(1)).arn }],
        ['DeleteJob', { jobID: instance.jobID.replace(/.$/, 'z') }],
      ];
      for (const [operation, input] of refusals) await r.refused(operation, input);
    }
    r.pass(hour);
    if (withRefusals) {
      const [{ recoveryInstanceID }] = await r.instances();
      await r.refused('ReverseReplication', { recoveryInstanceID });
    }
    const second = await r.call('CreateSourceNetwork', { ...vpc, vpcID: 'vpc-89abcdef' });
    const job = await r.launch(true, [2]);
    return [second.sourceNetworkID, job.jobID, await r.instances(), r.breaches];
  };
  expect(await story(true)).toEqual(await story(false));
});
