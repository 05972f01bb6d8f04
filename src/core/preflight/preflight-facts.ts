import type { Quotas } from '../admission.ts';
import type { ClientContact } from '../change/client-silence.ts';
import type { DrsFacts } from '../change/drs/server-facts.ts';
import type { Facts } from '../change.ts';
import type { ConfigurationSeen, Drift } from '../configuration/drift.ts';
import type { LaunchLook } from '../configuration/launch-look.ts';
import type { Surroundings } from '../configuration/surroundings.ts';
import type { Phase } from '../plan/settings.ts';
import type { Instant } from '../time.ts';

/** What is known before servers of a wave begin a phase. What was never seen is absent, and nothing is found of it. */
export interface PreflightFacts {
  readonly phase: Phase;
  /** The present; absent where nobody knows it, and then nothing is found that depends on it. */
  readonly now?: Instant;
  readonly wave: string;
  /** The servers that are about to begin the phase. */
  readonly servers: readonly ServerFacts[];
  readonly targets: Readonly<Record<string, TargetFacts>>;
  /** The waves of the plan in the order of the file; empty where the plan is not at hand. */
  readonly plan: readonly PlanWaveFacts[];
}

/** What is known of one server. */
export interface ServerFacts {
  readonly server: string;
  readonly hostname: string | null;
  /** The name of its target. */
  readonly target: string;
  readonly tier: number;
  readonly facts: Partial<Facts>;
  /** Whether it takes a new active slot to begin. */
  readonly needsSlot: boolean;
  readonly vcenterClientId?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Its configurations when the wave began; absent before the first look. */
  readonly baseline?: ConfigurationSeen;
  readonly drift: Drift;
  /** The instance type that the service would choose. */
  readonly recommendedType: string | null;
  /** Other waves that have not ended and hold it, too. */
  readonly otherWaves: readonly string[];
  /** What only a server of DRS has. */
  readonly drs?: DrsServerFacts;
}

/** What is known of a server of DRS beside what every server has. */
export interface DrsServerFacts {
  readonly facts: Partial<DrsFacts>;
  readonly look: Pick<
    LaunchLook,
    'intoInstance' | 'supportsNitro' | 'isWindows' | 'pointsKeptSeconds'
  >;
  /** The plan has it recovered from a point before this instant. */
  readonly pointBefore?: Instant;
}

/** What is known of one account and Region. */
export interface TargetFacts {
  readonly activeServers: number | null;
  readonly quotas: Quotas;
  /** Open jobs and the servers in them, ours or not; absent where nobody counted. */
  readonly openJobs?: number;
  readonly serversInJobs?: number;
  readonly clients: Readonly<Record<string, ClientContact>>;
  readonly surroundings?: Surroundings;
  /** Why its configurations could not be read. */
  readonly refused?: string;
}

/** A wave of the plan, as far as rules on its order need it. */
export interface PlanWaveFacts {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly servers: readonly { readonly server: string; readonly application?: string }[];
}
