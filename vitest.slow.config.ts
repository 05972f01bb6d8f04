import { defineConfig, mergeConfig } from 'vitest/config';
import standard from './vitest.config.ts';

// The lanes that take minutes: whole programmes, every fault at once. CI runs them; npm test does not.
export default mergeConfig(
  { ...standard, test: { ...standard.test, include: [], exclude: [], isolate: true } },
  defineConfig({
    test: { include: ['test/**/*.slow.test.ts'], testTimeout: 900_000, passWithNoTests: true },
  }),
);
