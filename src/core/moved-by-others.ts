import type { Facts } from './change.ts';
import type { Stretch } from './phase.ts';

/** What is on record of a server's way in its wave, as far as it tells who may have moved its life cycle. */
export interface Way {
  /** The stretches that were begun for it in this wave. */
  readonly begun: ReadonlySet<Stretch>;
  /** Whether a cutover launch of ours has ended well: MGN does not take that one back by itself. */
  readonly cutOver: boolean;
}

type Step = { readonly from: readonly string[]; readonly to: string };

// The moves that Landfall, or MGN after a call of Landfall, makes in each stretch. What may come late is allowed from the
// stretch on that it belongs to.
const moves: Readonly<Record<Stretch, readonly Step[]>> = {
  replicate: [],
  test: [
    { from: ['READY_FOR_TEST'], to: 'TESTING' },
    { from: ['READY_FOR_TEST', 'TESTING'], to: 'READY_FOR_CUTOVER' },
    { from: ['TESTING'], to: 'READY_FOR_TEST' },
  ],
  cutover: [
    { from: ['READY_FOR_TEST', 'TESTING'], to: 'READY_FOR_CUTOVER' },
    { from: ['READY_FOR_TEST', 'TESTING', 'READY_FOR_CUTOVER'], to: 'CUTTING_OVER' },
    { from: ['CUTTING_OVER'], to: 'READY_FOR_CUTOVER' },
  ],
  finalize: [{ from: ['READY_FOR_CUTOVER', 'CUTTING_OVER'], to: 'CUTOVER' }],
  rollback: [
    { from: ['TESTING'], to: 'READY_FOR_TEST' },
    { from: ['CUTTING_OVER'], to: 'READY_FOR_CUTOVER' },
  ],
  // DRS keeps no life cycle.
  protect: [],
  drill: [],
  extend: [],
  retire: [],
  recover: [],
  reverse: [],
  failback: [],
  reprotect: [],
  vacate: [],
};

// Only a call brings a server there; the states before them come by themselves as replication goes on.
const byCall: ReadonlySet<string> = new Set([
  'TESTING',
  'READY_FOR_CUTOVER',
  'CUTTING_OVER',
  'CUTOVER',
]);
const order = ['READY_FOR_TEST', 'TESTING', 'READY_FOR_CUTOVER', 'CUTTING_OVER', 'CUTOVER'];

type Moving = Pick<Facts, 'lifecycle' | 'archived'>;

/**
 * Says what somebody else did to the life cycle of a server, in one sentence; undefined where it may have been Landfall,
 * or MGN by itself. It rather says nothing than something wrong.
 */
export function movedByOthers(was: Moving, is: Moving, way: Way): string | undefined {
  if (is.archived && !was.archived && !way.begun.has('finalize')) return 'it was archived';
  const [from, to] = [was.lifecycle, is.lifecycle];
  if (from === null || to === null || from === to) return undefined;
  const said = `its life cycle went from ${from} to ${to}`;
  if (to === 'DISCONNECTED') return said;
  const back = to === 'READY_FOR_TEST' && order.indexOf(from) > 0;
  if (!byCall.has(to) && !back) return undefined;
  const revert = from === 'CUTTING_OVER' && to === 'READY_FOR_CUTOVER';
  if (revert && way.cutOver) return way.begun.has('rollback') ? undefined : said;
  // Between two looks a server may take several steps.
  const allowed = [...way.begun].flatMap((stretch) => moves[stretch]);
  return reaches(from, to, allowed) ? undefined : said;
}

function reaches(from: string, to: string, steps: readonly Step[]): boolean {
  const seen = new Set([from]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const step of steps) {
      if (seen.has(step.to) || !step.from.some((state) => seen.has(state))) continue;
      seen.add(step.to);
      grown = true;
    }
  }
  return seen.has(to);
}
