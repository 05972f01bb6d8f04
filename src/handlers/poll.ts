import { pollAll } from '../flow/poll-all.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Runs one tick of every target that is due, or of the one that the event names. */
export const handler = lambda('poll', contracts.poll.input, ({ ports, targets }, { target }) =>
  pollAll(ports, targets, target),
);
