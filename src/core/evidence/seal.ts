// In: the head of a chain and the digests of the files made from it. Out: a seal over all of them, its root digest, and the
// proof that goes with each file; and what a proof is worth. Pure; digests and signatures come in.
import * as z from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import type { Digest } from './chain.ts';

/** The form of reports; it grows when an older reader could misread a newer one. */
export const reportFormat = 'landfall/report/v1';

const Hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a report is made of: the chain of its records, and the digest of every file beside it. */
const Seal = z.strictObject({
  format: z.literal(reportFormat),
  records: z.int().nonnegative(),
  /** The digest of the chain's last record. */
  head: Hex64,
  files: z.record(z.string().regex(/^[a-z-]{1,40}\.(html|csv)$/), Hex64),
  /** The digest of the public key whose owner signs; null where nobody does. */
  key: Hex64.nullable(),
});
export type Seal = z.infer<typeof Seal>;

/** A signature of a root digest: Ed25519, in hex, with the public key as SPKI DER in hex. */
export interface Signature {
  readonly publicKey: string;
  readonly value: string;
}

const Proof = z.strictObject({
  seal: Seal,
  root: Hex64,
  signature: z
    .strictObject({
      publicKey: z.string().regex(/^([0-9a-f]{2}){1,200}$/),
      value: z.string().regex(/^[0-9a-f]{128}$/),
    })
    .nullable(),
});
export type Proof = z.infer<typeof Proof>;

/** The digest that stands for a whole report: of its seal, which names everything in it. */
export function rootOf(seal: Seal, digest: Digest): string {
  return digest(`${reportFormat}\n${canonicalJson(seal)}`);
}

/** What is signed: the root digest, with what it is, so that the signature is good for nothing else. */
export function signedText(root: string): string {
  return `${reportFormat} root ${root}\n`;
}

/** Writes a proof in its one form. */
export function proofText(proof: Proof): string {
  return canonicalJson(proof);
}

/** Reads a proof; undefined where it is none, or not written as a proof is. */
export function readProof(text: string): Proof | undefined {
  try {
    const read = Proof.safeParse(JSON.parse(text));
    return read.success && proofText(read.data) === text ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** What a person holds against a report: its root digest, or the public key of whoever signs (SPKI DER in hex). */
export interface Anchors {
  readonly root?: string | undefined;
  readonly publicKey?: string | undefined;
}

/** Tells whether a text was signed with the private key of a public one. */
export type IsSigned = (text: string, signature: Signature) => boolean;

/** Judges a proof by itself and by what a person holds; every way in which it is not what it was. */
export function proofProblems(
  proof: Proof,
  anchors: Anchors,
  digest: Digest,
  isSigned: IsSigned,
): readonly string[] {
  const { seal, root, signature } = proof;
  const { root: knownRoot, publicKey } = anchors;
  const problems: string[] = [];
  if (rootOf(seal, digest) !== root) problems.push('the root digest is not that of the seal');
  if (knownRoot !== undefined && knownRoot !== root) {
    problems.push(`the root digest is ${root}, not ${knownRoot}: this is another report`);
  }
  if ((signature === null) !== (seal.key === null)) {
    problems.push('the seal and the signature do not belong together');
  }
  if (signature !== null) {
    if (digest(signature.publicKey) !== seal.key) {
      problems.push('the public key in it is not that of the seal');
    }
    if (!isSigned(signedText(root), signature)) problems.push('its signature is not good');
  }
  if (publicKey !== undefined && signature === null) problems.push('nobody has signed it');
  if (publicKey !== undefined && signature !== null && signature.publicKey !== publicKey) {
    problems.push('it is signed with another key than the one given');
  }
  return problems;
}
