import { createStepFunctionsClient, once } from '../../adapters/aws/clients.ts';
import { createStepFunctions } from '../../adapters/aws/step-functions.ts';
import { part } from '../_wiring.ts';
import { region } from './region.ts';

/** The executions of the stack's state machines. */
export const workflows = part(
  region,
  ({ AWS_REGION }) =>
    createStepFunctions(once(() => createStepFunctionsClient({ region: AWS_REGION }))),
  ({ ports }) => ports.workflows,
);
