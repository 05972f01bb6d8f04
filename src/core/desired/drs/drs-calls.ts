// In: settings of DRS to change. Out: the calls that change them, in an order that is safe. Pure; called by the flow that makes
// them, to apply and to put back.
import type { SettingChange } from '../setting.ts';
import { actionIdIn } from './compare-drs.ts';

type Doc = Readonly<Record<string, unknown>>;

/** One call that changes launch actions of a template or a server. */
export type ActionCall =
  | { readonly call: 'put'; readonly action: Doc & { readonly actionId: string } }
  | { readonly call: 'delete'; readonly actionId: string };

/** What a configuration is to be given: members as the wire has them; what shall be absent is left out. */
export function fieldsToSet(changes: readonly SettingChange[]): Doc {
  const fields = new Map<string, unknown>();
  for (const { aspect, field, to } of changes) {
    if (aspect !== 'launch-configuration' || to === null || tagKeyIn(field) !== undefined) continue;
    // Licensing has one member.
    const [group, member] = field.split('.');
    if (group !== undefined && member !== undefined) fields.set(group, { [member]: to });
    else fields.set(field, to);
  }
  return Object.fromEntries(fields);
}

/** The tags to set and those to take away. */
export function tagsToSet(changes: readonly SettingChange[]): {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
} {
  const set: Record<string, string> = {};
  const unset: string[] = [];
  for (const { field, to } of changes) {
    const key = tagKeyIn(field);
    if (key === undefined) continue;
    if (typeof to === 'string') set[key] = to;
    else unset.push(key);
  }
  return { set, unset };
}

/** The key of the tag that a setting is about; undefined where it is about none. */
export function tagKeyIn(field: string): string | undefined {
  return field.startsWith('tags.') ? field.slice('tags.'.length) : undefined;
}

const highestOrder = 10_000;

type Waiting = readonly (readonly [id: string, action: Doc])[];

/**
 * The calls that change launch actions. What goes away goes first. DRS refuses an order that another action has, so an
 * action is set once its order is free; where some wait for one another, one steps aside to an order that nobody has or
 * will have.
 */
export function actionCalls(
  changes: readonly SettingChange[],
  ordersNow: ReadonlyMap<string, number>,
): readonly ActionCall[] {
  const orders = new Map(ordersNow);
  const about = changes.flatMap(({ field, from, to }) => {
    const id = actionIdIn(field);
    return id === undefined ? [] : [{ id, to: isDoc(to) ? withoutIdle(to, from) : to }];
  });
  const calls: ActionCall[] = [];
  for (const { id, to } of about) {
    if (isDoc(to)) continue;
    calls.push({ call: 'delete', actionId: id });
    orders.delete(id);
  }
  let waiting: Waiting = about.flatMap(({ id, to }) => (isDoc(to) ? [[id, to] as const] : []));
  while (waiting.length > 0) {
    const step = nextPut(waiting, orders);
    if (step === undefined) break;
    calls.push({ call: 'put', action: { ...step.action, actionId: step.id } });
    orders.set(step.id, orderOf(step.action));
    if (step.isLast) waiting = waiting.filter(([id]) => id !== step.id);
  }
  return calls;
}

interface Put {
  readonly id: string;
  readonly action: Doc;
  /** Whether the action is as it shall be after it. */
  readonly isLast: boolean;
}

function nextPut(waiting: Waiting, orders: ReadonlyMap<string, number>): Put | undefined {
  const holderOf = (id: string, order: number) =>
    [...orders].find(([other, taken]) => other !== id && taken === order)?.[0];
  const free = waiting.find(([id, action]) => holderOf(id, orderOf(action)) === undefined);
  if (free !== undefined) return { id: free[0], action: free[1], isLast: true };
  const [first] = waiting;
  if (first === undefined) return undefined;
  const holder = holderOf(first[0], orderOf(first[1]));
  const aside = waiting.find(([id]) => id === holder);
  // Whoever has the order keeps it: the service says so, and it is read back.
  if (aside === undefined) return { id: first[0], action: first[1], isLast: true };
  const used = new Set([...orders.values(), ...waiting.map(([, action]) => orderOf(action))]);
  return {
    id: aside[0],
    action: { ...aside[1], order: freeOrder(used) },
    isLast: false,
  };
}

/** No parameters are said only where some are taken away: what has none is not given an empty list. */
function withoutIdle({ parameters, ...action }: Doc, from: unknown): Doc {
  const count = (given: unknown) => (isDoc(given) ? Object.keys(given).length : 0);
  const before = isDoc(from) ? count(from['parameters']) : 0;
  return count(parameters) === 0 && before === 0 ? action : { ...action, parameters };
}

function freeOrder(taken: ReadonlySet<number>): number {
  for (let order = highestOrder; order >= 2; order -= 1) if (!taken.has(order)) return order;
  return highestOrder;
}

function orderOf(action: Doc): number {
  const { order } = action;
  return typeof order === 'number' ? order : 0;
}

function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
