import type { RecoveryInstanceObservation } from '../../../src/core/observation/recovery-instance.ts';
import { serverId } from '../_factories.ts';

/** A running instance of a drill of server 1, with what a test wants to differ. */
export function aRecoveryInstance(
  is: Partial<RecoveryInstanceObservation> = {},
): RecoveryInstanceObservation {
  return {
    recoveryInstanceId: 'i-0000000000000000a',
    arn: 'arn:aws:drs:us-east-1:111122223333:recovery-instance/i-0000000000000000a',
    sourceServerId: serverId(1),
    hostname: 'host-1',
    tags: {},
    jobId: 'drsjob-1',
    isDrill: true,
    ec2State: 'RUNNING',
    pointInTimeAt: '2024-03-04T16:10:00.000Z',
    originEnvironment: 'ON_PREMISES',
    failback: { state: 'FAILBACK_NOT_STARTED', jobId: undefined, initiatedAt: undefined },
    replication: {
      state: 'NOT_STARTED',
      errorClass: undefined,
      rawError: undefined,
      lagSeconds: undefined,
    },
    ...is,
  };
}
