import * as z from 'zod';
import { queryScope } from './apply-results.ts';
import type { Execution, OpenTask, Thread } from './execution.ts';
import type { StartRefusal, StepBook } from './execution-book.ts';
import { limits, requirePayloadSize } from './limits.ts';
import type { TaskState } from './machine.ts';
import { StateError, States } from './state-error.ts';
import type { Template } from './template.ts';

const LambdaArguments = z.strictObject({
  FunctionName: z.string().min(1),
  Payload: z.unknown().optional(),
});

const StartArguments = z.strictObject({
  StateMachineArn: z.string().min(1),
  Name: z.string().optional(),
  Input: z.unknown().optional(),
});

// The names of the errors of the AWS SDK integration, as Retry and Catch see them.
const startErrors: Readonly<Record<StartRefusal, string>> = {
  'name-taken': 'StepFunctions.ExecutionAlreadyExistsException',
  'no-such-machine': 'StepFunctions.StateMachineDoesNotExistException',
  'bad-name': 'StepFunctions.InvalidNameException',
  'input-too-large': States.dataLimitExceeded,
};

/** Begins a Task: hands the function call or the nested execution over, and waits for its end. */
export async function beginTask(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: TaskState,
): Promise<void> {
  const waits = state.integration === 'lambda:invoke.waitForTaskToken';
  const token = waits ? book.uuid(execution) : null;
  const context = token === null ? {} : { Task: { Token: token } };
  const scope = queryScope(book, execution, thread, {}, context);
  const given = await state.arguments.evaluate(scope);
  requirePayloadSize(given, `The arguments of the state ${state.name}`);
  const timeoutSeconds = await secondsOf(state.timeoutSeconds.evaluate(scope), 'TimeoutSeconds');
  const heartbeatSeconds =
    state.heartbeatSeconds === undefined
      ? undefined
      : await secondsOf(state.heartbeatSeconds.evaluate(scope), 'HeartbeatSeconds');

  book.record(execution, thread, 'TaskScheduled');
  const id = book.nextId();
  const at = { executionArn: execution.arn, thread: thread.id, task: id };
  const open = (child: string | null): OpenTask => ({
    id,
    token,
    child,
    heartbeatMs: heartbeatSeconds === undefined ? null : heartbeatSeconds * 1000,
    timeoutTimer: book.timer({ kind: 'timeout', ...at }, timeoutSeconds * 1000),
    heartbeatTimer:
      heartbeatSeconds === undefined
        ? null
        : book.timer({ kind: 'heartbeat', ...at }, heartbeatSeconds * 1000),
  });

  switch (state.integration) {
    case 'lambda:invoke':
    case 'lambda:invoke.waitForTaskToken': {
      const { FunctionName, Payload } = read(LambdaArguments, given, state);
      book.record(execution, thread, 'TaskStarted');
      book.threads.park(execution, thread, { kind: 'task', task: open(null) });
      book.host.invoke({ ...at, functionName: FunctionName, payload: Payload ?? {} });
      return;
    }
    case 'states:startExecution':
    case 'states:startExecution.sync:2': {
      const { StateMachineArn, Name, Input } = read(StartArguments, given, state);
      book.record(execution, thread, 'TaskStarted');
      const sync = state.integration === 'states:startExecution.sync:2';
      const started = book.start(StateMachineArn, Name ?? book.uuid(execution), Input ?? {}, {
        parentName: execution.name,
        ...(sync ? { waiter: { kind: 'task', ...at } } : {}),
      });
      if (typeof started === 'string') {
        const error = startErrors[started];
        const cause = `${StateMachineArn} was not started as ${Name ?? 'an unnamed execution'}: ${started}`;
        book.threads.resume(execution, thread, {
          kind: 'failure',
          error,
          cause,
          event: 'TaskFailed',
        });
        return;
      }
      if (sync) {
        book.threads.park(execution, thread, { kind: 'task', task: open(started.arn) });
        book.record(execution, thread, 'TaskSubmitted');
        return;
      }
      book.threads.resume(execution, thread, {
        kind: 'result',
        value: { ExecutionArn: started.arn, StartDate: started.startedAtMs },
        event: 'TaskSucceeded',
      });
      return;
    }
  }
}

function read<T>(schema: z.ZodType<T>, given: unknown, state: TaskState): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new StateError(
    States.runtime,
    `The arguments of ${state.name} do not fit: ${problems.join('; ')}`,
  );
}

async function secondsOf(
  evaluated: ReturnType<Template['evaluate']>,
  field: string,
): Promise<number> {
  const value = await evaluated;
  if (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value > 0 &&
    value <= limits.seconds
  ) {
    return value;
  }
  throw new StateError(
    States.queryEvaluationError,
    `${field} must be a whole number from 1 to ${limits.seconds}, not ${JSON.stringify(value)}`,
  );
}
