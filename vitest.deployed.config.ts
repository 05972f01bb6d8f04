import { defineConfig, mergeConfig } from 'vitest/config';
import standard from './vitest.config.ts';

// The compiled template on an independent AWS. Needs python3 with venv, and PyPI the first time; docs/deployed-lane.md.
export default mergeConfig(
  { ...standard, test: { ...standard.test, include: [], exclude: [], isolate: true } },
  defineConfig({
    test: {
      include: ['test/deployed/*.deployed.test.ts'],
      globalSetup: ['./test/deployed/_emulator-home.ts'],
      fileParallelism: false,
      testTimeout: 180_000,
      hookTimeout: 1_140_000,
    },
  }),
);
