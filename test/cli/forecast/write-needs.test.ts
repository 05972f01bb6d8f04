import { describe, expect, test } from 'vitest';
import { durationText, needsFor, withNeeds } from '../../../src/cli/forecast/write-needs.ts';
import { readPlanText } from '../../../src/cli/read-plan.ts';
import { readFleetDocuments } from '../../../src/core/fleet/read-fleet-documents.ts';
import { forecastOf } from '../../../src/core/forecast/forecast.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { course, stage, wave } from '../../core/forecast/_courses.ts';
import { agentBased, serverId } from '../../scenarios/_fleet.ts';

const plan = `# The plan of programme A.
apiVersion: landfall/v1
kind: Migration
metadata: { name: p }
spec:
  defaults:
    gates: &nights
      cutover: { window: { timeZone: UTC, from: "20:00", to: "23:00" } } # agreed with operations
  waves:
    - name: a
      servers: { ids: [${serverId(1)}] }
    - name: b # the second one
      gates: *nights
      servers: { ids: [${serverId(2)}] }
    - name: c
      gates: { cutover: { window: none } }
      servers: { ids: [${serverId(3)}] }
`;

function needsIn(text: string) {
  const read = readPlanText(text, 'plan.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const resolved = resolvePlan(read.plan, readFleetDocuments([1, 2, 3].map((n) => agentBased(n))));
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.waves;
}

describe('the needs of a plan', () => {
  const waves = needsIn(plan);
  const forecast = forecastOf(
    [
      course(
        1,
        ['a', 'b', 'c'].map((name, i) =>
          wave(name, [
            stage('test', [0, 1]),
            stage('cutover', [1, 2], undefined, { needsSeconds: 3601 + i * 3600 }),
          ]),
        ),
      ),
    ],
    waves,
  );
  const needs = needsFor(waves, forecast.waves);

  test('are what was rehearsed of phases with a window, in whole minutes', () => {
    expect(needs).toEqual([
      { wave: 'a', phase: 'cutover', seconds: 3660 },
      { wave: 'b', phase: 'cutover', seconds: 7260 },
    ]);
  });

  test('stand in the plan as its own field, each wave with its own, and all else stays', () => {
    const text = withNeeds(plan, ['a', 'b', 'c'], needs);
    expect(needsIn(text).map(({ gates }) => gates?.cutover?.needsSeconds)).toEqual([
      3660,
      7260,
      undefined,
    ]);
    for (const comment of [
      '# The plan of programme A.',
      '# agreed with operations',
      '# the second one',
    ]) {
      expect(text).toContain(comment);
    }
    expect(text).toContain('gates: { cutover: { window: none } }');
    expect(withNeeds(text, ['a', 'b', 'c'], needs)).toBe(text);
  });

  test('take the place of what was there', () => {
    const once = withNeeds(plan, ['a', 'b', 'c'], needs);
    const more = withNeeds(once, ['a', 'b', 'c'], [{ wave: 'a', phase: 'cutover', seconds: 600 }]);
    expect(needsIn(more)[0]?.gates?.cutover?.needsSeconds).toBe(600);
  });

  test.each([
    [60, 'PT1M'],
    [3600, 'PT1H'],
    [7500, 'PT2H5M'],
    [86_400, 'P1D'],
    [90_060, 'P1DT1H1M'],
  ])('of %i seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});
