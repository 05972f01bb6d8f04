// A forecast from end to end: several rehearsals in threads, what their end hangs on, levers that are proven, and the needs
// that keep a phase from beginning what it cannot finish.
import { beforeAll, describe, expect, test } from 'vitest';
import { forecastRecord, forecastText } from '../../src/cli/forecast/forecast-text.ts';
import type { Planned } from '../../src/cli/forecast/planned.ts';
import { type CourseInput, rehearseCourse } from '../../src/cli/forecast/rehearse-course.ts';
import { CoursesGivenUp } from '../../src/cli/forecast/rehearse-courses.ts';
import { runForecast } from '../../src/cli/forecast/run-forecast.ts';
import { needsFor } from '../../src/cli/forecast/write-needs.ts';
import { endOf } from '../../src/core/forecast/forecast.ts';
import { secondsBetween, toMs } from '../../src/core/time.ts';
import { noFaults } from '../../src/simulator/simulator.ts';
import { agentBased, beginning, inSync, serverId } from './_fleet.ts';
import { brisk, planOf } from './_rehearse.ts';

const input = (spec: string, fleet: CourseInput['fleet']): CourseInput => ({
  plan: planOf(spec, fleet),
  fleet,
  vcenterClients: [],
  faults: noFaults,
  seed: 11,
  startAt: beginning,
  parameters: { ...brisk, linkMbps: 50 },
});

describe('two waves of which one copies 60 gibibytes first', () => {
  const fleet = [agentBased(1, { gib: 60 }), agentBased(2), inSync(3), inSync(4)];
  const spec = `{ waves: [
    { name: copied, servers: { ids: [${serverId(1)}, ${serverId(2)}] } },
    { name: after, dependsOn: [copied], servers: { ids: [${serverId(3)}, ${serverId(4)}] } }] }`;
  let planned: Planned;
  const counted: string[] = [];

  beforeAll(async () => {
    planned = await runForecast(input(spec, fleet), {
      seeds: 4,
      levers: 1,
      onProgress: (ended, of) => counted.push(`${ended}/${of}`),
    });
  });

  test('is forecast with bounds that differ, as the link of each seed does', () => {
    const { ends, seeds, allWell, waves } = planned.forecast;
    expect([seeds, allWell]).toEqual([[11, 12, 13, 14], 4]);
    const width = secondsBetween(ends?.p5 ?? '', ends?.p95 ?? '');
    expect(width).toBeGreaterThan(600);
    expect(waves.map(({ wave, concluded }) => [wave, concluded])).toEqual([
      ['copied', 4],
      ['after', 4],
    ]);
    expect(waves[0]?.stages.map(({ name }) => name)).toEqual([
      'replicate',
      'test',
      'cutover',
      'finalize',
    ]);
    expect(waves[0]?.stages[0]?.spent[0]?.cause).toBe('data-transfer');
    expect(counted).toHaveLength(7);
    expect(counted.at(-1)).toBe('7/7');
  });

  test('hangs on the copying, then on both waves in turn', () => {
    const path = planned.criticalPath;
    expect(path?.links.map(({ wave, name }) => `${wave} ${name}`).slice(0, 4)).toEqual([
      'copied replicate',
      'copied test',
      'copied cutover',
      'copied finalize',
    ]);
    expect(path?.links.at(-1)).toMatchObject({ wave: 'after', name: 'finalize' });
    expect(path?.spent[0]?.cause).toBe('data-transfer');
  });

  test('would end sooner with twice the bandwidth, by about half the copying', () => {
    const copying = planned.forecast.waves[0]?.stages[0]?.takesSeconds.p50 ?? 0;
    expect(planned.levers.map(({ name, seeds }) => [name, seeds])).toEqual([
      ['more-bandwidth', [11, 12, 13]],
    ]);
    const gain = planned.levers[0]?.gainSeconds ?? 0;
    expect(gain).toBeGreaterThan(copying * 0.35);
    expect(gain).toBeLessThan(copying * 0.6);
  });

  test('is the same, byte for byte, when the same is rehearsed one after the other', async () => {
    const first = await rehearseCourse({ ...input(spec, fleet), seed: 12 });
    const other = await rehearseCourse({ ...input(spec, fleet), seed: 12 });
    expect(first).toEqual(other);
    const end = endOf(first, 2) ?? '';
    const { ends } = planned.forecast;
    expect(toMs(end) >= toMs(ends?.p5 ?? '') && toMs(end) <= toMs(ends?.p95 ?? '')).toBe(true);
    expect(planned.forecast.waves[1]?.ends).toEqual(ends);
  });

  test('is told as text and as data', () => {
    const text = forecastText(planned);
    expect(text).toMatch(
      /^Plan story: 4 servers in 2 waves, from 4 rehearsals \(seeds 11 to 14\)\./,
    );
    expect(text).toContain('extrapolated');
    expect(text).toMatch(/replicate +2 servers .* data transfer /);
    expect(text).toMatch(/ sooner +twice the bandwidth/);
    expect(JSON.parse(JSON.stringify(forecastRecord(planned)))).toMatchObject({
      outcome: 'done',
      plan: 'story',
      seeds: [11, 12, 13, 14],
      waves: [{ wave: 'copied' }, { wave: 'after' }],
      levers: [{ name: 'more-bandwidth' }],
    });
  });

  test('can be given up', async () => {
    const giveUp = new AbortController();
    const running = runForecast(input(spec, fleet), { seeds: 4, levers: 0, signal: giveUp.signal });
    giveUp.abort();
    await expect(running).rejects.toBeInstanceOf(CoursesGivenUp);
  });
});

describe('a cutover that begins late in its window', () => {
  const fleet = [inSync(1), inSync(2)];
  // The test takes over 20 minutes and the cutover as long again: at 17:00 it is on its way, and the window closes on it.
  const spec = (needs = '') =>
    `{ waves: [{ name: w, servers: { all: true }, gates: { cutover: { ${needs} window: [
      { opens: "2024-03-04T16:21Z", closes: "2024-03-04T17:10Z" },
      { opens: "2024-03-05T16:00Z", closes: "2024-03-05T22:00Z" }] } } }] }`;

  test('does not begin with the needs that were forecast', async () => {
    const before = input(spec(), fleet);
    const planned = await runForecast(before, { seeds: 4, levers: 0 });
    const [need] = needsFor(before.plan.waves, planned.forecast.waves);
    expect(need).toMatchObject({ wave: 'w', phase: 'cutover' });
    const minutes = (need?.seconds ?? 0) / 60;
    expect(minutes).toBeGreaterThan(20);
    const begins = (course: Awaited<ReturnType<typeof rehearseCourse>>) =>
      course.waves[0]?.stages.find(({ name }) => name === 'cutover')?.startedAt.slice(0, 10);
    const hasty = await rehearseCourse(before);
    const careful = await rehearseCourse(input(spec(`needs: PT${minutes}M,`), fleet));
    expect([begins(hasty), begins(careful)]).toEqual(['2024-03-04', '2024-03-05']);
    expect(careful.waves[0]?.stages.map(({ name }) => name)).toContain('window of cutover');
    expect(careful.servers).toEqual({ succeeded: 2 });
  });
});
