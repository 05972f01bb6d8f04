import { lookup as resolveName } from 'node:dns';
import { request as requestInClear } from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { LookupFunction } from 'node:net';
import { addressProblem, isForbiddenIp, isLoopback } from '../../core/notify/address.ts';
import type { PostRequest, Reply } from '../../core/notify/reply.ts';

/** How an address may be posted to. */
export interface PostSettings {
  /** From the first byte sent to the last byte that is read. */
  readonly timeoutMs: number;
  /** Whether this machine itself may be spoken to, in the clear too. */
  readonly loopback: boolean;
  /** Resolves names; that of the machine where left out. */
  readonly resolve?: typeof resolveName;
}

const replyBytes = 2048;

class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

/**
 * Posts once and answers what came back, never more than 2 KB of it. It follows no redirect, and looks at every address
 * that a name resolves to before it connects. It never rejects, and never says the address.
 */
export async function post(request: PostRequest, settings: PostSettings): Promise<Reply> {
  const problem = addressProblem(request.url, settings);
  if (problem !== undefined) {
    return { status: 'forbidden', problem: `the address of the receiver ${problem}` };
  }
  try {
    return await exchange(request, settings);
  } catch (error) {
    if (error instanceof ForbiddenAddress) return { status: 'forbidden', problem: error.message };
    return { status: undefined, problem: `the receiver gave no answer: ${nameOf(error)}` };
  }
}

function exchange({ url, headers, body }: PostRequest, settings: PostSettings): Promise<Reply> {
  const send = new URL(url).protocol === 'https:' ? requestOverTls : requestInClear;
  return new Promise((resolve, reject) => {
    const sent = send(
      url,
      {
        method: 'POST',
        headers: {
          ...headers,
          'content-length': String(Buffer.byteLength(body)),
          'user-agent': 'landfall',
        },
        agent: false,
        lookup: guarded(settings),
        signal: AbortSignal.timeout(settings.timeoutMs),
      },
      (answer) => {
        const { statusCode = 0, headers: answered } = answer;
        let text = '';
        const done = () => {
          const after = answered['retry-after'];
          resolve({
            status: statusCode,
            text,
            ...(after === undefined ? {} : { retryAfter: after }),
          });
          answer.destroy();
        };
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          text = `${text}${piece}`.slice(0, replyBytes);
          if (text.length >= replyBytes) done();
        });
        answer.on('end', done);
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Resolves as the machine does, but refuses a name that leads where an address may not. */
function guarded({ loopback, resolve = resolveName }: PostSettings): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const found = [...addresses];
      if (
        found.some(({ address }) => isForbiddenIp(address) || (!loopback && isLoopback(address)))
      ) {
        const why = 'the name of the receiver leads to an address that is not spoken to';
        return callback(new ForbiddenAddress(why), []);
      }
      const [first] = found;
      if (options.all === true || first === undefined) return callback(null, found);
      return callback(null, first.address, first.family);
    });
  };
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason given';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'the time was over';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
