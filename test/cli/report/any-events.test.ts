// Whatever events say, a report is made of them, proven, and holds nothing of theirs as markup.
import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { expect, test } from 'vitest';
import { buildReport } from '../../../src/cli/report/build-report.ts';
import { coursesOf, factsOf, firstToldOf } from '../../../src/cli/report/told-events.ts';
import { DetailType } from '../../../src/core/event/detail-type.ts';
import { gatherEvidence, lastOf } from '../../../src/core/evidence/evidence.ts';
import { bytesOf, judged } from './_a-report.ts';

const names =
  'hostname wait ended status outcome code reason by at since reasons evidence failure nextAction findings inputs servers serverIds cohort attempt waitedSeconds current previous facts opensAt closesAt judged approvers order scope tier step left notLookedAt reversedArn graceUntil because date kind rpo rto rpoSeconds rtoSeconds rpoObjectiveSeconds rtoObjectiveSeconds'.split(
    ' ',
  );
const hostile = fc.constantFrom(
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='x",
  '</title></style></pre><!-- landfall-proof -->',
  '<pre id="landfall-proof">',
  '\u202egnp.exe',
  'wave-1',
  '2026-01-31T08:00:00Z',
  's-1',
);
const value = fc.oneof(hostile, fc.jsonValue({ maxDepth: 2 }), fc.array(hostile, { maxLength: 3 }));
const aStanding = fc.oneof(
  value,
  fc.record({ state: fc.constantFrom('done', 'due', 'overdue', 'asleep'), lastAt: value }),
);
const anEvent = fc.record({
  'detail-type': fc.oneof(
    fc.constantFrom(...Object.values(DetailType)),
    // What drills are read from.
    fc.constantFrom(DetailType.Discovered, DetailType.Drill, DetailType.ServerRecoveryMeasured),
    fc.constantFrom(DetailType.WaveStageStarted, DetailType.ServerOutcome),
  ),
  source: hostile,
  detail: fc
    .tuple(
      fc.record({
        eventId: fc.uuid(),
        observedAt: fc.constantFrom('2026-01-31T08:00:00Z', '2026-01-31T09:30:00.000Z', 'soon', 7),
        wave: fc.oneof(fc.constant('p.w'), hostile),
        stream: fc.constantFrom('wave/p/w', 'drs/111122223333/us-east-1/s-1'),
        sourceServerId: fc.oneof(fc.constant('s-1'), hostile),
        accountId: fc.constant('111122223333'),
        region: fc.constant('us-east-1'),
        drs: fc.record({ drill: aStanding }),
        tags: fc.dictionary(fc.constantFrom('application', 'Name'), value),
        phase: fc.constantFrom('drill', 'test'),
      }),
      fc.dictionary(fc.constantFrom(...names), value),
    )
    .map(([fixed, more]) => ({ ...more, ...fixed })),
});

type Node = DefaultTreeAdapterMap['node'];

/** The elements of a page: the name of each, with those of its attributes. */
function elementsIn(node: Node): readonly (readonly [string, readonly string[]])[] {
  const own =
    'tagName' in node ? [[node.tagName, node.attrs.map(({ name }) => name)] as const] : [];
  return 'childNodes' in node ? [...own, ...node.childNodes.flatMap(elementsIn)] : own;
}

const isStrange = ([name, attributes]: readonly [string, readonly string[]]) =>
  ['script', 'img'].includes(name) || attributes.some((one) => one.startsWith('on'));

test('no event breaks a report, or gets into it as markup', () => {
  fc.assert(
    fc.property(fc.array(anEvent, { maxLength: 25 }), (deliveries) => {
      const { told } = firstToldOf(deliveries);
      const evidence = gatherEvidence({
        head: { of: 'rehearsal', madeBy: 'landfall', subject: 'p', until: lastOf(told), lacks: [] },
        sources: [],
        told,
        courses: coursesOf(told),
      });
      const report = buildReport(evidence, factsOf(told), undefined);
      expect(judged(bytesOf(report), { root: report.root }).findings).toEqual([]);
      const page = report.files.get('report.html') ?? '';
      const faults: string[] = [];
      const tree = parse(page, { onParseError: ({ code }) => faults.push(code) });
      expect(faults).toEqual([]);
      expect(elementsIn(tree).filter(isStrange)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
