#!/usr/bin/env node
// Starts src/cli/main.ts under Node 24: the system's Node may be older, so this file must run under Node 20.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, '..', 'src', 'cli', 'main.ts');

/** Says where Node 24 is: the platform package, else the running one; undefined where neither is 24. */
function node24() {
  const name = `node-${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const manifest = require.resolve(`${name}/package.json`);
    return join(dirname(manifest), require(manifest).bin.node);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    return process.versions.node.startsWith('24.') ? process.execPath : undefined;
  }
}

const node = node24();
if (node === undefined) {
  console.error(
    `landfall needs Node 24, and this is ${process.version} on ${process.platform}-${process.arch}.\n` +
      'Install with optional dependencies (npm ci), or run it with a Node 24 of your own.',
  );
  process.exit(2);
}

// What was compiled once is not compiled again: a third less work for a short command. Beside the code, as whoever may
// write there may change the code as well; where nobody may, Node does without.
const compiled = join(here, '..', 'node_modules', '.cache', 'compiled');
// biome-ignore lint/style/noProcessEnv: the child is given what this process was given
const env = { NODE_COMPILE_CACHE: compiled, ...process.env };
const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env });

// A terminal tells Ctrl-C to the child as well; forwarding it again would look like a second Ctrl-C.
const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
const forward = (signal) => child.kill(signal);
process.on('SIGINT', atTerminal ? () => {} : forward);
process.on('SIGTERM', forward);
process.on('SIGHUP', forward);

child.on('error', (error) => {
  console.error(`landfall cannot start ${node}: ${error.message}`);
  process.exitCode = 2;
});
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
});
