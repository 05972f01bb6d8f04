// The independent AWS of the lane: a pinned MiniStack in an environment of its own, started by emulator.py.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, type Running, start } from './process.ts';

/** The MiniStack that the lane deploys to; requirements.txt pins what it needs. */
export const ministackVersion = '1.5.33';

/** Where the lane deploys: another Region than that of the fleet, so that nothing works by coincidence. */
export const home = { accountId: '111122223333', region: 'eu-central-1' } as const;

const root = join(import.meta.dirname, '../..');
const environment = join(root, 'node_modules/.cache', `deployed-ministack-${ministackVersion}`);
const python = join(environment, 'bin/python');
const run = promisify(execFile);

const wanted = [
  'from importlib.metadata import version',
  `assert version('ministack') == '${ministackVersion}'`,
].join('; ');

/**
 * Makes the virtual environment unless it is there; fails with what to do where that is not possible. It is made beside its
 * place and then put there whole, as two lanes may begin at the same time.
 */
export async function emulatorHome(): Promise<void> {
  if (await isWhole()) return;
  await mkdir(dirname(environment), { recursive: true });
  const making = await mkdtemp(`${environment}-`);
  try {
    await run('python3', ['-m', 'venv', making]);
    const requirements = join(import.meta.dirname, 'requirements.txt');
    const quietly = ['--quiet', '--disable-pip-version-check', '--retries', '2', '--timeout', '30'];
    const itsPython = join(making, 'bin/python');
    await run(itsPython, ['-m', 'pip', 'install', ...quietly, '--requirement', requirements], {
      timeout: 240_000,
    });
    await run(itsPython, ['-c', wanted]);
    // Where the other lane was faster, its environment is as good; what is broken goes.
    if (await isWhole()) return;
    await rm(environment, { recursive: true, force: true });
    await rename(making, environment);
  } catch (cause) {
    if (await isWhole()) return;
    const how = `The deployed lane needs python3 with venv, and MiniStack ${ministackVersion} from PyPI`;
    throw new Error(`${how}; make the index reachable for pip.`, { cause });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function isWhole(): Promise<boolean> {
  return run(python, ['-c', wanted]).then(
    () => true,
    () => false,
  );
}

/** A process that runs a function. */
export interface Worker {
  readonly pid: number;
  /** The name of the function. */
  readonly name: string;
}

/** A running emulator. */
export interface Emulator {
  readonly endpoint: string;
  /** The processes of its functions that are there now. */
  readonly workers: () => Promise<readonly Worker[]>;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** Starts the emulator on a free port of the loopback address; its files are gone when it is stopped. */
export async function startEmulator(log: string): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'landfall-emulator-'));
  const process_ = await start({
    name: 'MiniStack',
    command: [python, join(import.meta.dirname, 'emulator.py')],
    cwd: folder,
    env: {
      // Its functions run on the first node of the path: the one that we deploy to.
      PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
      HOME: folder,
      TMPDIR: folder,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_REGION: home.region,
      MINISTACK_ACCOUNT_ID: home.accountId,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    log,
    isUp: () => answers(endpoint),
  });
  return {
    endpoint,
    workers: () => workersIn(process_.group),
    output: process_.output,
    stop: () => stop(process_, folder),
  };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`)).ok;
  } catch {
    return false;
  }
}

async function stop(process_: Running, folder: string): Promise<void> {
  await process_.stop();
  // The last of its children may still write there.
  await sleep(100);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** The processes of a group that run a function, as /proc knows them. */
async function workersIn(group: number): Promise<readonly Worker[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const about = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const [, processGroup] = /\) \S \d+ (\d+) /.exec(await about('stat')) ?? [];
      const [, name] =
        /ministack-lambda-([^/]+)-[^-/]+\/_worker\.js/.exec(await about('cmdline')) ?? [];
      return processGroup === String(group) && name !== undefined
        ? [{ pid: Number(pid), name }]
        : [];
    }),
  );
  return found.flat();
}
