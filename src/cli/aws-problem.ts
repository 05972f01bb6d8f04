// In: why AWS did not answer. Out: what happened and what to do about it, for a person at a terminal.
import { cut, type Problem, problemAt } from '../core/fleet/problem.ts';
import type { Refusal } from '../flow/ports.ts';

const logIn = 'log in (aws sso login), or name a profile with --profile';
const known: readonly (readonly [RegExp, string, string])[] = [
  [/^(CredentialsProvider|TokenProvider)Error$/, 'there are no AWS credentials to use', logIn],
  [
    /^RegionMissing$/,
    'no Region is set',
    'name it with --region, or set AWS_REGION or the Region of the profile',
  ],
  [/^(ExpiredToken|RequestExpired)/, 'the AWS credentials have expired', 'log in again'],
  [
    /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|AuthFailure)/,
    'AWS does not accept these credentials here',
    `${logIn}; a Region that is switched off refuses every credential too`,
  ],
];

const byKind: Readonly<Record<Refusal['kind'], readonly [string, string]>> = {
  throttled: ['was throttled', 'try again in a moment'],
  conflict: ['met another change', 'try again in a moment'],
  validation: ['was refused as invalid', 'check the stage, the Region and the names'],
  'not-found': ['found nothing', 'check the stage, the Region and the names'],
  quota: ['met a quota', 'ask for a higher quota, or try again later'],
  'access-denied': [
    'is not allowed to these credentials',
    'ask for the operator policy (docs/operate.md), or name another profile with --profile',
  ],
  uninitialized: [
    'found MGN not initialised in this account and Region',
    'initialise it: aws mgn initialize-service, or open its console once',
  ],
  ambiguous: [
    'got no answer',
    'check the network, the Region and --endpoint; a Region that does not exist has no address',
  ],
  other: ['failed', 'try again; if it stays, the message is from AWS'],
};

/** Says why a call to AWS failed; `what` is the call as a noun, e.g. `reading the stack`. */
export function awsProblem(what: string, refusal: Refusal): Problem {
  const named = known.find(([pattern]) => pattern.test(refusal.errorName));
  const said = `${refusal.errorName}: ${cut(oneLine(refusal.message))}`;
  if (named !== undefined) return problemAt([], `${named[1]} (${said})`, named[2]);
  const [verb, remedy] = byKind[refusal.kind];
  return problemAt([], `${what} ${verb} (${said})`, remedy);
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? 'no message' : line;
}
