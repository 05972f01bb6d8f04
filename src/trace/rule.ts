import type { LogName } from './forms.ts';
import type { Trace } from './trace.ts';

/** The promises of design.md 14, by number. */
export type PromiseNumber = 1 | 2 | 3 | 4 | 5 | 6;

/** A line of a log; `index` counts the file's lines from 0. */
export interface Evidence {
  readonly log: LogName;
  readonly index: number;
}

/** One breach that a rule saw: a sentence, and the lines that show it. */
export interface Breach {
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** `ACCOUNT/REGION/SERVER`. */
  readonly server?: string;
  readonly at?: string;
}

/** What a rule answers: how many cases it looked at, and which of them break it. */
export interface Finding {
  readonly cases: number;
  readonly breaches: readonly Breach[];
  /** A measurement worth reading even when nothing is wrong. */
  readonly note?: string;
}

/** One checkable consequence of a promise. */
export interface Rule {
  readonly promise: PromiseNumber;
  /** Kebab-case, unique, stable: reports and docs/check.md name it. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly holds: string;
  /** What a violation means for the person who reads it. */
  readonly meaning: string;
  readonly check: (trace: Trace) => Finding;
}

/** Gathers a rule's finding while it walks the trace. */
export class Tally {
  cases = 0;
  readonly breaches: Breach[] = [];

  /** Counts one case, and records the breach where there is one. */
  see(breach: Breach | undefined): void {
    this.cases += 1;
    if (breach !== undefined) this.breaches.push(breach);
  }

  /** The finding so far. */
  finding(note?: string): Finding {
    const { cases, breaches } = this;
    return note === undefined ? { cases, breaches } : { cases, breaches, note };
  }
}
