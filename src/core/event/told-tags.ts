/** So many tags of a server are told; AWS allows 50. */
export const toldTagsLimit = 50;
/** Keys and values of tags are cut to this many characters. */
export const tagTextLimit = 256;

// Tags are text of whoever writes them: what looks like a secret or like a person's address stays where it is.
const deniedKey =
  /pass(?:word|wd|phrase)?(?![a-z])|passw|secret|token|credential|private[-_ ]?key|api[-_ ]?key|access[-_ ]?key|e-?mail|phone/i;
const deniedValue = /[^\s@]@[^\s@]+\.[^\s@]|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN /;

/** Says whether the name or the text of a value looks like a secret, an e-mail address or a telephone number. */
export function looksSecret(key: string, text: string): boolean {
  return deniedKey.test(key) || deniedValue.test(text);
}

/**
 * The tags that an event may carry, by key: at most 50, keys and values cut to 256 characters, without those whose key
 * or value looks like a secret, an e-mail address or a telephone number.
 */
export function toldTags(
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  const told = Object.entries(tags)
    .filter(([key, value]) => !looksSecret(key, value))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, toldTagsLimit)
    .map(([key, value]) => [key.slice(0, tagTextLimit), value.slice(0, tagTextLimit)] as const);
  return told.length === 0 ? undefined : Object.fromEntries(told);
}
