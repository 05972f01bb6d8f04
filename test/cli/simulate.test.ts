import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSimulation, type SimulationRequest } from '../../src/cli/read-simulation.ts';
import { startSimulation } from '../../src/cli/run-simulation.ts';
import { example } from './_files.ts';

const root = join(import.meta.dirname, '..', '..');
const fleet = example('fleets/mixed-40.json');
const clients = example('fleets/mixed-40.vcenter-clients.json');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-simulate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function simulation(request: Partial<SimulationRequest> = {}) {
  const read = await readSimulation({ fleets: [fleet, clients], port: '0', ...request });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.simulation;
}

const wall = () => Date.parse('2026-01-31T08:00:00Z');

async function now(port: number): Promise<unknown> {
  return (await fetch(`http://127.0.0.1:${port}/_landfall/clock`)).json();
}

describe('a simulation', () => {
  test('begins now with a real clock, and when the fleet was described with any other', async () => {
    for (const [clock, begins] of [
      ['real', '2026-01-31T08:00:00.000Z'],
      ['manual', undefined],
    ] as const) {
      const read = await simulation({ clock });
      const running = await startSimulation(read, wall);
      expect(await now(running.face.port)).toMatchObject({
        clock,
        now: begins ?? read.startAt.described,
      });
      await running.stop();
    }
  });

  test('takes the account of credentials that name none from the fleet', async () => {
    const [accountId] = /\d{12}/.exec((await simulation()).world.fleet[0]?.['arn'] as string) ?? [];
    const running = await startSimulation(await simulation(), wall);
    expect(running.account).toBe(accountId);
    await running.stop();
    const empty = await startSimulation(await simulation({ fleets: [] }), wall);
    expect(empty.account).toBe('000000000000');
    await empty.stop();
  });

  test('goes on with its state, without naming its fleet again', async () => {
    const state = join(folder, 'world.db');
    const first = await startSimulation(await simulation({ state, clock: 'manual' }), wall);
    await fetch(`http://127.0.0.1:${first.face.port}/_landfall/advance`, {
      method: 'POST',
      body: '{"seconds": 7200}',
    });
    const told = await now(first.face.port);
    await first.stop();
    const again = await simulation({ state, clock: 'manual', fleets: [] });
    const second = await startSimulation(again, wall);
    expect(await now(second.face.port)).toEqual(told);
    await second.stop();
    const other = await simulation({ state, seed: '2' });
    await expect(startSimulation(other, wall)).rejects.toMatchObject({ name: 'OtherOrigin' });
  });

  test('has gone on while it was down where its clock is real', async () => {
    const state = join(folder, 'world.db');
    let present = wall();
    const first = await startSimulation(await simulation({ state }), () => present);
    await fetch(`http://127.0.0.1:${first.face.port}/_landfall/advance`, {
      method: 'POST',
      body: '{"seconds": 60}',
    });
    await first.stop();
    present += 3_600_000;
    const again = await simulation({ state, fleets: [] });
    const second = await startSimulation(again, () => present);
    expect(await now(second.face.port)).toMatchObject({ now: '2026-01-31T09:01:00.000Z' });
    await second.stop();
  });

  test('keeps servers of DRS beside those of MGN', async () => {
    const drs = join(folder, 'drs.json');
    const arn = 'arn:aws:drs:eu-central-1:111122223333:source-server/s-00000000000000001';
    writeFileSync(drs, JSON.stringify({ items: [{ sourceServerID: 's-00000000000000001', arn }] }));
    const { world } = await simulation({ fleets: [fleet, drs] });
    expect(world.fleet).toHaveLength(41);
    expect(world.fleet.at(-1)).toMatchObject({ arn });
  });

  test('is refused with every problem of its options and files at once', async () => {
    const read = await readSimulation({
      fleets: [join(folder, 'none.json')],
      faults: join(folder, 'none.yaml'),
      port: '70000',
      clock: 'fast',
      start: 'tomorrow',
      seed: '-1',
      host: 'a b',
    });
    expect(read).toMatchObject({ ok: false });
    expect(
      read.ok ? [] : read.problems.map((p) => p.problem.split(' ').slice(0, 2).join(' ')),
    ).toEqual([
      'does not',
      'does not',
      '--seed is',
      '--port is',
      '--host is',
      '--clock is',
      '--start is',
    ]);
  });
});

describe('landfall simulate', () => {
  const run = (...words: string[]) => {
    const script = `
      const { simulate } = await import('${join(root, 'src/cli/commands/simulate.ts')}');
      const { readArguments } = await import('${join(root, 'src/cli/arguments.ts')}');
      const read = readArguments(process.argv.slice(1), simulate.definition.args, simulate.repeatable);
      process.exitCode = read.ok ? await simulate.run(read.given) : 9;`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...words]);
    let said = '';
    const listeners: (() => void)[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => {
        said += part.toString();
        for (const listener of listeners) listener();
      });
    }
    const until = (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => said.includes(text) && resolve();
        listeners.push(look);
        look();
      });
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, until, code, said: () => said };
  };

  test('says how to reach it, answers, and stops on Ctrl-C', async () => {
    const r = run('--fleet', fleet, '--vcenter-clients', clients, '--port', '0', '--clock', 'x60');
    await r.until('Ctrl-C stops it.');
    expect(r.said()).toContain('40 servers of fleet files');
    const port = Number(/localhost:(\d+)/.exec(r.said())?.[1]);
    expect(await now(port)).toMatchObject({ clock: 'x60' });
    r.child.kill('SIGINT');
    expect(await r.code).toBe(0);
    expect(r.said()).toContain('Stopped.');
  });

  test('refuses a port that is taken, and a state that is none', async () => {
    const running = await startSimulation(await simulation(), wall);
    const taken = run('--port', String(running.face.port));
    expect(await taken.code).toBe(2);
    expect(taken.said()).toContain(`port ${running.face.port} is taken`);
    await running.stop();
    const state = run('--port', '0', '--state', folder);
    expect(await state.code).toBe(2);
    expect(state.said()).toContain('--state');
  });
});
