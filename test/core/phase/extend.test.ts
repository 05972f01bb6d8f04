import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/core/observation.ts';
import {
  type ExtendSight,
  ensureExtended,
  extensibleIn,
  extensionTags,
  readExtensionRefusal,
} from '../../../src/core/phase/extend.ts';
import { anObservation, frozen } from '../_factories.ts';

const into = '444455556666';
const serverArn = 'arn:aws:drs:us-east-1:111122223333:source-server/s-00000000000000001';
const other = 'arn:aws:drs:us-east-1:111122223333:source-server/s-00000000000000002';

function server(
  status: string | undefined,
  is: { arn?: string; of?: string; error?: string } = {},
) {
  const drs: NonNullable<Observation['drs']> = {
    recoveryInstanceId: undefined,
    lastLaunch: undefined,
    lastLaunchResult: undefined,
    replicationDirection: 'FAILOVER',
    reversedDirectionArn: undefined,
    stagingArea: { status, accountId: undefined, serverArn: is.of, error: is.error },
    origin: undefined,
    agentVersion: undefined,
    addedAt: undefined,
    lacksVolumeAttributes: false,
  };
  return { ...anObservation({ arn: is.arn ?? serverArn }), drs };
}
const extension = (status: string | undefined, of = serverArn, error?: string) =>
  server(status, { arn: `arn:of-${of}`, of, ...(error === undefined ? {} : { error }) });
const listed = { arn: serverArn, tags: { Name: 'host-1', 'aws:cloudformation:stack': 'x' } };
const judge = (is: Partial<ExtendSight>) =>
  ensureExtended(
    frozen({ server: server('NOT_EXTENDED'), extensions: [], listed: undefined, into, ...is }),
  );

describe('a server that is to be extended', () => {
  it('is called for where the other account lists it, with its tags but those of AWS', () => {
    expect(judge({ listed, extensions: [extension('EXTENDED', other)] })).toEqual({
      do: 'act',
    });
    expect(extensionTags(listed.tags, {})).toEqual({ Name: 'host-1' });
  });

  it('is extended already, whoever did it, and whatever the list of a moment ago says', () => {
    const found = extension('EXTENDED');
    expect(judge({ extensions: [extension('EXTENDED', other), found], listed })).toEqual({
      do: 'nothing',
      extension: found,
    });
  });

  it('waits while its extension is in a state that nobody knows', () => {
    for (const status of ['EXTENDING', undefined]) {
      expect(judge({ extensions: [extension(status)] })).toMatchObject({ do: 'wait' });
    }
  });

  it('has failed in time where its extension has an error, in the words of DRS, cut', () => {
    const long = `key gone ${'x'.repeat(70_000)}`;
    const found = judge({ extensions: [extension('EXTENSION_ERROR', serverArn, long)] });
    expect(found).toMatchObject({ do: 'linger', failure: { code: 'ExtensionBroken' } });
    const message = found.do === 'linger' ? found.failure.message : '';
    expect(message).toContain('account 444455556666 has an error: key gone');
    expect(message.length).toBeLessThan(1200);
    expect(judge({ extensions: [extension('EXTENSION_ERROR')] })).toMatchObject({
      failure: { message: expect.stringContaining('DRS does not say why') },
    });
  });

  it('has failed in time where the other account does not list it', () => {
    expect(judge({})).toMatchObject({ do: 'linger', failure: { code: 'NotExtensible' } });
  });

  it('is none where it is an extension itself', () => {
    for (const status of ['EXTENDED', 'EXTENSION_ERROR']) {
      expect(judge({ server: server(status, { of: other }), listed })).toMatchObject({
        do: 'fail',
        failure: { code: 'NotExtensible', detail: other },
      });
    }
  });
});

describe('a refusal', () => {
  const read = (kind: string, message: string) =>
    readExtensionRefusal({ kind, errorName: 'SomeException', message }, into);

  it('names the default key', () => {
    const message = 'Source server s-1 cannot be extended if it has the default EBS encryption key';
    expect(read('validation', message)).toEqual({
      do: 'fail',
      failure: {
        code: 'DefaultEbsKey',
        message: `SomeException: ${message}`,
        detail: 'SomeException',
      },
    });
  });

  it('of what is extended already is waited for until it is seen', () => {
    for (const kind of ['validation', 'conflict']) {
      expect(read(kind, 'it is already extended into this account')).toMatchObject({ do: 'wait' });
    }
    expect(read('validation', 'has already been extended')).toMatchObject({ do: 'wait' });
  });

  it('of rights is given some time to be mended', () => {
    expect(read('access-denied', 'no trust')).toMatchObject({
      do: 'linger',
      failure: { code: 'ApiRefused', message: expect.stringContaining('no trust') },
    });
  });

  it('of anything else says no more than any refusal', () => {
    expect(read('quota', 'all 4000 servers are there')).toBe(undefined);
    expect(read('validation', 'the ARN is malformed')).toBe(undefined);
    expect(read('throttled', 'EBS encryption key')).toBe(undefined);
  });
});

describe('what is listed', () => {
  it('is known by its ARN; what has none is left out, and tags are words', () => {
    const documents = [
      { arn: serverArn, hostname: 'host-1', tags: { a: 'b', n: 1 } },
      { arn: other },
      { hostname: 'nameless' },
    ];
    expect([...extensibleIn(documents)]).toEqual([
      [serverArn, { arn: serverArn, tags: { a: 'b' } }],
      [other, { arn: other, tags: {} }],
    ]);
  });

  it('lends its tags, under those that the plan names', () => {
    expect(extensionTags({ a: '1', b: '1' }, { b: '2' })).toEqual({ a: '1', b: '2' });
  });
});
