import { queryScope } from './apply-results.ts';
import type { Branches, Execution, MapRun, Thread } from './execution.ts';
import type { StepBook } from './execution-book.ts';
import { limits, requirePayloadSize } from './limits.ts';
import type { MapState, ParallelState } from './machine.ts';
import type { QueryScope } from './query-functions.ts';
import { StateError, States } from './state-error.ts';
import type { Template } from './template.ts';

/** Starts every branch of a Parallel state with the same input. */
export async function beginParallel(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: ParallelState,
): Promise<'begun'> {
  const scope = queryScope(book, execution, thread);
  const input =
    state.arguments === undefined ? thread.input : await state.arguments.evaluate(scope);
  requirePayloadSize(input, `The arguments of the state ${state.name}`);
  book.record(execution, thread, 'ParallelStateStarted');
  const join: Branches = {
    scopes: state.branches,
    inputs: state.branches.map(() => input),
    items: null,
    results: state.branches.map(() => null),
    concurrency: state.branches.length,
    started: 0,
    ended: 0,
  };
  book.threads.park(execution, thread, { kind: 'branches', join });
  startBranches(book, execution, thread, join);
  return 'begun';
}

/** Starts the items of a Map, as threads or, distributed, as executions of their own. */
export async function beginMap(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: MapState,
): Promise<'begun' | 'empty'> {
  const scope = queryScope(book, execution, thread);
  const items = state.items === undefined ? thread.input : await state.items.evaluate(scope);
  if (!Array.isArray(items)) {
    throw new StateError(
      States.queryEvaluationError,
      `The items of the Map ${state.name} are no array.`,
    );
  }
  const inputs = await inputsOf(book, execution, thread, state, items);
  const asked = await numberOf(state.maxConcurrency, scope, 'MaxConcurrency');
  const most = state.distributed ? limits.distributedConcurrency : limits.mapConcurrency;
  const concurrency = asked === 0 ? most : Math.min(asked, most);
  book.record(execution, thread, 'MapStateStarted');
  const results = inputs.map(() => null);
  if (state.distributed) {
    const tolerated = await toleratedFailures(state, scope, inputs.length);
    book.record(execution, thread, 'MapRunStarted');
    if (inputs.length === 0) {
      book.record(execution, thread, 'MapRunSucceeded');
      return 'empty';
    }
    const id = `${state.label}:${book.uuid(execution)}`;
    const run: MapRun = {
      id,
      scope: state.processor,
      inputs,
      results,
      concurrency,
      tolerated,
      children: {},
      started: 0,
      ended: 0,
      failed: 0,
    };
    book.threads.park(execution, thread, { kind: 'map-run', run });
    book.startMapChildren(execution, thread);
    return 'begun';
  }
  if (inputs.length === 0) return 'empty';
  const join: Branches = {
    scopes: [state.processor],
    inputs,
    items,
    results,
    concurrency,
    started: 0,
    ended: 0,
  };
  book.threads.park(execution, thread, { kind: 'branches', join });
  startBranches(book, execution, thread, join);
  return 'begun';
}

/** Starts as many branches or items as the concurrency allows. */
export function startBranches(
  book: StepBook,
  execution: Execution,
  parent: Thread,
  join: Branches,
): void {
  while (join.started < join.inputs.length && join.started - join.ended < join.concurrency) {
    const index = join.started++;
    const scope = join.scopes[join.items === null ? index : 0];
    if (scope === undefined) throw new Error(`the branch ${index} has no states`);
    const thread = book.threads.spawn(execution, {
      scope,
      parent: parent.id,
      index,
      input: join.inputs[index],
      ...(join.items === null ? {} : { item: { value: join.items[index] } }),
      after: parent.lastEvent,
    });
    if (join.items !== null) book.record(execution, thread, 'MapIterationStarted');
  }
}

async function inputsOf(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: MapState,
  items: readonly unknown[],
): Promise<readonly unknown[]> {
  if (state.itemSelector === undefined) return items;
  const inputs: unknown[] = [];
  for (const [index, value] of items.entries()) {
    const context = { Map: { Item: { Index: index, Value: value } } };
    const made = await state.itemSelector.evaluate(
      queryScope(book, execution, thread, {}, context),
    );
    requirePayloadSize(made, `Item ${index} of the Map ${state.name}`);
    inputs.push(made);
  }
  return inputs;
}

async function numberOf(template: Template, scope: QueryScope, field: string): Promise<number> {
  const value = await template.evaluate(scope);
  if (typeof value === 'number' && value >= 0) return value;
  throw new StateError(
    States.queryEvaluationError,
    `${field} must be a number of 0 or more, not ${JSON.stringify(value)}`,
  );
}

// The Map fails as soon as either stated tolerance is exceeded; where none is stated, with the first failure.
async function toleratedFailures(
  state: MapState,
  scope: QueryScope,
  items: number,
): Promise<number> {
  const tolerances: number[] = [];
  if (state.toleratedPercentage !== undefined) {
    const percentage = await numberOf(
      state.toleratedPercentage,
      scope,
      'ToleratedFailurePercentage',
    );
    tolerances.push(Math.floor((items * Math.min(percentage, 100)) / 100));
  }
  if (state.toleratedCount !== undefined) {
    tolerances.push(await numberOf(state.toleratedCount, scope, 'ToleratedFailureCount'));
  }
  return tolerances.length === 0 ? 0 : Math.min(...tolerances);
}
