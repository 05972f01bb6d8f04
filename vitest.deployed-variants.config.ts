import { defineConfig, mergeConfig } from 'vitest/config';
import standard from './vitest.config.ts';

// The same under faults, with a redeploy in the middle, and with functions that are killed; docs/deployed-lane.md.
export default mergeConfig(
  { ...standard, test: { ...standard.test, include: [], exclude: [], isolate: true } },
  defineConfig({
    test: {
      include: ['test/deployed/variants/*.deployed.test.ts'],
      globalSetup: ['./test/deployed/_emulator-home.ts'],
      // One of them waits for minutes until the lease of a killed tick has run out: the others go on beside it.
      maxWorkers: 2,
      testTimeout: 180_000,
      hookTimeout: 1_140_000,
    },
  }),
);
