// A child process with a log of its own, which is gone when the lane is, whatever happens in between.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What to start, and how to see that it is up. */
export interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where its output goes, both streams. */
  readonly log: string;
  /** Answers whether it is up; asked until it is. */
  readonly isUp: (output: string) => Promise<boolean> | boolean;
}

/** A process that is up. */
export interface Running {
  /** Leads the process group of all that it has started. */
  readonly group: number;
  readonly output: () => string;
  /** Ends it and all that it started; an ended one stays ended. */
  readonly stop: () => Promise<void>;
}

const guard = join(import.meta.dirname, 'guard.mjs');
const upWithinMs = 180_000;
const endWithinMs = 5000;

/** Starts a process in a group of its own and waits until it is up; one that ends before is an Error with its output. */
export async function start(program: Program): Promise<Running> {
  const { name, command, cwd, env, log, isUp } = program;
  const sink = openSync(log, 'w');
  // Its input stays open as long as this process lives.
  const child = spawn(process.execPath, [guard, ...command], {
    cwd,
    env,
    detached: true,
    stdio: ['pipe', sink, sink],
  });
  closeSync(sink);
  const { pid: group } = child;
  if (group === undefined) throw new Error(`${name} does not start`);
  const running: Running = {
    group,
    output: () => readFileSync(log, 'utf8'),
    stop: () => end(child, group),
  };
  const deadline = Date.now() + upWithinMs;
  while (!(await isUp(running.output()))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await running.stop();
      throw new Error(`${name} did not come up:\n${running.output().slice(-4000)}`);
    }
    await sleep(100);
  }
  return running;
}

async function end(child: ChildProcess, group: number): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([gone, sleep(endWithinMs)]);
  }
  // What it started outlives it otherwise.
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A port of the loopback address that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  server.close();
  await once(server, 'close');
  return address.port;
}
