import { describe, expect, it } from 'vitest';
import {
  distinctTargets,
  partitionOfRegion,
  type Target,
  targetName,
  targetOfArn,
} from '../../src/core/target.ts';

describe('targetOfArn', () => {
  it('reads the target and the server, with the partition from the ARN', () => {
    expect(targetOfArn('arn:aws-us-gov:mgn:us-gov-west-1:111122223333:source-server/s-1')).toEqual({
      target: {
        partition: 'aws-us-gov',
        service: 'mgn',
        accountId: '111122223333',
        region: 'us-gov-west-1',
      },
      sourceServerId: 's-1',
    });
    expect(
      targetOfArn('arn:aws:drs:eu-west-1:111122223333:source-server/s-2')?.target.service,
    ).toBe('drs');
  });

  it.each([
    '',
    'arn:aws:ec2:us-east-1:111122223333:instance/i-1',
    'arn:aws:mgn:us-east-1:111122223333:job/mgnjob-1',
    'arn:aws:mgn:us-east-1:1111:source-server/s-1',
    'arn:aws:mgn:us-east-1:111122223333:source-server/',
  ])('is undefined for %j', (arn) => {
    expect(targetOfArn(arn)).toBeUndefined();
  });
});

describe('distinctTargets', () => {
  it('keeps each target once, in the order of first mention', () => {
    const a: Target = { partition: 'aws', service: 'mgn', accountId: '1', region: 'eu-west-1' };
    const b: Target = { ...a, region: 'eu-west-2' };
    expect(distinctTargets([b, a, { ...b }, a])).toEqual([b, a]);
    expect(distinctTargets([])).toEqual([]);
  });
});

describe('partitionOfRegion', () => {
  it.each([
    ['eu-central-1', 'aws'],
    ['us-east-1', 'aws'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['cn-northwest-1', 'aws-cn'],
  ])('%s is in %s', (region, partition) => {
    expect(partitionOfRegion(region)).toBe(partition);
  });
});

describe('targetName', () => {
  it('names service, account and Region', () => {
    expect(
      targetName({ partition: 'aws', service: 'mgn', accountId: '1', region: 'eu-west-1' }),
    ).toBe('mgn:1:eu-west-1');
  });
});
