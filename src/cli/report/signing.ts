// SHA-256 and Ed25519 for reports, and the keys of both as files have them.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { IsSigned } from '../../core/evidence/seal.ts';
import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import { readTextFile } from '../read-text-file.ts';

/** SHA-256 of a text's UTF-8, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** SHA-256 of a text's UTF-8, as a Content-Security-Policy names it. */
export function sha256Base64(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64');
}

/** A key that signs. */
export interface SigningKey {
  /** The public key that goes with it, as SPKI DER in hex. */
  readonly publicKey: string;
  /** Signs a text; answers hex. */
  readonly sign: (text: string) => string;
}

/** Something that was read from a file, or why it cannot be used. */
export type KeyRead<T> =
  | { readonly ok: true; readonly key: T }
  | { readonly ok: false; readonly problem: Problem };

/** Reads an Ed25519 private key in PEM. */
export async function readSigningKey(file: string): Promise<KeyRead<SigningKey>> {
  const remedy = 'make one: openssl genpkey -algorithm ed25519 -out key.pem';
  const read = await keyIn(file, '--sign-key', remedy, createPrivateKey);
  if (!read.ok) return read;
  const { key } = read;
  return {
    ok: true,
    key: {
      publicKey: spkiOf(createPublicKey(key)),
      sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('hex'),
    },
  };
}

/** Reads an Ed25519 public key in PEM; answers it as SPKI DER in hex. */
export async function readPublicKey(file: string): Promise<KeyRead<string>> {
  const remedy = 'give the public key of whoever signs: openssl pkey -in key.pem -pubout';
  const read = await keyIn(file, '--public-key', remedy, createPublicKey);
  return read.ok ? { ok: true, key: spkiOf(read.key) } : read;
}

/** Tells whether a signature is good; one with a key that is none is not. */
export const isSigned: IsSigned = (text, { publicKey, value }) => {
  try {
    const der = Buffer.from(publicKey, 'hex');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519' || spkiOf(key) !== publicKey) return false;
    return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(value, 'hex'));
  } catch {
    return false;
  }
};

function spkiOf(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).toString('hex');
}

const largestBytes = 64 * 1024;

async function keyIn(
  file: string,
  option: string,
  remedy: string,
  read: (pem: string) => KeyObject,
): Promise<KeyRead<KeyObject>> {
  const refused = (problem: string): KeyRead<KeyObject> => ({
    ok: false,
    problem: { ...problemAt([], `${option} ${problem}`, remedy), file },
  });
  const text = await readTextFile(file, largestBytes);
  if (!text.ok) return refused(text.problem.problem);
  try {
    const key = read(text.text);
    const { asymmetricKeyType: type = 'another kind' } = key;
    return type === 'ed25519' ? { ok: true, key } : refused(`is a key of ${type}, not of Ed25519`);
  } catch {
    // What the library says of a broken key may quote it.
    return refused('holds no such key in PEM, or one with a passphrase');
  }
}
