import { expect, test } from 'vitest';
import { launchLookOf } from '../../../src/core/configuration/launch-look.ts';
import { observeDrsServer } from '../../../src/core/observation/drs-server.ts';
import { aDrsServer, drsId } from '../../simulator/drs/rig.ts';

const seen = {
  target: { partition: 'aws', service: 'drs', accountId: '111122223333', region: 'us-east-1' },
  readAt: '2024-03-04T16:21:00.000Z',
  answeredAt: '2024-03-04T16:21:00.000Z',
} as const;
const lookOf = (document: object, launch: object, replication?: object) => {
  const observation = observeDrsServer({ ...aDrsServer(1), ...document }, seen);
  if (observation === undefined) throw new Error('the server cannot be read');
  return launchLookOf(observation, { ...launch }, replication && { ...replication });
};
const rule = (units: string, retentionDuration: number, enabled = true) => ({
  ...{ units, retentionDuration, enabled, interval: 1, ruleID: 1 },
});

test('keeps what a preflight goes by: the instance, the type, Nitro, the platform, and how long points are kept', () => {
  const look = lookOf(
    {},
    {
      sourceServerID: drsId(1),
      copyTags: false,
      licensing: { osByol: true },
      launchIntoInstanceProperties: { launchIntoEC2InstanceID: 'i-0123456789abcdef0' },
    },
    { pitPolicy: [rule('MINUTE', 60), rule('DAY', 7), rule('DAY', 30, false)] },
  );
  expect(look).toMatchObject({
    launch: { copyTags: 'false', 'licensing.osByol': 'true' },
    intoInstance: 'i-0123456789abcdef0',
    recommendedType: 't3.micro',
    supportsNitro: true,
    isWindows: false,
    pointsKeptSeconds: 7 * 86_400,
  });
});

test('what nobody told is not known, and neither yes nor no', () => {
  const bare = { sourceProperties: {} };
  expect(lookOf(bare, {}, { pitPolicy: [rule('FORTNIGHT', 2)] })).toEqual({
    launch: {},
    intoInstance: null,
    recommendedType: null,
    supportsNitro: null,
    isWindows: null,
    pointsKeptSeconds: null,
  });
});
