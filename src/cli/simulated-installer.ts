// In: the events of a rehearsal. Out: the agent of DRS installed on each instance that MGN is through with, so much later, as
// somebody does who goes from a migration to disaster recovery. The same inputs give the same rehearsal.
import { type Instant, toMs } from '../core/time.ts';
import type { Ports } from '../flow/ports.ts';
import type { Simulator } from '../simulator/simulator.ts';
import type { ToldEvent } from './chronicle.ts';

/** Where DRS is to protect what was migrated, and how long after its finalization its agent is installed. */
export interface DrsAgents {
  readonly region: string;
  readonly afterSeconds: number;
}

/** What came of an agent that was installed. */
export interface AgentInstalled {
  /** The source server of MGN. */
  readonly server: string;
  readonly at: Instant;
  /** The source server of DRS; null where the service refused it. */
  readonly drsServer: string | null;
  readonly said: string;
}

interface Pending {
  readonly atMs: number;
  readonly accountId: string;
  readonly region: string;
  readonly sourceServerID: string;
}

/** Somebody who installs the agent of DRS on what was migrated. */
export class SimulatedInstaller {
  readonly #agents: DrsAgents;
  readonly #seen = new Set<string>();
  readonly #installed: AgentInstalled[] = [];
  #pending: readonly Pending[] = [];

  constructor(agents: DrsAgents) {
    this.#agents = agents;
  }

  /** When the next agent is due, in milliseconds after 1970; undefined where none is. */
  get nextMs(): number | undefined {
    return this.#pending[0]?.atMs;
  }

  /** What came of each agent, in the order of their installation. */
  get installed(): readonly AgentInstalled[] {
    return this.#installed;
  }

  /** Takes one event: a server of MGN that is finalized; one that is told again is one server. */
  told({ 'detail-type': type, detail }: ToldEvent): void {
    const { phase, status } = detail;
    if (type !== 'Wave Server Phase Ended' || phase !== 'finalize' || status !== 'succeeded')
      return;
    const sourceServerID = String(detail['sourceServerId']);
    const [accountId, region] = [String(detail['accountId']), String(detail['region'])];
    const name = `${accountId}:${region}:${sourceServerID}`;
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const atMs = toMs(String(detail['observedAt'])) + this.#agents.afterSeconds * 1000;
    const one: Pending = { atMs, accountId, region, sourceServerID };
    this.#pending = [...this.#pending, one].sort((a, b) => a.atMs - b.atMs);
  }

  /** Installs the agents that are due. */
  actDue({ clock }: Pick<Ports, 'clock'>, simulator: Pick<Simulator, 'installDrsAgent'>): void {
    const now = clock.now();
    const due = this.#pending.filter(({ atMs }) => atMs <= toMs(now));
    this.#pending = this.#pending.filter(({ atMs }) => atMs > toMs(now));
    for (const { atMs: _, ...of } of due) {
      const { accountId, sourceServerID } = of;
      const { region } = this.#agents;
      const answer = simulator.installDrsAgent({ accountId, region }, of);
      this.#installed.push({
        ...{ server: sourceServerID, at: now },
        ...('refusal' in answer
          ? { drsServer: null, said: answer.refusal }
          : { drsServer: answer.sourceServerID, said: `replicates to ${region}` }),
      });
    }
  }
}
