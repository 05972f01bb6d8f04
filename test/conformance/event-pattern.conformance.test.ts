import { beforeAll, expect, test } from 'vitest';
import {
  isEventPattern,
  patternMatches,
  patternProblems,
} from '../../src/runtime/event-pattern.ts';
import { envelopeOf, type PatternCase, patternCorpus } from './event-pattern-corpus.ts';
import { disagreements } from './event-pattern-disagreements.ts';
import {
  askOracles,
  type OracleName,
  oracleNames,
  oraclesHome,
  oracleVersions,
  type Said,
} from './event-pattern-oracles.ts';
import { refusals } from './event-pattern-refusals.ts';

const corpus = patternCorpus(1, 250);

interface Judged {
  readonly pair: PatternCase;
  readonly ours: boolean;
  readonly said: Readonly<Record<OracleName, Said>>;
}

let judged: readonly Judged[] = [];

beforeAll(async () => {
  await oraclesHome();
  const said = await askOracles(corpus);
  judged = corpus.map((pair, i) => {
    if (!isEventPattern(pair.pattern)) throw new Error(patternProblems(pair.pattern).join('\n'));
    const answer = said[i];
    if (answer === undefined) throw new Error('an oracle is missing');
    return { pair, ours: patternMatches(pair.pattern, pair.event), said: answer };
  });
});

test('the corpus has 5,000 pairs and more, and of every kind both matches and mismatches', () => {
  expect(judged.length).toBeGreaterThanOrEqual(5000);
  for (const about of new Set(corpus.map((one) => one.about))) {
    const matches = judged.filter((one) => one.pair.about === about && one.ours).length;
    const all = judged.filter((one) => one.pair.about === about).length;
    expect([about, matches >= 0.15 * all && matches <= 0.85 * all]).toEqual([about, true]);
  }
});

test('no oracle broke', () => {
  const broken = judged.flatMap(({ said, pair }) =>
    oracleNames.flatMap((name) =>
      typeof said[name] === 'object' ? [{ name, said: said[name], pair }] : [],
    ),
  );
  expect(broken).toEqual([]);
});

test.each(oracleNames)('%s agrees on every pair but for what is known', (oracle) => {
  const unknown = judged.filter(
    ({ pair, ours, said }) =>
      said[oracle] !== ours &&
      !disagreements.some((known) => known.oracle === oracle && known.concerns(pair)),
  );
  expect(unknown).toEqual([]);
  const agreed = judged.filter(({ ours, said }) => said[oracle] === ours);
  expect(agreed.length).toBeGreaterThanOrEqual(5000);
  expect(agreed.some(({ ours }) => ours) && agreed.some(({ ours }) => !ours)).toBe(true);
});

test.each(disagreements)('$oracle still thinks that $about', ({ oracle, concerns }) => {
  expect(judged.some(({ pair, ours, said }) => concerns(pair) && said[oracle] !== ours)).toBe(true);
});

test('every pair is one on which an oracle agrees with us', () => {
  const alone = judged.filter(({ ours, said }) => oracleNames.every((name) => said[name] !== ours));
  expect(alone).toEqual([]);
});

test('what EventBridge refuses is refused, as MiniStack has it but for what is known', async () => {
  const said = await askOracles(
    refusals.map(({ pattern }) => ({ pattern, event: envelopeOf({ a: 'x' }) })),
  );
  for (const [i, { pattern, ours, ministack }] of refusals.entries()) {
    const theirs = said[i]?.ministack;
    expect([pattern, patternProblems(pattern).length > 0 ? 'refused' : 'taken']).toEqual([
      pattern,
      ours,
    ]);
    const isRefused = typeof theirs === 'object' && 'refused' in theirs;
    expect([pattern, isRefused ? 'refused' : 'taken']).toEqual([pattern, ministack ?? ours]);
  }
});

test('the agreement is written down', async () => {
  const rows = [...new Set(corpus.map(({ about }) => about))].map((about) => {
    const of = judged.filter(({ pair }) => pair.about === about);
    const agreed = oracleNames.map(
      (name) => of.filter(({ ours, said }) => said[name] === ours).length,
    );
    const matches = of.filter(({ ours }) => ours).length;
    return [about, matches, of.length - matches, ...agreed];
  });
  const sum = (column: number) => rows.reduce((all, row) => all + Number(row[column]), 0);
  const total = ['all', ...[1, 2, 3, 4].map(sum)];
  const names = oracleNames.map((name) => `${name} ${oracleVersions[name]}`);
  const lines = [
    '# Agreement on event patterns',
    '',
    '<!-- Written by npm run test:conformance -- -u; do not edit. -->',
    '',
    `Pairs of a pattern and an event, drawn from seed 1, and how many of them ${names.join(' and ')} see as we do.`,
    '',
    `| about | match | no match | ${oracleNames.join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...[...rows, total].map((row) => `| ${row.join(' | ')} |`),
    '',
    '## Where they do not',
    '',
    ...disagreements.map(({ oracle, about, judge }) => `- **${oracle}**: ${about}. ${judge}`),
    ...refusals
      .filter((one) => one.why !== undefined)
      .map(
        ({ pattern, ours, why }) =>
          `- **ministack** takes another view of \`${JSON.stringify(pattern)}\`, which is ${ours}: ${why}`,
      ),
    '',
  ];
  await expect(lines.join('\n')).toMatchFileSnapshot('event-pattern-agreement.md');
});
