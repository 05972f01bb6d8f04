import { prepareWave } from '../flow/steps/prepare-wave.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Writes a wave and its servers down. */
export const handler = lambda('prepareWave', contracts.prepareWave.input, ({ ports }, event) =>
  prepareWave(ports, event),
);
