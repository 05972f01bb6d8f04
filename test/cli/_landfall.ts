import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What a command line came to. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `landfall` as a person does, from the root of the repository. */
export function landfall(...words: readonly string[]): Promise<Ended> {
  return landfallUntil(() => undefined, ...words);
}

/** Runs `landfall`, and gives the chance to interrupt it once, when it says something on stderr. */
export function landfallUntil(
  onStderr: (said: string, interrupt: () => void) => void,
  ...words: readonly string[]
): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'bin/landfall.mjs'), ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  // A second one would end the process at once.
  let isInterrupted = false;
  const interrupt = () => {
    if (!isInterrupted) child.kill('SIGINT');
    isInterrupted = true;
  };
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    onStderr(stderr, interrupt);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
