import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Deployed, deployHere } from './_deployed.ts';
import { aServerEvent, type EventsOnAws, eventsOnAws } from './_events-aws.ts';
import { type EventsRun, eventsLandfall } from './_events-landfall.ts';
import { example } from './_files.ts';

let here: Deployed;
let aws: EventsOnAws;

beforeAll(async () => {
  here = await deployHere([example('fleets/agent-based-120.json')]);
});
afterAll(() => here.close());
beforeEach(() => {
  here.reset();
  aws = eventsOnAws(here);
});

const landfall = (words: readonly string[], more: EventsRun = {}) =>
  eventsLandfall(words, { env: here.env, ...more });
const asked = (operation: string) => here.asked.filter((one) => one.operation === operation);

describe('tail on AWS', () => {
  test('shows each event once, and leaves no rule and no queue behind', async () => {
    aws = eventsOnAws(here, [aServerEvent(1), aServerEvent(1), aServerEvent(2)]);
    const { code, stdout, stderr } = await landfall(['events', 'tail', '--limit', '3']);
    expect([code, stdout.split('\n'), stderr]).toEqual([
      0,
      [
        '2026-01-31 08:01:00  Source Server Lifecycle State Change  db-1 (s-11111111111111111)  READY_FOR_TEST → TESTING',
        '2026-01-31 08:02:00  Source Server Lifecycle State Change  db-1 (s-11111111111111111)  READY_FOR_TEST → TESTING',
        '',
      ],
      'Listening on landfall-prod; Ctrl-C ends it.\n',
    ]);
    expect([[...aws.rules], [...aws.queues]]).toEqual([[], []]);
    expect(asked('DeleteMessageBatch')).toHaveLength(1);
  });

  test('listens to events of Landfall only, and lets only its own rule write to its queue', async () => {
    aws = eventsOnAws(here, [aServerEvent(1)]);
    await landfall(['events', 'tail', '--limit', '1', '--json']);
    const rule = JSON.parse(asked('PutRule')[0]?.body ?? '') as Record<string, unknown>;
    expect([rule['EventBusName'], rule['EventPattern'], rule['Tags']]).toEqual([
      'landfall-prod',
      '{"source":[{"prefix":"landfall."}]}',
      [{ Key: 'landfall:tap', Value: 'arn:aws:sts::111122223333:assumed-role/operator/ada' }],
    ]);
    const { Attributes } = JSON.parse(asked('SetQueueAttributes')[0]?.body ?? '') as {
      readonly Attributes: { readonly Policy: string };
    };
    expect(JSON.parse(Attributes.Policy)).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Condition: {
            ArnEquals: {
              'aws:SourceArn': `arn:aws:events:us-east-1:111122223333:rule/landfall-prod/${String(rule['Name'])}`,
            },
          },
        },
      ],
    });
  });

  test('has EventBridge filter by the pattern', async () => {
    aws = eventsOnAws(here, [aServerEvent(1)]);
    const pattern = '{ "detail": { "current": ["TESTING"] } }';
    await landfall(['events', 'tail', '--limit', '1', '--pattern', pattern]);
    expect(asked('PutRule').map(({ body }) => JSON.parse(body).EventPattern)).toEqual([
      '{"detail":{"current":["TESTING"]}}',
    ]);
  });

  test('removes rule and queue on Ctrl-C', async () => {
    const { code } = await landfall(['events', 'tail'], {
      onSaid: ({ stderr }, interrupt) => {
        if (stderr.includes('Listening')) interrupt();
      },
    });
    expect([code, [...aws.rules], [...aws.queues]]).toEqual([130, [], []]);
  });

  test('ends after the time that it is given', async () => {
    const { code, stdout } = await landfall(['events', 'tail', '--for', '1']);
    expect([code, stdout, [...aws.rules], [...aws.queues]]).toEqual([0, '', [], []]);
  });

  test('removes what it has made where the rest is refused', async () => {
    here.answer('PutRule', {
      status: 400,
      body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no events:PutRule' }),
    });
    const { code, stdout, stderr } = await landfall(['events', 'tail']);
    expect([code, stdout, [...aws.queues]]).toEqual([2, '', []]);
    expect(stderr).toContain('listening on landfall-prod is not allowed to these credentials');
  });

  test('names what it cannot remove', async () => {
    aws = eventsOnAws(here, [aServerEvent(1)]);
    here.answer('DeleteQueue', {
      status: 400,
      body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no sqs:DeleteQueue' }),
    });
    const { code, stderr } = await landfall(['events', 'tail', '--limit', '1']);
    const [name] = aws.queues.keys();
    expect(code).toBe(1);
    expect(stderr).toContain(`The queue ${name} is still there (AccessDeniedException`);
    expect([...aws.rules]).toEqual([]);
  });

  test('touches nothing where the pattern is none', async () => {
    const { code, stderr } = await landfall(['events', 'tail', '--pattern', '{"a":"x"}']);
    expect([code, here.asked]).toEqual([2, []]);
    expect(stderr).toContain('pattern.a: must be a list of values, or an object');
  });
});

const untilAskedAgain = () =>
  vi.waitFor(() => expect(asked('ReceiveMessage').length).toBeGreaterThan(1), { timeout: 100_000 });

describe('verify --live', () => {
  test('proves what it heard, which begins in the middle of a stream', async () => {
    aws = eventsOnAws(here, [aServerEvent(6), aServerEvent(8), aServerEvent(7), aServerEvent(7)]);
    const { code, stdout } = await landfall(['events', 'verify', '--live', '--limit', '4']);
    expect([code, stdout]).toEqual([
      0,
      [
        '3 events in 1 stream: gapless, nothing told twice, in order',
        '  delivered again with the same content: 1',
        '  delivered after a later one: 1',
        '',
      ].join('\n'),
    ]);
    expect([[...aws.rules], [...aws.queues]]).toEqual([[], []]);
  });

  test('judges what it has on Ctrl-C', async () => {
    aws = eventsOnAws(here, [aServerEvent(6), aServerEvent(8)]);
    const { code, stdout } = await landfall(['events', 'verify', '--live', '--json'], {
      onSaid: ({ stderr }, interrupt) => {
        // Who receives again has heard what came before.
        if (stderr.includes('Listening')) void untilAskedAgain().then(interrupt);
      },
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'broken',
      findings: [{ kind: 'gap', from: 7, to: 7 }],
    });
  });
});

describe('replay on AWS', () => {
  const span = ['--from', '2026-01-31T08:00:00Z', '--to', '2026-01-31T12:00:00Z'];

  test('replays the archive to the rule alone, and follows it to its end', async () => {
    const { code, stdout, stderr } = await landfall([
      ...['events', 'replay', ...span, '--rule', 'my-subscriber', '--json'],
    ]);
    const [replay] = aws.replays;
    expect(replay).toMatchObject({
      EventSourceArn: 'arn:aws:events:us-east-1:111122223333:archive/landfall-prod',
      EventStartTime: Date.UTC(2026, 0, 31, 8) / 1000,
      EventEndTime: Date.UTC(2026, 0, 31, 12) / 1000,
      Destination: {
        Arn: 'arn:aws:events:us-east-1:111122223333:event-bus/landfall-prod',
        FilterArns: ['arn:aws:events:us-east-1:111122223333:rule/landfall-prod/my-subscriber'],
      },
    });
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { replay: replay?.['ReplayName'], state: 'COMPLETED' },
    ]);
    expect(stderr).toContain('RUNNING');
  });

  test('ends with 1 where the replay fails', async () => {
    aws.replayStates.splice(0, 2, 'FAILED');
    const { code, stdout } = await landfall([
      ...['events', 'replay', ...span, '--rule', 'my-subscriber'],
    ]);
    expect([code, stdout]).toEqual([1, `${String(aws.replays[0]?.['ReplayName'])} FAILED\n`]);
  });

  test('goes on after Ctrl-C, and says how to end it', async () => {
    aws.replayStates.splice(0, 2, 'RUNNING');
    const { code, stderr } = await landfall(
      ['events', 'replay', ...span, '--rule', 'my-subscriber'],
      {
        onSaid: (said, interrupt) => {
          if (said.stderr.includes('RUNNING')) interrupt();
        },
      },
    );
    expect(code).toBe(130);
    expect(stderr).toContain(
      `aws events cancel-replay --replay-name ${String(aws.replays[0]?.['ReplayName'])}`,
    );
  });

  test('refuses a rule of its own before anything is touched', async () => {
    const own = 'landfall-prod-react-rule-1';
    const { code, stderr } = await landfall(['events', 'replay', ...span, '--rule', own]);
    expect([code, aws.replays]).toEqual([2, []]);
    expect(stderr).toContain("is one of Landfall's own, which would act once more");
  });

  test('refuses a span that ends in the future', async () => {
    const words = ['--from', '2026-01-31T08:00:00Z', '--to', '2999-01-01T00:00:00Z'];
    const { code, stderr } = await landfall([
      'events',
      'replay',
      ...words,
      '--rule',
      'my-subscriber',
    ]);
    expect([code, aws.replays]).toEqual([2, []]);
    expect(stderr).toContain('is in the future');
  });
});
