import { describe, expect, test } from 'vitest';
import { drsDiff, drsStateAfter } from '../../../src/core/change/drs/server-facts.ts';
import { eventSchema } from '../../../src/core/event/catalogue.ts';
import { number } from '../../../src/core/event/stream.ts';
import {
  recoveryInstanceStream,
  tellDrsChanges,
  tellInstanceChanges,
} from '../../../src/core/event/tell-drs.ts';
import { observeJob, readJobLog } from '../../../src/core/job.ts';
import { observeDrsServer } from '../../../src/core/observation/drs-server.ts';
import { builtInDrsLimits as limits } from '../../../src/core/target-list/drs-limits.ts';
import { aDrsServer } from '../../simulator/drs/rig.ts';

const now = '2024-03-04T16:20:07.000Z';
const target = {
  partition: 'aws',
  service: 'drs',
  accountId: '111122223333',
  region: 'us-east-1',
} as const;
const seen = (is: Parameters<typeof aDrsServer>[1]) => {
  const one = observeDrsServer(aDrsServer(1, is), { target, readAt: now, answeredAt: now });
  if (one === undefined) throw new Error('it has an id');
  return one;
};

describe('a change of a fact of DRS', () => {
  const told = (before: object, after: object) => {
    const [was, is] = [seen({ more: { ...before } }), seen({ more: { ...after } })];
    const facts = [was, is].map((one) => drsStateAfter(undefined, one, { limits })?.facts);
    if (facts[1] === undefined) throw new Error('it is of DRS');
    return tellDrsChanges(drsDiff(facts[0], facts[1]), is, { limits });
  };

  test('tells a new direction, an agent of another version, and the server of the other direction', () => {
    const events = told(
      { agentVersion: '3.6.0' },
      {
        agentVersion: '3.7.0',
        replicationDirection: 'FAILBACK',
        reversedDirectionSourceServerArn: 'arn:aws:drs:x',
      },
    );
    expect(events.map(({ detailType, members }) => [detailType, members['current']])).toEqual([
      ['Source Server Replication Direction Change', 'FAILBACK'],
      ['Source Server Reversed Direction Change', 'arn:aws:drs:x'],
      ['Source Server Agent Version Change', '3.7.0'],
      ['Source Server Drill Change', null],
    ]);
  });

  test('tells why an extension fails, cut to what an event may carry', () => {
    const stagingArea = {
      status: 'EXTENSION_ERROR',
      stagingAccountID: '222222222222',
      stagingSourceServerArn: 'arn:aws:drs:y',
      errorMessage: 'x'.repeat(65_536),
    };
    const [extension] = told({ stagingArea: { status: 'EXTENDED' } }, { stagingArea });
    expect(extension?.members).toMatchObject({
      previous: 'EXTENDED',
      current: 'EXTENSION_ERROR',
      stagingAccountId: '222222222222',
      stagingServerArn: 'arn:aws:drs:y',
    });
    expect(String(extension?.members['error'])).toHaveLength(1000);
  });
});

test('a way back that stalls is told with what the service says of it, in the stream of its instance', () => {
  const stream = recoveryInstanceStream(target, {
    recoveryInstanceId: 'i-0123456789abcdef0',
    arn: '',
    sourceServerId: undefined,
    hostname: undefined,
    tags: {},
    jobId: undefined,
    isDrill: undefined,
    pointInTimeAt: undefined,
    originEnvironment: undefined,
  });
  const [event] = number(
    stream,
    4,
    now,
    tellInstanceChanges(
      [{ fact: 'stalled', previous: null, current: 'FAILBACK_CLIENT_NOT_SEEN' }],
      {
        failback: { state: undefined, jobId: undefined, initiatedAt: undefined },
        replication: {
          state: 'STALLED',
          errorClass: 'FAILBACK_CLIENT_NOT_SEEN',
          rawError: 'not seen',
          lagSeconds: undefined,
        },
      },
    ),
  );
  expect(event).toMatchObject({ source: 'landfall.drs', resources: [] });
  expect(event?.detail).toEqual({
    accountId: '111122223333',
    region: 'us-east-1',
    target: 'drs:111122223333:us-east-1',
    recoveryInstanceId: 'i-0123456789abcdef0',
    previous: null,
    current: 'FAILBACK_CLIENT_NOT_SEEN',
    rawError: 'not seen',
    schemaVersion: 1,
    eventId: 'recovery-instance/drs/111122223333/us-east-1/i-0123456789abcdef0/5',
    stream: 'recovery-instance/drs/111122223333/us-east-1/i-0123456789abcdef0',
    sequence: 5,
    observedAt: now,
  });
  const form = eventSchema('Recovery Instance Stalled Change');
  expect(form.safeParse(event?.detail).success).toBe(true);
});

describe('a job of DRS', () => {
  test('names its instance in its log where it does not itself, and its launch actions as runs', () => {
    const line = (event: string, data: object) => ({ event, eventData: data });
    const log = [
      line('LAUNCH_START', { sourceServerID: 's-1' }),
      line('LAUNCH_END', { sourceServerID: 's-1', targetInstanceID: 'i-1' }),
      line('LAUNCH_END', { sourceServerID: 's-2', targetInstanceID: 'i-2' }),
    ];
    expect([readJobLog(log, 's-1').instanceId, readJobLog(log, 's-3').instanceId]).toEqual([
      'i-1',
      undefined,
    ]);
    const action = { name: 'join-domain', optional: false };
    const runs = [
      { action, status: 'SUCCEEDED' },
      { action: { actionId: 'a-2', optional: true }, status: 'FAILED', failureReason: 'ended 1' },
      { action: {}, status: 'NEW' },
    ];
    const job = observeJob({
      jobID: 'drsjob-1',
      participatingServers: [
        { sourceServerID: 's-1', recoveryInstanceID: 'i-1', launchActionsStatus: { runs } },
      ],
    });
    expect(job?.servers).toEqual([
      {
        sourceServerId: 's-1',
        launchStatus: undefined,
        instanceId: 'i-1',
        postLaunchActions: [
          {
            name: 'join-domain',
            status: 'SUCCESS',
            reason: undefined,
            mustSucceedForCutover: true,
          },
          { name: 'a-2', status: 'FAILED', reason: 'ended 1', mustSucceedForCutover: false },
          {
            name: 'unnamed action',
            status: 'NEW',
            reason: undefined,
            mustSucceedForCutover: false,
          },
        ],
      },
    ]);
  });
});
