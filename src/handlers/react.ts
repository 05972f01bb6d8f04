import { react } from '../flow/react.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Reacts to what others tell: native events, dead executions, concluded waves. */
export const handler = lambda('react', contracts.react.input, ({ ports, waveMachineArn }, event) =>
  react(ports, event, { wave: waveMachineArn }),
);
