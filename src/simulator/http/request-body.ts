import type { IncomingMessage } from 'node:http';

/** The bytes of a request's body, or why there are none. */
export type BodyRead =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly problem: 'too-large' | 'broken-off' };

/** Says whether a request announces a body beyond a limit. */
export function announcesTooMuch(request: IncomingMessage, mostBytes: number): boolean {
  return Number(request.headers['content-length'] ?? 0) > mostBytes;
}

/** Reads a body of limited size; never holds more than the limit. What comes after it is not read. */
export function readBody(request: IncomingMessage, mostBytes: number): Promise<BodyRead> {
  if (announcesTooMuch(request, mostBytes)) {
    return Promise.resolve({ ok: false, problem: 'too-large' });
  }
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    const settle = (read: BodyRead) => {
      request.off('data', take).off('end', end).off('error', broken).off('close', broken);
      // Whatever else comes of this request must not become an unhandled error.
      request.on('error', () => undefined);
      resolve(read);
    };
    const take = (part: Buffer) => {
      length += part.length;
      if (length <= mostBytes) parts.push(part);
      else {
        request.pause();
        settle({ ok: false, problem: 'too-large' });
      }
    };
    const end = () => settle({ ok: true, bytes: Buffer.concat(parts, length) });
    const broken = () => settle({ ok: false, problem: 'broken-off' });
    request.on('data', take).on('end', end).on('error', broken).on('close', broken);
  });
}
