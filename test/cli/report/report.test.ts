// A report of a rehearsal with approvals, a hold, a window, a retry and a rollback: what it says, that nothing from outside
// becomes markup, and that it is the same whenever it is made.
import { parse as parseCsv } from 'csv-parse/sync';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/cli/report/build-report.ts';
import { pageStyle } from '../../../src/cli/report/page-style.ts';
import { sha256, sha256Base64 } from '../../../src/cli/report/signing.ts';
import { stretchNames } from '../../../src/core/phase.ts';
import { serverId } from '../../scenarios/_fleet.ts';
import { expectPromisesKept, type Told } from '../../scenarios/_rehearse.ts';
import { hostileNames, logsIn, recordsOf, reportOn, theStory } from './_a-report.ts';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

let told: Told;
let directory: string;
let report: Report;
let elements: readonly Element[];
const problems: string[] = [];

beforeAll(async () => {
  told = await theStory();
  directory = logsIn(told);
  report = await reportOn(directory, {
    forecast: {
      waves: [
        {
          wave: 'wave-1',
          ends: {
            p5: '2024-03-04T20:00:00.000Z',
            p50: '2024-03-04T21:00:00.000Z',
            p95: '2024-03-04T22:00:00.000Z',
          },
        },
      ],
    },
  });
  const page = report.files.get('report.html') ?? '';
  const tree = parse(page, { onParseError: ({ code }) => problems.push(code) });
  elements = elementsIn(tree);
});

function elementsIn(node: Node): readonly Element[] {
  const own = 'tagName' in node ? [node] : [];
  return 'childNodes' in node ? [...own, ...node.childNodes.flatMap(elementsIn)] : own;
}

function textIn(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textIn).join('') : '';
}

const attribute = (element: Element | undefined, name: string) =>
  element?.attrs.find((one) => one.name === name)?.value;
const named = (tag: string) => elements.filter(({ tagName }) => tagName === tag);
const rows = (kind: string, ...keys: readonly string[]) =>
  recordsOf(report, kind).map((record) => keys.map((key) => record[key]));

describe('the records', () => {
  test('tell how each server ended', () => {
    expectPromisesKept(told);
    expect(rows('server', 'server', 'outcome', 'code')).toEqual([
      [serverId(1), 'succeeded', null],
      [serverId(2), 'succeeded', null],
      [serverId(3), 'succeeded', null],
      [serverId(4), 'rolled-back', 'OrderedRollback'],
      [serverId(5), 'succeeded', null],
    ]);
    const [retried] = recordsOf(report, 'server').filter(
      (record) => record['server'] === serverId(5),
    );
    expect(retried).toMatchObject({
      hostname: 'host-5',
      phases: [
        { phase: 'replicate', status: 'succeeded' },
        { phase: 'test', attempt: 1, status: 'failed', code: 'LaunchFailed' },
        { phase: 'rollback', status: 'succeeded' },
        { phase: 'test', attempt: 2, status: 'failed' },
        { phase: 'rollback', status: 'succeeded' },
        { phase: 'test', attempt: 3, status: 'succeeded' },
        { phase: 'cutover', status: 'succeeded' },
        { phase: 'finalize', status: 'succeeded' },
      ],
    });
  });

  test('tell the gates, with what was judged there', () => {
    const gates = recordsOf(report, 'gate').filter((record) => record['server'] === null);
    expect(gates.map((record) => [record['gate'], record['what'], record['phase']])).toEqual([
      ['approval', 'requested', 'cutover'],
      ['approval', 'given', 'cutover'],
      ['window', 'awaited', 'cutover'],
      ['window', 'entered', 'cutover'],
      ['window', 'entered', 'cutover'],
      ['approval', 'requested', 'finalize'],
      ['approval', 'given', 'finalize'],
      ['soak', 'started', null],
    ]);
    expect(gates[0]?.['inputs']).toMatchObject({ by: ['anna', 'ben'], approvers: 2, servers: 5 });
    expect(gates[2]?.['inputs']).toMatchObject({
      opensAt: '2024-03-04T20:00:00.000Z',
      closesAt: '2024-03-04T23:00:00.000Z',
    });
  });

  test('tell who decided what, when and why', () => {
    expect(rows('order', 'order', 'by', 'phase', 'reason', 'serverIds')).toEqual([
      ['retry', 'joe', null, 'because', [serverId(5)]],
      ['approve', 'anna', 'cutover', 'anna has seen the tests', []],
      ['approve', 'ben', 'cutover', 'ben has seen the tests', []],
      ['rollback', 'joe', null, 'because', [serverId(4)]],
      ['approve', 'carl', 'finalize', 'carl has seen the tests', []],
    ]);
    expect(
      rows('order', 'at')
        .flat()
        .every((at) => /^2024-03-04T/.test(String(at))),
    ).toBe(true);
  });

  test('tell what went otherwise than planned, and nothing else', () => {
    expect(rows('deviation', 'what', 'server')).toEqual([
      ['phase failed', serverId(5)],
      ['phase failed', serverId(5)],
      ['held', null],
      ['order', null],
      ['reopened', serverId(5)],
      ['order', null],
      ['end', serverId(4)],
      ['estimate missed', null],
    ]);
  });

  test('hold the end of the wave against its forecast', () => {
    expect(rows('estimate', 'wave', 'actual', 'lateSeconds', 'inside')).toEqual([
      ['story.wave-1', '2024-03-04T23:03:00.000Z', 7380, false],
    ]);
  });

  test('follow the bands of lag of the servers under way', () => {
    const [course] = recordsOf(report, 'lag');
    const points = course?.['points'] as readonly { at: string; servers: readonly number[] }[];
    const sums = points.map(({ servers }) => servers.reduce((a, b) => a + b, 0));
    // The failed server leaves with its outcome and comes back with its retry.
    expect(sums.slice(0, 4)).toEqual([5, 4, 5, 4]);
    expect(sums.at(-1)).toBe(0);
    expect(points[0]?.servers).toEqual([0, 0, 5, 0, 0, 0]);
  });

  test('name the bytes that they were made of, and hold every event and every changing call', () => {
    expect(rows('source', 'name', 'sha256')).toEqual(
      (['api', 'events', 'executions'] as const).map((log) => [
        `${log}.jsonl`,
        sha256(told.text[log]),
      ]),
    );
    const ids = new Set(told.logs.events.map(({ detail }) => detail.eventId));
    expect(recordsOf(report, 'event')).toHaveLength(ids.size);
    const changing = told.logs.api.filter(
      ({ operation }) => !/^(Describe|List|Get)/.test(operation),
    );
    expect(recordsOf(report, 'call').map(({ body }) => body)).toEqual(changing);
    expect(new Set(rows('promise', 'state').flat())).toEqual(new Set(['kept', 'unproven']));
  });
});

describe('the page', () => {
  test('is valid, and needs nothing beside it', () => {
    expect(problems).toEqual([]);
    const tags = new Set(elements.map(({ tagName }) => tagName));
    const active = [
      'script',
      'link',
      'img',
      'iframe',
      'object',
      'embed',
      'form',
      'base',
      'a[ping]',
    ];
    expect(active.filter((tag) => tags.has(tag))).toEqual([]);
    const addresses = elements.flatMap((element) =>
      ['href', 'src', 'xlink:href', 'action'].flatMap((name) => attribute(element, name) ?? []),
    );
    expect(addresses.filter((address) => !address.startsWith('#'))).toEqual([]);
    const handlers = elements.flatMap(({ attrs }) => attrs).filter(({ name }) => /^on/.test(name));
    expect(handlers).toEqual([]);
    expect(elements.filter((element) => attribute(element, 'style') !== undefined)).toEqual([]);
  });

  test('lets in its own style and nothing else', () => {
    const policy = named('meta').find(
      (element) => attribute(element, 'http-equiv') === 'Content-Security-Policy',
    );
    const [style] = named('style');
    if (style === undefined) throw new Error('there is no style');
    expect(attribute(policy, 'content')).toBe(
      `default-src 'none'; style-src 'sha256-${sha256Base64(textIn(style))}'; base-uri 'none'; form-action 'none'`,
    );
  });

  test('shows hostile host names as text', () => {
    const page = report.files.get('report.html') ?? '';
    expect(page).not.toContain(hostileNames[0]);
    const shown = named('a').map(textIn);
    for (const name of hostileNames) expect(shown).toContain(name);
  });

  test('links each server to its way', () => {
    const ids = new Set(elements.flatMap((element) => attribute(element, 'id') ?? []));
    const targets = named('a').map((element) => (attribute(element, 'href') ?? '').slice(1));
    expect(targets.length).toBeGreaterThan(15);
    expect(targets.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('draws stages where and as long as they were', () => {
    const [gantt, lag, estimate, ...more] = named('svg');
    expect(more).toEqual([]);
    expect(attribute(gantt, 'aria-label')).toBe('Stages of story.wave-1');
    if (gantt === undefined) throw new Error('there is no chart');
    const bars = elementsIn(gantt).filter(({ tagName }) => tagName === 'rect');
    expect(bars).toHaveLength(recordsOf(report, 'stage').length);
    const held = bars.find((bar) => textIn(bar).startsWith('held'));
    if (held === undefined) throw new Error('the hold is not drawn');
    expect(textIn(held)).toContain('2024-03-04 16:58:00 to 2024-03-04 16:59:00');
    const from = Date.parse('2024-03-04T16:21:00Z');
    const whole = Date.parse('2024-03-04T23:03:00Z') - from;
    const place = (Date.parse('2024-03-04T16:58:00Z') - from) / whole;
    expect(Number(attribute(held, 'x'))).toBeCloseTo(190 + place * 1000, 0);
    expect(attribute(lag, 'aria-label')).toContain('by band of lag');
    expect(attribute(estimate, 'aria-label')).toContain('Forecast from P5 to P95');
  });

  test('has a chart for each wave, tables with headings, and every part in its navigation', () => {
    const heads = named('table').filter((one) => elementsIn(one).some((e) => e.tagName === 'th'));
    expect(heads).toHaveLength(named('table').length);
    expect(named('h2').map(textIn)).toEqual([
      'Summary',
      'Waves',
      'Lag',
      'Timeline',
      'Servers',
      'Gates',
      'Approvals and orders',
      'Deviations from the plan',
      'Estimate against actual',
      'Promises',
      'Proof',
    ]);
  });
});

test.each(stretchNames)('the bars of %s have a colour', (phase) => {
  const filled = [...pageStyle.matchAll(/svg ([^{}]+?) \{ fill: /g)].map(
    ([, selector]) => selector,
  );
  expect(filled.some((selector) => selector?.match(/[a-z]+/g)?.includes(phase))).toBe(true);
});

describe('the tables', () => {
  test('are CSV with a header and a row a record', () => {
    const sizes = [...report.files].flatMap(([name, text]) =>
      name.endsWith('.csv') ? [[name, parseCsv(text, { columns: true }).length]] : [],
    );
    expect(Object.fromEntries(sizes)).toMatchObject({
      'waves.csv': 1,
      'servers.csv': 5,
      'stages.csv': recordsOf(report, 'stage').length,
      'gates.csv': recordsOf(report, 'gate').length,
      'decisions.csv': 5,
      'deviations.csv': 8,
      'estimates.csv': 1,
    });
  });

  test('have none of what DRS alone has, where no server of it was seen', () => {
    expect(report.files.has('compliance.csv')).toBe(false);
    expect(report.files.has('steps.csv')).toBe(false);
    expect(recordsOf(report, 'compliance')).toEqual([]);
  });

  test('hold nothing that a spreadsheet computes', () => {
    const [, second] = parseCsv<Record<string, string>>(report.files.get('servers.csv') ?? '', {
      columns: true,
    });
    expect(second?.['hostname']).toBe(`'${hostileNames[1]}`);
  });
});

test('the same logs give the same bytes', async () => {
  const plain = await reportOn(directory);
  const again = await reportOn(directory);
  expect([...again.files]).toEqual([...plain.files]);
  expect(again.root).toBe(plain.root);
});
