import type { AppliedSettings } from '../../../core/desired/applied.ts';
import type { SettingChange } from '../../../core/desired/setting.ts';
import { type Target, targetName } from '../../../core/target.ts';
import type { DrsSettingsApi, Ports, Refusal } from '../../ports.ts';
import type { Place } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { SettingsPorts } from '../settings-ports.ts';

/** What it takes to set servers: the store, and the settings of servers of DRS in every target. */
export interface DrsServersPorts
  extends Pick<SettingsPorts, 'clock' | 'store' | 'rest'>,
    Pick<Ports, 'drsSettingsOf'> {}

/** What `landfall drs template` needs: to set the templates of accounts as well. */
export interface DrsSettingsPorts extends DrsServersPorts {
  /** The same object for the same target. */
  readonly drsSettingsOf: (target: Target) => DrsSettingsApi;
}

/** What came of changing an account's template or a server. */
export interface DrsResult {
  readonly target: Target;
  /** Null for the account's template. */
  readonly server: string | null;
  readonly hostname: string | null;
  /** `same`: nothing to do; `done`: all of it; `partly`: repeat it; `refused`: nothing was touched. */
  readonly status: 'same' | 'done' | 'partly' | 'refused';
  readonly changes: readonly SettingChange[];
  /** What is still to be set. */
  readonly left: readonly SettingChange[];
  /** Why it was refused, or what stopped it. */
  readonly because?: string;
  /** What a service said to the call that it broke off at. */
  readonly refusal?: Refusal;
  /** What was done beside settings: the service was initialised, the template made. */
  readonly also?: readonly string[];
}

// No source server is called so.
const templateKey = 'launch-configuration-template';

/** Where it is kept what Landfall changed of an account's template. */
export function templatePlace(target: Target): Place<AppliedSettings> {
  return place.settings(target, templateKey);
}

/** Says whether a record is of an account's template, not of a server. */
export function isOfTemplate({ server }: Pick<AppliedSettings, 'server'>): boolean {
  return server === templateKey;
}

/** Whose record it is, as it is kept for a template. */
export function templateNote(target: Target) {
  return { server: templateKey, wave: targetName(target) };
}
