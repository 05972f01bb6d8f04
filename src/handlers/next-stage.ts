import { nextStage } from '../flow/steps/next-stage.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Reviews a wave and prepares its next stage. */
export const handler = lambda('nextStage', contracts.nextStage.input, ({ ports }, event) =>
  nextStage(ports, event),
);
