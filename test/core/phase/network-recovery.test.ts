import { describe, expect, it } from 'vitest';
import {
  type NetworkRecovery,
  type NetworkSeen,
  type NetworkSight,
  networkFinding,
  observeNetwork,
} from '../../../src/core/phase/network-recovery.ts';
import { frozen, now } from '../_factories.ts';

const seconds = (count: number) => new Date(Date.parse(now) + count * 1000).toISOString();
const one = (is: Partial<NetworkSeen> = {}): NetworkSeen => ({
  networkId: 'sn-1',
  replicationStatus: 'PROTECTED',
  stackName: 'before',
  lastRecovery: undefined,
  ...is,
});
const shows = (result: string | undefined, jobId = 'job-1', at = now) =>
  one({ lastRecovery: { jobId, result, at } });
const called = (is: Partial<NetworkRecovery> = {}): NetworkRecovery => ({
  networks: { 'sn-1': 'before' },
  intentId: 'intent',
  calledAt: now,
  jobId: 'job-1',
  associated: {},
  refused: null,
  ended: null,
  ...is,
});
const policy = { deployAsNew: false, onFailure: 'stop', onPartial: 'hold' } as const;
const judge = (is: Partial<Omit<NetworkSight, 'networks'>> & { networks?: NetworkSeen[] } = {}) => {
  const { networks = [one()], ...sight } = is;
  return networkFinding(
    frozen({
      record: undefined,
      wanted: ['sn-1'],
      networks: new Map(networks.map((network) => [network.networkId, network])),
      job: undefined,
      policy,
      retriedAt: undefined,
      now: seconds(60),
      ...sight,
    }),
  );
};
const ends = (
  result: 'recovered' | 'partial' | 'failed',
  message: unknown = expect.any(String),
) => ({
  do: 'note',
  record: { ended: { result, message, at: seconds(60) } },
});

describe('the networks of a wave', () => {
  it('are no concern of servers that have none', () => {
    expect(judge({ wanted: [] })).toEqual({ do: 'go' });
  });

  it('are called for once, all of them, each with the stack that it had before', () => {
    const networks = [one(), one({ networkId: 'sn-2', stackName: undefined })];
    expect(judge({ wanted: ['sn-1', 'sn-2'], networks })).toEqual({
      do: 'start',
      networks: { 'sn-1': 'before', 'sn-2': null },
    });
  });

  it('are not called for where one is not protected, unknown, or too many are there', () => {
    const stopped = one({ replicationStatus: 'STOPPED' });
    expect(judge({ networks: [stopped] })).toMatchObject(
      ends('failed', 'sn-1 is STOPPED, not PROTECTED'),
    );
    expect(judge({ networks: [] })).toMatchObject(ends('failed', 'sn-1 is not known to DRS'));
    const many = Array.from({ length: 101 }, (_, n) => `sn-${n}`);
    const networks = many.map((networkId) => one({ networkId }));
    expect(judge({ wanted: many, networks })).toMatchObject(ends('failed'));
  });

  it('are waited for while the call is refused for now, and then called for anew', () => {
    const record = called({ refused: { until: seconds(90), reason: 'another job' } });
    expect(judge({ record })).toEqual({ do: 'wait', because: 'another job' });
    expect(judge({ record, now: seconds(90) })).toMatchObject({ do: 'start' });
  });
});

describe('a call whose answer was lost', () => {
  const record = called({ jobId: null });

  it('is found by the intent that its job carries', () => {
    expect(judge({ record, job: { jobId: 'job-7' } })).toMatchObject({
      do: 'note',
      record: { jobId: 'job-7', ended: null },
    });
  });

  it('is made again after a while, as the same stacks are only updated again', () => {
    expect(judge({ record, now: seconds(119) })).toMatchObject({ do: 'wait' });
    expect(judge({ record, now: seconds(120) })).toEqual({
      do: 'start',
      networks: record.networks,
    });
  });

  it('deploys no second new stack on a guess: a person finds out', () => {
    const anew = { ...policy, deployAsNew: true };
    expect(judge({ record, policy: anew, now: seconds(599) })).toMatchObject({ do: 'wait' });
    expect(judge({ record, policy: anew, now: seconds(600) })).toMatchObject({
      do: 'note',
      record: { ended: { result: 'failed', message: expect.stringContaining('nobody knows') } },
    });
  });
});

describe('the end of a recovery of networks', () => {
  const is = (result: string | undefined, more: Parameters<typeof judge>[0] = {}) =>
    judge({ record: called(), networks: [shows(result)], ...more });

  it('is what each network says of the last call', () => {
    expect(is('SUCCESS')).toMatchObject(ends('recovered'));
    expect(is('PARTIAL_SUCCESS')).toMatchObject(ends('partial', 'recovered in part: sn-1'));
    expect(is('FAIL')).toMatchObject(ends('failed', 'not recovered: sn-1'));
    for (const open of ['IN_PROGRESS', 'NOT_STARTED', 'SOMETHING_NEW', undefined]) {
      expect(is(open)).toMatchObject({ do: 'wait', because: expect.stringContaining('sn-1') });
    }
  });

  it('is no result of an earlier job; a later one of somebody else counts', () => {
    const by = (at: string) => ({ networks: [shows('SUCCESS', 'job-0', at)] });
    expect(is('SUCCESS', by(seconds(-1)))).toMatchObject({ do: 'wait' });
    expect(is('SUCCESS', by(seconds(1)))).toMatchObject(ends('recovered'));
    expect(judge({ record: called() })).toMatchObject({ do: 'wait' });
  });

  it('waits for the slowest, and the worst of them decides', () => {
    const record = called({ networks: { 'sn-1': null, 'sn-2': null } });
    const both = (a: string, b: string) =>
      judge({ record, networks: [shows(a), { ...shows(b), networkId: 'sn-2' }] });
    expect(both('FAIL', 'IN_PROGRESS')).toMatchObject({ do: 'wait' });
    expect(both('PARTIAL_SUCCESS', 'FAIL')).toMatchObject(ends('failed', 'not recovered: sn-2'));
  });

  it('has the earlier stack taken back once, where the plan says so and there is one', () => {
    const back = { ...policy, onFailure: 'previous-stack' as const };
    expect(is('FAIL', { policy: back })).toEqual({
      do: 'associate',
      network: 'sn-1',
      stack: 'before',
    });
    const none = called({ networks: { 'sn-1': null } });
    expect(is('FAIL', { policy: back, record: none })).toMatchObject(ends('failed'));
    const record = called({ associated: { 'sn-1': { calledAt: seconds(30), jobId: 'job-2' } } });
    const then = (result: string, jobId: string) =>
      judge({ record, policy: back, networks: [shows(result, jobId, seconds(30))] });
    expect(then('FAIL', 'job-1')).toMatchObject({ do: 'wait' });
    expect(then('ASSOCIATE_SUCCESS', 'job-2')).toMatchObject(ends('recovered'));
    expect(then('ASSOCIATE_FAIL', 'job-2')).toMatchObject(ends('failed'));
  });
});

describe('after the end', () => {
  const then = (
    result: 'recovered' | 'partial' | 'failed',
    more: Parameters<typeof judge>[0] = {},
  ) =>
    judge({ record: called({ ended: { result, message: 'so it is', at: seconds(30) } }), ...more });

  it('servers go on where all is recovered, or the plan accepts a part', () => {
    expect(then('recovered')).toEqual({ do: 'go' });
    expect(then('partial', { policy: { ...policy, onPartial: 'accept' } })).toEqual({ do: 'go' });
  });

  it('every server fails that nobody has retried since', () => {
    for (const retriedAt of [undefined, seconds(30)]) {
      expect(then('failed', { retriedAt })).toEqual({
        do: 'fail',
        result: 'failed',
        message: 'so it is',
      });
      expect(then('partial', { retriedAt })).toMatchObject({ do: 'fail', result: 'partial' });
    }
  });

  it('a retry recovers what has failed anew, and accepts what is there in part', () => {
    const retriedAt = seconds(45);
    expect(then('failed', { retriedAt })).toMatchObject({ do: 'start' });
    expect(then('partial', { retriedAt })).toMatchObject({
      do: 'note',
      record: { ended: { result: 'recovered', message: 'so it is; accepted' } },
    });
  });
});

it('a network is read as DRS shows it, whatever is missing', () => {
  expect(observeNetwork({ sourceNetworkID: 'sn-1' })).toEqual({
    networkId: 'sn-1',
    replicationStatus: undefined,
    stackName: undefined,
    lastRecovery: undefined,
  });
  const lastRecovery = { jobID: 'j', lastRecoveryResult: 'NEW', apiCallDateTime: now };
  expect(
    observeNetwork({ sourceNetworkID: 'sn-1', cfnStackName: 's', lastRecovery }),
  ).toMatchObject({
    stackName: 's',
    lastRecovery: { jobId: 'j', result: 'NEW', at: now },
  });
  expect(observeNetwork({ arn: 'nameless' })).toBe(undefined);
});
