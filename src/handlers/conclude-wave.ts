import { concludeWave } from '../flow/steps/conclude-wave.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Concludes a wave. */
export const handler = lambda('concludeWave', contracts.concludeWave.input, ({ ports }, event) =>
  concludeWave(ports, event),
);
