import { lookup as resolveName } from 'node:dns';
import { request as requestInClear } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { connect, type LookupFunction } from 'node:net';
import type { HookAnswer } from '../../core/hook/hook-result.ts';
import { isForbiddenIp, isLoopback } from '../../core/notify/address.ts';
import type { Probe } from '../../flow/ports.ts';

/** How an address may be probed. */
export interface ProbeSettings {
  /** From the first byte sent to the status, or to the connection. */
  readonly timeoutMs: number;
  /** Whether this machine itself may be probed. */
  readonly loopback: boolean;
  /** Resolves names; that of the machine where left out. */
  readonly resolve?: typeof resolveName;
}

class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

/**
 * Asks an address once, or connects to it. It follows no redirect, reads nothing but the status, and looks at every
 * address that a name resolves to before it connects. It never rejects.
 */
export async function probeAddress(probe: Probe, settings: ProbeSettings): Promise<HookAnswer> {
  try {
    return probe.kind === 'http'
      ? found(probe, await statusOf(probe.url, settings))
      : await connected(probe.address, settings);
  } catch (error) {
    return { is: 'probed', good: false, found: wordsOf(error) };
  }
}

function found(probe: Extract<Probe, { kind: 'http' }>, status: number): HookAnswer {
  const wanted = status === probe.status ? '' : `, not ${probe.status}`;
  return { is: 'probed', good: status === probe.status, found: `status ${status}${wanted}` };
}

function statusOf(url: string, settings: ProbeSettings): Promise<number> {
  const { protocol, hostname } = new URL(url);
  refuseAddress(hostname.replace(/^\[|\]$/g, ''), settings);
  const send = protocol === 'https:' ? requestOverTls : requestInClear;
  return new Promise((resolve, reject) => {
    const sent = send(
      url,
      {
        method: 'GET',
        headers: { 'user-agent': 'landfall' },
        agent: false,
        lookup: guarded(settings),
        signal: AbortSignal.timeout(settings.timeoutMs),
      },
      (answer) => {
        resolve(answer.statusCode ?? 0);
        answer.destroy();
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

function connected(address: string, settings: ProbeSettings): Promise<HookAnswer> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  const port = Number(address.slice(at + 1));
  refuseAddress(host, settings);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guarded(settings) });
    socket.setTimeout(settings.timeoutMs, () => {
      socket.destroy(Object.assign(new Error('timeout'), { name: 'TimeoutError' }));
    });
    socket.on('error', reject);
    socket.on('connect', () => {
      socket.destroy();
      resolve({ is: 'probed', good: true, found: 'it took the connection' });
    });
  });
}

/** Addresses that are written as such are not looked up, so they are looked at here. */
function refuseAddress(host: string, { loopback }: ProbeSettings): void {
  if (isForbiddenIp(host) || (!loopback && isLoopback(host))) throw new ForbiddenAddress();
}

function guarded({ loopback, resolve = resolveName }: ProbeSettings): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const all = [...addresses];
      if (all.some(({ address }) => isForbiddenIp(address) || (!loopback && isLoopback(address)))) {
        return callback(new ForbiddenAddress(), []);
      }
      const [first] = all;
      if (options.all === true || first === undefined) return callback(null, all);
      return callback(null, first.address, first.family);
    });
  };
}

function wordsOf(error: unknown): string {
  if (error instanceof ForbiddenAddress) return 'the address is one that is not spoken to';
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time';
  return `no answer: ${'code' in error && typeof error.code === 'string' ? error.code : error.name}`;
}
