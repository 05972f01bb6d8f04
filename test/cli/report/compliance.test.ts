// A report on a drill of DRS: who keeps to what was agreed, on the page, in the records and as CSV; by the same reckoning as
// landfall drs compliance; of a rehearsal and of a deployment; and found where somebody has changed it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { beforeAll, describe, expect, test } from 'vitest';
import { Arguments } from '../../../src/cli/arguments.ts';
import { complianceCsv } from '../../../src/cli/drs/compliance-text.ts';
import { rehearsedCompliance } from '../../../src/cli/drs/show-compliance.ts';
import type { OpenDeployment } from '../../../src/cli/open-deployment.ts';
import type { Report } from '../../../src/cli/report/build-report.ts';
import { gatherDeployment } from '../../../src/cli/report/gather-deployment.ts';
import type { Gathered } from '../../../src/cli/report/gather-rehearsal.ts';
import type { Ports } from '../../../src/flow/ports.ts';
import { endings, expectPromisesKept, rehearse, type Told } from '../../scenarios/_rehearse.ts';
import { aDrsServer, drsId } from '../../simulator/drs/rig.ts';
import { aFolder, bytesOf, judged, logsIn, recordsOf, reportOn } from './_a-report.ts';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

const hostile = '<img src=x onerror=alert(1)>';
const named = (n: number, application: string, state?: string) =>
  aDrsServer(n, {
    ...(state === undefined ? {} : { state }),
    more: { tags: { Name: `host-${n}`, application } },
  });
// The second misses its objective, the third cannot be drilled, the fourth was never in the wave.
const spec = `{
  defaults: { objectives: { rpoSeconds: 900, rtoSeconds: 7200 } },
  waves: [{ name: wave-1, servers: { ids: [${drsId(1)}, ${drsId(2)}, ${drsId(3)}] } }],
  servers: [{ servers: { ids: [${drsId(2)}] }, objectives: { rpoSeconds: 900, rtoSeconds: 1 } }] }`;

let told: Told;
let directory: string;
let report: Report;
let faults: readonly string[];
let tree: Node;
const live: Gathered[] = [];

const gatherLive = (ports: Ports, words: Readonly<Record<string, string>>) =>
  gatherDeployment(
    new Arguments(new Map(Object.entries(words).map(([name, word]) => [name, [word]]))),
    { ports, outputs: { tableName: 't', busName: 'b' } } as OpenDeployment,
    'story',
    undefined,
  );

beforeAll(async () => {
  const heard: string[] = [];
  const kept = join(aFolder(), 'kept.jsonl');
  told = await rehearse({
    kind: 'Drill',
    fleet: [named(1, 'shop'), named(2, hostile), named(3, 'shop', 'STOPPED'), named(4, 'shop')],
    spec,
    parameters: {},
    whenTold: [
      {
        event: (envelope) => {
          heard.push(JSON.stringify(envelope));
          return envelope['detail-type'] === 'Wave Concluded';
        },
        happens: async ({ ports }) => {
          writeFileSync(kept, heard.join('\n'));
          live.push(await gatherLive(ports, { 'records-only': 'true' }));
          live.push(await gatherLive(ports, { events: kept }));
        },
      },
    ],
  });
  directory = logsIn(told);
  report = await reportOn(directory);
  const problems: string[] = [];
  const page = report.files.get('report.html') ?? '';
  tree = parse(page, { onParseError: ({ code }) => problems.push(code) });
  faults = problems;
});

function elementsIn(node: Node): readonly Element[] {
  const own = 'tagName' in node ? [node] : [];
  return 'childNodes' in node ? [...own, ...node.childNodes.flatMap(elementsIn)] : own;
}

function textIn(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textIn).join('') : '';
}

const part = () => {
  const found = elementsIn(tree).find(({ attrs }) =>
    attrs.some(({ name, value }) => name === 'id' && value === 'compliance'),
  );
  if (found === undefined) throw new Error('the page has no such part');
  return found;
};
const tablesIn = (node: Node) =>
  elementsIn(node)
    .filter(({ tagName }) => tagName === 'table')
    .map((table) =>
      elementsIn(table)
        .filter(({ tagName }) => tagName === 'tr')
        .map((row) =>
          elementsIn(row)
            .filter(({ tagName }) => tagName === 'td' || tagName === 'th')
            .map(textIn),
        ),
    );

describe('the page', () => {
  test('says how many keep to it, in its summary and in a part of its own', () => {
    expectPromisesKept(told);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 skipped NotRecoverable']);
    expect(faults).toEqual([]);
    const link = elementsIn(tree).filter(
      (one) => one.tagName === 'a' && textIn(one) === '1 of 4 kept',
    );
    expect(link.map(({ attrs }) => attrs)).toEqual([[{ name: 'href', value: '#compliance' }]]);
    const [sum] = elementsIn(part()).filter(({ tagName }) => tagName === 'p');
    expect(sum === undefined ? '' : textIn(sum)).toMatch(
      /^1 of 4 kept: of all servers of DRS that this report tells of, as of 2024-03-04 \d\d:\d\d:\d\d\.$/,
    );
    const tiles = elementsIn(part()).filter(({ tagName }) => tagName === 'li');
    expect(tiles.map(textIn)).toEqual([
      ...['1kept', '2never drilled', '0overdue', '1objective missed', '0unknown'],
    ]);
  });

  test('has each application and each server, those first that keep to nothing', () => {
    const [applications, others, kept, ...more] = tablesIn(part());
    expect(more).toEqual([]);
    expect(applications?.map((cells) => cells.slice(0, 6))).toEqual([
      ['application', 'servers', 'kept', 'not kept', 'oldest drill', 'good drills'],
      ['shop', '3', '1 of 3', '2 never drilled', 'not all were drilled', '1 of 2'],
      [hostile, '1', '0 of 1', '1 objective missed', expect.stringMatching(/^2024-/), '1 of 1'],
    ]);
    expect(applications?.[2]?.at(-1)).toMatch(/ minmissed by 1 server$/);
    const drilled = expect.stringMatching(/^2024-03-04 /);
    expect(others?.slice(1)).toEqual([
      [
        ...[`host-3${drsId(3)}`, 'shop', 'never drilled', 'none known', '0 of 1', 'none', 'none'],
        'skipped: drill: not ready for a drill: stopped, no-recovery-point',
      ],
      [`host-4${drsId(4)}`, 'shop', 'never drilled', 'none known', '0 of 0', 'none', 'none', ''],
      [
        ...[`host-2${drsId(2)}`, hostile, 'objective missed', drilled, '1 of 1'],
        ...[expect.stringMatching(/ of 15 min$/), expect.stringMatching(/ min of 1 s: missed$/)],
        '',
      ],
    ]);
    expect(kept?.slice(1)).toEqual([
      [
        ...[`host-1${drsId(1)}`, 'shop', 'kept', drilled, '1 of 1'],
        ...[expect.stringMatching(/ of 15 min$/), expect.stringMatching(/ min of 2 h$/), ''],
      ],
    ]);
    expect(elementsIn(part()).some(({ tagName }) => tagName === 'img')).toBe(false);
  });
});

describe('the records and the table', () => {
  test('are what landfall drs compliance says of the same logs', () => {
    const read = rehearsedCompliance(directory);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const { servers, applications } = read.compliance;
    expect(report.files.get('compliance.csv')).toBe(complianceCsv(read.compliance));
    expect(recordsOf(report, 'compliance').map(({ kind: _, ...row }) => row)).toEqual(servers);
    expect(recordsOf(report, 'application').map(({ kind: _, ...row }) => row)).toEqual(
      applications,
    );
    expect(parseCsv(report.files.get('compliance.csv') ?? '', { columns: true })).toHaveLength(4);
  });

  test('are the same whenever they are made', async () => {
    expect([...(await reportOn(directory)).files]).toEqual([...report.files]);
  });

  test('are found to be touched, whatever of them was', () => {
    const touched = (name: string, from: string, to: string) => {
      const files = bytesOf(report);
      const text = files.get(name)?.toString('utf8') ?? '';
      expect(text).toContain(from);
      files.set(name, Buffer.from(text.replace(from, to)));
      return judged(files, { root: report.root }).findings[0];
    };
    expect(touched('compliance.csv', 'objective-missed', 'kept')).toEqual({
      ...{ file: 'compliance.csv', problem: 'is not what it was' },
    });
    expect(touched('report.html', '1 of 4 kept', '4 of 4 kept')).toMatchObject({
      file: 'report.html',
    });
    expect(touched('report.jsonl', '"state":"objective-missed"', '"state":"kept"')).toMatchObject({
      problem: expect.stringMatching(/^record \d+ \(compliance\) is not what it was$/),
    });
    const files = bytesOf(report);
    files.delete('compliance.csv');
    expect(judged(files, { root: report.root }).findings).toEqual([
      { file: 'compliance.csv', problem: 'is missing' },
    ]);
  });
});

test('of a deployment it is of the servers of its waves, from the table, and the application from events', () => {
  const [fromTable, withEvents] = live.map((one) => (one.ok ? one.evidence.compliance : null));
  const rows = (compliance: typeof fromTable) =>
    compliance?.servers.map((one) => [
      ...[one.server, one.application, one.state, one.succeeded, one.measured?.rto ?? null],
    ]);
  expect(rows(fromTable)).toEqual([
    [drsId(3), null, 'never-drilled', 0, null],
    [drsId(2), null, 'objective-missed', 1, 'missed'],
    [drsId(1), null, 'kept', 1, 'kept'],
  ]);
  expect(rows(withEvents)).toEqual([
    [drsId(3), 'shop', 'never-drilled', 0, null],
    [drsId(2), hostile, 'objective-missed', 1, 'missed'],
    [drsId(1), 'shop', 'kept', 1, 'kept'],
  ]);
  // What is on record of a drill and what was told of it is the same.
  const drills = (compliance: typeof fromTable) =>
    compliance?.servers.map(({ application: _, ...row }) => row);
  expect(drills(withEvents)).toEqual(drills(fromTable));
});
