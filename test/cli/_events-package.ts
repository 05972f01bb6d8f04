// Stands in for `npm install` in a project that uses landfall/events: the name leads to the source of it. Given to a
// process with --import.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (name, context, next) =>
    name === 'landfall/events'
      ? { url: new URL('../../src/events/index.ts', import.meta.url).href, shortCircuit: true }
      : next(name, context),
});
