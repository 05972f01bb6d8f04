import { isIP } from 'node:net';
import { hostName } from './address.ts';

const loopback = /^(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|::1|0:0:0:0:0:0:0:1)$/;
const amazon = /^[a-z0-9.-]+\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/;

/**
 * Says why a request may come from a page in somebody's browser, undefined where it may not: pages of other sites
 * reach loopback ports, directly or by a name that they make point there. Host names of AWS itself are let through, for
 * clients behind a hosts file; where the simulator is bound beyond loopback, so are addresses and the name it is
 * bound to.
 */
export function suspicion(
  headers: Readonly<Record<string, string>>,
  boundTo: string,
): string | undefined {
  const origin = headers['origin'];
  if (origin !== undefined && !isLoopbackOrigin(origin))
    return `the origin ${cut(origin)} is foreign`;
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site') return 'a page of another site sent it';
  const host = hostName(headers['host'] ?? '');
  if (host === '' || loopback.test(host) || amazon.test(host)) return undefined;
  const open = !loopback.test(boundTo);
  if (open && (isIP(host) !== 0 || host === boundTo.toLowerCase())) return undefined;
  return `the host ${cut(host)} is not this one`;
}

function isLoopbackOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return url !== null && loopback.test(url.hostname.replace(/^\[|\]$/g, ''));
}

function cut(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
