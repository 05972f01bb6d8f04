import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/**/*.slow.test.ts',
      'test/**/*.deployed.test.ts',
      'test/**/*.conformance.test.ts',
    ],
    // By default one core is left idle, which on a machine with two is half of it.
    maxWorkers: '100%',
    // Loading the modules anew for each file takes longer than most tests; what measures memory has a process of its own in
    // the slow lane.
    isolate: false,
    globalSetup: ['./test/_node24.ts'],
    reporters: ['default', './test/_reporter.ts'],
    // What takes seconds takes a minute on a machine that others keep busy; what hangs is ended all the same.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    coverage: { provider: 'v8', include: ['src/**'] },
  },
});
