// In: the evidence of a rehearsal or a deployment. Out: one page with all of it, which needs nothing beside it: no script,
// no picture, no font. Pure.
import type { Evidence } from '../../core/evidence/evidence.ts';
import { proofPlace } from '../../core/evidence/proven-page.ts';
import { outcomeNames } from '../../core/outcome.ts';
import { secondsBetween, spokenSpan } from '../../core/time.ts';
import { clockTime, counted, spoken } from '../text-table.ts';
import { estimatesChart, lagChart, stagesChart, wavesChart } from './charts.ts';
import { folded, type Inset, type Markup, markup, table, verbatim } from './markup.ts';
import { compliancePart, keptWords } from './page-compliance.ts';
import { decisionsPart, deviationsPart, gatesPart, timelinePart } from './page-parts.ts';
import { serversPart } from './page-servers.ts';
import { pageStyle } from './page-style.ts';

/** Writes the page. The style's digest, as base64, is all that its Content-Security-Policy lets in. */
export function renderPage(evidence: Evidence, styleDigest: string): string {
  const { head, compliance } = evidence;
  const title = `${head.subject}: report of a ${head.of}`;
  const policy = `default-src 'none'; style-src 'sha256-${styleDigest}'; base-uri 'none'; form-action 'none'`;
  const sections = [
    ['summary', 'Summary', summaryPart(evidence)],
    ['waves', 'Waves', wavesPart(evidence)],
    ['lag', 'Lag', lagPart(evidence)],
    ['timeline', 'Timeline', timelinePart(evidence)],
    ['servers', 'Servers', serversPart(evidence)],
    ['gates', 'Gates', gatesPart(evidence)],
    ['decisions', 'Approvals and orders', decisionsPart(evidence)],
    ['deviations', 'Deviations from the plan', deviationsPart(evidence)],
    ...(compliance === null
      ? []
      : [['compliance', 'Drill compliance', compliancePart(compliance)] as const]),
    ['estimate', 'Estimate against actual', estimatesPart(evidence)],
    ['promises', 'Promises', promisesPart(evidence)],
    ['proof', 'Proof', proofPart(evidence)],
  ] as const;
  const links = sections.map(([id, name]) => markup`<li><a href="#${id}">${name}</a></li>`);
  const parts = sections.map(
    ([id, name, content]) => markup`<section id="${id}"><h2>${name}</h2>\n${content}</section>\n`,
  );
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${verbatim(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${verbatim(pageStyle)}</style>
</head>
<body>
<header><h1>${head.subject}</h1><p class="soft">Report of a ${head.of} by ${head.madeBy}; all times are UTC.</p></header>
<nav aria-label="Parts"><ul>${links}</ul></nav>
<main>
${parts}</main>
</body>
</html>
`.text;
}

const classes: Readonly<Record<string, string>> = {
  succeeded: 'good',
  skipped: 'soft',
  'rolled-back': 'warn',
  failed: 'bad',
  frozen: 'bad',
};

function summaryPart(evidence: Evidence): Markup {
  const { head, waves, servers, deviations, orders, compliance } = evidence;
  const counts = outcomeNames.map(
    (name) => [name, servers.filter(({ outcome }) => outcome === name).length] as const,
  );
  const open = servers.filter(({ outcome }) => outcome === null).length;
  const tiles = [...counts, ...(open > 0 ? ([['without an outcome', open]] as const) : [])].map(
    ([name, count]) =>
      markup`<li class="${count > 0 ? (classes[name] ?? 'warn') : 'soft'}"><b>${spoken(count)}</b>${name}</li>`,
  );
  const span =
    head.from === null || head.until === null
      ? ''
      : `${clockTime(head.from)} to ${clockTime(head.until)} (${spokenSpan(secondsBetween(head.from, head.until))})`;
  const lines: readonly (readonly [string, Inset])[] = [
    ['Time', span],
    ['Waves', spoken(waves.length)],
    ['Servers', spoken(waves.reduce((sum, wave) => sum + wave.servers, 0))],
    ['Decisions of people', spoken(orders.length)],
    ['Deviations from the plan', spoken(deviations.length)],
    ...(compliance === null
      ? []
      : [
          ['Drill compliance', markup`<a href="#compliance">${keptWords(compliance)}</a>`] as const,
        ]),
  ];
  const list = lines.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`);
  const lacks = head.lacks.map((lack) => markup`<p class="warn">${lack}</p>`);
  return markup`<ul class="tiles">${tiles}</ul>\n<dl>${list}</dl>\n${lacks}`;
}

function wavesPart({ head, waves, stages }: Evidence): Markup {
  const rows = waves.map(({ wave, servers, startedAt, concludedAt, outcomes, planHash }) => [
    wave,
    spoken(servers),
    clockTime(startedAt),
    concludedAt === null ? 'not concluded' : clockTime(concludedAt),
    concludedAt === null ? '' : spokenSpan(secondsBetween(startedAt, concludedAt)),
    Object.entries(outcomes)
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
    planHash?.slice(0, 12) ?? '',
  ]);
  const headings = ['wave', 'servers', 'started', 'concluded', 'took', 'outcomes', 'plan'];
  const until = head.until ?? '';
  const charts = waves.map((wave) => {
    const own = stages.filter((stage) => stage.wave === wave.wave);
    const lines = own.map((stage) => [
      stage.phase,
      clockTime(stage.startedAt),
      stage.endedAt === null ? 'not ended' : clockTime(stage.endedAt),
      stage.endedAt === null ? '' : spokenSpan(secondsBetween(stage.startedAt, stage.endedAt)),
      stage.servers === 0 ? '' : spoken(stage.servers),
      stage.cohort,
      stage.attempts > 1 ? stage.attempts : '',
      stage.failed > 0 ? stage.failed : '',
      stage.reason,
    ]);
    const names = ['stage', 'from', 'to', 'took', 'servers', 'cohort', 'attempt', 'failed', 'why'];
    return markup`<h3>${wave.wave}</h3>\n${stagesChart(wave, stages, until)}${folded(
      counted(own.length, 'stage'),
      table(names, lines, 'No stage has begun.'),
    )}`;
  });
  const overview = waves.length > 1 ? wavesChart(waves, until) : '';
  return markup`${table(headings, rows, 'No wave is told of.')}${overview}${charts}`;
}

function lagPart({ head, waves, lag }: Evidence): Markup {
  const charts = lag.map((course) => {
    const wave = waves.find((one) => one.wave === course.wave);
    const isTold = course.points.some(({ servers }) => servers.slice(1).some((n) => n > 0));
    if (wave === undefined) return '';
    return isTold
      ? lagChart(course, wave, head.until ?? '')
      : markup`<p class="none">${wave.wave}: nothing was told of its servers’ lag.</p>`;
  });
  return markup`<p class="soft">Lag is told when it crosses a bound, so what is known at every moment is the band that it is in, and nothing finer is drawn. A server leaves the picture with its outcome.</p>\n${charts}`;
}

function estimatesPart({ estimates }: Evidence): Markup {
  const rows = estimates.map(({ wave, p5, p50, p80, p95, actual, lateSeconds, inside }) => [
    wave,
    ...[p5, p50, p80, p95, actual].map((at) => (at === null ? '' : clockTime(at))),
    lateSeconds === null
      ? ''
      : `${spokenSpan(Math.abs(lateSeconds))} ${lateSeconds < 0 ? 'earlier' : 'later'}`,
    inside === null ? '' : inside ? 'yes' : markup`<b class="bad">no</b>`,
  ]);
  const headings = ['wave', 'P5', 'P50', 'P80', 'P95', 'ended', 'than P50', 'P5 to P95'];
  return markup`${estimatesChart(estimates)}${table(headings, rows, 'No forecast was given (--forecast).')}`;
}

const promiseClasses = { kept: 'good', unproven: 'soft', broken: 'bad' } as const;

function promisesPart({ promises }: Evidence): Markup {
  const rows = promises.map(({ promise, rule, state, cases }) => [
    rule,
    promise,
    markup`<span class="${promiseClasses[state]}">${state}</span>`,
    spoken(cases),
  ]);
  const none = 'Only the logs of a rehearsal can be judged (docs/check.md).';
  return table(['rule', 'promise', 'state', 'cases'], rows, none);
}

function proofPart({ sources }: Evidence): Markup {
  const rows = sources.map(({ name, entries, sha256 }) => [name, spoken(entries), sha256 ?? '']);
  return markup`<p>This page, the records and the tables beside it are bound to one root digest, <code>root</code> below.
Hold it against the one that was printed when the report was made, or was kept elsewhere; or against the public key of whoever signed it:</p>
<pre>landfall report verify FILE --root DIGEST
landfall report verify FILE --public-key FILE</pre>
<p>A digest that is read from this page alone proves nothing: who changes the page can change it, too.</p>
<h3>Made of</h3>
${table(['source', 'entries', 'SHA-256'], rows, 'Nothing is named.')}<h3>Proof</h3>
${verbatim(proofPlace)}
`;
}
