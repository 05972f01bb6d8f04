// What is kept of a source server and of a recovery instance, whichever waves they are in.

import type { Limits } from '../../core/change/bands.ts';
import type { InstanceFacts } from '../../core/change/drs/instance-facts.ts';
import type { DrsState } from '../../core/change/drs/server-facts.ts';
import type { EtaMark } from '../../core/change/eta.ts';
import type { Facts } from '../../core/change.ts';
import type { Accepted } from '../../core/configuration/accepted.ts';
import type { ConfigurationSeen, Drift } from '../../core/configuration/drift.ts';
import type { LaunchLook } from '../../core/configuration/launch-look.ts';
import type { LaunchTemplateMark } from '../../core/configuration/launch-template-mark.ts';
import type { AppliedEntry, AppliedSettings } from '../../core/desired/applied.ts';
import type { PendingEvent } from '../../core/event/stream.ts';
import type { InstanceIdentity } from '../../core/event/tell-drs.ts';
import type { StallCourse } from '../../core/remedy.ts';
import type { Instant } from '../../core/time.ts';

/** A server's configurations as they were when its wave began. */
export interface BaselineRecord {
  readonly server: string;
  readonly wave: string;
  readonly aspects: ConfigurationSeen;
  /** What `landfall settings` is setting in it right now: as expected, whether it is set already or not. */
  readonly accepted?: Accepted;
  /** Its tags that may be told. */
  readonly tags: Readonly<Record<string, string>>;
  readonly vcenterClientId: string | null;
  /** The instance type that MGN would choose for it; null where the service names none. */
  readonly recommendedType: string | null;
}

/** A change of a server's settings that was made on purpose, and that the next tick tells. */
export interface UntoldSettings extends Pick<AppliedSettings, 'server' | 'plan' | 'wave'> {
  readonly entry: AppliedEntry;
}

/** What the last look at a server of DRS saw of what it is launched with; its preflight goes by it. */
export interface LaunchLookRecord extends LaunchLook {
  /** Its tags that may be told. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What is recorded of one source server: its facts, its event sequence, and what is not published yet. */
export interface ServerRecord {
  readonly sourceServerId: string;
  readonly arn: string;
  readonly hostname: string | null;
  readonly facts: Facts;
  readonly sequence: number;
  readonly pending: readonly PendingEvent[];
  readonly wave: string | null;
  /** The last launch results that were told, by job; so that none is told twice. */
  readonly toldJobs: readonly string[];
  /** The calls of others that were told last, by CloudTrail's id; so that none is told twice. */
  readonly toldCalls?: readonly string[];
  /** Up to where its plan calls lag and backlog good; absent where no plan has named it. */
  readonly limits?: Limits;
  /** The course of its stalls, and what was tried; absent where it never stalled. */
  readonly stall?: StallCourse;
  /** The estimated end of its sync that later estimates are measured by. */
  readonly eta?: EtaMark;
  /** How its configurations differ from what is expected of them; absent where they do not. */
  readonly drift?: Drift;
  /** When the last change of its settings that was told was begun; absent where none was. */
  readonly settingsToldAt?: Instant;
  /** Its EC2 launch template as it was when it was launched last; DRS only, absent before the first look. */
  readonly launchTemplate?: LaunchTemplateMark;
  /** What only DRS tells of it; absent for servers of MGN. */
  readonly drs?: DrsState;
}

/** What is recorded of one recovery instance of DRS: its facts, its event sequence, and what is not published yet. */
export interface RecoveryInstanceRecord {
  readonly identity: InstanceIdentity;
  readonly facts: InstanceFacts;
  /** When it was launched, or where that is not known when it was first seen. */
  readonly since: Instant;
  /** The launch of Landfall that made it; absent where somebody else did, or nobody knows. */
  readonly intentId?: string;
  /** Since when it is no longer listed; null while it is. */
  readonly goneAt: Instant | null;
  readonly sequence: number;
  readonly pending: readonly PendingEvent[];
}
