import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Ends the run with one bare line a machine can read: `N passed, N failed`. */
export default class ClosingLine implements Reporter {
  #passed = 0;
  #failed = 0;

  onInit(): void {
    // Printed at exit: the coverage report is written after onTestRunEnd.
    process.once('exit', (code) => {
      const failed = this.#failed === 0 && code !== 0 ? 1 : this.#failed;
      console.log(`${this.#passed} passed, ${failed} failed`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const states = modules.flatMap((m) => [...m.children.allTests()].map((t) => t.result().state));
    const count = (state: string) => states.filter((s) => s === state).length;
    // A file that fails to load, a failed hook and a late rejection have no failed test of their own.
    const suites = modules.flatMap((m) => [m, ...m.children.allSuites()]);
    const silent = suites.filter((s) => s.errors().length > 0).length + unhandled.length;
    this.#passed = count('passed');
    this.#failed = count('failed') + silent;
  }
}
