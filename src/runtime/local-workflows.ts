import type { Workflows } from '../flow/ports.ts';
import { asJson } from './as-json.ts';
import type { Engine } from './asl/engine.ts';
import { jsonBytes, limits } from './asl/limits.ts';

/** The workflow service as steps and the poller reach it, answered by an engine. */
export function localWorkflows<H>(engine: Engine<H>): Workflows {
  return {
    sendTaskSuccess: async (token, output) => {
      const value = asJson(output);
      if (jsonBytes(value) > limits.payloadBytes)
        throw new Error('the output has more than 256 KiB');
      return engine.tasks.succeeded(token, value) ? 'released' : 'already-released';
    },
    sendTaskFailure: async (token, error, cause) =>
      engine.tasks.failed(token, error, cause) ? 'released' : 'already-released',
    startExecution: async (stateMachineArn, name, input) => {
      const started = engine.start(stateMachineArn, name, asJson(input));
      if (started === 'name-taken') return started;
      if (typeof started === 'string') throw new Error(`${stateMachineArn} as ${name}: ${started}`);
      return { executionArn: started.arn };
    },
    describeExecution: async (executionArn) => engine.executions.describe(executionArn),
  };
}
