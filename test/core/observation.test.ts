import { describe, expect, it } from 'vitest';
import {
  docAt,
  docsAt,
  hasReached,
  instantAt,
  isAgentless,
  observe,
  textAt,
} from '../../src/core/observation.ts';
import { anObservation, exampleFleet, frozen, now, target } from './_factories.ts';

const seen = frozen({ target, readAt: now, answeredAt: '2024-03-04T16:20:08.000Z' });

describe('observe', () => {
  it('reads a replicating agentless server as the service sends it', () => {
    const document = exampleFleet('mixed-40.json')[0];
    expect(observe(frozen(document ?? {}), seen)).toEqual({
      sourceServerId: 's-0c8cf552288bc97f8',
      arn: 'arn:aws:mgn:us-east-1:111122223333:source-server/s-0c8cf552288bc97f8',
      target,
      hostname: 'wsp2013devl',
      tags: {
        Name: 'wsp2013devl',
        cluster: 'Cluster1',
        vcenterClient: 'mgn-vcc-03',
        hosts: 'esxmsp esxmmgt',
      },
      replicationType: 'SNAPSHOT_SHIPPING',
      vcenterClientId: 'vcc-660a2826f898a7b63',
      applicationId: undefined,
      recommendedType: 'r5.xlarge',
      isArchived: false,
      lifecycle: 'READY_FOR_TEST',
      replication: {
        state: 'PENDING_SNAPSHOT_SHIPPING',
        errorClass: undefined,
        rawError: undefined,
        failedStep: undefined,
        lagSeconds: expect.closeTo(41 * 60 + 49.389, 2),
        backlogBytes: 0,
        totalBytes: 257_698_037_760,
        replicatedBytes: 257_698_037_760,
        etaAt: undefined,
        lastSnapshotAt: '2024-03-04T15:38:18.023040+00:00',
      },
      lastSeenAt: '2024-03-04T16:18:58.406080+00:00',
      firstByteAt: '2024-02-02T15:52:42.032640+00:00',
      elapsedSeconds: 2_680_367.009,
      launched: { instanceId: undefined, jobId: undefined, firstBoot: undefined },
      lastTest: {
        jobId: undefined,
        initiatedAt: undefined,
        revertedAt: undefined,
        finalizedAt: undefined,
      },
      lastCutover: {
        jobId: undefined,
        initiatedAt: undefined,
        revertedAt: undefined,
        finalizedAt: undefined,
      },
      readAt: now,
      answeredAt: '2024-03-04T16:20:08.000Z',
    });
  });

  it('reads every server of every example fleet, with the life cycle and the state as they came', () => {
    for (const name of ['agentless-805.json', 'agent-based-120.json', 'mixed-40.json']) {
      for (const document of exampleFleet(name)) {
        const observed = observe(frozen(document), seen);
        expect(observed?.sourceServerId).toBe(document['sourceServerID']);
        expect(observed?.lifecycle).toBe(docAt(document, 'lifeCycle')['state']);
        expect(observed?.replication.state).toBe(
          docAt(document, 'dataReplicationInfo')['dataReplicationState'],
        );
      }
    }
  });

  it('reads a stalled server with its error, and the step that failed', () => {
    const observed = observe(
      {
        sourceServerID: 's-1',
        dataReplicationInfo: {
          dataReplicationState: 'STALLED',
          dataReplicationError: { error: 'AGENT_NOT_SEEN', rawError: 'silent' },
          etaDateTime: '2024-03-04T17:00:00Z',
          dataReplicationInitiation: {
            steps: [
              { name: 'WAIT', status: 'SUCCEEDED' },
              { name: 'CREATE_STAGING_DISKS', status: 'FAILED' },
            ],
          },
        },
      },
      seen,
    );
    expect(observed?.replication).toEqual({
      state: 'STALLED',
      errorClass: 'AGENT_NOT_SEEN',
      rawError: 'silent',
      failedStep: 'CREATE_STAGING_DISKS',
      lagSeconds: undefined,
      backlogBytes: undefined,
      totalBytes: undefined,
      replicatedBytes: undefined,
      etaAt: '2024-03-04T17:00:00Z',
      lastSnapshotAt: undefined,
    });
  });

  it('reads a launched server with its instance and stamps', () => {
    const observed = observe(
      {
        sourceServerID: 's-1',
        launchedInstance: { ec2InstanceID: 'i-1', jobID: 'mgnjob-1', firstBoot: 'SUCCEEDED' },
        lifeCycle: {
          state: 'CUTTING_OVER',
          lastTest: { initiated: { jobID: 'mgnjob-0', apiCallDateTime: '2024-03-01T00:00:00Z' } },
          lastCutover: {
            initiated: { jobID: 'mgnjob-1', apiCallDateTime: '2024-03-02T00:00:00Z' },
            reverted: { apiCallDateTime: '2024-03-03T00:00:00Z' },
            finalized: { apiCallDateTime: '2024-03-04T00:00:00Z' },
          },
        },
      },
      seen,
    );
    expect(observed?.launched).toEqual({
      instanceId: 'i-1',
      jobId: 'mgnjob-1',
      firstBoot: 'SUCCEEDED',
    });
    expect(observed?.lastTest).toEqual({
      jobId: 'mgnjob-0',
      initiatedAt: '2024-03-01T00:00:00Z',
      revertedAt: undefined,
      finalizedAt: undefined,
    });
    expect(observed?.lastCutover).toEqual({
      jobId: 'mgnjob-1',
      initiatedAt: '2024-03-02T00:00:00Z',
      revertedAt: '2024-03-03T00:00:00Z',
      finalizedAt: '2024-03-04T00:00:00Z',
    });
  });

  it('keeps values that nobody knows, and survives what has another shape', () => {
    const odd = observe(
      {
        sourceServerID: 's-1',
        lifeCycle: { state: 'HIBERNATING' },
        replicationType: 'QUANTUM',
        tags: { a: 1, b: 'two' },
        sourceProperties: { identificationHints: { fqdn: 'h.example.com' } },
        dataReplicationInfo: {
          dataReplicationState: 'DREAMING',
          dataReplicationInitiation: { steps: [{ status: 'FAILED' }, 'not a step'] },
          replicatedDisks: [{ totalStorageBytes: 5 }, null, { totalStorageBytes: 'many' }],
          lagDuration: 'a while',
          lastSnapshotDateTime: 'yesterday-ish',
        },
      },
      seen,
    );
    expect(odd?.lifecycle).toBe('HIBERNATING');
    expect(odd?.replicationType).toBe('QUANTUM');
    expect(odd?.tags).toEqual({ b: 'two' });
    expect(odd?.hostname).toBe('h.example.com');
    expect(odd?.arn).toBe('');
    expect(odd?.replication).toMatchObject({
      state: 'DREAMING',
      failedStep: undefined,
      totalBytes: 5,
      lagSeconds: undefined,
      lastSnapshotAt: undefined,
    });
    expect(observe({ sourceServerID: 's-1', lifeCycle: [], tags: null }, seen)?.tags).toEqual({});
  });

  it('says nothing of a document without an id', () => {
    expect(observe({}, seen)).toBeUndefined();
    expect(observe({ sourceServerID: '' }, seen)).toBeUndefined();
    expect(observe({ sourceServerID: 7 }, seen)).toBeUndefined();
  });
});

describe('reading members', () => {
  it('answers what is there, and an empty value for any other shape', () => {
    const doc = frozen({ a: { b: 1 }, list: [{ c: 2 }, 3, null, [4]], text: 't', at: now });
    expect(docAt(doc, 'a')).toEqual({ b: 1 });
    expect(docAt(doc, 'list')).toEqual({});
    expect(docAt(doc, 'none')).toEqual({});
    expect(docsAt(doc, 'list')).toEqual([{ c: 2 }]);
    expect(docsAt(doc, 'a')).toEqual([]);
    expect(textAt(doc, 'text')).toBe('t');
    expect(textAt(doc, 'a')).toBeUndefined();
    expect(instantAt(doc, 'at')).toBe(now);
    expect(instantAt(doc, 'text')).toBeUndefined();
  });
});

describe('hasReached', () => {
  it('compares life cycle states on a server’s way', () => {
    expect(hasReached('CUTOVER', 'READY_FOR_TEST')).toBe(true);
    expect(hasReached('READY_FOR_TEST', 'READY_FOR_TEST')).toBe(true);
    expect(hasReached('NOT_READY', 'READY_FOR_TEST')).toBe(false);
  });

  it('is false for what is off the way or unknown', () => {
    for (const state of ['DISCOVERED', 'DISCONNECTED', 'HIBERNATING', null, undefined]) {
      expect(hasReached(state, 'NOT_READY')).toBe(false);
    }
  });
});

describe('isAgentless', () => {
  it('is so for shipped snapshots only', () => {
    expect(isAgentless(anObservation({ replicationType: 'SNAPSHOT_SHIPPING' }))).toBe(true);
    expect(isAgentless(anObservation())).toBe(false);
    expect(isAgentless(anObservation({ replicationType: undefined }))).toBe(false);
  });
});
