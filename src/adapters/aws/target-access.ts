// In: how a deployment reaches its targets. Out: as whom each is reached, and what any service's clients of it are made
// with. Called by target-clients.ts and drs-target-clients.ts, so that a bundle holds one service's client only.
import { type Target, targetName } from '../../core/target.ts';
import type { Access, ListedTarget } from '../../core/target-list.ts';
import type { Answer, Clock, Refusal } from '../../flow/ports.ts';
import { type ClientSettings, createStsClient, once } from './clients.ts';
import { createRoleSessions } from './role-sessions.ts';

/** Other addresses than AWS's own (FIPS, a VPC endpoint, a simulator); `{region}` in one stands for the target's Region. */
export interface Endpoints {
  readonly mgn?: string;
  readonly drs?: string;
  readonly ec2?: string;
  readonly serviceQuotas?: string;
  readonly sts?: string;
  readonly ssm?: string;
}

/** Where the clients of a deployment's targets go, and as whom. */
export interface TargetClientSettings {
  readonly targets: readonly ListedTarget[];
  /** Where Landfall itself runs: its STS is asked, as the tokens of a Region's STS are good in every Region. */
  readonly homeRegion: string;
  /** The name of the role to assume in member accounts, with its path where it has one. */
  readonly memberRole: string;
  /** Empty where the roles ask for none. */
  readonly externalId: string;
  readonly sessionName: string;
  readonly clock: Clock;
  /** An empty address is AWS's own. */
  readonly endpoints?: Endpoints;
  /** Landfall's own credentials; the SDK's usual chain where absent. */
  readonly credentials?: ClientSettings['credentials'];
  readonly requestHandler?: ClientSettings['requestHandler'];
}

/** Enters the member role of an account; answers why it could not. */
export type Enter = () => Promise<Refusal | undefined>;

/** What the clients of one account's services act with. */
export interface Caller {
  readonly credentials: ClientSettings['credentials'];
  readonly enter: Enter;
}

/** As whom targets are reached. */
export interface TargetAccess {
  /** A target that is not listed is reached as Landfall itself. */
  readonly accessOf: (target: Target) => Access;
  /** The member role in the account of a target. */
  readonly member: (target: Target) => Caller;
}

/** Reads the accesses of a deployment's targets; the sessions of the member roles are shared by all of them. */
export function targetAccess(settings: TargetClientSettings): TargetAccess {
  const { homeRegion, endpoints = {} } = settings;
  const sessions = createRoleSessions(
    once(() => createStsClient(at(settings, homeRegion, endpoints.sts, settings.credentials))),
    settings,
  );
  const accesses = new Map<string, Access>(
    settings.targets.map(({ target, access }) => [targetName(target), access]),
  );
  return {
    accessOf: (target) => accesses.get(targetName(target)) ?? 'own',
    member: ({ partition, accountId }) => {
      const roleArn = `arn:${partition}:iam::${accountId}:role/${settings.memberRole}`;
      return {
        credentials: async () => {
          const answer = await sessions.credentialsOf(roleArn);
          if (answer.ok) return answer.value;
          throw new Error(`${answer.refusal.errorName}: ${answer.refusal.message}`);
        },
        enter: async () => {
          const answer = await sessions.credentialsOf(roleArn);
          return answer.ok ? undefined : answer.refusal;
        },
      };
    },
  };
}

/** Makes the API of each target once. */
export function onceATarget<Api>(make: (target: Target) => Api): (target: Target) => Api {
  const apis = new Map<string, Api>();
  return (target) => {
    const name = targetName(target);
    const known = apis.get(name);
    if (known !== undefined) return known;
    const api = make(target);
    apis.set(name, api);
    return api;
  };
}

/** A call that is made only once `enter` refuses nothing. */
export function after(enter: Enter) {
  return <Asked extends readonly unknown[], T>(call: (...asked: Asked) => Promise<Answer<T>>) =>
    async (...asked: Asked): Promise<Answer<T>> => {
      const refusal = await enter();
      return refusal === undefined ? call(...asked) : { ok: false, refusal };
    };
}

/** The settings of a client in a Region, at an address where one is set. */
export function at(
  { requestHandler }: TargetClientSettings,
  region: string,
  endpoint: string | undefined,
  credentials: ClientSettings['credentials'],
): ClientSettings {
  return {
    region,
    ...(endpoint === undefined || endpoint === ''
      ? {}
      : { endpoint: endpoint.replaceAll('{region}', region) }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(requestHandler === undefined ? {} : { requestHandler }),
  };
}
