// Accounts and Regions that are out of reach: what each service says then, and roles that STS refuses.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { accountId, faults, hour, ready, region, rig } from './rig.ts';

const other = '444455556666';
const roleArn = `arn:aws:iam::${other}:role/member`;

function world(options: Parameters<typeof rig>[0] = {}, ...list: JsonObject[]) {
  const r = rig({ fleet: [ready(1)], faults: faults(...list), ...options });
  const ask = (
    service: 'mgn' | 'ec2' | 'sts' | 'servicequotas' | 'drs',
    body: string,
    is: { readonly path?: string; readonly region?: string; readonly accountId?: string } = {},
  ) => {
    const response = r.simulator.answer({
      service,
      region,
      accountId,
      caller: 'landfall',
      method: 'POST',
      path: '/',
      query: {},
      headers:
        service === 'servicequotas'
          ? { 'x-amz-target': 'ServiceQuotasV20190624.ListServiceQuotas' }
          : {},
      body,
      ...is,
    });
    const code = /<Code>(\w+)<\/Code>/.exec(response.body)?.[1];
    return [response.status, response.headers['x-amzn-errortype'] ?? code ?? 'fine'].join(' ');
  };
  const servers = (is: { readonly region?: string; readonly accountId?: string } = {}) =>
    ask('mgn', '{}', { path: '/DescribeSourceServers', ...is });
  const assume = (more = '') =>
    ask('sts', `Action=AssumeRole&RoleArn=${roleArn}&RoleSessionName=me${more}`);
  const status = 'Action=DescribeInstanceStatus';
  return { ...r, ask, servers, assume, status };
}

const fault = (because: string, is: JsonObject = {}): JsonObject => ({
  fault: 'target-unreachable',
  because,
  ...is,
});

describe('a Region that is off', () => {
  test('does not know the credentials, in the words of each service', () => {
    const { ask, servers, status } = world({}, fault('region-off'));
    expect(servers()).toBe('403 UnrecognizedClientException');
    expect(ask('drs', '{}', { path: '/DescribeSourceServers' })).toBe(
      '403 UnrecognizedClientException',
    );
    expect(ask('servicequotas', '{"ServiceCode":"mgn"}')).toBe('403 UnrecognizedClientException');
    expect(ask('ec2', status)).toBe('401 AuthFailure');
    expect(ask('sts', 'Action=GetCallerIdentity')).toBe('403 InvalidClientTokenId');
  });

  test('is off for the named account and Region alone', () => {
    const { servers } = world({}, fault('region-off', { targets: [`${accountId}:eu-south-1`] }));
    expect(servers({ region: 'eu-south-1' })).toBe('403 UnrecognizedClientException');
    expect(servers()).toBe('200 fine');
    expect(servers({ region: 'eu-south-1', accountId: other })).toBe('200 fine');
  });

  test('may be off for the account that is acted on', () => {
    const { ask } = world({}, fault('region-off', { targets: [other] }));
    const body = JSON.stringify({ accountID: other });
    expect(ask('mgn', body, { path: '/DescribeSourceServers' })).toBe(
      '403 UnrecognizedClientException',
    );
  });
});

test('an account that is denied everything can still assume roles', () => {
  const { ask, servers, assume, status } = world({}, fault('access-denied'));
  expect(servers()).toBe('403 AccessDeniedException');
  expect(ask('ec2', status)).toBe('403 UnauthorizedOperation');
  expect(assume()).toBe('200 fine');
});

test('an account that is not initialized is mended by time, or by whoever initializes it', () => {
  const byTime = world({}, fault('not-initialized', { after: 'PT1H', mendedAfter: 'PT2H' }));
  const said = [0, 1, 2, 3].map((h) => {
    byTime.at(h * hour);
    return byTime.servers();
  });
  const no = '400 UninitializedAccountException';
  expect(said).toEqual(['200 fine', no, no, '200 fine']);
  const byHand = world({}, fault('not-initialized'));
  expect(byHand.servers()).toBe(no);
  expect(byHand.ask('ec2', byHand.status)).toBe('200 fine');
  expect(byHand.call('InitializeService').status).toBe(204);
  expect(byHand.servers()).toBe('200 fine');
});

describe('a role', () => {
  test('that is missing cannot be assumed', () => {
    expect(world({ parameters: { missingRoles: [roleArn] } }).assume()).toBe('403 AccessDenied');
    expect(world({}, fault('role-missing', { targets: [other] })).assume()).toBe(
      '403 AccessDenied',
    );
    expect(world({}, fault('role-missing', { targets: [accountId] })).assume()).toBe('200 fine');
  });

  test('that asks for an external id wants to hear it', () => {
    const { assume } = world({ parameters: { roleExternalIds: { [roleArn]: 'id-1' } } });
    expect(assume()).toBe('403 AccessDenied');
    expect(assume('&ExternalId=id-2')).toBe('403 AccessDenied');
    expect(assume('&ExternalId=id-1')).toBe('200 fine');
    expect(world().assume('&ExternalId=id-1')).toBe('200 fine');
    expect(assume('&ExternalId=x')).toBe('400 ValidationError');
  });
});

test('how likely it is is drawn for each account and Region, and the same each time', () => {
  const list = [fault('access-denied', { probability: 0.5 })];
  const drawn = () => {
    const { servers } = world({}, ...list);
    return Array.from({ length: 40 }, (_, i) =>
      servers({ accountId: String(100_000_000_000 + i) }),
    );
  };
  expect(drawn()).toEqual(drawn());
  expect(new Set(drawn())).toEqual(new Set(['200 fine', '403 AccessDeniedException']));
});

test('faults that are injected count from then on', () => {
  const { simulator, servers, at } = world();
  at(5 * hour);
  simulator.inject(faults(fault('access-denied', { after: 'PT1H', mendedAfter: 'PT1H' })));
  const said = [5, 6, 7].map((h) => {
    at(h * hour);
    return servers();
  });
  expect(said).toEqual(['200 fine', '403 AccessDeniedException', '200 fine']);
});
