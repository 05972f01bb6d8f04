import type { Integration, Retrier } from './definition.ts';
import type { Template } from './template.ts';

/** A loaded machine: every expression compiled, every reference known to lead somewhere. */
export interface Machine {
  readonly timeoutSeconds: number;
  readonly scopes: ReadonlyMap<string, Scope>;
}

/** States that run one after another: the machine itself, a branch, or an item processor. */
export interface Scope {
  /** Empty for the machine itself, `Fan[0]` for a branch, `Each` for an item processor. */
  readonly id: string;
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

interface Named {
  readonly name: string;
}

/** What a state hands on and keeps. */
export interface Results {
  readonly output?: Template;
  readonly assign?: Template;
}

interface Onward extends Results {
  /** Absent where the state ends its scope. */
  readonly next?: string;
}

export interface Catcher extends Results {
  readonly errorEquals: readonly string[];
  readonly next: string;
}

/** What a state does about failures. */
export interface Failing {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface TaskState extends Named, Onward, Failing {
  readonly type: 'Task';
  readonly integration: Integration;
  readonly resource: string;
  readonly arguments: Template;
  readonly timeoutSeconds: Template;
  readonly heartbeatSeconds?: Template;
}

export interface PassState extends Named, Onward {
  readonly type: 'Pass';
}

export interface WaitState extends Named, Onward {
  readonly type: 'Wait';
  readonly until: { readonly seconds: Template } | { readonly timestamp: Template };
}

export interface ChoiceRule extends Results {
  readonly condition: Template;
  readonly next: string;
}

export interface ChoiceState extends Named, Results {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly otherwise?: string;
}

export interface SucceedState extends Named {
  readonly type: 'Succeed';
  readonly output?: Template;
}

export interface FailState extends Named {
  readonly type: 'Fail';
  readonly error?: Template;
  readonly cause?: Template;
}

export interface ParallelState extends Named, Onward, Failing {
  readonly type: 'Parallel';
  readonly branches: readonly string[];
  readonly arguments?: Template;
}

export interface MapState extends Named, Onward, Failing {
  readonly type: 'Map';
  readonly processor: string;
  readonly distributed: boolean;
  readonly label: string;
  readonly items?: Template;
  readonly itemSelector?: Template;
  readonly maxConcurrency: Template;
  /** Where neither tolerance is stated, a single failed child fails the Map. */
  readonly toleratedPercentage?: Template;
  readonly toleratedCount?: Template;
}

export type State =
  | TaskState
  | PassState
  | WaitState
  | ChoiceState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;
