import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Ended } from './_landfall.ts';

/** What a command on events is run with. */
export interface EventsRun {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Called with all that was said on each channel so far; may interrupt, more than once. */
  readonly onSaid?: (said: Omit<Ended, 'code'>, interrupt: () => void) => void;
}

const main = join(import.meta.dirname, '../../bin/landfall.mjs');

/** Runs `landfall events …` in a process of its own. */
export function eventsLandfall(
  words: readonly string[],
  { env, input = '', onSaid }: EventsRun = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...words], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...(env ?? { PATH: process.env['PATH'] ?? '' }) },
  });
  let stdout = '';
  let stderr = '';
  let isInterrupted = false;
  const interrupt = () => {
    if (!isInterrupted) child.kill('SIGINT');
    isInterrupted = true;
  };
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    onSaid?.({ stdout, stderr }, interrupt);
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
    onSaid?.({ stdout, stderr }, interrupt);
  });
  // A command that wants no input may have ended before it is written.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
