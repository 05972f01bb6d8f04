import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import standard from './vitest.config.ts';

// What takes minutes begins first: begun last, it would keep one core busy while the other idles.
const longest = [
  ...['operator-model', 'kill', 'every-fault', 'drs-month', 'on-aws', 'subscriber'],
  ...['settings', 'events-on-aws', 'bundles', 'commands', 'policy', 'transitions', 'package'],
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((name) => moduleId.endsWith(`/${name}.slow.test.ts`));
      return place === -1 ? longest.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

// The lanes that take minutes: whole programmes, every fault at once. CI runs them; npm test does not.
export default mergeConfig(
  { ...standard, test: { ...standard.test, include: [], exclude: [], isolate: true } },
  defineConfig({
    test: {
      include: ['test/**/*.slow.test.ts'],
      sequence: { sequencer: LongestFirst },
      // No test has a bound of its own: how long one takes is the machine's affair.
      testTimeout: 900_000,
      hookTimeout: 900_000,
      passWithNoTests: true,
    },
  }),
);
