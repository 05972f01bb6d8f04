import { describe, expect, it } from 'vitest';
import {
  extensionTarget,
  ownAccountProblems,
  targetsOfWaves,
} from '../../../src/core/plan/extension-target.ts';
import { mergedSettings } from '../../../src/core/plan/settings-for.ts';
import type { Target } from '../../../src/core/target.ts';

const own: Target = {
  partition: 'aws',
  service: 'drs',
  accountId: '111122223333',
  region: 'us-east-1',
};
const into = (accountId: string, phases: ('protect' | 'extend')[] = ['protect', 'extend']) => ({
  sourceServerId: 's-00000000000000001',
  target: own,
  settings: mergedSettings([{ phases, extend: { into: accountId } }], 'Protection'),
});
const stays = { ...into('1'), settings: mergedSettings([], 'Protection') };
const there = { ...own, accountId: '444455556666' };

describe('the target that a server is extended into', () => {
  it('is the account of its plan, in its own Region, where its way leads there', () => {
    expect(extensionTarget(into('444455556666'))).toEqual(there);
    expect(extensionTarget(into('444455556666', ['protect']))).toBe(undefined);
    expect(extensionTarget(stays)).toBe(undefined);
  });

  it('is one of the targets of its wave, each once', () => {
    const waves = [{ servers: [into('444455556666'), stays] }, { servers: [into('444455556666')] }];
    expect(targetsOfWaves(waves)).toEqual([own, there]);
  });

  it('is no account that the server is in already', () => {
    expect([...ownAccountProblems([into('444455556666'), stays], ['x'])]).toEqual([]);
    expect([
      ...ownAccountProblems([into(own.accountId), into(own.accountId)], ['x']),
    ]).toMatchObject([
      { path: 'x.servers', problem: expect.stringContaining('s-00000000000000001 and 1 more') },
    ]);
  });
});
