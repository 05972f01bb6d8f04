// In: waves, stages, the course of lag, estimates. Out: pictures of them as SVG, with nothing in them that was not told.
// Pure.

import type { Estimate } from '../../core/evidence/estimates.ts';
import type { StageEntry, WaveEntry } from '../../core/evidence/evidence.ts';
import type { LagCourse } from '../../core/evidence/lag-course.ts';
import { stretchNames } from '../../core/phase.ts';
import type { Instant } from '../../core/time.ts';
import { clockTime, counted } from '../text-table.ts';
import { type Inset, type Markup, markup } from './markup.ts';
import { rounded, type TimeAxis, timeAxis } from './time-axis.ts';

const width = 1200;
const left = 190;
const lane = 22;
const top = 16;

interface Bar {
  readonly kind: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly title: string;
}
interface Lane {
  readonly label: string;
  readonly bars: readonly Bar[];
}

/** The waves side by side, each from its start to its end. */
export function wavesChart(waves: readonly WaveEntry[], until: Instant): Markup {
  const from = waves.map(({ startedAt }) => startedAt).toSorted()[0];
  if (from === undefined) return markup``;
  const lanes = waves.map(({ wave, servers, startedAt, concludedAt }): Lane => {
    const to = concludedAt ?? until;
    const title = `${wave}: ${counted(servers, 'server')}, ${spanWords(startedAt, concludedAt)}`;
    return { label: wave, bars: [{ kind: 'wave', from: startedAt, to, title }] };
  });
  return gantt('Waves from start to end', lanes, timeAxis(from, until, left, width - 10));
}

/** The stages of one wave, a lane for each phase and for each kind of waiting. */
export function stagesChart(
  wave: WaveEntry,
  stages: readonly StageEntry[],
  until: Instant,
): Markup {
  const end = wave.concludedAt ?? until;
  const own = stages.filter((stage) => stage.wave === wave.wave);
  const lanes = [...new Set(own.map(({ phase }) => phase))].map((phase): Lane => {
    const bars = own
      .filter((stage) => stage.phase === phase)
      .map((stage) => ({
        kind: phases.has(phase) ? phase : 'wait',
        from: stage.startedAt,
        to: stage.endedAt ?? end,
        title: stageTitle(stage),
      }));
    return { label: phase, bars };
  });
  if (lanes.length === 0) return markup``;
  return gantt(`Stages of ${wave.wave}`, lanes, timeAxis(wave.startedAt, end, left, width - 10));
}

const phases: ReadonlySet<string> = new Set(stretchNames);

function stageTitle({ phase, servers, cohort, reason, startedAt, endedAt }: StageEntry): string {
  return [
    phase,
    ...(servers > 0 ? [counted(servers, 'server')] : []),
    ...(cohort === null ? [] : [`cohort ${cohort}`]),
    spanWords(startedAt, endedAt),
    ...(reason === null ? [] : [reason]),
  ].join(', ');
}

function spanWords(from: Instant, to: Instant | null): string {
  return `${clockTime(from)} to ${to === null ? 'no end yet' : clockTime(to)}`;
}

function gantt(title: string, lanes: readonly Lane[], axis: TimeAxis): Markup {
  const height = top + lanes.length * lane + 6;
  const rows = lanes.map(({ label, bars }, i) => {
    const y = top + i * lane;
    const rects = bars.map(({ kind, from, to, title: says }) => {
      const wide = Math.max(1, rounded(axis.x(to) - axis.x(from)));
      return markup`<rect class="${kind}" x="${axis.x(from)}" y="${y + 4}" width="${wide}" height="${lane - 7}" rx="2"><title>${says}</title></rect>`;
    });
    return markup`<text x="${left - 8}" y="${y + 15}" text-anchor="end">${short(label)}</text>${rects}\n`;
  });
  return picture(title, height, [axis.grid(4, height - 4), rows]);
}

function short(label: string): string {
  return label.length <= 28 ? label : `${label.slice(0, 27)}…`;
}

function picture(title: string, height: number, content: Inset): Markup {
  return markup`<figure><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" xmlns="http://www.w3.org/2000/svg">\n${content}</svg><figcaption>${title}; times are UTC.</figcaption></figure>\n`;
}

const bandWords: Readonly<Record<string, string>> = {
  untold: 'not told',
  unknown: 'unknown to the service',
};
const lagHeight = 190;

/** How many servers of a wave were in which band of lag, stacked over time. */
export function lagChart(course: LagCourse, wave: WaveEntry, until: Instant): Markup {
  const axis = timeAxis(wave.startedAt, wave.concludedAt ?? until, left, width - 10);
  const points = seenPoints(course, axis);
  const most = Math.max(1, ...points.map(({ servers }) => servers.reduce((a, b) => a + b, 0)));
  const y = (count: number) => rounded(lagHeight - 8 - ((lagHeight - 8 - top) * count) / most);
  const areas = course.bands.map((band, i) => {
    const path = areaPath(points, i, axis, y);
    const says = bandWords[band] ?? band;
    return path === ''
      ? ''
      : markup`<path class="band${i}" d="${path}"><title>${says}</title></path>\n`;
  });
  const legend = course.bands.flatMap((band, i) => {
    if (!points.some(({ servers }) => (servers[i] ?? 0) > 0)) return [];
    const at = top + 8 + i * 20;
    return [
      markup`<rect class="band${i}" x="4" y="${at}" width="12" height="12" rx="2"/><text x="22" y="${at + 10}">${bandWords[band] ?? band}</text>\n`,
    ];
  });
  const counts = markup`<text class="soft" x="${left - 6}" y="${top + 6}" text-anchor="end">${most}</text><text class="soft" x="${left - 6}" y="${lagHeight - 8}" text-anchor="end">0</text>`;
  const title = `Servers of ${wave.wave} under way, by band of lag`;
  return picture(title, lagHeight, [axis.grid(4, lagHeight - 4), areas, legend, counts]);
}

interface Seen {
  readonly x: number;
  readonly servers: readonly number[];
}

/** What can be told apart: the last of all that lies within half a pixel. The records have every point. */
function seenPoints({ points }: LagCourse, axis: TimeAxis): readonly Seen[] {
  const seen: Seen[] = [];
  for (const { at, servers } of points) {
    const x = axis.x(at);
    const last = seen.at(-1);
    if (last !== undefined && x - last.x < 0.5) seen.pop();
    seen.push({ x: last !== undefined && x - last.x < 0.5 ? last.x : x, servers });
  }
  return seen;
}

function areaPath(
  points: readonly Seen[],
  band: number,
  axis: TimeAxis,
  y: (count: number) => number,
): string {
  if (!points.some(({ servers }) => (servers[band] ?? 0) > 0)) return '';
  const sum = (servers: readonly number[], to: number) =>
    servers.slice(0, to).reduce((a, b) => a + b, 0);
  const edge = (to: number) => {
    const corners: string[] = [];
    for (const [i, { x, servers }] of points.entries()) {
      const height = y(sum(servers, to));
      corners.push(`${x} ${height}`, `${points[i + 1]?.x ?? axis.right} ${height}`);
    }
    return corners;
  };
  return `M${[...edge(band + 1), ...edge(band).toReversed()].join('L')}Z`;
}

/** Each wave's forecast from P5 to P95, with P50 and the end that it had. */
export function estimatesChart(estimates: readonly Estimate[]): Markup {
  const known = estimates.flatMap(({ p5, p50, p95, actual }) =>
    [p5, p50, p95, actual].filter((at) => at !== null),
  );
  const [from, until] = [known.toSorted()[0], known.toSorted().at(-1)];
  if (from === undefined || until === undefined) return markup``;
  const axis = timeAxis(from, until, left, width - 10);
  const height = top + estimates.length * lane + 6;
  const rows = estimates.map(({ wave, p5, p50, p95, actual }, i) => {
    const y = top + i * lane;
    const span =
      p5 === null || p95 === null
        ? ''
        : markup`<rect class="span" x="${axis.x(p5)}" y="${y + 5}" width="${Math.max(1, rounded(axis.x(p95) - axis.x(p5)))}" height="12"><title>P5 to P95</title></rect>`;
    const middle =
      p50 === null
        ? ''
        : markup`<line class="grid" x1="${axis.x(p50)}" x2="${axis.x(p50)}" y1="${y + 5}" y2="${y + 17}"/>`;
    const end =
      actual === null
        ? ''
        : markup`<line class="mark" x1="${axis.x(actual)}" x2="${axis.x(actual)}" y1="${y + 2}" y2="${y + 20}"><title>ended ${clockTime(actual)}</title></line>`;
    return markup`<text x="${left - 8}" y="${y + 15}" text-anchor="end">${short(wave)}</text>${span}${middle}${end}\n`;
  });
  const title = 'Forecast from P5 to P95 (shaded) and the end that each wave had (line)';
  return picture(title, height, [axis.grid(4, height - 4), rows]);
}
