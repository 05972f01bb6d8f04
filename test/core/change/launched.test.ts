import { describe, expect, it } from 'vitest';
import { instanceHealthOf, postLaunchOf } from '../../../src/core/change/launched.ts';
import { aJobServer } from '../_factories.ts';

const unknown = { instanceId: undefined, value: undefined };
const checks = (state: string | undefined, systemStatus?: string, instanceStatus?: string) => ({
  state,
  systemStatus,
  instanceStatus,
});

describe('the health of a launched instance', () => {
  it.each([
    ['running', 'ok', 'ok', 'ok'],
    ['running', 'ok', 'impaired', 'impaired'],
    ['running', 'impaired', 'initializing', 'impaired'],
    ['running', 'initializing', 'ok', 'initializing'],
    ['running', 'ok', 'insufficient-data', 'insufficient-data'],
    ['running', undefined, undefined, 'insufficient-data'],
    ['stopped', 'ok', 'ok', 'stopped'],
    [undefined, undefined, undefined, 'unknown'],
  ])('%s with %s and %s is %s', (state, system, instance, health) => {
    expect(instanceHealthOf('i-1', checks(state, system, instance), unknown)).toBe(health);
  });

  it('stands while nobody looks, as long as the instance is the same', () => {
    const before = { instanceId: 'i-1', value: 'ok' };
    expect(instanceHealthOf('i-1', undefined, before)).toBe('ok');
    expect(instanceHealthOf('i-2', undefined, before)).toBeNull();
    expect(instanceHealthOf('i-1', undefined, unknown)).toBeNull();
  });

  it('is none without an instance', () => {
    expect(instanceHealthOf(null, checks('running', 'ok', 'ok'), unknown)).toBeNull();
  });
});

describe('the post-launch actions', () => {
  const part = (...statuses: readonly (string | undefined)[]) =>
    aJobServer({
      postLaunchActions: statuses.map((status, i) => ({
        name: `action-${i}`,
        status,
        reason: undefined,
        mustSucceedForCutover: true,
      })),
    });

  it.each([
    [['IN_PROGRESS', 'SUCCESS'], 'running'],
    [['SUCCESS', undefined], 'running'],
    [['SUCCESS', 'DREAMING'], 'running'],
    [['SUCCESS', 'SUCCESS'], 'succeeded'],
    [['SUCCESS', 'FAILED', 'IN_PROGRESS'], 'failed'],
  ])('%j are %s', (statuses, found) => {
    expect(postLaunchOf('i-1', part(...statuses), unknown)).toBe(found);
  });

  it('stand while their job is not looked at, as long as the instance is the same', () => {
    const before = { instanceId: 'i-1', value: 'succeeded' as const };
    expect(postLaunchOf('i-1', undefined, before)).toBe('succeeded');
    expect(postLaunchOf('i-1', part(), before)).toBe('succeeded');
    expect(postLaunchOf('i-2', undefined, before)).toBeNull();
  });

  it('are none without an instance', () => {
    expect(postLaunchOf(null, part('SUCCESS'), unknown)).toBeNull();
  });
});
