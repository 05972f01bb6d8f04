// What the doctor gathers of a deployment before it judges. Each part is an answer: what one may not read is no
// reason to be silent on the rest.
import type { Target } from '../core/target.ts';
import type { Instant } from '../core/time.ts';
import type { Answer, WireDocument } from '../flow/ports.ts';
import type { TargetRecord } from '../flow/records/target-records.ts';

/** All that the doctor knows of a deployment. */
export interface DeployFacts {
  readonly now: Instant;
  readonly identity: { readonly arn: string; readonly accountId: string };
  readonly stack: { readonly name: string; readonly status: string };
  readonly resources: Answer<
    readonly {
      readonly logicalId: string;
      readonly physicalId: string;
      readonly type: string;
      readonly status: string;
    }[]
  >;
  readonly table: Answer<{ readonly status: string; readonly pointInTimeRecovery: boolean }>;
  readonly bus: Answer<string>;
  /** By the name that serverless.yml gives the function: `poll`, `nextStage` … */
  readonly functions: Readonly<Record<string, Answer<FunctionFacts>>>;
  readonly schedule: Answer<{ readonly isEnabled: boolean; readonly expression: string }>;
  readonly concurrency: Answer<{
    readonly reserved: number | undefined;
    readonly unreserved: number;
    readonly limit: number;
  }>;
  readonly alarms: Answer<
    readonly {
      readonly name: string;
      readonly state: string;
      readonly reason: string;
      readonly description: string;
    }[]
  >;
  /** How many messages the dead-letter queue held lately; undefined where nothing is known. */
  readonly deadLetters: Answer<number | undefined>;
  readonly deadLettersUrl: string;
  readonly permissions: readonly PermissionFacts[];
  readonly targets: readonly TargetFacts[];
  /** What hooks of plans may call; undefined where plans may have none. */
  readonly hooks: HookFacts | undefined;
}

/** What is known of what hooks of plans may call. */
export interface HookFacts {
  /** By name: the concurrency that is reserved for it; undefined where none is. */
  readonly functions: Readonly<Record<string, Answer<number | undefined>>>;
  readonly documents: readonly {
    readonly name: string;
    readonly region: string;
    readonly state: Answer<{ readonly status: string; readonly kind: string }>;
  }[];
  /** Whether documents run in accounts that are not looked into from here. */
  readonly elsewhere: boolean;
  /** What IAM says of the calls that the function of hooks makes; undefined where it was not asked. */
  readonly allowed: PermissionFacts['simulated'] | undefined;
}

/** A function as Lambda describes it. */
export interface FunctionFacts {
  readonly name: string;
  readonly state: string;
  readonly roleArn: string;
}

/** What IAM says of all that one function needs of its targets. */
export interface PermissionFacts {
  readonly function: string;
  readonly simulated: Answer<
    readonly {
      readonly action: string;
      readonly resource: string;
      readonly isAllowed: boolean;
      readonly decision: string;
    }[]
  >;
}

/** What is known of one target: from the store, and from its own answers. */
export interface TargetFacts {
  readonly target: Target;
  readonly access: 'own' | 'role' | 'managed';
  /** Undefined where no tick has looked at it yet. */
  readonly record: Answer<TargetRecord | undefined>;
  readonly servers: Answer<readonly WireDocument[]>;
  readonly vcenterClients: Answer<readonly WireDocument[]>;
  readonly quotas: Answer<Readonly<Record<string, number>>>;
}
