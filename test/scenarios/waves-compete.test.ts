// Two waves want more places in jobs than the account has: each gets its part, whoever asked first, and none waits for
// the other to be through.
import { expect, test } from 'vitest';
import { inSync } from './_fleet.ts';
import { brisk, endings, expectPromisesKept, rehearse } from './_rehearse.ts';

const places = 6;
const big = Array.from({ length: 12 }, (_, i) => inSync(i + 1, { tags: { wave: 'big' } }));
const small = Array.from({ length: 6 }, (_, i) => inSync(i + 13, { tags: { wave: 'small' } }));
const waves =
  '{ waves: [{ name: big, servers: { tags: { wave: big } } }, { name: small, servers: { tags: { wave: small } } }] }';

test('two waves compete for the places in jobs: both move, all end, no quota is passed', async () => {
  const told = await rehearse({
    fleet: [...big, ...small],
    spec: waves,
    parameters: { ...brisk, quotaServersInAllJobs: places, quotaServersInJob: places },
  });
  expect(new Set(endings(told).map((end) => end.split(' ')[1]))).toEqual(new Set(['succeeded']));
  const isSmall = (id: string) => Number.parseInt(id.slice(2), 16) > big.length;
  const cutovers = told.logs.api
    .filter(({ operation, error }) => operation === 'StartCutover' && error === null)
    .map(({ input }) => input['sourceServerIDs'])
    .filter((ids) => Array.isArray(ids))
    .map((ids) => ids.map(String));
  const bySize = { big: 0, small: 0 };
  const course: string[] = [];
  for (const ids of cutovers) {
    for (const id of ids) bySize[isSmall(id) ? 'small' : 'big'] += 1;
    course.push(`${bySize.big}:${bySize.small}`);
  }
  expect(bySize).toEqual({ big: 12, small: 6 });
  // While both have servers to cut over, neither is more than a round ahead.
  for (const [at, counts] of course.entries()) {
    const [of = 0, other = 0] = counts.split(':').map(Number);
    if (other < 6)
      expect(of - other, course.slice(0, at + 1).join(' ')).toBeLessThanOrEqual(places);
  }
  expectPromisesKept(told);
});
