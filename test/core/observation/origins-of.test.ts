import { expect, it } from 'vitest';
import { originsOf } from '../../../src/core/observation/origins-of.ts';
import { mergedSettings } from '../../../src/core/plan/settings-for.ts';
import type { Target } from '../../../src/core/target.ts';

const target: Target = {
  partition: 'aws',
  service: 'drs',
  accountId: '111122223333',
  region: 'us-east-1',
};
const server = (sourceServerId: string, kind: 'Failback' | 'Recovery') => ({
  sourceServerId,
  target,
  settings: mergedSettings([], kind),
});
const fleet = [
  { sourceServerID: 's-1', sourceCloudProperties: { originRegion: 'us-west-2' } },
  {
    sourceServerID: 's-2',
    sourceCloudProperties: { originRegion: 'eu-west-1', originAccountID: '222222222222' },
  },
  { sourceServerID: 's-3' },
];

it('names where the servers of a failback came from, and nothing for other plans', () => {
  const back = ['s-1', 's-2', 's-3'].map((id) => server(id, 'Failback'));
  expect(originsOf(back, fleet)).toEqual([
    { ...target, region: 'us-west-2' },
    { ...target, region: 'eu-west-1', accountId: '222222222222' },
  ]);
  expect(originsOf([server('s-1', 'Recovery')], fleet)).toEqual([]);
});
