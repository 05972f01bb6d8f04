// The form of a signature, for who signs and for who verifies; neither needs the other.

/** The header that carries the signature. */
export const signatureHeader = 'landfall-signature';

/** The shortest key that signs: 32 characters. */
export const leastKeyLength = 32;

/** What is signed: the instant in seconds after 1970, a dot, and the body as it is sent. */
export function signedText(atSeconds: number, body: string): string {
  return `${atSeconds}.${body}`;
}

/** Writes the header: `t=1709569207,v1=HEX`, one `v1` a key. */
export function writeSignature(atSeconds: number, signatures: readonly string[]): string {
  return [`t=${atSeconds}`, ...signatures.map((one) => `v1=${one}`)].join(',');
}

/** What a header says. */
export interface ReadSignature {
  readonly atSeconds: number;
  /** Lower-case hexadecimal, each of 32 bytes; only what is of this version. */
  readonly signatures: readonly string[];
}

/** Reads a header; undefined where it is none. Parts of other versions are passed over. */
export function readSignature(header: string): ReadSignature | undefined {
  const parts = header.split(',').map((part) => part.trim());
  const times = parts.flatMap((part) => /^t=(\d{1,12})$/.exec(part)?.[1] ?? []);
  const signatures = parts.flatMap((part) => /^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? []);
  const [time] = times;
  if (time === undefined || times.length > 1 || signatures.length === 0) return undefined;
  return { atSeconds: Number(time), signatures };
}
