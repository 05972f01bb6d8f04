import { sweep } from '../flow/sweep.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Finds executions that died without a word. */
export const handler = lambda('sweep', contracts.sweep.input, ({ ports, targets }) =>
  sweep(ports, targets),
);
