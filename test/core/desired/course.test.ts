import { expect, it } from 'vitest';
import { type SettingsCourse, standingOfSettings } from '../../../src/core/desired/course.ts';
import { now } from '../_factories.ts';

const compared = { at: now, differences: 3, obstacles: [] };
const applied = (status: NonNullable<SettingsCourse['applied']>['status'], because?: string) => ({
  compared,
  applied: { at: now, status, ...(because === undefined ? {} : { because }) },
});

it('a server stands with its wave’s settings as what was found and done of them says', () => {
  const by = { apply: 'by-policy' } as const;
  expect(standingOfSettings(undefined)).toBeUndefined();
  expect(standingOfSettings({ launchConfiguration: { copyTags: true } })).toBeUndefined();
  expect(standingOfSettings({ apply: 'by-command' }, applied('done'))).toBeUndefined();
  expect(standingOfSettings(by)).toEqual({ ...by, differences: null, end: 'none' });
  expect(standingOfSettings(by, { compared, applied: null })).toEqual({
    ...{ ...by, differences: 3, end: 'none' },
  });
  for (const status of ['same', 'done'] as const) {
    expect(standingOfSettings(by, applied(status))).toMatchObject({ end: 'set' });
  }
  for (const status of ['partly', 'refused'] as const) {
    expect(standingOfSettings(by, applied(status, 'why'))).toMatchObject({
      ...{ end: 'failed', because: 'why' },
    });
  }
});
