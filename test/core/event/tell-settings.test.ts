import { describe, expect, it } from 'vitest';
import type { SettingChange } from '../../../src/core/desired/setting.ts';
import { tellSettingsCompared, toldSettings } from '../../../src/core/event/tell-settings.ts';

const change = (field: string, from: unknown, to: unknown): SettingChange => ({
  aspect: 'launch-template',
  field,
  from,
  to,
});

describe('settings that are told', () => {
  it('say what was and what is to be; values of tags that look like secrets stay where they are', () => {
    expect(
      toldSettings([
        change('httpTokens', 'optional', 'required'),
        change('tags.Owner', null, 'erp'),
        change('tags.DbPassword', 'old', 'new'),
        change('tags.Contact', null, 'ann@example.org'),
        change('stagingAreaTags', { apiKey: 'k-1' }, {}),
      ]).map(({ from, to }) => `${from} → ${to}`),
    ).toEqual([
      'optional → required',
      '– → erp',
      '(not told) → (not told)',
      '– → (not told)',
      '(not told) → (none)',
    ]);
  });

  it('are twenty at most, with their number, and nothing where nothing is to be set', () => {
    const changes = Array.from({ length: 30 }, (_, i) => change(`tags.t${i}`, null, 'x'));
    const [told] = tellSettingsCompared({
      phase: 'test',
      changes,
      obstacles: ['it has no action'],
    });
    expect(told?.members).toMatchObject({ differences: 30, obstacles: ['it has no action'] });
    expect(told?.members['settings']).toHaveLength(20);
    expect(tellSettingsCompared({ phase: 'test', changes: [], obstacles: [] })).toEqual([]);
  });
});
