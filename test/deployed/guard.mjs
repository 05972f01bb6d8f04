// Runs a program for as long as its own standard input is open: whoever started it holds the other end, and when that
// process is gone, however it went, the program and all that it has started go too. Leads a process group.
import { spawn } from 'node:child_process';

const [file = '', ...args] = process.argv.slice(2);
const program = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'] });
program.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
program.once('exit', (code) => process.exit(code ?? 1));
// The first signal of an orderly end; the group has it from whoever sent it.
process.on('SIGTERM', () => program.kill('SIGTERM'));
process.stdin.resume();
process.stdin.once('close', () => process.kill(-process.pid, 'SIGKILL'));
