import { createInterface } from 'node:readline/promises';
import { printable } from '../core/fleet/problem.ts';

/** Whether a person agreed; `nobody` where no terminal is there to ask at. */
export type Confirmation = 'yes' | 'no' | 'interrupted' | 'nobody';

/** Has a person type a name before something is done that cannot be taken back. Asks on stderr. */
export async function confirmByName(warning: string, name: string): Promise<Confirmation> {
  if (!(process.stdin.isTTY && process.stderr.isTTY)) return 'nobody';
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  let isInterrupted = false;
  terminal.on('SIGINT', () => {
    isInterrupted = true;
    terminal.close();
  });
  // Closing leaves the question open, so that its end is listened for beside it.
  const closed = new Promise<undefined>((resolve) => {
    terminal.once('close', () => resolve(undefined));
  });
  console.error(printable(warning));
  const asked = terminal.question(`Type ${printable(name)} to go on: `).catch(() => undefined);
  const answer = await Promise.race([asked, closed]);
  terminal.close();
  if (isInterrupted) return 'interrupted';
  return answer?.trim() === name ? 'yes' : 'no';
}
