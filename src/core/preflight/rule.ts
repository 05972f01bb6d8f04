import type { Phase } from '../plan/settings.ts';
import type { PreflightFacts, ServerFacts } from './preflight-facts.ts';

/** How much a finding matters: a blocking one keeps a phase from starting, a warning is told. */
export type Severity = 'blocking' | 'warning';

/** What a rule found, with what it saw and what a person does about it. */
export interface RuleFinding {
  /** The servers concerned; empty where it is about none in particular. */
  readonly servers: readonly string[];
  /** One sentence with the evidence. */
  readonly message: string;
  readonly remedy: string;
}

/** One named rule of the preflight. Pure: it sees facts and answers findings. */
export interface Rule {
  /** Its name; own ones begin with `own/`. */
  readonly id: string;
  /** What it is where the plan says nothing. */
  readonly severity: Severity;
  /** Before which phases it is something else by itself. */
  readonly severityBefore?: Readonly<Partial<Record<Phase, Severity>>>;
  /** The phases before which it is asked. */
  readonly phases: readonly Phase[];
  /** One sentence: what must be so. */
  readonly asks: string;
  readonly check: (facts: PreflightFacts, told: Told) => readonly RuleFinding[];
}

/** What the plan tells single rules beside their severity. */
export interface Told {
  /** Post-launch actions that each server must have, active, and without which no cutover goes on. */
  readonly mustSucceed: readonly string[];
}

/** The phases of a migration that launch. */
export const launchPhases: readonly Phase[] = ['test', 'cutover'];
/** The phases of disaster recovery that launch. */
export const recoveryLaunches: readonly Phase[] = ['drill', 'recover'];
/** All phases that launch. */
export const allLaunches: readonly Phase[] = [...launchPhases, ...recoveryLaunches];

/** Names a few servers in a sentence, and how many more there are. */
export function named(servers: readonly Pick<ServerFacts, 'server' | 'hostname'>[]): string {
  const few = servers.slice(0, 5).map(({ server, hostname }) => hostname ?? server);
  return few.join(', ') + (servers.length > 5 ? ` and ${servers.length - 5} more` : '');
}

/** One finding over all servers for which something is so, or none. */
export function oneFinding(
  servers: readonly ServerFacts[],
  message: (named: string) => string,
  remedy: string,
): readonly RuleFinding[] {
  return servers.length === 0
    ? []
    : [{ servers: servers.map(({ server }) => server), message: message(named(servers)), remedy }];
}
