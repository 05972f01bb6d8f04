// Documents of Systems Manager stop an application on its source, look at the instance, and start the application again
// where the cutover does not come about.
import { expect, test } from 'vitest';
import { inSync, serverId } from './_fleet.ts';
import { hooked, hooksOf } from './_hooks.ts';
import { endings, eventsOf, expectPromisesKept, rehearse, type Told } from './_rehearse.ts';

const node = (n: number) => `mi-0123456789abcdef${n}`;
const server = (n: number) => ({ ...inSync(n), tags: { 'ssm-node': node(n) } });
const onSource = 'on: source, node: "{tag:ssm-node}"';
const spec = hooked(
  [
    `freeze: [{ name: stop-app, document: stop-app, ${onSource}, parameters: { services: [web, db] }, retries: 0 }]`,
    `thaw: [{ name: start-app, document: start-app, ${onSource} }]`,
    'validateCutover: [{ name: look, document: look, on: instance }]',
  ].join(', '),
);

/** The commands that were sent for a server, each with its document and node. */
function sentFor(told: Told, id: string): readonly (readonly unknown[])[] {
  return told.logs.api
    .filter(({ service, operation }) => service === 'ssm' && operation === 'SendCommand')
    .filter(({ input }) => JSON.stringify(input).includes(id))
    .map(({ input }) => [input['DocumentName'], input['InstanceIds'], input['Parameters']]);
}

test('the document of one source fails and is thawed, and an answer that was lost is not sent for twice', async () => {
  const told = await rehearse({
    fleet: [server(1), server(2)],
    spec,
    hooks: [
      { hook: 'stop-app', servers: [serverId(1)], outcome: 'failed', durationSeconds: 30 },
      { hook: 'stop-app', outcome: 'lost', durationSeconds: 30 },
    ],
  });
  expect(endings(told)).toEqual(['1 rolled-back HookFailed', '2 succeeded']);
  const stop = (n: number) => ['stop-app', [node(n)], { services: ['web', 'db'] }];
  expect(sentFor(told, serverId(1))).toEqual([stop(1), ['start-app', [node(1)], {}]]);
  const instance = expect.stringMatching(/^i-/);
  expect(sentFor(told, serverId(2))).toEqual([stop(2), ['look', [instance], {}]]);
  expect(hooksOf(told, serverId(2))).toEqual([
    'freeze.stop-app/1.1 started',
    'freeze.stop-app/1.1 succeeded',
    'validateCutover.look/1.1 started',
    'validateCutover.look/1.1 succeeded',
  ]);
  const kinds = eventsOf(told, 'Wave Server Hook Run').map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['document']));
  expectPromisesKept(told, ['hook-called-once', 'thaw-after-freeze']);
});

test('T8: a command whose time is over is stopped before the source is thawed', async () => {
  const told = await rehearse({
    fleet: [server(1)],
    spec,
    hooks: [{ hook: 'stop-app', outcome: 'hangs', durationSeconds: 0 }],
  });
  expect(endings(told)).toEqual(['1 rolled-back HookFailed']);
  const calls = told.logs.api
    .filter(({ service }) => service === 'ssm')
    .map(({ operation, input }) => `${operation} ${String(input['hook'])}`)
    .filter((call) => !call.startsWith('List'));
  expect(calls).toEqual([
    'SendCommand stop-app',
    'CancelCommand stop-app',
    'SendCommand start-app',
  ]);
  expect(told.ends[serverId(1)]?.reason).toContain('its command is cancelled');
  expectPromisesKept(told, ['hook-called-once', 'thaw-after-freeze']);
});
