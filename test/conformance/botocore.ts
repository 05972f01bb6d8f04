import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { promisify } from 'node:util';

/** The botocore whose service models and client judge the simulator. */
export const botocoreVersion = '1.43.11';

const root = join(import.meta.dirname, '../..');
const home = join(root, 'node_modules/.cache', `conformance-botocore-${botocoreVersion}`);
const python = join(home, 'bin/python');
const run = promisify(execFile);

/** Makes the virtual environment of the suite unless it is there; fails with what to do where that is not possible. */
export async function botocoreHome(): Promise<string> {
  const wanted = `import botocore; assert botocore.__version__ == '${botocoreVersion}'`;
  try {
    await access(python);
    await run(python, ['-c', wanted]);
    return home;
  } catch {
    await rm(home, { recursive: true, force: true });
  }
  try {
    await run('python3', ['-m', 'venv', home]);
    const patience = ['--retries', '2', '--timeout', '15'];
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...patience];
    await run(python, [...install, `botocore==${botocoreVersion}`], { timeout: 120_000 });
    await run(python, ['-c', wanted]);
    return home;
  } catch (cause) {
    await rm(home, { recursive: true, force: true });
    const how = `The conformance suite needs python3 with venv, and botocore ${botocoreVersion} from PyPI`;
    throw new Error(`${how}; install it there or make the index reachable for pip.`, { cause });
  }
}

/** The Python process that speaks botocore: one JSON line in, one out, in order. */
export class Driver {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #waiting: ((line: string) => void)[] = [];
  #errors = '';

  private constructor() {
    this.#process = spawn(python, [join(import.meta.dirname, 'driver.py')], {
      env: { PATH: process.env['PATH'], HOME: home, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    this.#process.stderr.on('data', (part) => {
      this.#errors += String(part);
    });
    this.#lines = createInterface(this.#process.stdout);
    this.#lines.on('line', (line) => this.#waiting.shift()?.(line));
    this.#process.once('exit', () => {
      for (const one of this.#waiting.splice(0)) one('');
    });
  }

  /** Starts the process in the environment that botocoreHome has made. */
  static async start(): Promise<Driver> {
    const driver = new Driver();
    const line = await new Promise<string>((resolve) => driver.#waiting.push(resolve));
    if (line === '') throw new Error(`The driver does not start: ${driver.#errors}`);
    return driver;
  }

  /** Sends one case and answers the text of its line. */
  async ask(one: object): Promise<string> {
    const line = await new Promise<string>((resolve) => {
      this.#waiting.push(resolve);
      this.#process.stdin.write(`${JSON.stringify(one)}\n`);
    });
    if (line === '') throw new Error(`The driver broke off: ${this.#errors.slice(-2000)}`);
    return line;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.stdin.end();
    await gone;
  }
}
