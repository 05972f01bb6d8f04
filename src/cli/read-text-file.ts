import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { type Problem, problemAt } from '../core/fleet/problem.ts';

/**
 * The largest plan file, in bytes: 384 KiB. 10,000 servers by id take 320 KB; on hostile text the YAML
 * library's time grows faster than the size and is below five seconds up to here (measured).
 */
export const largestPlanBytes = 384 * 1024;

/** The text of a file, or why it cannot be read as text. */
export type TextRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Reads a UTF-8 text file of limited size; a byte order mark is dropped. Never holds more than the limit,
 * whatever the file claims to be (a device, a pipe). Anything unreadable is answered, none throws.
 */
export async function readTextFile(file: string, largestBytes: number): Promise<TextRead> {
  const read = await readFileBytes(file, largestBytes);
  return read.ok ? asText(read.bytes, file) : read;
}

/** The bytes of a file, or why they cannot be read. */
export type BytesRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: Problem };

/** Reads a file of limited size that is not empty. Anything unreadable is answered, none throws. */
export async function readFileBytes(file: string, largestBytes: number): Promise<BytesRead> {
  try {
    const bytes = await readBytes(file, largestBytes);
    if (bytes === 'too-large') {
      return refusedFile(
        file,
        `is larger than ${Math.floor(largestBytes / 1024)} KiB`,
        'check that this is the right file',
      );
    }
    return bytes.length === 0
      ? refusedFile(file, 'is empty', 'check that this is the right file')
      : { ok: true, bytes };
  } catch (error) {
    return refusedFile(file, ...refusalOf(error));
  }
}

function refusedFile(file: string, problem: string, remedy: string) {
  return { ok: false as const, problem: { ...problemAt([], problem, remedy), file } };
}

/** The text of UTF-8 bytes, without a byte order mark; or why they are none. */
export function asText(bytes: Uint8Array, file: string): TextRead {
  const refused = (problem: string, remedy: string) => refusedFile(file, problem, remedy);
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return refused('is UTF-16 text', 'save it as UTF-8 (in PowerShell: Out-File -Encoding utf8)');
  }
  if (bytes.includes(0) || !isUtf8(bytes)) {
    return refused('is no UTF-8 text', 'check that this is the right file');
  }
  return { ok: true, text: new TextDecoder('utf-8').decode(bytes) };
}

async function readBytes(file: string, largestBytes: number): Promise<Uint8Array | 'too-large'> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > largestBytes) return 'too-large';
    const parts: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const part = new Uint8Array(Math.min(1_048_576, largestBytes + 1 - total));
      const { bytesRead } = await handle.read(part, 0, part.length, null);
      if (bytesRead === 0) return Buffer.concat(parts, total);
      parts.push(part.subarray(0, bytesRead));
      total += bytesRead;
      if (total > largestBytes) return 'too-large';
    }
  } finally {
    await handle.close();
  }
}

const refusals: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['does not exist', 'check the path'],
  ENOTDIR: ['does not exist', 'check the path'],
  EACCES: ['may not be read', 'check the permissions of the file and its folders'],
  EPERM: ['may not be read', 'check the permissions of the file and its folders'],
  EISDIR: ['is a directory', 'name a file in it'],
  ELOOP: ['is a symbolic link that leads back to itself', 'name the file itself'],
  ENAMETOOLONG: ['has too long a name', 'check the path'],
};

function refusalOf(error: unknown): readonly [string, string] {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  return refusals[code] ?? [`cannot be read: ${message}`, 'check the path and the disk'];
}
