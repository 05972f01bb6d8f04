import { defineConfig, mergeConfig } from 'vitest/config';
import standard from './vitest.config.ts';

// Clients that we did not write against the simulator over HTTP. Needs python3 with venv, and PyPI the first time.
export default mergeConfig(
  { ...standard, test: { ...standard.test, include: [], exclude: [], isolate: true } },
  defineConfig({
    test: {
      include: ['test/conformance/**/*.conformance.test.ts'],
      globalSetup: ['./test/conformance/_botocore-home.ts'],
      hookTimeout: 175_000,
    },
  }),
);
