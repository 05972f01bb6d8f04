import type * as z from 'zod';
import { type BranchText, integrationOf, MachineText, StateText } from './definition.ts';
import { jsonBytes, limits, variableNameProblem } from './limits.ts';
import { retryProblems, scopeProblems } from './load-rules.ts';
import type { Catcher, Machine, Results, Scope, State } from './machine.ts';
import { addedFunctions, standardFunctions } from './query-functions.ts';
import { compileTemplate, type Template } from './template.ts';

/** Thrown for a definition that the engine or AWS would not run; `problems` holds all of them. */
export class DefinitionRefused extends Error {
  override readonly name = 'DefinitionRefused';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The state machine is refused:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const builtIn: ReadonlySet<string> = new Set([...standardFunctions, ...addedFunctions, 'eval']);

interface Surroundings {
  /** Names that enclosing scopes assign and that this scope may read, but not assign. */
  readonly outerVariables: ReadonlySet<string>;
}

/**
 * Loads a definition (JSONata, all state types). Throws DefinitionRefused with every problem at once: a
 * field that the engine does not implement is one, so nothing is ever silently ignored.
 */
export function loadMachine(definition: unknown): Machine {
  const loading = new Loading();
  const read = MachineText.safeParse(definition);
  if (!read.success) throw new DefinitionRefused(issues('machine', read.error));
  const bytes = jsonBytes(definition);
  if (bytes > limits.definitionBytes) {
    loading.report('machine', `has ${bytes} bytes; the maximum is ${limits.definitionBytes}`);
  }
  const { StartAt, States, TimeoutSeconds } = read.data;
  loading.scope('', { StartAt, States }, { outerVariables: new Set() });
  if (loading.problems.length > 0) throw new DefinitionRefused(loading.problems);
  return {
    timeoutSeconds: Math.min(TimeoutSeconds ?? limits.executionSeconds, limits.executionSeconds),
    scopes: loading.scopes,
  };
}

function issues(place: string, error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const at = issue.path.map(String).join('.');
    return `${place}${at === '' ? '' : `.${at}`}: ${issue.message}`;
  });
}

type AllowedFields = readonly ('input' | 'context' | 'result' | 'errorOutput')[];
const before: AllowedFields = ['input', 'context'];
const after: AllowedFields = ['input', 'context', 'result'];
const caught: AllowedFields = ['input', 'context', 'errorOutput'];

function assignedIn(states: Iterable<StateText>): Set<string> {
  const names = new Set<string>();
  const take = (assign: Record<string, unknown> | undefined) => {
    for (const name of Object.keys(assign ?? {})) names.add(name);
  };
  for (const state of states) {
    if ('Assign' in state) take(state.Assign);
    if ('Catch' in state) for (const catcher of state.Catch ?? []) take(catcher.Assign);
    if ('Choices' in state) for (const choice of state.Choices) take(choice.Assign);
  }
  return names;
}

class Loading {
  readonly problems: string[] = [];
  readonly scopes = new Map<string, Scope>();
  readonly #stateNames = new Set<string>();

  report(place: string, problem: string): void {
    this.problems.push(`${place}: ${problem}`);
  }

  scope(id: string, text: Pick<BranchText, 'StartAt' | 'States'>, around: Surroundings): void {
    const texts = new Map<string, StateText>();
    for (const [name, value] of Object.entries(text.States)) {
      if (name.length > limits.nameLength)
        this.report(name, 'the name is longer than 80 characters');
      if (this.#stateNames.has(name)) this.report(name, 'the name is used twice in the machine');
      this.#stateNames.add(name);
      const read = StateText.safeParse(value);
      if (read.success) texts.set(name, read.data);
      else this.problems.push(...issues(name, read.error));
    }
    const own = assignedIn(texts.values());
    for (const name of own) {
      const problem = variableNameProblem(name);
      if (problem !== undefined) this.report(id || 'machine', `the variable ${name} ${problem}`);
      if (builtIn.has(name)) this.report(id || 'machine', `the variable ${name} hides a function`);
      if (around.outerVariables.has(name)) {
        this.report(id || 'machine', `the variable ${name} belongs to an outer scope`);
      }
    }
    const readable = new Set([...own, ...around.outerVariables]);
    const states = new Map<string, State>();
    for (const [name, state] of texts) {
      const loaded = this.#state(name, state, readable);
      if (loaded !== undefined) states.set(name, loaded);
    }
    for (const problem of scopeProblems(id, text.StartAt, texts, Object.keys(text.States))) {
      this.problems.push(problem);
    }
    this.scopes.set(id, { id, startAt: text.StartAt, states });
  }

  #template(
    value: unknown,
    place: string,
    fields: AllowedFields,
    readable: ReadonlySet<string>,
  ): Template {
    const template = compileTemplate(value, (inner, problem) =>
      this.report(`${place}${inner}`, problem),
    );
    for (const { facts, text } of template.queries) {
      for (const field of facts.statesFields) {
        if (field !== '*' && !fields.some((allowed) => allowed === field)) {
          this.report(place, `$states.${field} is not available here: ${text}`);
        }
      }
      for (const name of facts.variables) {
        if (!readable.has(name) && !builtIn.has(name)) {
          this.report(place, `the variable ${name} is never assigned: ${text}`);
        }
      }
    }
    return template;
  }

  #results(
    text: { readonly Output?: unknown; readonly Assign?: Record<string, unknown> | undefined },
    place: string,
    fields: AllowedFields,
    readable: ReadonlySet<string>,
  ): Results {
    return {
      ...(text.Output === undefined
        ? {}
        : { output: this.#template(text.Output, `${place}.Output`, fields, readable) }),
      ...(text.Assign === undefined
        ? {}
        : { assign: this.#template(text.Assign, `${place}.Assign`, fields, readable) }),
    };
  }

  #failing(
    text: Extract<StateText, { Type: 'Task' | 'Parallel' | 'Map' }>,
    name: string,
    readable: ReadonlySet<string>,
  ) {
    for (const problem of retryProblems(text)) this.report(name, problem);
    return {
      retry: text.Retry ?? [],
      catch: (text.Catch ?? []).map(
        (catcher, i): Catcher => ({
          errorEquals: catcher.ErrorEquals,
          next: catcher.Next,
          ...this.#results(catcher, `${name}.Catch.${i}`, caught, readable),
        }),
      ),
    };
  }

  #state(name: string, text: StateText, readable: ReadonlySet<string>): State | undefined {
    const template = (value: unknown, field: string, fields: AllowedFields = before) =>
      this.#template(value, `${name}.${field}`, fields, readable);
    const onward = 'Next' in text && text.Next !== undefined ? { next: text.Next } : {};
    switch (text.Type) {
      case 'Task': {
        const integration = integrationOf(text.Resource);
        if (integration === undefined) {
          this.report(name, `the resource ${text.Resource} is not implemented`);
          return undefined;
        }
        const token = JSON.stringify(text.Arguments ?? null).includes('$states.context.Task.Token');
        if (integration.endsWith('.waitForTaskToken') && !token) {
          this.report(
            name,
            'waits for a task token but never hands $states.context.Task.Token out',
          );
        }
        const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = text;
        if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
          this.report(name, 'HeartbeatSeconds must be smaller than TimeoutSeconds');
        }
        return {
          type: 'Task',
          name,
          integration,
          resource: text.Resource,
          arguments: template(text.Arguments ?? {}, 'Arguments'),
          timeoutSeconds: template(timeout ?? limits.seconds, 'TimeoutSeconds'),
          ...(heartbeat === undefined
            ? {}
            : { heartbeatSeconds: template(heartbeat, 'HeartbeatSeconds') }),
          ...this.#results(text, name, after, readable),
          ...this.#failing(text, name, readable),
          ...onward,
        };
      }
      case 'Pass':
        return { type: 'Pass', name, ...this.#results(text, name, before, readable), ...onward };
      case 'Wait': {
        const { Seconds, Timestamp } = text;
        if ((Seconds === undefined) === (Timestamp === undefined)) {
          this.report(name, 'a Wait has either Seconds or Timestamp');
        }
        return {
          type: 'Wait',
          name,
          until:
            Seconds === undefined
              ? { timestamp: template(Timestamp, 'Timestamp') }
              : { seconds: template(Seconds, 'Seconds') },
          ...this.#results(text, name, before, readable),
          ...onward,
        };
      }
      case 'Choice':
        if (
          text.Output !== undefined &&
          text.Choices.some((choice) => choice.Output === undefined)
        ) {
          this.report(
            name,
            'Output beside a choice without Output is ambiguous: state it in each choice',
          );
        }
        return {
          type: 'Choice',
          name,
          choices: text.Choices.map((choice, i) => ({
            condition: template(choice.Condition, `Choices.${i}.Condition`),
            next: choice.Next,
            ...this.#results(choice, `${name}.Choices.${i}`, before, readable),
          })),
          ...(text.Default === undefined ? {} : { otherwise: text.Default }),
          ...this.#results(text, name, before, readable),
        };
      case 'Succeed':
        return {
          type: 'Succeed',
          name,
          ...(text.Output === undefined ? {} : { output: template(text.Output, 'Output') }),
        };
      case 'Fail':
        return {
          type: 'Fail',
          name,
          ...(text.Error === undefined ? {} : { error: template(text.Error, 'Error') }),
          ...(text.Cause === undefined ? {} : { cause: template(text.Cause, 'Cause') }),
        };
      case 'Parallel': {
        const branches = text.Branches.map((branch, i) => {
          const id = `${name}[${i}]`;
          this.scope(id, branch, { outerVariables: readable });
          return id;
        });
        return {
          type: 'Parallel',
          name,
          branches,
          ...(text.Arguments === undefined
            ? {}
            : { arguments: template(text.Arguments, 'Arguments') }),
          ...this.#results(text, name, after, readable),
          ...this.#failing(text, name, readable),
          ...onward,
        };
      }
      case 'Map': {
        const distributed = text.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
        if (
          !distributed &&
          (text.ToleratedFailureCount !== undefined ||
            text.ToleratedFailurePercentage !== undefined ||
            text.Label !== undefined)
        ) {
          this.report(name, 'tolerated failures and Label belong to a DISTRIBUTED Map');
        }
        // Children of a Distributed Map are executions of their own: they see no outer variable.
        this.scope(name, text.ItemProcessor, {
          outerVariables: distributed ? new Set() : readable,
        });
        return {
          type: 'Map',
          name,
          processor: name,
          distributed,
          label: text.Label ?? name,
          ...(text.Items === undefined ? {} : { items: template(text.Items, 'Items') }),
          ...(text.ItemSelector === undefined
            ? {}
            : { itemSelector: template(text.ItemSelector, 'ItemSelector') }),
          maxConcurrency: template(text.MaxConcurrency ?? 0, 'MaxConcurrency'),
          ...(text.ToleratedFailurePercentage === undefined
            ? {}
            : {
                toleratedPercentage: template(
                  text.ToleratedFailurePercentage,
                  'ToleratedFailurePercentage',
                ),
              }),
          ...(text.ToleratedFailureCount === undefined
            ? {}
            : { toleratedCount: template(text.ToleratedFailureCount, 'ToleratedFailureCount') }),
          ...this.#results(text, name, after, readable),
          ...this.#failing(text, name, readable),
          ...onward,
        };
      }
    }
  }
}
