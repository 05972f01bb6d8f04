import { describe, expect, it } from 'vitest';
import { windowProblems } from '../../../src/core/plan/gate-problems.ts';
import { gatesFor } from '../../../src/core/plan/gates-for.ts';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { aFleet, aPlan, aPlanDocument } from './_examples.ts';

const everyone = { name: 'w', servers: { all: true } };
const day = 86_400;

function gatesOf(defaults: unknown, own: unknown) {
  const plan = aPlan({
    ...(defaults === undefined ? {} : { defaults: { gates: defaults } }),
    waves: [{ ...everyone, ...(own === undefined ? {} : { gates: own }) }],
  });
  const [wave] = plan.spec.waves;
  return wave === undefined ? undefined : gatesFor(plan, wave);
}

function problemsOf(spec: unknown): readonly string[] {
  const parse = parsePlan(aPlanDocument(spec));
  return parse.ok ? [] : parse.problems.map(({ path, problem }) => `${path}: ${problem}`);
}

describe('the gates of a wave', () => {
  it('are none where the plan names none', () => {
    expect(gatesOf(undefined, undefined)).toBeUndefined();
    const resolved = resolvePlan(aPlan({ waves: [everyone] }), aFleet(2));
    expect(resolved.ok && Object.keys(resolved.waves[0] ?? {})).not.toContain('gates');
  });

  it('wait three days for everybody unless the plan says who and how long', () => {
    expect(gatesOf(undefined, { test: { approval: {} } })).toEqual({
      test: { approval: { timeoutSeconds: 3 * day } },
    });
    expect(
      gatesOf(undefined, { finalize: { approval: { by: ['jane'], timeout: 'P1D' } } }),
    ).toEqual({ finalize: { approval: { by: ['jane'], timeoutSeconds: day } } });
  });

  it('are its own before the defaults, field by field; `none` takes one away', () => {
    const defaults = { cutover: { approval: { by: ['jane'], timeout: 'P1D' } } };
    expect(gatesOf(defaults, undefined)).toEqual({
      cutover: { approval: { by: ['jane'], timeoutSeconds: day } },
    });
    expect(gatesOf(defaults, { cutover: { approval: { timeout: 'PT1H' } } })).toEqual({
      cutover: { approval: { by: ['jane'], timeoutSeconds: 3600 } },
    });
    expect(gatesOf(defaults, { cutover: { approval: 'none' } })).toBeUndefined();
    expect(gatesOf({ cutover: { approval: 'none' } }, { cutover: { approval: {} } })).toEqual({
      cutover: { approval: { timeoutSeconds: 3 * day } },
    });
  });

  it('are in the resolved wave', () => {
    const plan = aPlan({ waves: [{ ...everyone, gates: { cutover: { approval: {} } } }] });
    const resolved = resolvePlan(plan, aFleet(2));
    expect(resolved.ok && resolved.waves[0]?.gates).toEqual({
      cutover: { approval: { timeoutSeconds: 3 * day } },
    });
  });
});

describe('gates that are refused', () => {
  const of = (gates: unknown) => problemsOf({ waves: [{ ...everyone, gates }] });

  it('stand before no phase that can have one', () => {
    expect(of({ replicate: { approval: {} } })).toEqual([
      'spec.waves[0].gates.replicate: unknown field "replicate"',
    ]);
  });

  it('ask for nothing, or for nonsense', () => {
    expect(of({ cutover: {} })).toEqual(['spec.waves[0].gates.cutover: asks for nothing']);
    expect(of({ cutover: { approval: true } })).toEqual([
      'spec.waves[0].gates.cutover.approval: is true, not none',
    ]);
    expect(of({ cutover: { approval: { who: ['jane'] } } })).toEqual([
      'spec.waves[0].gates.cutover.approval.who: unknown field "who"',
    ]);
    expect(of({ cutover: { approval: { by: [] } } })).toEqual([
      'spec.waves[0].gates.cutover.approval.by: has 0 entries, less than 1',
    ]);
    expect(of({ cutover: { approval: { by: ['jane', 'jane'] } } })).toEqual([
      'spec.waves[0].gates.cutover.approval.by: names somebody twice',
    ]);
    expect(of({ cutover: { approval: { timeout: 'P91D' } } })).toEqual([
      'spec.waves[0].gates.cutover.approval.timeout: "P91D" must be longer than zero and at most P90D',
    ]);
  });

  it('are for single servers', () => {
    const servers = [{ servers: { all: true }, gates: { test: { approval: {} } } }];
    expect(problemsOf({ waves: [everyone], servers })).toEqual([
      'spec.servers[0].gates: gates are for a whole wave, not for single servers',
    ]);
  });

  it('stand before a phase that no server of the wave goes through; those of the defaults may', () => {
    const phases = ['replicate', 'test'];
    const gates = { cutover: { approval: {} } };
    const own = resolvePlan(aPlan({ waves: [{ ...everyone, phases, gates }] }), aFleet(2));
    expect(own.ok ? [] : own.problems).toEqual([
      {
        at: ['spec', 'waves', 0, 'gates', 'cutover'],
        path: 'spec.waves[0].gates.cutover',
        problem: 'no server of wave w goes through cutover',
        remedy: 'add cutover to phases or remove the gate',
      },
    ]);
    const plan = aPlan({ defaults: { gates }, waves: [{ ...everyone, phases }] });
    expect(resolvePlan(plan, aFleet(2)).ok).toBe(true);
  });
});

describe('windows, freezes and soaks', () => {
  const night = { timeZone: 'Europe/Berlin', days: ['sat', 'sun'], from: '22:00', to: '06:00' };
  const weekly = {
    kind: 'weekly',
    timeZone: 'Europe/Berlin',
    days: [6, 7],
    fromMinute: 1320,
    toMinute: 360,
  };
  const spec = (cutover: unknown, more = {}) => ({
    ...more,
    waves: [{ ...everyone, gates: { cutover } }],
  });
  const year = [{ timeZone: 'Europe/Berlin', begins: '2026-12-18', ends: '2027-01-06' }];

  it('become a schedule: local times in UTC, the last day of a freeze still frozen', () => {
    const plan = aPlan(
      spec(
        {
          window: [night, { opens: '2026-12-05T20:00Z', closes: '2026-12-06T04:00Z' }],
          freezes: ['year-end'],
          needs: 'PT3H',
        },
        { calendars: { 'year-end': year } },
      ),
    );
    const gates = gatesFor(plan, plan.spec.waves[0] ?? {});
    expect(gates?.cutover).toEqual({
      schedule: {
        open: [
          weekly,
          { kind: 'single', from: '2026-12-05T20:00:00.000Z', to: '2026-12-06T04:00:00.000Z' },
        ],
        freezes: [
          {
            name: 'year-end',
            periods: [
              { kind: 'single', from: '2026-12-17T23:00:00.000Z', to: '2027-01-06T23:00:00.000Z' },
            ],
          },
        ],
      },
      needsSeconds: 3 * 3600,
    });
  });

  it('are those of the wave before the defaults; `none` takes one away', () => {
    const defaults = { cutover: { window: night, needs: 'PT3H' }, finalize: { soak: 'PT24H' } };
    expect(gatesOf(defaults, { cutover: { needs: 'PT1H' }, finalize: { soak: 'none' } })).toEqual({
      cutover: { schedule: { open: [weekly], freezes: [] }, needsSeconds: 3600 },
    });
    expect(gatesOf(defaults, { cutover: { window: 'none' } })).toEqual({
      finalize: { soakSeconds: day },
    });
  });

  it.each([
    [
      { window: { ...night, timeZone: 'Europe/Atlantis' } },
      'window.timeZone: "Europe/Atlantis" is no time zone of the IANA database',
    ],
    [
      { window: { days: ['sat'], from: '22:00', to: '06:00' } },
      'window: has local times without a time zone',
    ],
    [{ window: { ...night, from: '22:00', to: '22:00' } }, 'window: begins and ends at 22:00'],
    [{ window: { ...night, from: '24:00' } }, 'window: begins at 24:00'],
    [{ window: { ...night, from: '25:00' } }, 'window.from: "25:00" is no time like 22:00'],
    [{ window: { ...night, days: [] } }, 'window.days: has 0 entries, less than 1'],
    [{ window: { timeZone: 'UTC' } }, 'window: says no times'],
    [
      { window: { ...night, opens: '2026-12-05T20:00Z' } },
      'window: has days beside opens and closes',
    ],
    [
      { window: { opens: '2026-12-05T20:00Z', closes: '2026-12-05T20:00Z' } },
      'window: closes is not after opens',
    ],
    [{ window: { opens: '2026-12-05T20:00Z' } }, 'window: has no closes'],
    [
      { window: { opens: '2026-02-30T20:00', closes: '2026-03-05T20:00Z' } },
      'window: opens is "2026-02-30T20:00", no date and time',
    ],
    [
      {
        window: {
          timeZone: 'Europe/Berlin',
          opens: '2027-03-28T02:30',
          closes: '2027-03-28T06:00',
        },
      },
      'window: opens does not exist: the clocks of Europe/Berlin are put forward over 2027-03-28T02:30',
    ],
    [
      {
        window: {
          timeZone: 'Europe/Berlin',
          opens: '2026-10-25T02:30',
          closes: '2026-10-25T06:00',
        },
      },
      'window: opens comes twice: the clocks of Europe/Berlin are put back over 2026-10-25T02:30',
    ],
    [{ freezes: ['nowhere'] }, 'freezes[0]: unknown calendar "nowhere"'],
    [
      { approval: {}, needs: 'PT3H' },
      'needs: there is no window or freeze that it could be held against',
    ],
    [{ approval: {}, soak: 'PT24H' }, 'soak: unknown field "soak"'],
    [{ approval: { policy: 'auto' } }, 'approval: has a policy without `when`'],
    [{ approval: { when: ['no-failures'] } }, 'approval: has `when` without a policy'],
    [{ approval: { approvers: 0 } }, 'approval.approvers: is 0, less than 1'],
  ])('are refused: %j', (gate, problem) => {
    expect(problemsOf(spec(gate))).toEqual([`spec.waves[0].gates.cutover.${problem}`]);
  });

  it('are refused where they never open from now on for as long as the phase needs', () => {
    const once = { opens: '2026-12-05T20:00Z', closes: '2026-12-05T22:00Z' };
    const problems = (now: string, needs: string) => [
      ...windowProblems(aPlan(spec({ window: once, needs })), now),
    ];
    expect(problems('2026-12-01T00:00:00.000Z', 'PT2H')).toEqual([]);
    expect(problems('2026-12-01T00:00:00.000Z', 'PT3H')).toMatchObject([
      {
        path: 'spec.waves[0]',
        problem:
          'the window of cutover does not open for 3 h within 400 days from 2026-12-01T00:00:00.000Z',
      },
    ]);
    expect(problems('2026-12-05T22:00:00.000Z', 'PT1H')).toHaveLength(1);
  });
});

describe('a canary that is a share of its wave', () => {
  const canaryOf = (canary: string, servers: number) => {
    const resolved = resolvePlan(
      aPlan({ defaults: { policy: { canary } }, waves: [everyone] }),
      aFleet(servers),
    );
    return resolved.ok ? resolved.waves[0]?.policy.canary : resolved.problems;
  };

  it('is rounded up, and leaves at least one server to follow', () => {
    expect(canaryOf('10%', 25)).toBe(3);
    expect(canaryOf('1%', 3)).toBe(1);
    expect(canaryOf('99%', 3)).toBe(2);
    expect(canaryOf('50%', 1)).toBe(0);
  });

  it('is refused where it is none or all', () => {
    for (const canary of ['0%', '100%', '5.5%']) {
      expect(problemsOf({ waves: [{ ...everyone, policy: { canary } }] })).toEqual([
        `spec.waves[0].policy.canary: "${canary}" is no percentage from 1% to 99%`,
      ]);
    }
  });
});
