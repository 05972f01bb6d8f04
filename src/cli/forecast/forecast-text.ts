// In: a forecast. Out: what a person reads, and what a machine reads. Pure; the same inputs give the same bytes.
import { printable } from '../../core/fleet/problem.ts';
import type { Link } from '../../core/forecast/critical-path.ts';
import type { InstantSpread, StageForecast, WaveForecast } from '../../core/forecast/forecast.ts';
import { seeingSeeds } from '../../core/forecast/spread.ts';
import { type Instant, secondsBetween, spokenSpan } from '../../core/time.ts';
import { clockTime, counted, textTable } from '../text-table.ts';
import { spentWords } from './cause-words.ts';
import type { Planned, ProvenLever } from './planned.ts';

/** The forecast as text; ends without a line break. */
export function forecastText(planned: Planned): string {
  const { forecast } = planned;
  return [
    heading(planned),
    wavesText(forecast.waves),
    ...forecast.waves.map((wave) => stagesText(wave, forecast.seeds.length)),
    needsText(forecast.waves),
    pathText(planned),
    leversText(planned.levers),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The forecast as data. */
export function forecastRecord({ forecast, windows: _, ...planned }: Planned) {
  return { outcome: 'done', ...planned, ...forecast };
}

function heading({ plan, servers, forecast }: Planned): string {
  const { seeds, waves, ends, allWell, startsAt } = forecast;
  const few =
    seeds.length < seeingSeeds
      ? ` With fewer than ${seeingSeeds} rehearsals P5 and P95 are extrapolated, and wide.`
      : '';
  return [
    `Plan ${printable(plan)}: ${counted(servers, 'server')} in ${counted(waves.length, 'wave')}, from ${counted(seeds.length, 'rehearsal')} ` +
      `(seeds ${seeds.at(0)} to ${seeds.at(-1)}).${few}`,
    ends === undefined
      ? 'No rehearsal concluded all of its waves.'
      : `Begins ${clockTime(startsAt)} UTC and ends ${clockTime(ends.p50)} in the middle (${spokenSpan(secondsBetween(startsAt, ends.p50))}), ` +
        `in four of five by ${clockTime(ends.p80)}, in 19 of 20 by ${clockTime(ends.p95)}.`,
    ...(allWell === seeds.length
      ? []
      : [
          `In ${seeds.length - allWell} of them not every server succeeded: rehearse one to see which, e.g. landfall rehearse … --seed ${seeds.at(0)}.`,
        ]),
  ].join('\n');
}

const bounds = ['p5', 'p50', 'p80', 'p95'] as const;

function wavesText(waves: readonly WaveForecast[]): string {
  const rows = waves.map(({ wave, servers, starts, ends }) => [
    wave,
    counted(servers, 'server'),
    clockTime(starts.p50),
    ...bounds.map((bound) => (ends === undefined ? 'not ended' : clockTime(ends[bound]))),
  ]);
  return `Waves, in UTC\n${textTable([['wave', '', 'begins P50', 'ends P5', 'P50', 'P80', 'P95'], ...rows])}`;
}

function stagesText({ wave, stages }: WaveForecast, seeds: number): string {
  const rows = stages.map((stage) => [
    stage.cohort !== undefined && stage.cohort > 1
      ? `${stage.name}, cohort ${stage.cohort}`
      : stage.name,
    counted(Math.round(stage.servers), 'server'),
    clockTime(stage.starts.p50),
    ...endsOf(stage.ends),
    spokenSpan(stage.takesSeconds.p50),
    [spentWords(stage.spent), ...(stage.seen < seeds ? [`in ${stage.seen} of ${seeds}`] : [])]
      .filter((part) => part !== '')
      .join('; '),
  ]);
  const head = ['stage', '', 'begins P50', 'ends P50', 'P80', 'P95', 'takes', 'waits for'];
  return `Wave ${wave}\n${textTable([head, ...rows])}`;
}

function endsOf(ends: InstantSpread): readonly string[] {
  return [ends.p50, ends.p80, ends.p95].map(clockTime);
}

function needsText(waves: readonly WaveForecast[]): string {
  const rows = waves.flatMap(({ wave, needs }) =>
    needs.map(({ phase, seconds, cutIn }) => [
      wave,
      phase,
      spokenSpan(seconds),
      cutIn === 0
        ? ''
        : `its window closed on it in ${counted(cutIn, 'rehearsal')}: it needs more than this`,
    ]),
  );
  if (rows.length === 0) return '';
  return `What a phase takes, P95 without soak and window; --write-needs puts it into the plan\n${textTable(rows)}`;
}

function pathText({ criticalPath: path }: Planned): string {
  if (path === undefined) return '';
  const rows = path.links.map((link) => [
    clockTime(link.from),
    link.wave,
    linkName(link),
    spokenSpan(secondsBetween(link.from, link.to)),
    [spentWords(link.spent), ...lastOf(link)].filter((part) => part !== '').join('; '),
  ]);
  return [
    `What the end hangs on (the rehearsal in the middle, seed ${path.seed}): ${spentWords(path.spent, 4)}`,
    textTable(rows),
  ].join('\n');
}

/** How a link of the critical path is called. */
export function linkName({ name, cohort }: Link | StageForecast): string {
  return cohort !== undefined && cohort > 1 ? `${name}, cohort ${cohort}` : name;
}

function lastOf({ lastServer }: Link): readonly string[] {
  return lastServer === undefined ? [] : [`last ${printable(lastServer)}`];
}

function leversText(levers: readonly ProvenLever[]): string {
  if (levers.length === 0) return '';
  const rows = levers.map(({ words, gainSeconds, endsAt, seeds }) => [
    gainWords(gainSeconds, endsAt),
    printable(words),
    endsAt === undefined ? '' : `ends ${clockTime(endsAt)}, with seeds ${seeds.join(', ')}`,
  ]);
  return `What would change the end, each rehearsed by itself\n${textTable(rows)}`;
}

function gainWords(seconds: number, endsAt: Instant | undefined): string {
  if (endsAt === undefined) return 'does not end';
  if (Math.abs(seconds) < 60) return 'no gain';
  return `${spokenSpan(Math.abs(seconds))} ${seconds > 0 ? 'sooner' : 'later'}`;
}
