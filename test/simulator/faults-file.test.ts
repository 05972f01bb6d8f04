import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parametersWith, parameterTable, parseFaults } from '../../src/simulator/simulator.ts';
import { rig } from './rig.ts';

describe('a faults file', () => {
  test.each(['each-at-5-percent', 'bad-day'])('in examples is read: %s', (name) => {
    const parsed = parseFaults(readFileSync(`examples/faults/${name}.yaml`, 'utf8'), name);
    expect(parsed.ok ? [] : parsed.problems).toEqual([]);
  });

  test('with every fault at five percent names every fault and every error class', () => {
    const text = readFileSync('examples/faults/each-at-5-percent.yaml', 'utf8');
    const parsed = parseFaults(text, 'each');
    const list = parsed.ok ? parsed.faults.faults : [];
    expect(new Set(list.map((f) => f.fault)).size).toBe(21);
    expect(list.filter((f) => f.fault === 'stall')).toHaveLength(16);
  });

  test('is refused with all its problems and their lines at once', () => {
    const text = [
      'apiVersion: landfall/v1',
      'kind: Faults',
      'faults:',
      '  - fault: stall',
      '    errorClass: AGENT_NOT_SEEEN',
      '    on: continuous',
      '  - fault: rescan',
      '    on: continuous',
      '    wihtin: PT1H',
      '  - fault: rescan',
      '  - fault: earthquake',
      '  - fault: throttling',
      '    probability: 5',
    ].join('\n');
    const parsed = parseFaults(text, 'day.yaml');
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.map(({ file, line, path }) => ({ file, line, path }))).toEqual([
      { file: 'day.yaml', line: 5, path: 'faults.0.errorClass' },
      { file: 'day.yaml', line: 9, path: 'faults.1.wihtin' },
      { file: 'day.yaml', line: 10, path: 'faults.2' },
      { file: 'day.yaml', line: 11, path: 'faults.3.fault' },
      { file: 'day.yaml', line: 13, path: 'faults.4.probability' },
    ]);
    expect(problems.every((p) => p.problem !== '' && p.remedy !== '')).toBe(true);
  });

  test('that is no YAML is refused with the line', () => {
    const parsed = parseFaults('faults: [\n  - a: b: c', 'x.yaml');
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? undefined : parsed.problems[0]?.line).toBeGreaterThan(0);
  });
});

describe('parameters', () => {
  test('each carry an evidence tag, a meaning and a default', () => {
    const table = parameterTable();
    expect(table.filter((p) => p.evidence === '' || p.meaning === '')).toEqual([]);
    expect(table.find((p) => p.name === 'linkMbps')).toEqual({
      name: 'linkMbps',
      evidence: 'GUESS',
      meaning: 'Megabits a second that all replicating servers of an account-Region share',
      default: 2000,
    });
  });

  test('with unknown names or bad values are refused, all at once', () => {
    const bad = { linkMbs: 3, pageSizeDefault: 0 };
    expect(() => parametersWith(bad)).toThrow(/pageSizeDefault.*linkMbs/s);
  });

  test('in force are told, overrides included', () => {
    const { simulator } = rig({ parameters: { linkMbps: 100 } });
    expect(simulator.parametersInForce).toEqual({ ...parametersWith(), linkMbps: 100 });
  });
});
