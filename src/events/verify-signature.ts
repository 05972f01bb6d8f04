// For who receives webhooks. It needs Web Cryptography alone, which Node, Deno, Bun, workers and browsers have.
import { readSignature, signedText } from '../core/notify/signature.ts';

/** The header that carries the signature of a webhook. */
export const signatureHeader = 'landfall-signature';

/** What a receiver has of a request, and what it knows itself. */
export interface SignedRequest {
  /** The header `landfall-signature`; undefined or null where the request has none. */
  readonly header: string | undefined | null;
  /** The body as it came, before anything has parsed it. */
  readonly body: string | Uint8Array;
  /** The key of the channel; several while keys are changed. */
  readonly key: string | readonly string[];
  /** The time of the receiver. */
  readonly now: Date;
  /** How far the time of the signature may be from the receiver's; 300 where left out. */
  readonly toleranceSeconds?: number;
}

/** Whether a request is genuine, and if not, why. */
export type SignatureVerdict =
  | { readonly ok: true; readonly signedAt: Date }
  | {
      readonly ok: false;
      /** `expired`: signed too long ago, or in the future: replayed, or one of the clocks is wrong. */
      readonly why: 'missing' | 'malformed' | 'expired' | 'wrong';
    };

const usualToleranceSeconds = 300;

/**
 * Says whether a request was signed by whoever has the key, of this very body, and lately. The comparison takes the same
 * time however much of a signature is right. It rejects only where there is no key.
 */
export async function verifySignature(request: SignedRequest): Promise<SignatureVerdict> {
  const keys = [request.key].flat();
  if (keys.length === 0 || keys.includes('')) throw new TypeError('there is no key');
  if (request.header === undefined || request.header === null || request.header === '') {
    return { ok: false, why: 'missing' };
  }
  const read = readSignature(request.header);
  if (read === undefined) return { ok: false, why: 'malformed' };
  const { toleranceSeconds = usualToleranceSeconds } = request;
  const apart = Math.abs(request.now.getTime() / 1000 - read.atSeconds);
  // What is no number is no time either.
  if (!(apart <= toleranceSeconds)) return { ok: false, why: 'expired' };
  const text = signedBytes(read.atSeconds, request.body);
  for (const key of keys) {
    const imported = await importKey(key);
    for (const signature of read.signatures) {
      if (await crypto.subtle.verify('HMAC', imported, bytesOf(signature), text)) {
        return { ok: true, signedAt: new Date(read.atSeconds * 1000) };
      }
    }
  }
  return { ok: false, why: 'wrong' };
}

function importKey(key: string) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(key), algorithm, false, [
    'verify',
  ]);
}

function signedBytes(atSeconds: number, body: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  if (typeof body === 'string') return encoder.encode(signedText(atSeconds, body));
  const head = encoder.encode(signedText(atSeconds, ''));
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}
