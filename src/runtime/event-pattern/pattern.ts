import type { Wanted } from './operator.ts';

/** What is wanted of a field: one of these. */
export type Leaf = readonly Wanted[];

/** A pattern: per field a list of acceptable values, or a pattern again; `$or` holds alternatives. */
export interface EventPattern {
  readonly [field: string]: Leaf | EventPattern | readonly EventPattern[];
}
