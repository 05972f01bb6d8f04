import { describe, expect, it } from 'vitest';
import { movedByOthers } from '../../src/core/moved-by-others.ts';
import type { Stretch } from '../../src/core/phase.ts';

const moved = (
  from: string | null,
  to: string | null,
  begun: readonly Stretch[],
  is: { readonly cutOver?: boolean; readonly archived?: boolean } = {},
) =>
  movedByOthers(
    { lifecycle: from, archived: false },
    { lifecycle: to, archived: is.archived ?? false },
    { begun: new Set(begun), cutOver: is.cutOver ?? false },
  );

describe('a move that cannot be ours', () => {
  it.each([
    ['READY_FOR_TEST', 'TESTING', ['replicate']],
    ['READY_FOR_TEST', 'READY_FOR_CUTOVER', ['replicate']],
    ['READY_FOR_CUTOVER', 'CUTTING_OVER', ['replicate', 'test']],
    ['CUTTING_OVER', 'CUTOVER', ['replicate', 'test', 'cutover']],
    ['READY_FOR_CUTOVER', 'READY_FOR_TEST', ['replicate', 'test']],
    ['TESTING', 'READY_FOR_TEST', []],
    ['TESTING', 'DISCONNECTED', ['replicate', 'test', 'cutover', 'finalize', 'rollback']],
  ] as const)('%s to %s after %j', (from, to, begun) => {
    expect(moved(from, to, begun)).toBe(`its life cycle went from ${from} to ${to}`);
  });

  it('is the revert of a cutover that ended well, and an archive before finalize', () => {
    expect(
      moved('CUTTING_OVER', 'READY_FOR_CUTOVER', ['cutover'], { cutOver: true }),
    ).toBeDefined();
    expect(moved('CUTOVER', 'CUTOVER', ['cutover'], { archived: true })).toBe('it was archived');
  });
});

describe('a move that may be ours, or the service’s own', () => {
  it.each([
    ['NOT_READY', 'READY_FOR_TEST', ['replicate']],
    ['STOPPED', 'NOT_READY', ['replicate']],
    ['READY_FOR_TEST', 'STOPPED', ['replicate']],
    ['READY_FOR_TEST', 'TESTING', ['replicate', 'test']],
    ['READY_FOR_TEST', 'READY_FOR_CUTOVER', ['replicate', 'test']],
    ['READY_FOR_TEST', 'CUTTING_OVER', ['replicate', 'cutover']],
    ['TESTING', 'CUTTING_OVER', ['replicate', 'test', 'cutover']],
    ['TESTING', 'READY_FOR_TEST', ['replicate', 'rollback']],
    ['CUTTING_OVER', 'READY_FOR_CUTOVER', ['cutover']],
    ['READY_FOR_CUTOVER', 'CUTOVER', ['cutover', 'finalize']],
    ['A_STATE_OF_TOMORROW', 'ANOTHER', ['replicate']],
    [null, 'TESTING', []],
    ['TESTING', null, []],
    ['TESTING', 'TESTING', []],
  ] as const)('%s to %s after %j', (from, to, begun) => {
    expect(moved(from, to, begun)).toBeUndefined();
  });

  it('is the revert by a rollback of ours, and an archive after finalize', () => {
    expect(
      moved('CUTTING_OVER', 'READY_FOR_CUTOVER', ['cutover', 'rollback'], { cutOver: true }),
    ).toBeUndefined();
    expect(moved('CUTOVER', 'CUTOVER', ['finalize'], { archived: true })).toBeUndefined();
  });
});
