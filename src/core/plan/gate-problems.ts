import { type Path, type Problem, problemAt, shown } from '../fleet/problem.ts';
import { type Instant, spokenSpan } from '../time.ts';
import { horizonDays, windowAt } from '../window/window.ts';
import { gatedPhases } from './gates.ts';
import { gatesFor } from './gates-for.ts';
import type { Plan } from './plan.ts';
import type { SettingsLayer } from './settings.ts';

interface Layer {
  readonly at: Path;
  readonly settings: SettingsLayer;
}

function layersOf({ spec }: Plan): readonly Layer[] {
  const { defaults, waves } = spec;
  return [
    ...(defaults === undefined ? [] : [{ at: ['spec', 'defaults'], settings: defaults }]),
    ...waves.map((settings, i) => ({ at: ['spec', 'waves', i], settings })),
  ];
}

/** Finds what a plan's gates contradict the plan in, before any fleet or clock is looked at. */
export function* gateProblems(plan: Plan): Generator<Problem> {
  const calendars = Object.keys(plan.spec.calendars ?? {});
  for (const { at, settings } of layersOf(plan)) {
    for (const phase of gatedPhases) {
      const gate = settings.gates?.[phase];
      if (gate === undefined) continue;
      const place = [...at, 'gates', phase];
      for (const [i, name] of (gate.freezes === 'none' ? [] : (gate.freezes ?? [])).entries()) {
        if (calendars.includes(name)) continue;
        yield problemAt(
          [...place, 'freezes', i],
          `unknown calendar ${shown(name)}`,
          calendars.length === 0
            ? `add ${shown(name)} to spec.calendars`
            : `name one of ${calendars.join(', ')}, or add it to spec.calendars`,
        );
      }
      if (gate.needs !== undefined && gatesFor(plan, settings)?.[phase]?.schedule === undefined) {
        yield problemAt(
          [...place, 'needs'],
          'there is no window or freeze that it could be held against',
          'add window or freezes to the gate, or remove needs',
        );
      }
    }
  }
}

/** Finds windows that never open from now on for as long as their phase needs. */
export function* windowProblems(plan: Plan, now: Instant): Generator<Problem> {
  for (const [i, wave] of plan.spec.waves.entries()) {
    const gates = gatesFor(plan, wave);
    for (const phase of gatedPhases) {
      const gate = gates?.[phase];
      if (gate?.schedule === undefined) continue;
      const state = windowAt(gate.schedule, now, gate.needsSeconds);
      if (state.is === 'open' || state.opensAt !== null) continue;
      const span = gate.needsSeconds === undefined ? '' : ` for ${spokenSpan(gate.needsSeconds)}`;
      yield problemAt(
        ['spec', 'waves', i],
        `the window of ${phase} does not open${span} within ${horizonDays} days from ${now}`,
        'add a later or longer window, or shorten needs or the freeze',
      );
    }
  }
}
