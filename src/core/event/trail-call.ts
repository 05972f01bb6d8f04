// In: the detail of an event that CloudTrail tells of a call to MGN or DRS. Out: the call with its caller and what it is
// about, or why there is nothing to tell of it. Pure; anything from outside is cut, and none of it is trusted.

import { partitionOfRegion, type Service, type Target } from '../target.ts';
import { fromMs, type Instant, instantMs } from '../time.ts';
import { cutTo } from './fit-detail.ts';

/** Who made a call, as far as an event may say it: no keys, no addresses of people or machines. */
export interface Caller {
  /** The kind of identity as CloudTrail names it: `AssumedRole`, `IAMUser`, `Root` … */
  readonly type: string;
  readonly accountId: string | null;
  /** The ARN of the role or user; null where CloudTrail gives none. */
  readonly principal: string | null;
  /** The name of the role's session; null where it has none. */
  readonly session: string | null;
}

/** A call that somebody else made, and that may have changed something. */
export interface TrailCall {
  /** CloudTrail's own id of the record: the same however often it is delivered. */
  readonly eventId: string;
  readonly target: Target;
  readonly operation: string;
  readonly calledAt: Instant;
  /** Why the service refused it; null where it took effect. */
  readonly errorCode: string | null;
  readonly caller: Caller;
  /** The source servers that it was about; none where it was about the target as a whole. */
  readonly servers: readonly string[];
  /** What else it was about: the id or ARN of a job, a template, a vCenter client … */
  readonly resource: string | null;
}

/** A command of Landfall that calls were made for, with who gave it and why. */
export interface OwnCommand {
  readonly name: string;
  readonly by: string;
  readonly reason: string;
}

/** What a record of CloudTrail comes to. */
export type TrailReading =
  | { readonly is: 'call'; readonly call: TrailCall }
  | { readonly is: 'silent'; readonly because: string };

/** How Landfall itself appears in CloudTrail. */
export interface Ourselves {
  /** The account that its functions run in. */
  readonly accountId: string;
  readonly stage: string;
  /** The role that it assumes in other accounts, and the name of its sessions there. */
  readonly memberRole: string;
  readonly memberSession: string;
}

type Doc = Readonly<Record<string, unknown>>;

const silent = (because: string): TrailReading => ({ is: 'silent', because });
const textLimit = 256;
// The most servers that one job of the service takes.
const serverLimit = 200;
const reading = /^(Describe|List|Get|BatchGet)/;
// The agents, replication servers and vCenter clients of the service itself call these.
const ofAnAgent = /For(Mgn|Drs)$/;

/**
 * Reads one record. Silent are: what cannot be read, what only reads, what an AWS service or an agent did, and what
 * Landfall did itself.
 */
export function readTrail(detail: Doc, ourselves: Ourselves): TrailReading {
  const service = serviceIn(detail);
  if (service === undefined) return silent('no call to MGN or DRS');
  const operation = text(detail, 'eventName');
  if (operation === undefined) return silent('no operation named');
  if (detail['readOnly'] === true || reading.test(operation)) return silent('it only reads');
  if (ofAnAgent.test(operation)) return silent('an agent of the service made it');
  const identity = object(detail, 'userIdentity');
  if (isOfService(identity)) return silent('a service of AWS made it');
  if (isOurs(identity, ourselves)) return silent('Landfall made it');
  const eventId = text(detail, 'eventID');
  const calledAtMs = instantMs(text(detail, 'eventTime'));
  const target = targetIn(detail, identity, service);
  if (eventId === undefined || calledAtMs === undefined || target === undefined) {
    return silent('it lacks its id, its time or its account and Region');
  }
  const request = object(detail, 'requestParameters');
  const errorCode = text(detail, 'errorCode') ?? null;
  return {
    is: 'call',
    call: {
      eventId: cutTo(eventId, 64),
      target,
      operation: cutTo(operation, 64),
      calledAt: fromMs(calledAtMs),
      errorCode: errorCode === null ? null : cutTo(errorCode, textLimit),
      caller: callerIn(identity),
      servers: serversIn(request, detail),
      resource: resourceIn(request),
    },
  };
}

// Names, owners and groups: the server itself stays as it is.
const harmless: ReadonlySet<string> = new Set([
  'AssociateSourceServers',
  'DisassociateSourceServers',
  'TagResource',
  'UntagResource',
  'UpdateSourceServer',
]);

/** Says whether a call may have put a server off its way: it took effect, and is not known to be harmless. */
export function disturbs({ operation, errorCode }: TrailCall): boolean {
  return errorCode === null && !harmless.has(operation);
}

/** Says in a few words who it was, for a person who reads it. */
export function callerName({ principal, session, type }: Caller): string {
  const name = principal?.split(':').at(-1) ?? type;
  return session === null ? name : `${name} (${session})`;
}

function serviceIn(detail: Doc): Service | undefined {
  const source = text(detail, 'eventSource');
  const kind = text(detail, 'eventType') ?? 'AwsApiCall';
  if (kind !== 'AwsApiCall') return undefined;
  if (source === 'mgn.amazonaws.com') return 'mgn';
  return source === 'drs.amazonaws.com' ? 'drs' : undefined;
}

function isOfService(identity: Doc): boolean {
  const kind = text(identity, 'type');
  const issuer = text(issuerOf(identity), 'arn') ?? '';
  return (
    kind === 'AWSService' ||
    /\.amazonaws\.com(\.cn)?$/.test(text(identity, 'invokedBy') ?? '') ||
    issuer.includes(':role/aws-service-role/')
  );
}

/**
 * CloudFormation names the role of a function `landfall-STAGE-…Role-…`, and Lambda its session by the function; the
 * sessions of the member role are told from those of people by their name.
 */
function isOurs(
  identity: Doc,
  { accountId, stage, memberRole, memberSession }: Ourselves,
): boolean {
  if (text(identity, 'type') !== 'AssumedRole') return false;
  const [, inAccount, role = '', session = ''] =
    /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/.exec(text(identity, 'arn') ?? '') ??
    [];
  if (role === memberRole && session === memberSession) return true;
  const stem = `landfall-${stage}-`;
  return (
    inAccount === accountId &&
    role.startsWith(stem) &&
    /^[A-Z]\w*Role-\w+$/.test(role.slice(stem.length)) &&
    session.startsWith(stem) &&
    /^[a-z][A-Za-z]*$/.test(session.slice(stem.length))
  );
}

function targetIn(detail: Doc, identity: Doc, service: Service): Target | undefined {
  const accountId = text(detail, 'recipientAccountId') ?? text(identity, 'accountId') ?? '';
  const region = text(detail, 'awsRegion') ?? '';
  if (!/^\d{12}$/.test(accountId) || !/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(region)) return undefined;
  return { partition: partitionOfRegion(region), service, accountId, region };
}

function callerIn(identity: Doc): Caller {
  const kind = text(identity, 'type') ?? 'unknown';
  const arn = text(identity, 'arn');
  const accountId = text(identity, 'accountId') ?? '';
  const assumed = /:assumed-role\/[^/]+\/(.+)$/.exec(arn ?? '')?.[1];
  return {
    type: told(kind),
    accountId: /^\d{12}$/.test(accountId) ? accountId : null,
    principal: toldOrNull(text(issuerOf(identity), 'arn') ?? withoutSession(arn)),
    session: toldOrNull(assumed),
  };
}

function withoutSession(arn: string | undefined): string | undefined {
  return arn?.replace(/(:assumed-role\/[^/]+)\/.+$/, '$1');
}

function issuerOf(identity: Doc): Doc {
  return object(object(identity, 'sessionContext'), 'sessionIssuer');
}

// People who sign in by IAM Identity Center have their e-mail address as the name of their session: what stands before
// the @ names a person, and is not told (docs/adr/0017).
function told(name: string): string {
  return cutTo(name.replaceAll(/[^/@:\s]*@/g, '…@'), textLimit);
}

function toldOrNull(name: string | undefined): string | null {
  return name === undefined ? null : told(name);
}

const serverId = /(?:^|:source-server\/)(s-[0-9a-f]{8,64})$/;
const serverMembers: ReadonlySet<string> = new Set([
  'sourceServerID',
  'sourceServerIDs',
  'sourceServers',
  'participatingServers',
  'resourceArn',
  'resourceId',
  'arn',
]);

/** The servers that the request names; where it names none, those of the job that it began. */
function serversIn(request: Doc, detail: Doc): readonly string[] {
  const named = serversUnder(request, 0);
  const found =
    named.length > 0 ? named : serversUnder(object(object(detail, 'responseElements'), 'job'), 0);
  return [...new Set(found)].slice(0, serverLimit);
}

function serversUnder(doc: Doc, depth: number): readonly string[] {
  return Object.entries(doc).flatMap(([name, value]) =>
    serverMembers.has(name) ? idsIn(value, depth) : [],
  );
}

function idsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') {
    const id = serverId.exec(value)?.[1];
    return id === undefined ? [] : [id];
  }
  if (depth > 2) return [];
  if (Array.isArray(value)) return value.flatMap((item) => idsIn(item, depth + 1));
  return isDoc(value) ? serversUnder(value, depth + 1) : [];
}

/** The first id or ARN of the request that is no server's. */
function resourceIn(request: Doc): string | null {
  for (const [name, value] of Object.entries(request)) {
    if (typeof value !== 'string' || name === 'accountID') continue;
    if (/(ID|Arn|arn)$/.test(name) && !serverId.test(value)) return cutTo(value, textLimit);
  }
  return null;
}

function text(doc: Doc, name: string): string | undefined {
  const value = Object.hasOwn(doc, name) ? doc[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function object(doc: Doc, name: string): Doc {
  const value = Object.hasOwn(doc, name) ? doc[name] : undefined;
  return isDoc(value) ? value : {};
}

function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
