import { isIP } from 'node:net';

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Says what is wrong with a CIDR block, as EventBridge reads it; undefined where nothing is. */
export function blockProblem(text: string): string | undefined {
  const [base = '', size = '', ...more] = text.split('/');
  if (size === '' || more.length > 0) return 'needs one / with a number of bits behind it';
  const address = addressOf(base);
  if (address === undefined) return 'is no IPv4 or IPv6 address';
  // A block of one address is refused: the address itself says it.
  return /^\d{1,3}$/.test(size) && Number(size) < address.bits
    ? undefined
    : `needs 0 to ${address.bits - 1} bits behind the /`;
}

/** Says whether a text is an address in a block; an IPv4 block holds no IPv6 address, however it is written. */
export function blockHolds(block: string, text: string): boolean {
  const [base = '', size = ''] = block.split('/');
  const from = addressOf(base);
  const address = addressOf(text);
  if (from === undefined || address?.bits !== from.bits) return false;
  const host = BigInt(from.bits - Number(size));
  return address.value >> host === from.value >> host;
}

function addressOf(text: string): Address | undefined {
  const version = isIP(text);
  if (version === 4) {
    const value = text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    return { bits: 32, value };
  }
  // EventBridge knows neither zones nor IPv4 written at the end of IPv6.
  if (version !== 6 || /[%.]/.test(text)) return undefined;
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: middle }, () => '0'), ...right];
  const value = groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
  return { bits: 128, value };
}
