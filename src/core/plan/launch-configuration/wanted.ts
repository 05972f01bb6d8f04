import type { FleetServer } from '../../fleet/fleet.ts';
import type { Target } from '../../target.ts';
import type { LaunchTemplateWanted } from '../launch-template-field.ts';

type Doc = Readonly<Record<string, unknown>>;

/** Settings by their names, nested ones with a dot: `copyTags`, `licensing.osByol`. */
export type Settings = Doc;

/** Launch actions by their ids, each whole, by the names of DRS. */
export type Actions = Readonly<Record<string, Doc>>;

/** A server of DRS, as far as it can be picked by. */
export type DrsMember = Pick<
  FleetServer,
  'sourceServerId' | 'target' | 'hostname' | 'fqdn' | 'tags'
>;

/** What is wanted of an account's template; what is absent may be as it is. */
export interface TemplateWanted {
  readonly target: Target;
  readonly settings: Settings;
  /** All tags of the template. */
  readonly tags?: Readonly<Record<string, string>>;
  /** All its launch actions. */
  readonly actions?: Actions;
}

/** What is wanted of a server; what is absent may be as it is. */
export interface ServerWanted {
  readonly target: Target;
  readonly server: string;
  readonly hostname: string | null;
  readonly settings: Settings;
  /** The names of the settings that are meant otherwise than in the template. */
  readonly otherwise: readonly string[];
  /** The launch actions that are meant otherwise than at the template, each as it is there; null where it is not. */
  readonly otherActions: Readonly<Record<string, Doc | null>>;
  readonly actions?: Actions;
  readonly launchTemplate?: LaunchTemplateWanted;
}
