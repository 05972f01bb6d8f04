import { InvalidInput } from '../core/failure.ts';

/** The largest body that a store takes, in bytes of UTF-8 JSON; DynamoDB's whole item ends at 400 KB. */
export const maxBodyBytes = 350 * 1024;

// DynamoDB's limits for keys; the embedded store keeps them too, so that a rehearsal meets them.
const maxPartitionBytes = 2048;
const maxSortBytes = 1024;

/** Refuses, with InvalidInput, a key that not every store could keep: empty, too long or not well-formed. */
export function checkKey(partition: string, sort: string): void {
  checkText('partition', partition, 1, maxPartitionBytes);
  checkText('sort key', sort, 1, maxSortBytes);
}

/** Refuses, with InvalidInput, a list that not every store could answer; an empty prefix is all of it. */
export function checkPrefix(partition: string, prefix: string): void {
  checkText('partition', partition, 1, maxPartitionBytes);
  checkText('prefix', prefix, 0, maxSortBytes);
}

/** Refuses, with InvalidInput, an expected version that no write could have left. */
export function checkVersion(expectedVersion: number): void {
  if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0) {
    throw new InvalidInput(`an expected version is a whole number from 0, not ${expectedVersion}`);
  }
}

/** Writes a body as JSON; refuses, with InvalidInput, what JSON cannot hold and more than `maxBodyBytes`. */
export function bodyText(partition: string, sort: string, body: unknown): string {
  const text: string | undefined = JSON.stringify(body);
  if (text === undefined) throw new InvalidInput(`the body of ${partition} ${sort} is not JSON`);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBodyBytes) {
    throw new InvalidInput(
      `the body of ${partition} ${sort} has ${bytes} bytes; at most ${maxBodyBytes} can be stored`,
    );
  }
  return text;
}

function checkText(what: string, text: string, minBytes: number, maxBytes: number): void {
  // A lone surrogate has no UTF-8 form: two different keys would become the same one.
  if (/\p{Surrogate}/u.test(text)) {
    throw new InvalidInput(`a ${what} is well-formed Unicode, not ${JSON.stringify(text)}`);
  }
  const bytes = Buffer.byteLength(text);
  if (bytes < minBytes || bytes > maxBytes) {
    throw new InvalidInput(`a ${what} has ${minBytes} to ${maxBytes} bytes, not ${bytes}`);
  }
}
