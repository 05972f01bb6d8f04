// Processes that die while hooks run, before and after effects: no hook runs twice, none is forgotten. Every second effect.
import { expect, test } from 'vitest';
import { inSync } from './_fleet.ts';
import { hooked } from './_hooks.ts';
import { type Death, Reaper, undisturbed, wrongAfter } from './_kill.ts';
import { rehearse, type Story } from './_rehearse.ts';

const one = (name: string) => `[{ name: ${name}, function: ${name}, retries: 0 }]`;
// It ends with the way back, so that a hook of every kind runs.
const story: Story = {
  fleet: [inSync(1)],
  spec: hooked(
    `freeze: ${one('stop-app')}, thaw: ${one('start-app')}, switch: ${one('dns')}, switchBack: ${one('dns-back')}`,
    'phases: [cutover]',
  ),
  hooks: [
    { hook: 'dns', outcome: 'failed', durationSeconds: 0 },
    { hook: 'stop-app', outcome: 'succeeded', durationSeconds: 0 },
  ],
};

/** The effects of the whole story that running hooks has. */
async function effectsOfHooks(): Promise<readonly number[]> {
  const reaper = new Reaper();
  const found: number[] = [];
  await rehearse({
    ...story,
    around: async (ports, name, run) => {
      const before = reaper.effects;
      const answer = await reaper.around(ports, name, run);
      for (let n = before + 1; name === 'runHooks' && n <= reaper.effects; n += 1) found.push(n);
      return answer;
    },
  });
  return found;
}

test('whatever dies, each hook runs once, and the server ends as if nobody had died', async () => {
  const base = await undisturbed(story);
  expect(base.ends).toEqual(['1 rolled-back HookFailed']);
  const effects = await effectsOfHooks();
  expect(effects.length).toBeGreaterThan(40);
  const wrong: string[] = [];
  let when: Death['when'] = 'before';
  for (let i = 0; i < effects.length; i += 2) {
    wrong.push(...(await wrongAfter(base, { effect: effects[i] ?? 0, when })));
    when = when === 'before' ? 'after' : 'before';
  }
  expect(wrong).toEqual([]);
});
