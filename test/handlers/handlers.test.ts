import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channelHandlers } from '../../deploy/channels.ts';
import { targetName } from '../../src/core/target.ts';
import { plusSeconds } from '../../src/core/time.ts';
import { read } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import { type Deployment, withDeployment } from '../../src/handlers/_wiring.ts';
import { contracts } from '../../src/workflows/contracts.ts';
import { aFlow, machine, machines, of, serverId, subject, target } from '../flow/_recorder.ts';
import { ready } from '../simulator/rig.ts';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
const files = readdirSync('src/handlers').filter((file) => !file.startsWith('_'));
const camel = (file: string) =>
  file.replace(/\.ts$/, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const handlerOf = async (file: string): Promise<Handler> =>
  (await import(join(process.cwd(), 'src/handlers', file))).handler;
const context = { getRemainingTimeInMillis: () => 300_000 };

/** Channels have nobody to tell, and none of these tests gives them anything to. */
const nothing = () => Promise.reject(new Error('nothing is to be told'));
const silent = {
  channel: { name: 'silent', stage: 'test', batched: true },
  giveUp: nothing,
  wait: nothing,
  post: nothing,
  receiver: nothing,
  publish: nothing,
};

/** A deployment over a flow, and what it logs. */
function deployed(fleet = [ready(1)]) {
  const flow = aFlow(fleet);
  const lines: unknown[] = [];
  const deployment: Deployment = {
    ports: flow.ports,
    targets: [target],
    waveMachineArn: machine('wave'),
    log: (line) => lines.push(line),
    notifying: silent,
  };
  const call = async (file: string, event: unknown) => {
    const handler = await handlerOf(file);
    return withDeployment(deployment, () => handler(event, context));
  };
  return { flow, lines, call, deployment };
}

describe('every handler', () => {
  it('has a contract of its name, and every contract a handler', () => {
    const ofChannels = new Set(Object.values(channelHandlers).map(camel));
    const steps = files.map(camel).filter((name) => !ofChannels.has(name));
    expect(steps.sort()).toEqual(Object.keys(contracts).sort());
  });

  it.each(files)('%s exports handler', async (file) => {
    expect(await handlerOf(file)).toBeTypeOf('function');
  });

  it.each(files)('%s refuses a bad event as InvalidInput, and touches nothing', async (file) => {
    const { flow, lines, call } = deployed();
    await expect(call(file, 'no event')).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(
        new RegExp(
          `^ContractBroken: ${camel(file)} was called with what it does not take: event: `,
        ),
      ),
    });
    expect(flow.writes).toEqual([]);
    expect(flow.calls).toEqual([]);
    expect(flow.events).toEqual([]);
    expect(lines).toEqual([
      {
        level: 'error',
        function: camel(file),
        error: { name: 'InvalidInput', message: expect.stringContaining('ContractBroken') },
      },
    ]);
  });
});

describe('a bad event', () => {
  it('is refused with every problem named', async () => {
    const { call } = deployed();
    const event = { subject: { server: 5, wave: 'p.w', attempt: 0 }, phase: 'nap', status: 'done' };
    await expect(call('conclude.ts', event)).rejects.toMatchObject({
      message: expect.stringMatching(/subject\.server: .*subject\.attempt: .*phase: .*status: /),
    });
  });
});

describe('a good event', () => {
  it('runs, and is logged in one line with its result, after what it measured', async () => {
    const { flow, lines, call } = deployed();
    const result = await call('poll.ts', { target: 'all' });
    expect(result).toMatchObject([{ tick: 'done', looked: 1 }]);
    expect(lines).toEqual([
      expect.objectContaining({ Stage: 'local', Target: targetName(target), Ticks: 1 }),
      { level: 'info', function: 'poll', result },
    ]);
    expect(flow.published()).toHaveLength(1);
    expect(contracts.poll.output.safeParse(result).success).toBe(true);
  });

  it('has the poller look early by a message of its queue, at what is due and nothing else', async () => {
    const { call } = deployed();
    const message = { messageId: '1', body: '{"detail-type":"Wave Stage Started"}' };
    expect(await call('poll.ts', { Records: [message] })).toMatchObject([{ tick: 'done' }]);
    const again = await call('poll.ts', { Records: [message, message] });
    expect(again).toMatchObject([{ tick: 'skipped', because: expect.stringMatching(/^not due/) }]);
    await expect(call('poll.ts', { Records: [] })).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('tells the poller how long Lambda lets it run: so long it holds its target', async () => {
    const { flow, deployment } = deployed();
    flow.hooks.beforePut = (partition) => {
      if (partition.startsWith('servers/')) throw new Error('the function was killed');
    };
    const handler = await handlerOf('poll.ts');
    const brief = { getRemainingTimeInMillis: () => 41_500 };
    const call = () => withDeployment(deployment, () => handler({ target: 'all' }, brief));
    await expect(call()).rejects.toThrow('the function was killed');
    expect((await read(flow.ports.store, place.target(target))).body?.leaseUntil).toBe(
      plusSeconds(flow.now(), 42),
    );
  });

  it('answers what its contract says', async () => {
    const { flow, call } = deployed();
    expect(await call('sweep.ts', {})).toEqual({ waves: 0, executions: 0, published: 0, died: [] });
    expect(
      await call('react.ts', { source: 'aws.s3', 'detail-type': 'x', detail: {} }),
    ).toMatchObject({ did: 'nothing' });
    expect(await call('conclude-wave.ts', { subject, input: null })).toEqual({
      outcomes: { succeeded: 0, skipped: 0, 'rolled-back': 0, failed: 0, frozen: 0 },
    });
    expect(flow.writes).toEqual([]);
  });

  it('that cannot be served is logged and thrown on', async () => {
    const { lines, call } = deployed();
    const event = { subject, machines, execution: 'e' };
    await expect(call('prepare-wave.ts', event)).rejects.toMatchObject({ name: 'InvalidInput' });
    await expect(call('mark-as-archived.ts', { subject: of(1) })).rejects.toMatchObject({
      message: `ContractBroken: wave p.w has no server ${serverId(1)}`,
    });
    expect(lines).toMatchObject([{ level: 'error' }, { level: 'error' }]);
  });

  it('of which something throws what is no error is logged all the same', async () => {
    const { flow, lines, call } = deployed();
    flow.hooks.beforePut = () => {
      // What a foreign library may do; nothing of ours throws text.
      return Promise.reject('text');
    };
    await expect(call('poll.ts', { target: 'all' })).rejects.toBe('text');
    expect(lines).toEqual([
      expect.objectContaining({ Target: targetName(target), FailedTicks: 1 }),
      { level: 'error', function: 'poll', error: 'text' },
    ]);
  });
});
