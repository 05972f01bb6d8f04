import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { post } from '../../src/adapters/http/post.ts';
import { type HandlerDeployment, loadHandlers } from '../../src/cli/_wiring.ts';
import type { Mail } from '../../src/core/notify/render/mail.ts';
import type { GivenUp } from '../../src/core/notify/told-event.ts';
import { toMs } from '../../src/core/time.ts';
import { verifySignature } from '../../src/events/index.ts';
import type { Channel } from '../../src/flow/notify/ports.ts';
import { channel as channelPart } from '../../src/handlers/_wiring/channel.ts';
import { loadDeployment } from '../../src/runtime/load-deployment.ts';
import { LocalRuntime } from '../../src/runtime/local-runtime.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import type { Logs } from '../../src/trace/forms.ts';
import { aReceiver, type Scripted } from '../flow/notify/_receiver.ts';
import { agentBased, beginning, serverId } from './_fleet.ts';
import { rehearse } from './_rehearse.ts';

const place = { stage: 'prod', accountId: '111122223333', region: 'us-east-1', partition: 'aws' };
const key = 'a key that is long enough to sign with';
const servers = 200;
const inWave = Array.from({ length: 20 }, (_, i) => serverId(i + 1));
const example = 'examples/deployments/channels.yaml';
const everything = `
apiVersion: landfall/v1
kind: Deployment
spec:
  notifications:
    channels:
      - name: everything
        kind: slack
        secretArn: arn:aws:secretsmanager:us-east-1:111122223333:secret:everything-AbCdEf
        severities: [info, warning, page]
`;

type Event = Logs['events'][number];

/** What was told, channel by channel. */
interface Told {
  readonly posts: Awaited<ReturnType<typeof aReceiver>>['came'];
  readonly mails: { readonly channel: string; readonly mail: Mail }[];
  readonly givenUp: GivenUp[];
  readonly counters: LocalRuntime['counters'];
}

/**
 * Feeds events, each at its time, to the channels of a deployment file as they are deployed: rules,
 * queues and windows in virtual time, the handlers themselves, and a real receiver.
 */
async function tell(
  file: string,
  events: readonly Event[],
  ...script: readonly Scripted[]
): Promise<Told> {
  const receiver = await aReceiver(...script);
  const deployment = loadDeployment('serverless.yml', {
    ...place,
    environment: { LANDFALL_DEPLOYMENT: file },
  });
  const call = await loadHandlers(deployment);
  const clock = new VirtualClock(toMs(beginning));
  const mails: Told['mails'] = [];
  const givenUp: GivenUp[] = [];
  const bind = (name: string): HandlerDeployment => {
    const channel = channelOf(
      deployment.functions.find((one) => one.name === name)?.environment ?? {},
    );
    return {
      ports: { clock: { now: () => clock.now() } } as HandlerDeployment['ports'],
      targets: [],
      waveMachineArn: '',
      log: () => undefined,
      notifying: {
        channel,
        receiver: async () => ({ url: `${receiver.origin}/${channel.name}`, keys: [key] }),
        post: (request) => post(request, { timeoutMs: 5000, loopback: true }),
        publish: async (mail) => {
          mails.push({ channel: channel.name, mail });
          return { ok: true, value: {} };
        },
        giveUp: async (messages) => void givenUp.push(...messages),
        wait: async () => undefined,
      },
    };
  };
  const runtime = new LocalRuntime({
    ...place,
    deployment,
    clock,
    seed: 1,
    // The rest of the deployment has no part in this: its schedules fire, and nobody answers.
    invoke: async (name, payload) =>
      name.startsWith('notify') ? call(bind(name), name, payload) : null,
    world: { nextEventAt: () => undefined, advanceTo: () => undefined },
  });
  for (const event of events) {
    await runtime.run(() => false, { virtualDeadline: toMs(event.time) });
    const { source, 'detail-type': detailType, detail, resources, time } = event;
    await runtime.bus.publish([{ source, detailType, detail, resources, time }]);
  }
  await runtime.run(() => false, { virtualDeadline: clock.nowMs() + 7_200_000 });
  return { posts: receiver.came, mails, givenUp, counters: runtime.counters };
}

function channelOf(environment: Readonly<Record<string, string>>): Channel {
  const made = channelPart.fromEnvironment(environment);
  if (!made.ok) throw new Error(made.problems.join());
  return made.make();
}

const told: Event[] = [];
const of = (type: string) => told.filter((event) => event['detail-type'] === type);
let all: Told;

beforeAll(async () => {
  const fleet = Array.from({ length: servers }, (_, i) => agentBased(i + 1));
  const story = await rehearse({
    fleet,
    // The poller sees them all; a wave of a few is enough of what else there is to tell.
    spec: `{ waves: [{ name: wave-1, servers: { ids: [${inWave.join(', ')}] } }] }`,
    faults: [
      `{ fault: launch-failure, on: test-launch, times: 9, servers: { ids: [${serverId(7)}] } }`,
    ],
  });
  told.push(...story.logs.events);
}, 240_000);

describe('200 servers and a wave of some of them, told', () => {
  test('is rehearsed with what the channels are about', () => {
    expect(of('Source Server Discovered')).toHaveLength(servers);
    expect(of('Wave Concluded')).toHaveLength(1);
    expect(
      of('Wave Server Phase Ended').filter(({ detail }) => detail['status'] === 'failed').length,
    ).toBeGreaterThan(0);
  });

  test('reaches every channel with what it asked for, and none with what comes twice', async () => {
    all = await tell(
      example,
      told.flatMap((event) => [event, event]),
    );
    const { posts, mails, givenUp, counters } = all;
    expect([givenUp, counters.deadLetters]).toEqual([[], {}]);
    const to = (path: string) => posts.filter((one) => one.path === path);

    // The milestones of the wave, a minute's worth in each card, and nothing of single servers.
    const cards = to('/teams')
      .map(({ body }) => body)
      .join('\n');
    expect(cards).toContain(`begins with ${inWave.length} servers`);
    expect(cards).toContain('has ended');
    expect(cards).not.toContain('host-');

    // Every cutover by itself, under the id of its event; twice where it came twice and no batch held both.
    const cutovers = of('Source Server Lifecycle State Change').filter(
      ({ detail }) => detail['current'] === 'CUTOVER',
    );
    expect(cutovers.length).toBeGreaterThan(inWave.length / 2);
    const ids = new Set(to('/cutovers').map(({ headers }) => headers['idempotency-key']));
    expect(ids).toEqual(new Set(cutovers.map(({ detail }) => detail['eventId'])));
    const [first] = to('/cutovers');
    const header = String(first?.headers['landfall-signature']);
    const signedAt = new Date(Number(/t=(\d+)/.exec(header)?.[1]) * 1000);
    expect(
      await verifySignature({ header, body: first?.body ?? '', key, now: signedAt }),
    ).toMatchObject({ ok: true });

    // The silent one.
    expect(to('/records')).toEqual([]);

    // Slack hears of trouble alone.
    const slack = to('/slack')
      .map(({ body }) => body)
      .join('\n');
    expect(slack).toContain('test failed: LaunchFailed');
    expect(slack).not.toContain('life cycle');
    expect(mails.map(({ channel }) => channel)).toContain('team-mail');
    expect(
      mails.find(({ mail }) => mail.text.includes('docs/failures.md#launchfailed')),
    ).toBeDefined();
  }, 120_000);

  test('makes one message of 200 servers that change at once', async () => {
    // As the poller discovered them, in one tick.
    const discovered = of('Source Server Discovered');
    expect(new Set(discovered.map(({ time }) => time)).size).toBe(1);
    const file = join(mkdtempSync(join(tmpdir(), 'landfall-channels-')), 'everything.yaml');
    writeFileSync(file, everything);
    const { posts, counters } = await tell(file, [...discovered, ...discovered]);
    expect(posts.map(({ path }) => path)).toEqual(['/everything']);
    expect(JSON.parse(posts[0]?.body ?? '').blocks).toMatchObject([
      { text: { text: '200 servers: seen for the first time, life cycle NOT_READY' } },
      { text: { text: expect.stringMatching(/host-1 \(s-0+1\), host-2 .* and 190 more\nIn /) } },
      {},
    ]);
    expect(counters.invocations['notifyEverything']).toBe(1);
  });

  test('comes again after a rest where the receiver was down, and is given up after twelve tries', async () => {
    const [held] = of('Wave Concluded').map((event) => ({ ...event, 'detail-type': 'Wave Held' }));
    if (held === undefined) throw new Error('no wave has concluded');
    const back = await tell(example, [held], 503, 503, 503, 503);
    expect(back.counters.deadLetters).toEqual({});
    expect(back.posts.filter(({ path }) => path === '/slack')).not.toEqual([]);
    const never = await tell(example, [held], ...Array.from({ length: 200 }, () => 503));
    expect(never.counters.deadLetters).toEqual({
      'landfall-prod-NotifySlackQueue': 1,
      'landfall-prod-NotifyTeamsQueue': 1,
    });
    expect(never.counters.invocations['notifySlack']).toBe(12);
  }, 60_000);
});
