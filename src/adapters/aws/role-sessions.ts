import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { instantMs, toMs } from '../../core/time.ts';
import type { Answer, Clock, Refusal } from '../../flow/ports.ts';
import type { Credentials } from './clients.ts';
import { askForOutput, unreadable } from './wire-call.ts';

/** How roles are assumed. */
export interface RoleSettings {
  /** What the roles' trust asks for besides the caller; empty where it asks for nothing. */
  readonly externalId: string;
  /** Names the sessions in the members' CloudTrail: 2 to 64 of `[\w+=,.@-]`. */
  readonly sessionName: string;
  readonly clock: Clock;
}

/** The sessions of assumed roles, kept until shortly before they expire. */
export interface RoleSessions {
  /** Answers the session's credentials: the kept ones, or new ones by one call of AssumeRole. */
  readonly credentialsOf: (roleArn: string) => Promise<Answer<Credentials>>;
}

// One hour is the most that a role may give which was itself assumed, as a function's is.
const sessionSeconds = 3600;
// The SDK asks anew for what expires within five minutes; so does this.
const marginMs = 300_000;

/**
 * Assumes roles over STS, each once for all who ask at the same time. A refusal is a value and is not kept. One that
 * nobody can interpret (no answer, a 5xx) is `other`, never `ambiguous`: the call that needed the role was not made.
 */
export function createRoleSessions(sts: () => STSClient, settings: RoleSettings): RoleSessions {
  const { externalId, sessionName, clock } = settings;
  const kept = new Map<string, Credentials>();
  const asked = new Map<string, Promise<Answer<Credentials>>>();

  const assume = async (roleArn: string): Promise<Answer<Credentials>> => {
    const command = new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: sessionSeconds,
      ...(externalId === '' ? {} : { ExternalId: externalId }),
    });
    const answer = await askForOutput(command, (sent) => sts().send(sent));
    if (!answer.ok) return { ok: false, refusal: refusalFor(roleArn, answer.refusal) };
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } =
      answer.value.Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
      const { refusal } = unreadable('the answer holds no credentials');
      return { ok: false, refusal: refusalFor(roleArn, refusal) };
    }
    const credentials: Credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      ...(Expiration === undefined ? {} : { expiration: Expiration }),
    };
    kept.set(roleArn, credentials);
    return { ok: true, value: credentials };
  };

  return {
    credentialsOf: async (roleArn) => {
      const known = kept.get(roleArn);
      if (known !== undefined && isFresh(known, clock)) return { ok: true, value: known };
      const running = asked.get(roleArn);
      if (running !== undefined) return running;
      const asking = assume(roleArn).finally(() => asked.delete(roleArn));
      asked.set(roleArn, asking);
      return asking;
    },
  };
}

function isFresh({ expiration }: Credentials, clock: Clock): boolean {
  const until = instantMs(expiration?.toISOString());
  return until !== undefined && until - toMs(clock.now()) > marginMs;
}

/** Says in the message what was refused, as a target's own calls are refused for other reasons. */
function refusalFor(roleArn: string, refusal: Refusal): Refusal {
  return {
    ...refusal,
    kind: refusal.kind === 'ambiguous' ? 'other' : refusal.kind,
    message: `sts:AssumeRole of ${roleArn}: ${refusal.message}`,
    culprits: [],
  };
}
