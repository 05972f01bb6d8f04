import { isObject } from '../fleet/document.ts';
import { addressProblem } from './address.ts';
import { leastKeyLength } from './signature.ts';

/** Whom a channel posts to, as its secret says. */
export interface Receiver {
  readonly url: string;
  /** The keys that sign, the new one first; none where the receiver asks for no signature. */
  readonly keys: readonly string[];
}

/** A receiver, or what is wrong with the secret; the problem never holds anything of it. */
export type ReceiverParse =
  | { readonly ok: true; readonly receiver: Receiver }
  | { readonly ok: false; readonly problem: string };

const refused = (problem: string): ReceiverParse => ({ ok: false, problem });

/**
 * Reads a secret: the address alone, or JSON with `url` and, for a signed webhook, `key` and while keys are changed
 * `previousKey`.
 */
export function parseReceiver(
  secret: string,
  asks: { readonly signed: boolean; readonly loopback: boolean },
): ReceiverParse {
  const text = secret.trim();
  const document = text.startsWith('{') ? asJson(text) : { url: text };
  if (!isObject(document)) return refused('the secret is no JSON object');
  const { url, key, previousKey } = document;
  if (typeof url !== 'string') return refused('the secret has no url');
  const problem = addressProblem(url, asks);
  if (problem !== undefined) return refused(`the url of the secret ${problem}`);
  if (!asks.signed) return { ok: true, receiver: { url, keys: [] } };
  const keys = [key, previousKey].filter((one) => one !== undefined);
  const [first] = keys;
  if (key === undefined || first === undefined) return refused('the secret has no key');
  const long = keys.filter((one) => typeof one === 'string' && one.length >= leastKeyLength);
  if (long.length < keys.length) {
    return refused(`a key of the secret is no text of ${leastKeyLength} characters or more`);
  }
  return { ok: true, receiver: { url, keys: long.map(String) } };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
