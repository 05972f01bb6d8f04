// Which addresses messages may go to: https, or this machine itself; never a link-local one, behind which the metadata
// of clouds lies. Whoever can write a secret must not be able to read what only a function can reach.

/** What is wrong with the address of a receiver; undefined where messages may go there. */
export function addressProblem(
  address: string,
  allow: { readonly loopback: boolean },
): string | undefined {
  if (!URL.canParse(address)) return 'is no address';
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return 'carries a user name or password';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const loopback = host === 'localhost' || isLoopback(host);
  if (loopback && !allow.loopback) return 'leads to the function itself';
  if (isForbiddenIp(host)) return 'leads to a link-local, multicast or unspecified address';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return undefined;
  return 'is no https:// address (http:// is only for this machine itself)';
}

/** Whether an IP address, as a name was resolved to it, must not be spoken to. */
export function isForbiddenIp(ip: string): boolean {
  const v4 = bytesOfV4(embeddedV4(ip) ?? ip);
  if (v4 !== undefined) {
    const [a = 0, b = 0] = v4;
    return a === 0 || (a === 169 && b === 254) || a >= 224;
  }
  const groups = groupsOfV6(ip);
  if (groups === undefined) return false;
  const [first = 0] = groups;
  // fe80::/10 link-local, ff00::/8 multicast, fd00:ec2::/32 the metadata of EC2, and ::.
  const unspecified = groups.every((group) => group === 0);
  return (
    unspecified ||
    (first & 0xff_c0) === 0xfe_80 ||
    first >= 0xff_00 ||
    (first === 0xfd_00 && groups[1] === 0x0e_c2)
  );
}

/** Whether an IP address is that of this machine itself. */
export function isLoopback(ip: string): boolean {
  const v4 = bytesOfV4(embeddedV4(ip) ?? ip);
  if (v4 !== undefined) return v4[0] === 127;
  const groups = groupsOfV6(ip);
  return groups?.every((group, i) => group === (i === 7 ? 1 : 0)) ?? false;
}

function bytesOfV4(ip: string): readonly number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(ip)) return undefined;
  const bytes = ip.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** The IPv4 address within ::ffff:a.b.c.d, ::a.b.c.d and 64:ff9b::a.b.c.d. */
function embeddedV4(ip: string): string | undefined {
  const groups = groupsOfV6(ip);
  if (groups === undefined) return undefined;
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0, g7 = 0] = groups;
  const zeros = g2 === 0 && g3 === 0 && g4 === 0;
  const mapped = g0 === 0 && g1 === 0 && zeros && (g5 === 0xff_ff || (g5 === 0 && g6 !== 0));
  const translated = g0 === 0x64 && g1 === 0xff_9b && zeros && g5 === 0;
  if (!(mapped || translated)) return undefined;
  return [g6 >> 8, g6 & 0xff, g7 >> 8, g7 & 0xff].join('.');
}

function groupsOfV6(ip: string): readonly number[] | undefined {
  const plain = ip.replace(/%.*$/, '');
  if (!plain.includes(':')) return undefined;
  const dotted = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(plain);
  const tail = dotted === null ? undefined : bytesOfV4(dotted[2] ?? '');
  const [t0 = 0, t1 = 0, t2 = 0, t3 = 0] = tail ?? [];
  const text =
    tail === undefined
      ? plain
      : `${dotted?.[1] ?? ''}${((t0 << 8) | t1).toString(16)}:${((t2 << 8) | t3).toString(16)}`;
  const [left = '', right] = text.split('::');
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((g) => Number.parseInt(g, 16));
  const before = read(left);
  if (right === undefined) return before.length === 8 ? before : undefined;
  const after = read(right);
  const missing = 8 - before.length - after.length;
  return missing < 0
    ? undefined
    : [...before, ...Array.from({ length: missing }, () => 0), ...after];
}
