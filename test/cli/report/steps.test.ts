// What a report shows of retirements and schedules of drills: how far each server came and what is left of it, and which
// drills fell out.
import { parse as parseCsv } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { buildReport } from '../../../src/cli/report/build-report.ts';
import { coursesOf, factsOf, firstToldOf } from '../../../src/cli/report/told-events.ts';
import { gatherEvidence, lastOf } from '../../../src/core/evidence/evidence.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 31, 8, minute)).toISOString();

function anEvent(minute: number, type: string, members: Readonly<Record<string, unknown>>) {
  const eventId = `${type}/${minute}`;
  const fixed = { eventId, stream: 'wave/p/w', observedAt: at(minute), plan: 'p' };
  return { 'detail-type': type, source: 'landfall.wave', detail: { ...fixed, ...members } };
}

const server = { wave: 'p.w', sourceServerId: 's-1', hostname: 'db' };
const deliveries = [
  anEvent(0, 'Wave Started', { wave: 'p.w', servers: 1, planHash: 'ab12' }),
  anEvent(1, 'Wave Server Wait Ended', {
    ...{ ...server, phase: 'retire', wait: 'grace', since: at(0), waitedSeconds: 60 },
    ...{ ended: 'met', reasons: [] },
  }),
  anEvent(2, 'Wave Server Retirement Step', {
    ...{ ...server, step: 'stopped', graceUntil: '2026-02-07T08:02:00Z', left: [] },
  }),
  anEvent(3, 'Wave Server Retirement Step', {
    ...{ ...server, step: 'confirmed', graceUntil: null, left: ['<b>i-1</b>'] },
    notLookedAt: ['volumes in EC2'],
  }),
  anEvent(4, 'Wave Server Outcome', { ...server, outcome: 'succeeded', reason: 'x', code: null }),
  anEvent(5, 'Wave Concluded', { wave: 'p.w', servers: 1 }),
  anEvent(6, 'Drill Schedule Missed', { date: '2026-01-30', because: 'nothing began it' }),
];

test('each step stands with its server, what is left is a deviation, and so is a drill that fell out', () => {
  const { told } = firstToldOf(deliveries);
  const evidence = gatherEvidence({
    head: { of: 'rehearsal', madeBy: 'landfall', subject: 'p', until: lastOf(told), lacks: [] },
    sources: [],
    told,
    courses: coursesOf(told),
  });
  const { files } = buildReport(evidence, factsOf(told), undefined);
  const page = files.get('report.html') ?? '';
  expect(page).toContain('<td>its time of grace to pass</td><td>retire</td>');
  expect(page).toContain(
    '<td>2026-01-31 08:02:00</td><td>retirement: stopped</td><td>grace until 2026-02-07 08:02:00</td><td></td><td></td>',
  );
  expect(page).toContain(
    '<td>retirement: confirmed</td><td></td><td><div class="warn">&lt;b&gt;i-1&lt;/b&gt;</div></td><td><div>volumes in EC2</div></td>',
  );
  expect(
    parseCsv<Record<string, string>>(files.get('steps.csv') ?? '', { columns: true }).map(
      ({ server: id, of, step, left }) => [id, of, step, left],
    ),
  ).toEqual([
    ['s-1', 'retirement', 'stopped', '[]'],
    ['s-1', 'retirement', 'confirmed', '["<b>i-1</b>"]'],
  ]);
  expect(evidence.deviations.map(({ wave, what, found }) => [wave, what, found])).toEqual([
    ['p.w', 'left over', '<b>i-1</b>'],
    [null, 'drill missed', 'p of 2026-01-30: nothing began it'],
  ]);
  expect(page).toContain(
    '<td></td><td></td><td>drill missed</td><td>p of 2026-01-30: nothing began it</td>',
  );
});
