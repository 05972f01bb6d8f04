import { regionForm } from '../partition-of.ts';

/** Which service, Region and account a request is for, and who sends it. */
export interface Address {
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly caller: string;
}

/** A request that cannot be addressed, as AWS refuses it. */
export interface Unaddressed {
  readonly refusal: {
    readonly status: number;
    readonly exception: string;
    readonly message: string;
  };
}

/** The services that are answered, by signing name. */
export const services: readonly string[] = ['mgn', 'drs', 'ec2', 'sts', 'servicequotas'];

const scope =
  /Credential=([\w.-]{1,128})(?:\/|%2F)\d{8}(?:\/|%2F)([\w-]{1,64})(?:\/|%2F)([\w-]{1,64})(?:\/|%2F)aws4_request/;
const hostForm =
  /^([a-z]+)(?:-fips)?(?:\.([a-z]{2,4}(?:-[a-z]{2,10}){1,2}-\d{1,2}))?\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws|localhost)$/;

/**
 * Reads the address of a request as AWS does: from the scope of its signature, in the header or, presigned, in the
 * query; unsigned, from its host or target. A key id of 12 digits, or of `ASIA` or `AKIA` and 12 digits, is its
 * account's; every other key is of the default account. Signatures are not checked: nobody has the keys.
 */
export function addressOf(
  headers: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | readonly string[]>>,
  defaultAccount: string,
): Address | Unaddressed {
  const caller = callerOf(`${headers['user-agent'] ?? ''} ${headers['x-amz-user-agent'] ?? ''}`);
  const presigned = query['X-Amz-Credential'];
  const [, key, scopeRegion, scopeService] =
    scope.exec(headers['authorization'] ?? '') ??
    scope.exec(typeof presigned === 'string' ? `Credential=${presigned}` : '') ??
    [];
  const [, host, hostRegion] = hostForm.exec(hostName(headers['host'] ?? '')) ?? [];
  const target = /^ServiceQuotas\w*\./.test(headers['x-amz-target'] ?? '')
    ? 'servicequotas'
    : undefined;
  const service = scopeService ?? target ?? host;
  const region = scopeRegion ?? hostRegion ?? 'us-east-1';
  if (service === undefined || (scopeService === undefined && !services.includes(service))) {
    return refused(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  if (!services.includes(service)) {
    const told = `The simulated AWS answers ${services.join(', ')}, not ${service}`;
    return refused(404, 'UnknownOperationException', told);
  }
  if (!regionForm.test(region)) {
    const told = `Credential should be scoped to a valid region, not ${region}`;
    return refused(403, 'InvalidSignatureException', told);
  }
  const account = /^(?:A[KS]IA)?(\d{12})$/.exec(key ?? '')?.[1];
  return { service, region, accountId: account ?? defaultAccount, caller };
}

/** Answers the host of a Host header, without port and brackets, in lower case. */
export function hostName(host: string): string {
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d+)?$/i.exec(host)?.[1];
  return (bracketed ?? host.replace(/:\d+$/, '')).toLowerCase();
}

// Who calls shows in the CloudTrail-style events; `landfall` is Landfall itself, which needs none of them. What people have
// it do with rights of their own is their call.
function callerOf(agents: string): string {
  if (agents.includes('landfall-operator')) return 'landfall-operator';
  if (agents.includes('landfall')) return 'landfall';
  const product = /^\s*([\w.-]{1,64})/.exec(agents)?.[1]?.toLowerCase() ?? 'sdk';
  return product === 'console' ? 'sdk' : product;
}

function refused(status: number, exception: string, message: string): Unaddressed {
  return { refusal: { status, exception, message } };
}
