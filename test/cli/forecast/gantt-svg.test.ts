import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ganttSvg } from '../../../src/cli/forecast/gantt-svg.ts';
import type { Planned } from '../../../src/cli/forecast/planned.ts';
import { criticalPath } from '../../../src/core/forecast/critical-path.ts';
import { forecastOf } from '../../../src/core/forecast/forecast.ts';
import { toMs } from '../../../src/core/time.ts';
import { course, hours, stage, wave } from '../../core/forecast/_courses.ts';
import { elements, parseXml } from './_xml.ts';

function planned(plan: string, name: string, server = 'host-1'): Planned {
  const courses = [0, 1, 2, 3].map((n) =>
    course(n + 1, [
      wave(name, [
        stage('replicate', [0, 4 + n]),
        stage('window of cutover', [4 + n, 20]),
        stage('cutover', [20, 22 + n / 4], undefined, { lastServer: server }),
      ]),
      wave('other', [stage('replicate', [0, 1])]),
    ]),
  );
  const waves = [
    { name, servers: [1, 2] },
    { name: 'other', servers: [3] },
  ];
  const path = courses[1] === undefined ? undefined : criticalPath(courses[1], new Map());
  return {
    plan,
    servers: 3,
    forecast: forecastOf(courses, waves),
    criticalPath: path,
    levers: [],
    windows: [
      { wave: name, phase: 'cutover', open: [{ fromMs: toMs(hours(20)), toMs: toMs(hours(23)) }] },
    ],
  };
}

describe('the picture of a forecast', () => {
  const svg = parseXml(ganttSvg(planned('programme-a', 'wave-1')));
  const bars = elements(svg, 'g').filter(({ children }) => children[0]?.name === 'title');

  test('is one SVG that needs nothing else', () => {
    expect(svg.name).toBe('svg');
    expect(svg.attributes['xmlns']).toBe('http://www.w3.org/2000/svg');
    const names = new Set(['g', 'path', 'rect', 'text', 'title']);
    const walk = (of: typeof svg): readonly string[] => [of.name, ...of.children.flatMap(walk)];
    expect(walk(svg).filter((name) => name !== 'svg' && !names.has(name))).toEqual([]);
    expect(ganttSvg(planned('programme-a', 'wave-1'))).not.toMatch(
      /script|href|url\(|@import|\son\w+=/,
    );
  });

  test('has a bar with whiskers for each stage, and marks what the end hangs on', () => {
    expect(bars.map(({ children }) => children[0]?.text.split('\n')[0])).toEqual([
      'replicate: 2 servers',
      'window of cutover: 2 servers',
      'cutover: 2 servers',
      'replicate: 2 servers',
    ]);
    expect(bars.map(({ attributes }) => attributes['class'] ?? '')).toEqual([
      'critical',
      'critical',
      'critical',
      '',
    ]);
    for (const bar of bars) {
      expect(elements(bar, 'path').map(({ attributes }) => attributes['class'])).toEqual([
        'whisker',
      ]);
    }
  });

  test('shades when the cutover may not begin', () => {
    const closed = elements(svg, 'rect').filter(
      ({ attributes }) => attributes['class'] === 'closed',
    );
    // Before the window on the row of the wait and on that of the cutover; it closes after the last end.
    expect(closed.length).toBeGreaterThanOrEqual(2);
    const bar = bars[2]?.children.find(({ name }) => name === 'rect');
    const end = (rect = closed[0]) =>
      Number(rect?.attributes['x']) + Number(rect?.attributes['width']);
    expect(end()).toBeCloseTo(Number(bar?.attributes['x']), 0);
  });

  test('places bars by time: twice as long is twice as wide', () => {
    const width = (i: number) =>
      Number(bars[i]?.children.find(({ name }) => name === 'rect')?.attributes['width']);
    expect(width(0) / width(3)).toBeCloseTo(5.5, 1);
  });

  test('is well-formed whatever things are called, and shows it as text', () => {
    const hostile = '</text><script>alert("1")</script>&amp;\u0000\u202e\ufffe\n';
    const xml = ganttSvg(planned(hostile, hostile, hostile));
    expect(parseXml(xml).text).toContain('</text><script>alert("1")</script>&amp;\\u{0}\\u{202e}?');
    expect(xml).not.toContain('<script');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (name) => {
        expect(parseXml(ganttSvg(planned(name, `w${name}`))).name).toBe('svg');
      }),
      { numRuns: 20 },
    );
  });
});
