import { signOff } from '../flow/steps/sign-off.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Signs a healthy cutover off. */
export const handler = lambda('signOff', contracts.signOff.input, ({ ports }, event) =>
  signOff(ports, event),
);
