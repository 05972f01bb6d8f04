import { freezeSource } from '../flow/steps/freeze-source.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Marks the moment from which a source counts as frozen. */
export const handler = lambda('freezeSource', contracts.freezeSource.input, ({ ports }, event) =>
  freezeSource(ports, event),
);
