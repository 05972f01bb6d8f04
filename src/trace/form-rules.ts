import { logNames } from './forms.ts';
import { type Rule, Tally } from './rule.ts';

const linesReadable: Rule = {
  promise: 6,
  name: 'lines-readable',
  holds: 'Every line is a JSON object with the members that its log requires.',
  meaning: 'The line was left out of every other rule.',
  check: (trace) => {
    const tally = new Tally();
    tally.cases = trace.calls.length + trace.deliveries.length + trace.executions.length;
    for (const { log, index, problem } of trace.unreadable) {
      tally.see({ message: `${log}.jsonl: ${problem}`, evidence: [{ log, index }] });
    }
    return tally.finding();
  },
};

const logsHoldSomething: Rule = {
  promise: 6,
  name: 'logs-hold-something',
  holds: 'None of the three logs is empty.',
  meaning: 'Nothing was rehearsed, or a log was not written.',
  check: (trace) => {
    const tally = new Tally();
    const lines = {
      api: trace.calls.length,
      events: trace.deliveries.length,
      executions: trace.executions.length,
    };
    for (const log of logNames) {
      tally.see(lines[log] > 0 ? undefined : { message: `${log}.jsonl is empty`, evidence: [] });
    }
    return tally.finding();
  },
};

const apiInTimeOrder: Rule = {
  promise: 6,
  name: 'api-in-time-order',
  holds: '`api.jsonl` is ordered by `at`.',
  meaning: 'Calls were logged out of order; the log cannot be replayed.',
  check: (trace) => {
    const tally = new Tally();
    let last = Number.NEGATIVE_INFINITY;
    for (const call of trace.calls) {
      tally.see(
        call.ms < last
          ? {
              message: `${call.record.at} is earlier than the line before`,
              at: call.record.at,
              evidence: [
                { log: 'api', index: call.index - 1 },
                { log: 'api', index: call.index },
              ],
            }
          : undefined,
      );
      if (!Number.isNaN(call.ms)) last = call.ms;
    }
    return tally.finding();
  },
};

const callsAnswered: Rule = {
  promise: 6,
  name: 'calls-answered',
  holds:
    'A call has an HTTP status, an error exactly when it is no success, and no answer to be lost when refused.',
  meaning: 'The call’s line contradicts itself; whether it took effect is unclear.',
  check: (trace) => {
    const tally = new Tally();
    for (const { record, index } of trace.calls) {
      const { status, error, answerLost } = record;
      const success = status >= 200 && status < 300;
      const consistent =
        answerLost === true
          ? success || error !== null
          : status >= 100 && status < 600 && success === (error === null);
      tally.see(
        consistent
          ? undefined
          : {
              message: `status ${status} with error ${JSON.stringify(error)}`,
              at: record.at,
              evidence: [{ log: 'api', index }],
            },
      );
    }
    return tally.finding();
  },
};

const executionsNamed: Rule = {
  promise: 6,
  name: 'executions-named',
  holds:
    'An execution’s name is unique in its machine and fit for Step Functions, and its parent is in the log.',
  meaning: 'Two executions cannot be told apart, or one came out of nowhere.',
  check: (trace) => {
    const tally = new Tally();
    const names = new Set(trace.executions.map((line) => line.name));
    const seen = new Map<string, number>();
    for (const [index, { name, stateMachine, parent, startedAt }] of trace.executions.entries()) {
      const id = `${stateMachine} ${name}`;
      const problem = seen.has(id)
        ? `${name} occurs twice in ${stateMachine}`
        : !/^[\w.-]{1,80}$/.test(name)
          ? `${JSON.stringify(name)} is no execution name`
          : parent !== null && !names.has(parent)
            ? `the parent ${parent} of ${name} is not in the log`
            : undefined;
      seen.set(id, index);
      tally.see(
        problem === undefined
          ? undefined
          : { message: problem, at: startedAt, evidence: [{ log: 'executions', index }] },
      );
    }
    return tally.finding();
  },
};

/** Promise 6: the logs are complete and in order; `logsEqual` proves that two are the same. */
export const formRules: readonly Rule[] = [
  linesReadable,
  logsHoldSomething,
  apiInTimeOrder,
  callsAnswered,
  executionsNamed,
];
