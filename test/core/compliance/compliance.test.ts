import { describe, expect, test } from 'vitest';
import { complianceCsv, complianceText } from '../../../src/cli/drs/compliance-text.ts';
import {
  complianceOf,
  type DrilledServer,
  type DrillMade,
  type Measured,
} from '../../../src/core/compliance/compliance.ts';
import { toldDrills, withRecords } from '../../../src/core/compliance/told-drills.ts';

const at = '2026-07-10T00:00:00.000Z';
const server = (id: string, is: Partial<DrilledServer> = {}): DrilledServer => ({
  target: 'drs:111122223333:us-west-2',
  server: id,
  hostname: `host-${id}`,
  application: 'shop',
  standing: { state: 'done', lastAt: '2026-07-04T20:05:00.000Z' },
  ...is,
});
const measured: Measured = {
  ...{ rpoSeconds: 60, rpoObjectiveSeconds: 900, rpo: 'kept' },
  ...{ rtoSeconds: 780, rtoObjectiveSeconds: 7200, rto: 'kept' },
};
const drill = (id: string, month: number, is: Partial<DrillMade> = {}): DrillMade => ({
  target: 'drs:111122223333:us-west-2',
  server: id,
  wave: `monthly-20260${month}04.all`,
  endedAt: `2026-0${month}-04T20:20:00.000Z`,
  outcome: 'succeeded',
  reason: 'drill succeeded',
  measured,
  ...is,
});

describe('a server', () => {
  test.each<[string, Partial<DrilledServer>, Partial<Measured>]>([
    ['kept', {}, {}],
    ['objective-missed', {}, { rto: 'missed' }],
    ['objective-missed', {}, { rpo: 'missed' }],
    ['overdue', { standing: { state: 'overdue', lastAt: '2026-01-01T00:00:00.000Z' } }, {}],
    ['never-drilled', { standing: { state: 'overdue', lastAt: null } }, {}],
    ['never-drilled', { standing: { state: 'due', lastAt: null } }, {}],
    ['unknown', { standing: undefined }, {}],
  ])('is %s', (state, is, measure) => {
    const drills = [drill('s-1', 7, { measured: { ...measured, ...measure } })];
    const [row] = complianceOf(at, [server('s-1', is)], drills).servers;
    expect(row?.state).toBe(state);
  });

  test('is judged by its last success, and tells what failed since', () => {
    const failed = drill('s-1', 7, { outcome: 'skipped', reason: 'live instance' });
    const { measured: _, ...unmeasured } = failed;
    const earlier = drill('s-1', 5, { measured: { ...measured, rto: 'missed' } });
    const [row] = complianceOf(at, [server('s-1')], [unmeasured, drill('s-1', 6), earlier]).servers;
    expect(row).toMatchObject({
      state: 'kept',
      drills: 3,
      succeeded: 2,
      lastSuccess: { wave: 'monthly-20260604.all' },
      lastFailure: { wave: 'monthly-20260704.all', outcome: 'skipped', reason: 'live instance' },
    });
  });

  test('that only brings another one back is asked about by nobody', () => {
    const back = server('s-2', { standing: null });
    const { servers } = complianceOf(at, [server('s-1'), back], []);
    expect(servers.map(({ server: id }) => id)).toEqual(['s-1']);
  });

  test('takes no drill of another server, nor of the same id elsewhere', () => {
    const other = { ...drill('s-1', 7), target: 'drs:111122223333:eu-west-1' };
    const [row] = complianceOf(at, [server('s-1')], [other, drill('s-2', 7)]).servers;
    expect(row).toMatchObject({ drills: 0, lastSuccess: null, measured: null, lastFailure: null });
  });
});

test('those that keep to nothing come first, and applications sum up what they are made of', () => {
  const overdue = { state: 'overdue' as const, lastAt: '2026-01-01T00:00:00.000Z' };
  const { servers, applications } = complianceOf(
    at,
    [
      server('s-1'),
      server('s-2', { standing: overdue }),
      server('s-3', { application: null, standing: { state: 'due', lastAt: null } }),
    ],
    [
      drill('s-1', 7),
      drill('s-2', 5, { outcome: 'failed' }),
      drill('s-2', 6, { measured: { ...measured, rtoSeconds: 900, rto: 'missed' } }),
    ],
  );
  expect(servers.map((row) => [row.server, row.state])).toEqual([
    ['s-3', 'never-drilled'],
    ['s-2', 'overdue'],
    ['s-1', 'kept'],
  ]);
  // The application of the most urgent server first.
  expect(applications).toEqual([
    {
      ...{ application: null, servers: 1, counts: { 'never-drilled': 1 }, drills: 0, succeeded: 0 },
      ...{ worstRpoSeconds: null, worstRtoSeconds: null, rpoMissed: 0, rtoMissed: 0 },
      oldestDrillAt: null,
    },
    {
      ...{ application: 'shop', servers: 2, counts: { overdue: 1, kept: 1 } },
      ...{ drills: 3, succeeded: 2, worstRpoSeconds: 60, worstRtoSeconds: 900 },
      ...{ rpoMissed: 0, rtoMissed: 1, oldestDrillAt: '2026-01-01T00:00:00.000Z' },
    },
  ]);
});

describe('events', () => {
  const of = (type: string, detail: Readonly<Record<string, unknown>>) => ({
    type,
    detail: {
      ...{ accountId: '111122223333', region: 'us-west-2', sourceServerId: 's-1', observedAt: at },
      ...detail,
    },
  });
  const stream = 'drs/111122223333/us-west-2/s-1';
  const wave = 'monthly.all';
  const found = of('Source Server Discovered', {
    ...{ stream, hostname: 'db-1', tags: { application: 'shop' } },
    drs: { drill: { state: 'due', lastAt: null } },
  });
  const drilled = { state: 'done', lastAt: '2026-07-04T20:05:00+00:00' };
  const stage = of('Wave Stage Started', { wave, phase: 'drill' });
  const outcome = of('Wave Server Outcome', { wave, outcome: 'succeeded', reason: 'well' });

  test('tell servers, how they stand, and their drills with what was measured', () => {
    const told = toldDrills([
      found,
      stage,
      of('Wave Server Recovery Measured', { wave, kind: 'drill', ...measured }),
      of('Source Server Drill Change', { stream, current: drilled }),
      outcome,
    ]);
    expect(told).toEqual({
      servers: [
        {
          target: 'drs:111122223333:us-west-2',
          ...{ server: 's-1', hostname: 'db-1', application: 'shop', standing: drilled },
        },
      ],
      drills: [
        {
          ...{ target: 'drs:111122223333:us-west-2', server: 's-1', wave, endedAt: at },
          ...{ outcome: 'succeeded', reason: 'well', measured },
        },
      ],
      until: at,
    });
  });

  test('that do not tell a measure or an instant whole tell none', () => {
    const { rtoObjectiveSeconds: _, ...some } = measured;
    const read = (measure: object, standing: object) =>
      toldDrills([
        found,
        stage,
        of('Wave Server Recovery Measured', { wave, kind: 'drill', ...measure }),
        of('Source Server Drill Change', { stream, current: standing }),
        outcome,
      ]);
    const strange = { state: 'done', lastAt: 'soon' };
    for (const measure of [some, { ...measured, rto: 'well' }, { ...measured, rpo: undefined }]) {
      const { drills, servers } = read(measure, strange);
      expect(drills[0]?.measured).toBeUndefined();
      expect(servers[0]?.standing).toEqual({ state: 'done', lastAt: null });
    }
    const unknown = { ...measured, rpoSeconds: null, rpo: 'unknown' };
    expect(read(unknown, drilled).drills[0]?.measured).toEqual(unknown);
  });

  test('are joined with what is on record, which is newer and has no application', () => {
    const told = toldDrills([found, stage, outcome]);
    const [heard] = told.servers;
    if (heard === undefined) throw new Error('no server is told of');
    const overdue = { state: 'overdue' as const, lastAt: drilled.lastAt };
    const known = { ...heard, hostname: null, application: null, standing: overdue };
    const recorded = [drill('s-1', 5, { wave }), drill('s-1', 6, { wave: 'other.all' })];
    const joined = withRecords(told, { servers: [known], drills: recorded });
    expect(joined.servers).toEqual([{ ...heard, standing: overdue }]);
    expect(joined.drills.map((one) => [one.wave, one.reason])).toEqual([
      [wave, 'well'],
      ['other.all', 'drill succeeded'],
    ]);
    // Who is gone has no record any more, and is asked about by nobody.
    expect(withRecords(told, { servers: [], drills: [] }).servers).toEqual([]);
    const unseen = { ...known, standing: undefined };
    expect(withRecords(told, { servers: [unseen], drills: [] }).servers).toEqual([heard]);
  });

  test('of a drill that made room for a recovery are no drill', () => {
    const yielded = { wave, outcome: 'skipped', code: 'RecoveryTookOver', reason: 'taken over' };
    expect(toldDrills([found, stage, of('Wave Server Outcome', yielded)]).drills).toEqual([]);
    const other = { ...yielded, code: 'LiveRecoveryInstance' };
    expect(toldDrills([found, stage, of('Wave Server Outcome', other)]).drills).toHaveLength(1);
  });

  test('of other waves, of MGN and of who is gone count for nothing', () => {
    const recovery = of('Wave Server Outcome', { wave: 'loss.all', outcome: 'succeeded' });
    expect(toldDrills([found, stage, recovery]).drills).toEqual([]);
    const migrated = of('Source Server Discovered', { stream: 'mgn/111122223333/us-west-2/s-1' });
    expect(toldDrills([migrated]).servers).toEqual([]);
    const gone = of('Source Server Presence Change', { stream, current: false });
    expect(toldDrills([found, gone]).servers).toEqual([]);
  });
});

test('what is shown names objectives beside what was measured, and lets no name act on a terminal or a spreadsheet', () => {
  const strange = server('s-1', { hostname: '=cmd\u001b[2J', application: 'shop' });
  const compliance = complianceOf(at, [strange], [drill('s-1', 7)]);
  const text = complianceText(compliance);
  expect(text).toContain('1 server as of 2026-07-10 00:00:00: 1 kept, 0 not.');
  expect(text).toContain('1 min of 15 min');
  expect(text).toContain('13 min of 2 h');
  expect(text).not.toContain('\u001b');
  const [, row] = complianceCsv(compliance).split('\r\n');
  expect(row).toContain("'=cmd");
  expect(row).toContain('monthly-20260704.all');
});
