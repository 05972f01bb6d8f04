import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readFleetDocuments } from '../../../src/core/fleet/read-fleet-documents.ts';
import { diffPlans } from '../../../src/core/plan/diff-plans.ts';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { agentBased, serverId } from '../../scenarios/_fleet.ts';

function planOf(spec: string): Plan {
  const read = parsePlan(
    parse(`{ apiVersion: landfall/v1, kind: Migration, metadata: { name: p }, spec: ${spec} }`),
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.plan;
}

const [one, two, three, four] = [1, 2, 3, 4].map(serverId) as [string, string, string, string];
const fleet = readFleetDocuments([1, 2, 3, 4].map((n) => agentBased(n)));
const base = `{ waves: [{ name: a, servers: { ids: [${one}, ${two}] } }, { name: b, dependsOn: [a], servers: { ids: [${three}] } }] }`;
const diff = (before: string, after: string, on?: typeof fleet) =>
  diffPlans(planOf(before), planOf(after), on);

describe('the difference of two plans', () => {
  test('is none where they ask for the same, in whatever layer it stands', () => {
    expect(diff(base, base)).toEqual([]);
    const inDefaults = base.replace(
      '{ waves',
      '{ defaults: { thresholds: { lagSeconds: 90 } }, waves',
    );
    const inWaves = base.replaceAll('servers: {', 'thresholds: { lagSeconds: 90 }, servers: {');
    expect(diff(inDefaults, inWaves, fleet)).toEqual([]);
    // The built-in values, written out.
    expect(
      diff(base, base.replace('{ waves', '{ defaults: { deadlines: { test: PT6H } }, waves')),
    ).toEqual([]);
    expect(
      diff(base, base.replace('{ waves', '{ defaults: { deadlines: { test: PT360M } }, waves')),
    ).toEqual([]);
  });

  test('names waves that were added, removed and renamed; a rename breaks no dependency', () => {
    const renamed = base.replace('name: a', 'name: pilot').replace('[a]', '[pilot]');
    expect(diff(base, renamed)).toEqual([
      { kind: 'wave-renamed', wave: 'pilot', from: 'a', to: 'pilot' },
    ]);
    const other = `{ waves: [{ name: a, servers: { ids: [${one}, ${two}] } }, { name: c, servers: { ids: [${four}] } }] }`;
    expect(diff(base, other)).toEqual([
      { kind: 'wave-removed', wave: 'b' },
      { kind: 'wave-added', wave: 'c' },
    ]);
  });

  test('tells with a fleet which servers move, join and leave', () => {
    const moved = `{ waves: [{ name: a, servers: { ids: [${one}] } }, { name: b, dependsOn: [a], servers: { ids: [${two}, ${four}] } }] }`;
    const changes = diff(base, moved, fleet).filter(({ kind }) => kind === 'servers-changed');
    expect(changes).toEqual([
      { kind: 'servers-changed', wave: 'b', from: 'a', to: 'b', servers: [`host-2 (${two})`] },
      { kind: 'servers-changed', wave: 'b', from: 'b', servers: [`host-3 (${three})`] },
      { kind: 'servers-changed', wave: 'b', to: 'b', servers: [`host-4 (${four})`] },
    ]);
    expect(diff(base, moved).map(({ kind, field }) => `${kind} ${field}`)).toEqual([
      'wave-changed servers.ids',
      'wave-changed servers.ids',
    ]);
  });

  test('tells a wave renamed by its servers, however they are chosen', () => {
    const byName = `{ waves: [{ name: pilot, servers: { hostnames: [host-2, host-1] } }, { name: b, dependsOn: [pilot], servers: { ids: [${three}] } }] }`;
    expect(diff(base, byName, fleet).map(({ kind, field }) => field ?? kind)).toEqual([
      'wave-renamed',
      'servers.ids',
      'servers.hostnames',
    ]);
  });

  test('tells what settings, policy, gates and windows come to', () => {
    const gate = 'window: { timeZone: UTC, from: "20:00", to: "22:00" }';
    const changed = base.replace(
      '{ waves',
      `{ calendars: { eve: [{ timeZone: UTC, begins: 2026-12-24, ends: 2026-12-24 }] }, defaults: { policy: { canary: 10%, attempts: 3 }, thresholds: { lagSeconds: 90 }, gates: { cutover: { ${gate}, freezes: [eve] } } }, waves`,
    );
    const changes = diff(base, changed);
    expect(changes.filter(({ wave }) => wave === 'a').map(({ field }) => field)).toEqual([
      'thresholds.lagSeconds',
      'policy.attempts',
      'policy.canary',
      'gates.cutover',
    ]);
    expect(changes[0]).toEqual({ kind: 'plan', field: 'spec.calendars', from: [], to: ['eve'] });
    expect(changes.find(({ field }) => field === 'thresholds.lagSeconds')).toMatchObject({
      from: 60,
      to: 90,
    });
    const later = changed.replace('to: "22:00"', 'to: "23:00"');
    expect(diff(changed, later)).toHaveLength(2);
    // Another day of the calendar is another gate.
    expect(diff(changed, changed.replaceAll('2026-12-24', '2026-12-31'))).toMatchObject([
      { wave: 'a', field: 'gates.cutover.schedule.freezes' },
      { wave: 'b', field: 'gates.cutover.schedule.freezes' },
    ]);
  });

  test('tells settings of single servers only where they are not those of their wave', () => {
    const own = `servers: [{ servers: { ids: [${one}] }, deadlines: { cutover: PT24H } }]`;
    const single = base.replace('{ waves', `{ ${own}, waves`);
    expect(diff(base, single, fleet)).toEqual([
      {
        kind: 'setting-changed',
        wave: 'a',
        field: 'deadlines.cutoverSeconds',
        from: 43_200,
        to: 86_400,
        servers: ['host-1'],
      },
    ]);
    expect(diff(base, single)).toMatchObject([{ kind: 'plan', field: 'spec.servers', from: [] }]);
    const all = base.replace('{ waves', '{ defaults: { deadlines: { cutover: PT24H } }, waves');
    expect(diff(base, all, fleet).map(({ servers }) => servers)).toEqual([undefined, undefined]);
  });
});
