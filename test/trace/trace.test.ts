import { expect, test } from 'vitest';
import { defaultBounds } from '../../src/trace/check-trace.ts';
import { Envelope } from '../../src/trace/forms.ts';
import { indexTrace } from '../../src/trace/trace.ts';
import { account, at, region } from './a-trace.ts';

test('an event of a target as a whole is about no server', () => {
  const stream = `target/mgn/${account}/${region}`;
  const event = Envelope.parse({
    version: '0',
    id: 'e-1',
    'detail-type': 'Target Unreachable',
    source: 'landfall.mgn',
    account,
    time: at(1),
    region,
    resources: [],
    detail: {
      schemaVersion: 1,
      eventId: `${stream}/1`,
      stream,
      sequence: 1,
      observedAt: at(1),
      accountId: account,
      region,
      kind: 'region-off',
    },
  });
  const trace = indexTrace({ api: [], events: [event], executions: [] }, defaultBounds);
  expect(trace.told.map(({ server, wave }) => [server, wave])).toEqual([[undefined, undefined]]);
  expect(trace.serversIn(`${account}/${region}`)).toBe(0);
  expect([...trace.streams.keys()]).toEqual([stream]);
});
