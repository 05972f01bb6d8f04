import { conclude } from '../flow/conclude.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Records how a phase ended for a server. */
export const handler = lambda('conclude', contracts.conclude.input, ({ ports }, event) =>
  conclude(ports, event),
);
