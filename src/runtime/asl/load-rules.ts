import type { StateText } from './definition.ts';
import { States } from './state-error.ts';

/** Says what AWS refuses about the retriers and catchers of a state. */
export function retryProblems(
  state: Extract<StateText, { Type: 'Task' | 'Parallel' | 'Map' }>,
): readonly string[] {
  const problems: string[] = [];
  const lists = { Retry: state.Retry ?? [], Catch: state.Catch ?? [] };
  for (const [field, list] of Object.entries(lists)) {
    for (const [i, { ErrorEquals }] of list.entries()) {
      if (!ErrorEquals.includes(States.all)) continue;
      if (ErrorEquals.length > 1)
        problems.push(`${field}.${i}: States.ALL stands alone in ErrorEquals`);
      if (i < list.length - 1) problems.push(`${field}.${i}: States.ALL stands in the last entry`);
    }
  }
  for (const [i, retrier] of lists.Retry.entries()) {
    if (
      retrier.MaxDelaySeconds !== undefined &&
      retrier.MaxDelaySeconds <= retrier.IntervalSeconds
    ) {
      problems.push(`Retry.${i}: MaxDelaySeconds must be larger than IntervalSeconds`);
    }
  }
  return problems;
}

function targetsOf(state: StateText): readonly string[] {
  switch (state.Type) {
    case 'Choice':
      return [
        ...state.Choices.map((choice) => choice.Next),
        ...(state.Default === undefined ? [] : [state.Default]),
      ];
    case 'Succeed':
    case 'Fail':
      return [];
    case 'Pass':
    case 'Wait':
      return state.Next === undefined ? [] : [state.Next];
    case 'Task':
    case 'Parallel':
    case 'Map':
      return [
        ...(state.Next === undefined ? [] : [state.Next]),
        ...(state.Catch ?? []).map((catcher) => catcher.Next),
      ];
  }
}

function ends(state: StateText): boolean {
  return (
    state.Type === 'Succeed' || state.Type === 'Fail' || ('End' in state && state.End === true)
  );
}

/** Says what is wrong with the way through a scope: targets that are not there, states that nothing reaches. */
export function scopeProblems(
  id: string,
  startAt: string,
  states: ReadonlyMap<string, StateText>,
  names: readonly string[],
): readonly string[] {
  const place = id === '' ? 'machine' : id;
  const problems: string[] = [];
  if (!names.includes(startAt))
    problems.push(`${place}: StartAt names ${startAt}, which is not there`);
  for (const [name, state] of states) {
    for (const target of targetsOf(state)) {
      if (!names.includes(target))
        problems.push(`${name}: leads to ${target}, which is not in its scope`);
    }
    if ('Next' in state || 'End' in state || !['Choice', 'Succeed', 'Fail'].includes(state.Type)) {
      const next = 'Next' in state && state.Next !== undefined;
      if (next === ends(state)) problems.push(`${name}: needs either Next or End: true`);
    }
  }
  if (states.size === names.length && names.includes(startAt)) {
    const reached = new Set([startAt]);
    for (const name of reached) {
      const state = states.get(name);
      if (state !== undefined) for (const target of targetsOf(state)) reached.add(target);
    }
    for (const name of names) if (!reached.has(name)) problems.push(`${name}: is never reached`);
    if (![...states.values()].some(ends)) problems.push(`${place}: has no state that ends it`);
  }
  return problems;
}
