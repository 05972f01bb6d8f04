import { part } from '../_wiring.ts';

/** How many targets are polled side by side; locally one at a time, so that the logs stay the same byte for byte. */
export const parallel = part(
  {},
  () => 20,
  () => 1,
);

/** For how many servers hooks are gone on with side by side; locally for one, as above. */
export const parallelHooks = part(
  {},
  () => 20,
  () => 1,
);
