import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Problem, problemAt } from '../core/fleet/problem.ts';

/**
 * Writes a file whole or not at all: what stood there before stays until all of the new text is on disk. Answers why
 * it cannot be written, or undefined.
 */
export async function writeWhole(
  file: string,
  text: string,
  option: string,
): Promise<Problem | undefined> {
  const draft = join(dirname(file), `.${process.pid}.landfall-draft`);
  try {
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    return undefined;
  } catch (error) {
    await rm(draft, { force: true });
    const message = error instanceof Error ? error.message : String(error);
    return problemAt([], `${option} ${file} cannot be written: ${message}`, 'name another file');
  }
}
