// In: a forecast. Out: its picture, one SVG file that needs nothing else: no script, no font, no style from outside. Pure;
// whatever a plan or a fleet calls things is escaped.
import { printable } from '../../core/fleet/problem.ts';
import type { StageForecast, WaveForecast } from '../../core/forecast/forecast.ts';
import type { Stretch } from '../../core/phase.ts';
import { fromMs, type Instant, spokenSpan, toMs } from '../../core/time.ts';
import { clockTime, counted } from '../text-table.ts';
import { spentWords } from './cause-words.ts';
import { linkName } from './forecast-text.ts';
import type { Planned } from './planned.ts';

const left = 190;
const plotWidth = 980;
const right = 30;
const top = 74;
const row = 18;
const gapBelowWave = 10;

const stretchColours: Readonly<Record<Stretch, string>> = {
  replicate: '#4878a8',
  test: '#6aa84f',
  cutover: '#cc6633',
  finalize: '#8064a2',
  protect: '#4878a8',
  drill: '#6aa84f',
  extend: '#4878a8',
  recover: '#cc6633',
  retire: '#8064a2',
  reverse: '#4878a8',
  failback: '#cc6633',
  reprotect: '#4878a8',
  vacate: '#8064a2',
  rollback: '#a33333',
};

// What a stage is called begins with one of these.
const colours: readonly (readonly [string, string])[] = [
  ...Object.entries(stretchColours),
  ['held', '#a33333'],
  ['preflight of', '#c27ba0'],
  ['window of', '#bbbbbb'],
  ['approval of', '#d9b44a'],
];

/** Draws the schedule: waves with their stages as bars from P50 to P50, whiskers from P5 to P95, what is closed shaded. */
export function ganttSvg(planned: Planned): string {
  const { forecast } = planned;
  const span = {
    fromMs: toMs(forecast.startsAt),
    toMs: Math.max(toMs(forecast.startsAt) + 3_600_000, ...allEnds(forecast.waves)),
  };
  const x = (ms: number) =>
    left +
    (plotWidth * (Math.min(Math.max(ms, span.fromMs), span.toMs) - span.fromMs)) /
      (span.toMs - span.fromMs);
  const critical = new Set(
    planned.criticalPath?.links.map((link) => `${link.wave} ${linkName(link)}`),
  );
  let y = top;
  const bands: string[] = [];
  for (const wave of forecast.waves) {
    const height = row * (1 + wave.stages.length);
    bands.push(waveBand(planned, wave, { x, y, height, critical }));
    y += height + gapBelowWave;
  }
  const height = y + 46;
  const width = left + plotWidth + right;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" role="img">`,
    `<title>${text(`Expected schedule of plan ${planned.plan}`)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="bold">${text(`Plan ${planned.plan}: ${counted(planned.servers, 'server')} in ${counted(forecast.waves.length, 'wave')}`)}</text>`,
    `<text x="12" y="40">${text(endWords(planned))}</text>`,
    axis(span, x, y),
    ...bands,
    legend(y + 24),
    '</svg>',
    '',
  ].join('\n');
}

function allEnds(waves: readonly WaveForecast[]): readonly number[] {
  return waves.flatMap(({ ends, stages }) =>
    [...(ends === undefined ? [] : [ends]), ...stages.map((stage) => stage.ends)].map(({ p95 }) =>
      toMs(p95),
    ),
  );
}

function endWords({ forecast: { ends, seeds } }: Planned): string {
  const of = `From ${counted(seeds.length, 'rehearsal')}`;
  if (ends === undefined) return `${of}; none concluded all waves.`;
  return `${of}; ends ${clockTime(ends.p50)} UTC (P50), ${clockTime(ends.p80)} (P80), ${clockTime(ends.p95)} (P95).`;
}

interface Band {
  readonly x: (ms: number) => number;
  readonly y: number;
  readonly height: number;
  readonly critical: ReadonlySet<string>;
}

function waveBand(planned: Planned, wave: WaveForecast, { x, y, height, critical }: Band): string {
  const { stages, ends, starts } = wave;
  const bars = stages.map((stage, i) => {
    const isCritical = critical.has(`${wave.wave} ${linkName(stage)}`);
    return [
      ...closed(planned, wave.wave, stage, { x, y: y + row * (i + 1) }),
      bar(stage, { x, y: y + row * (i + 1), isCritical }),
    ].join('\n');
  });
  const head = [
    `<text x="12" y="${y + 13}" font-weight="bold">${text(wave.wave)}</text>`,
    ...(ends === undefined
      ? []
      : [
          `<rect x="${at(x, starts.p50)}" y="${y + 6}" width="${wide(x, starts.p50, ends.p50)}" height="4" fill="#444444"/>`,
          whisker(x, ends, y + 8, '#444444'),
        ]),
  ];
  return [
    `<g>`,
    `<rect x="0" y="${y}" width="${left + plotWidth + right}" height="${height}" fill="#f6f6f6" fill-opacity="0.5"/>`,
    ...head,
    ...bars,
    `</g>`,
  ].join('\n');
}

function bar(
  stage: StageForecast,
  { x, y, isCritical }: { readonly x: Band['x']; readonly y: number; readonly isCritical: boolean },
): string {
  const name = linkName(stage);
  const fill = colours.find(([start]) => stage.name.startsWith(start))?.[1] ?? '#999999';
  const edge = isCritical ? ' stroke="#000000" stroke-width="2"' : '';
  const told = [
    `${name}: ${counted(Math.round(stage.servers), 'server')}`,
    `${clockTime(stage.starts.p50)} to ${clockTime(stage.ends.p50)} UTC, ${spokenSpan(stage.takesSeconds.p50)}`,
    `ends P5 ${clockTime(stage.ends.p5)}, P80 ${clockTime(stage.ends.p80)}, P95 ${clockTime(stage.ends.p95)}`,
    spentWords(stage.spent, 4),
    ...(isCritical ? ['on the critical path'] : []),
  ].join('\n');
  return [
    `<g${isCritical ? ' class="critical"' : ''}>`,
    `<title>${text(told)}</title>`,
    `<text x="24" y="${y + 13}">${text(name)}</text>`,
    `<rect x="${at(x, stage.starts.p50)}" y="${y + 3}" width="${wide(x, stage.starts.p50, stage.ends.p50)}" height="11" fill="${fill}"${edge}/>`,
    whisker(x, stage.ends, y + 8.5, '#000000'),
    `</g>`,
  ].join('\n');
}

/** Shades when the phase of a row may not begin: outside its windows, and in freezes. */
function closed(
  { windows, forecast }: Planned,
  wave: string,
  { name }: StageForecast,
  { x, y }: { readonly x: Band['x']; readonly y: number },
): readonly string[] {
  const phase = name.replace(/^window of /, '');
  const window = windows.find((one) => one.wave === wave && one.phase === phase);
  if (window === undefined) return [];
  const from = toMs(forecast.startsAt);
  const to = Math.max(from, ...allEnds(forecast.waves));
  const shut: (readonly [number, number])[] = [];
  let since = from;
  for (const { fromMs: opens, toMs: closes } of window.open) {
    if (opens > since) shut.push([since, opens]);
    since = Math.max(since, closes);
  }
  if (since < to) shut.push([since, to]);
  return shut.map(
    ([begins, ends]) =>
      `<rect class="closed" x="${round(x(begins))}" y="${y}" width="${round(Math.max(0, x(ends) - x(begins)))}" height="${row}" fill="#e2dcd0"/>`,
  );
}

function whisker(
  x: Band['x'],
  { p5, p95 }: { readonly p5: Instant; readonly p95: Instant },
  y: number,
  colour: string,
): string {
  const [from, to] = [at(x, p5), at(x, p95)];
  return `<path class="whisker" d="M${from} ${y - 3}v6M${from} ${y}H${to}M${to} ${y - 3}v6" stroke="${colour}" fill="none"/>`;
}

const steps = [1, 2, 3, 6, 12, 24, 48, 7 * 24, 14 * 24, 28 * 24, 91 * 24].map((h) => h * 3_600_000);

function axis(
  span: { readonly fromMs: number; readonly toMs: number },
  x: Band['x'],
  bottom: number,
): string {
  const step = steps.find((ms) => (span.toMs - span.fromMs) / ms <= 10) ?? 364 * 86_400_000;
  const marks: string[] = [];
  for (let ms = Math.ceil(span.fromMs / step) * step; ms <= span.toMs; ms += step) {
    const place = round(x(ms));
    const label = fromMs(ms);
    const said =
      step < 86_400_000 ? `${label.slice(5, 10)} ${label.slice(11, 16)}` : label.slice(0, 10);
    marks.push(
      `<path d="M${place} ${top - 8}V${bottom}" stroke="#cccccc"/>`,
      `<text x="${place}" y="${top - 12}" text-anchor="middle" fill="#555555">${said}</text>`,
    );
  }
  return marks.join('\n');
}

function legend(y: number): string {
  const words = [
    ['#e2dcd0', 'closed: outside a window, or frozen'],
    ['#444444', 'a whole wave, P50'],
  ];
  const boxes = words.map(
    ([fill, said], i) =>
      `<rect x="${12 + i * 250}" y="${y}" width="16" height="10" fill="${fill}"/><text x="${34 + i * 250}" y="${y + 9}">${said}</text>`,
  );
  return [
    ...boxes,
    `<rect x="400" y="${y}" width="16" height="10" fill="#ffffff" stroke="#000000" stroke-width="2"/><text x="422" y="${y + 9}">on the critical path</text>`,
    `<text x="560" y="${y + 9}">├─┤ ends P5 to P95; bars are P50. Times in UTC; hold the pointer over a bar for its figures.</text>`,
  ].join('\n');
}

function at(x: Band['x'], instant: Instant): number {
  return round(x(toMs(instant)));
}

function wide(x: Band['x'], from: Instant, to: Instant): number {
  return round(Math.max(1, x(toMs(to)) - x(toMs(from))));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Escapes text for XML; what could not stand there, or turns the writing about, is shown as its code. */
function text(said: string): string {
  return said
    .split('\n')
    .map((line) => printable(line).replaceAll(/[&<>"'\ufffe\uffff]/g, (c) => escapes[c] ?? '?'))
    .join('\n');
}
