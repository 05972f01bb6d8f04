import * as z from 'zod';
import type { RegionState } from '../region-state.ts';
import { ServiceException } from '../service-exception.ts';
import { xml } from './ec2-answer.ts';
import type { Call, Operation } from './operation.ts';

const assumeRole = z.object({
  RoleArn: z.string().regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  ExternalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/)
    .optional(),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
});

/** The operations of STS with which a caller finds out who it is and becomes somebody else. */
export const sts: readonly Operation[] = [
  stsOperation('GetCallerIdentity', ({ region }) => {
    const { partition, accountId } = region;
    return `<Arn>arn:${partition}:iam::${accountId}:root</Arn><UserId>${accountId}</UserId><Account>${accountId}</Account>`;
  }),
  stsOperation('AssumeRole', ({ region, input, readAt }) => {
    const parsed = assumeRole.safeParse(input);
    if (!parsed.success) {
      const named = parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ');
      throw new ServiceException('ValidationError', 400, `Validation failed: ${named}`);
    }
    const { RoleArn, RoleSessionName, DurationSeconds, ExternalId } = parsed.data;
    const [, , , , accountId = '', resource = ''] = RoleArn.split(':');
    if (!mayAssume(region, RoleArn, accountId, ExternalId)) throw notAssumable(region, RoleArn);
    const role = resource.slice('role/'.length).split('/').at(-1) ?? '';
    const secret = region.world.chance.uuid('secret', RoleArn, RoleSessionName);
    const expires = `${new Date(readAt + DurationSeconds * 1000).toISOString().slice(0, 19)}Z`;
    const assumed = `arn:${region.partition}:sts::${accountId}:assumed-role/${role}/${RoleSessionName}`;
    return `<Credentials><AccessKeyId>${keyOf(accountId)}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${xml(`simulated/${accountId}/${role}/${RoleSessionName}`)}</SessionToken><Expiration>${expires}</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>${xml(`AROA${accountId}:${RoleSessionName}`)}</AssumedRoleId><Arn>${xml(assumed)}</Arn></AssumedRoleUser>`;
  }),
];

function mayAssume(
  { world, region }: RegionState,
  roleArn: string,
  accountId: string,
  externalId: string | undefined,
): boolean {
  const { missingRoles, roleExternalIds } = world.parameters;
  const wanted = roleExternalIds[roleArn];
  return (
    !missingRoles.includes(roleArn) &&
    (wanted === undefined || wanted === externalId) &&
    !world.book.isUnreachable('role-missing', { accountId, region }, world.now)
  );
}

// STS says the same of a role that is not there, one that does not trust the caller, and a wrong external id.
function notAssumable({ partition, accountId }: RegionState, roleArn: string): ServiceException {
  return new ServiceException(
    'AccessDenied',
    403,
    `User: arn:${partition}:iam::${accountId}:root is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}

/** The access key id that names an account: as long as the shortest that STS's model allows. */
export function keyOf(accountId: string): string {
  return `ASIA${accountId}`;
}

/** Prints a refusal in STS's form. */
export function stsRefusal(code: string, message: string, requestId: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${xml(code)}</Code><Message>${xml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function stsOperation(name: string, answer: (call: Call) => string): Operation {
  return {
    service: 'sts',
    name,
    method: 'POST',
    path: '/',
    writes: false,
    status: 200,
    answer: (call) =>
      `<${name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${name}Result>${answer(call)}</${name}Result></${name}Response>`,
  };
}
