import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.slow.test.ts', 'test/**/*.conformance.test.ts'],
    globalSetup: ['./test/_node24.ts'],
    reporters: ['default', './test/_reporter.ts'],
    // A property over many cases outlives the default of five seconds on a small, busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
