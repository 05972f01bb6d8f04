import type { PatternCase } from './event-pattern-corpus.ts';
import type { OracleName } from './event-pattern-oracles.ts';

/** Something that an oracle sees otherwise than we do, and why we do not follow it. */
export interface Disagreement {
  readonly oracle: OracleName;
  readonly about: string;
  /** What AWS documents, or does where its documentation is silent. */
  readonly judge: string;
  readonly concerns: (pair: PatternCase) => boolean;
}

/** Every known disagreement; the lane fails on any other, and on one of these that no longer shows. */
export const disagreements: readonly Disagreement[] = [
  {
    oracle: 'moto',
    about: 'true is 1 and false is 0, as in Python',
    judge:
      'User Guide, Comparison operators: numeric works on JSON numbers, and true and false are none; what an operator does not fold is matched character by character.',
    concerns: ({ pattern, event }) => {
      const [wanted, found] = [JSON.stringify(pattern), JSON.stringify(event['detail'])];
      const isTruth = /\b(true|false)\b/;
      return (
        (isTruth.test(found) && /\d/.test(wanted)) || (isTruth.test(wanted) && /\d/.test(found))
      );
    },
  },
  {
    oracle: 'moto',
    about: 'an empty object, or an empty list in a list, is a value of its field',
    judge:
      'User Guide, Comparison operators: they work on leaf nodes only. An object is no leaf, and a list without elements has none; event-ruler 2.1.0 agrees.',
    concerns: ({ event }) => /[[:,](\[\]|\{\})/.test(JSON.stringify(event['detail'])),
  },
  {
    oracle: 'moto',
    about: 'a CIDR block that is not written by its first address holds nothing',
    judge:
      'User Guide, IP address matching: a block is the addresses that share the bits before the mask. AWS’s published matcher, event-ruler 2.1.0, takes 10.0.0.5/24 for 10.0.0.0/24.',
    concerns: ({ pattern }) => JSON.stringify(pattern).includes('"cidr"'),
  },
  {
    oracle: 'moto',
    about: 'lists of objects are not looked into',
    judge:
      'User Guide, Arrays in event patterns: a list matches where one of its elements does. event-ruler 2.1.0 wants all members of the pattern in one element.',
    concerns: ({ about }) => about === 'lists of objects',
  },
  {
    oracle: 'ministack',
    about: 'a member that must not exist is looked for only in the element that fits the others',
    judge:
      'The documentation is silent. event-ruler 2.1.0 looks at members in the order of their names: what must not exist and comes first is looked for in every element.',
    concerns: ({ about, pattern }) =>
      about === 'lists of objects' && JSON.stringify(pattern).includes('"exists":false'),
  },
];
