// In: a file of orders for a rehearsal (YAML or JSON). Out: the orders, or every reason why the file is refused. Called
// before anything is touched.
import * as z from 'zod';
import { type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import { orderKinds, restTier, type Scope } from '../core/order/order.ts';
import { longestSpanSeconds } from '../core/plan/duration-field.ts';
import { gatedPhases } from '../core/plan/gates.ts';
import { durationSeconds, instantMs } from '../core/time.ts';
import type { ResolvedPlan } from '../flow/start-wave.ts';
import { waveKey } from '../flow/wave-record.ts';
import { nameRemedy } from './near-names.ts';
import { formProblems, parseYaml } from './parse-yaml.ts';
import { readTextFile } from './read-text-file.ts';
import type { TimedOrder } from './simulated-operator.ts';

const instant = z
  .string()
  .refine((text) => /Z$|[+-]\d{2}:\d{2}$/.test(text) && instantMs(text) !== undefined, {
    error: 'is no instant with a time zone, like 2026-01-31T08:00:00Z',
  });
const duration = z.string().refine(
  (text) => {
    const seconds = /^P\S*\d/.test(text) ? durationSeconds(text) : undefined;
    return seconds !== undefined && seconds >= 0 && seconds <= longestSpanSeconds;
  },
  { error: 'is no ISO 8601 duration up to P90D, like PT2H' },
);
const someText = z.string().min(1).max(500);

const order = z
  .strictObject({
    at: instant.optional(),
    after: duration.optional(),
    when: z
      .strictObject({ event: someText, phase: z.string().optional() })
      .describe('After so long from the first such event of the wave on; else from the start on.')
      .optional(),
    order: z.enum([...orderKinds, 'approve', 'deny']),
    wave: someText.optional(),
    plan: someText.optional(),
    everything: z.literal(true).optional(),
    tier: someText.optional(),
    servers: z.array(someText).min(1).max(1000).optional(),
    phase: z.enum(gatedPhases).optional(),
    by: someText,
    reason: someText,
    confirmState: z.boolean().optional(),
  })
  .superRefine((one, context) => {
    const wrong = (message: string) => context.addIssue({ code: 'custom', message, input: one });
    if ((one.at === undefined) === (one.after === undefined)) wrong('needs either `at` or `after`');
    if (one.when !== undefined && one.after === undefined) wrong('`when` goes with `after`');
    const subjects = [one.wave, one.plan, one.everything].filter((given) => given !== undefined);
    if (subjects.length !== 1) wrong('needs one of `wave`, `plan` and `everything`');
    const answers = one.order === 'approve' || one.order === 'deny';
    if (answers && (one.phase === undefined || one.wave === undefined)) {
      wrong(`${one.order} needs \`wave\` and \`phase\``);
    }
    if (!answers && one.phase !== undefined) wrong('`phase` is only for approve and deny');
    const narrow = one.tier !== undefined || one.servers !== undefined;
    if (narrow && (one.wave === undefined || answers)) wrong('`tier` and `servers` need a `wave`');
    if (one.tier !== undefined && one.servers !== undefined) {
      wrong('`tier` and `servers` are given both');
    }
  });

const ordersFile = z.strictObject({
  apiVersion: z.literal('landfall/v1'),
  kind: z.literal('Orders'),
  orders: z.array(order).min(1).max(1000),
});

/** The largest file of orders, in bytes. */
export const largestOrdersBytes = 384 * 1024;

/** A plan that orders may name; one that recurs runs as NAME-YYYYMMDD. */
export interface NamedPlan extends ResolvedPlan {
  readonly recurs?: boolean;
}

/** Orders that a rehearsal gives, or why they are refused. */
export type OrdersRead =
  | {
      readonly ok: true;
      readonly orders: readonly TimedOrder[];
      /** What the orders name that no plan has. */
      readonly strays: (plans: readonly NamedPlan[]) => readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a file of orders. Every problem names its line; never throws. */
export async function readOrders(file: string): Promise<OrdersRead> {
  const read = await readTextFile(file, largestOrdersBytes);
  return read.ok ? readOrdersText(read.text, file) : { ok: false, problems: [read.problem] };
}

/** Reads orders from text; the file's name is for the problems. */
export function readOrdersText(text: string, file: string): OrdersRead {
  const yaml = parseYaml(text, file, 'see docs/rehearse.md');
  if (!yaml.ok) return yaml;
  const { located } = yaml;
  const parsed = ordersFile.safeParse(yaml.content);
  if (!parsed.success) {
    return {
      ok: false,
      problems: formProblems(yaml, parsed.error, 'see docs/rehearse.md, orders'),
    };
  }
  const orders = parsed.data.orders.map(timed);
  return {
    ok: true,
    orders,
    strays: (plans) => orders.flatMap((one, i) => straysOf(one, i, plans).map(located)),
  };
}

function timed(given: z.output<typeof order>): TimedOrder {
  const { at, after, when, by, reason, wave = '' } = given;
  const due =
    at !== undefined
      ? { atMs: instantMs(at) ?? 0 }
      : {
          afterMs: (durationSeconds(after ?? 'PT0S') ?? 0) * 1000,
          ...(when === undefined
            ? {}
            : {
                event: {
                  type: when.event,
                  ...(given.wave === undefined ? {} : { wave: given.wave }),
                  ...(when.phase === undefined ? {} : { phase: when.phase }),
                },
              }),
        };
  if ((given.order === 'approve' || given.order === 'deny') && given.phase !== undefined) {
    const decision = given.order === 'approve' ? 'approved' : 'denied';
    return { due, answer: { wave, phase: given.phase, by, reason, decision } };
  }
  const kind = orderKinds.find((one) => one === given.order) ?? 'pause';
  const confirm = given.confirmState === undefined ? {} : { confirmState: given.confirmState };
  return { due, order: { order: kind, scope: scopeIn(given), by, reason, ...confirm } };
}

function scopeIn({ everything, plan, wave = '', tier, servers }: z.output<typeof order>): Scope {
  if (everything === true) return { kind: 'stage' };
  if (plan !== undefined) return { kind: 'plan', plan };
  if (tier !== undefined) return { kind: 'tier', wave, tier };
  return servers === undefined ? { kind: 'wave', wave } : { kind: 'servers', wave, servers };
}

/** Names that no plan has: an order about nobody would pass unseen. */
function straysOf(one: TimedOrder, i: number, plans: readonly NamedPlan[]): readonly Problem[] {
  const scope: Scope = 'answer' in one ? { kind: 'wave', wave: one.answer.wave } : one.order.scope;
  const stray = (field: string, name: string, known: readonly string[]): Problem =>
    problemAt(
      ['orders', i, field],
      `${shown(name)} is not in the plan`,
      nameRemedy(name, known, 'correct or remove it'),
    );
  switch (scope.kind) {
    case 'stage':
      return [];
    case 'plan': {
      const known = plans.some((plan) => namesRun(plan, scope.plan));
      const names = plans.map(({ name }) => name);
      return known ? [] : [stray('plan', scope.plan, names)];
    }
    default: {
      const [run = '', named = ''] = scope.wave.split('.');
      const plan = plans.find((known) => namesRun(known, run));
      const wave = plan?.waves.find(({ name }) => name === named);
      if (wave === undefined) {
        const keys = plans.flatMap(({ name, waves }) => waves.map((w) => waveKey(name, w.name)));
        return [stray('wave', scope.wave, keys)];
      }
      if (scope.kind === 'tier') {
        const tiers = [...wave.tiers, restTier];
        return tiers.includes(scope.tier) ? [] : [stray('tier', scope.tier, tiers)];
      }
      if (scope.kind !== 'servers') return [];
      const ids = wave.servers.map(({ sourceServerId }) => sourceServerId);
      return scope.servers.filter((id) => !ids.includes(id)).map((id) => stray('servers', id, ids));
    }
  }
}

/** Whether a name is that of a plan, or of one of its runs. */
function namesRun({ name, recurs = false }: NamedPlan, named: string): boolean {
  return named === name || (recurs && named.replace(/-\d{8}$/, '') === name);
}
