// The commands as a person gives them: a report of a rehearsal and of a deployment, proven and explained; and what is
// refused, before anything is written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { serverId } from '../../scenarios/_fleet.ts';
import { type Deployed, deployHere } from '../_deployed.ts';
import { eventsOnAws } from '../_events-aws.ts';
import { eventsLandfall } from '../_events-landfall.ts';
import { example } from '../_files.ts';
import { type UnderWay, underWay } from '../_under-way.ts';
import { aFolder, aKeyPair, logsIn, theStory } from './_a-report.ts';

// Each test starts processes, and a busy machine takes seconds for one.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const landfall = (...words: readonly string[]) => eventsLandfall(words);

interface Row {
  readonly kind: string;
  readonly [member: string]: unknown;
}

function rowsIn(directory: string, kind: string): readonly Row[] {
  const lines = readFileSync(join(directory, 'report.jsonl'), 'utf8').trimEnd().split('\n');
  return lines
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { readonly record: Row }).record)
    .filter((record) => record.kind === kind);
}

describe('of a rehearsal', () => {
  const keys = aKeyPair();
  let directory: string;
  beforeAll(async () => {
    directory = logsIn(await theStory());
  });

  test('is written, proven by its root or its key, and explained like the logs', async () => {
    const out = join(directory, 'report');
    const forecast = join(directory, 'forecast.json');
    const end = {
      p5: '2024-03-04T20:00:00Z',
      p50: '2024-03-04T23:00:00Z',
      p95: '2024-03-05T08:00:00Z',
    };
    writeFileSync(
      forecast,
      JSON.stringify({ waves: [{ wave: 'wave-1', ends: end, more: 1 }], more: 1 }),
    );
    const given = ['--sign-key', keys.private, '--forecast', forecast];
    const made = await landfall('report', directory, ...given, '--json');
    expect([made.code, made.stderr]).toEqual([0, '']);
    const { root, files, ...more } = JSON.parse(made.stdout) as { root: string; files: string[] };
    expect(more).toMatchObject({ outcome: 'done', signed: true, directory: out });
    expect(files.every((file) => existsSync(join(out, file)))).toBe(true);
    expect(rowsIn(out, 'estimate')).toMatchObject([{ lateSeconds: 180, inside: true }]);

    const verify = (...words: readonly string[]) => landfall('report', 'verify', out, ...words);
    expect(await verify('--root', root)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^Untouched: .*${root}\\.\n$`)),
    });
    expect((await verify('--public-key', keys.public)).code).toBe(0);
    const bare = await verify();
    expect([bare.code, bare.stdout]).toEqual([2, expect.stringMatching(/^Nothing is proven: /)]);

    const told = await landfall('explain', 'host-5', directory);
    expect(told.code).toBe(0);
    expect(await landfall('explain', 'host-5', out)).toEqual(told);
    expect(await landfall('explain', serverId(5), join(out, 'report.jsonl'))).toEqual(told);
    const nobody = await landfall('explain', 'host-55', out);
    expect([nobody.code, nobody.stderr]).toEqual([
      2,
      expect.stringContaining('"host-55" is no server of this report\nnear names:\n  host-5'),
    ]);
  });

  test('that was touched ends with 1 and names the record', async () => {
    const out = aFolder();
    await landfall('report', directory, '--out', out);
    const file = join(out, 'report.jsonl');
    const text = readFileSync(file, 'utf8').replace('"by":"joe"', '"by":"eve"');
    writeFileSync(file, text);
    const line = text.split('\n').findIndex((one) => one.includes('"by":"eve"')) + 1;
    const { code, stdout } = await landfall('report', 'verify', out);
    expect([code, stdout]).toEqual([
      1,
      `NOT what it was:\n  report.jsonl:${line}  record ${line} (order) is not what it was\n`,
    ]);
    const { code: explained, stderr } = await landfall('explain', 'host-5', out);
    expect([explained, stderr]).toEqual([2, expect.stringContaining(`report.jsonl:${line}`)]);
  });

  test('is refused whole, with everything that is wrong, before anything is written', async () => {
    const out = join(aFolder(), 'never');
    const bad = join(aFolder(), 'bad.json');
    writeFileSync(bad, '{"waves":[{"wave":"w","ends":{"p50":"soon"}}]}');
    const refused = await landfall(
      ...[
        'report',
        directory,
        '--out',
        out,
        '--forecast',
        bad,
        '--sign-key',
        keys.public,
        '--json',
      ],
    );
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      outcome: 'refused',
      problems: [
        expect.stringContaining('p50 of "w" is no instant'),
        expect.stringContaining('--sign-key holds no such key in PEM'),
      ],
    });
    expect(existsSync(out)).toBe(false);

    const strange = await landfall(
      'report',
      'verify',
      aFolder(),
      '--root',
      'ABC',
      '--public-key',
      bad,
    );
    expect([strange.code, strange.stderr]).toEqual([
      2,
      expect.stringMatching(
        /--root "ABC" is no SHA-256[\s\S]*--public-key holds no such key[\s\S]*holds no report\.jsonl/,
      ),
    ]);
    const nowhere = await landfall('report', 'out/nowhere');
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringContaining('"out/nowhere" is no directory, plan or wave'),
    ]);
    const noLogs = await landfall('report', aFolder());
    expect([noLogs.code, noLogs.stderr]).toEqual([
      2,
      expect.stringContaining('events.jsonl  is missing'),
    ]);
  });
});

describe('of a deployment', () => {
  const hello = example('plans/hello-wave.yaml');
  const wave = 'hello-wave.wave-1';
  let here: Deployed;
  let ended: UnderWay;

  beforeAll(async () => {
    here = await deployHere([
      example('fleets/mixed-40.json'),
      example('fleets/mixed-40.vcenter-clients.json'),
    ]);
    ended = await underWay(hello);
    await ended.into(here.store);
  });
  afterAll(() => here.close());
  beforeEach(() => here.reset());

  const onAws = (...words: readonly string[]) => eventsLandfall(words, { env: here.env });
  const outcomes = (directory: string) =>
    rowsIn(directory, 'server')
      .map((row) => [row['server'], row['outcome'], row['reason']])
      .toSorted();
  const told = () =>
    ended.events
      .filter((event) => event['detail-type'] === 'Wave Server Outcome')
      .map(({ detail }) => [detail['sourceServerId'], detail['outcome'], detail['reason']])
      .toSorted();

  test('is told from the archive, and leaves no rule and no queue behind', async () => {
    // Delivered again, and in any order.
    const aws = eventsOnAws(here, [...ended.events.slice(50), ...ended.events.slice(0, 80)]);
    const out = aFolder();
    const { code, stderr } = await onAws('report', wave, '--out', out);
    expect([code, stderr]).toEqual([0, 'Reading the archive of landfall-prod; Ctrl-C gives up.\n']);
    expect([[...aws.rules], [...aws.queues]]).toEqual([[], []]);
    const made = here.asked.find(({ operation }) => operation === 'PutRule');
    const { Name } = JSON.parse(made?.body ?? '{}') as { readonly Name: string };
    const place = 'arn:aws:events:us-east-1:111122223333';
    expect(aws.replays).toMatchObject([
      {
        EventSourceArn: `${place}:archive/landfall-prod`,
        Destination: {
          Arn: `${place}:event-bus/landfall-prod`,
          FilterArns: [`${place}:rule/landfall-prod/${Name}`],
        },
      },
    ]);
    expect(outcomes(out)).toEqual(told());
    expect(rowsIn(out, 'report')).toMatchObject([{ of: 'deployment', subject: wave, lacks: [] }]);
    expect(rowsIn(out, 'stage').map(({ phase }) => phase)).toEqual([
      'replicate',
      'test',
      'cutover',
      'finalize',
    ]);
    const found = await landfall('explain', 'AMSMGMT2', out);
    expect([found.code, found.stderr.includes('is no server')]).toEqual([2, true]);
    const [first] = rowsIn(out, 'server');
    const explained = await landfall('explain', String(first?.['server']), out);
    expect([explained.code, explained.stdout]).toEqual([0, expect.stringContaining('OUTCOME ')]);
  });

  test('says how many events are not among those read', async () => {
    const isWave = (event: UnderWay['events'][number]) =>
      event['detail-type'] === 'Wave Server Phase Ended';
    const left = ended.events.filter((event) => !isWave(event));
    const file = join(aFolder(), 'kept.jsonl');
    writeFileSync(file, left.map((event) => JSON.stringify(event)).join('\n'));
    const out = aFolder();
    expect((await onAws('report', 'hello-wave', '--events', file, '--out', out)).code).toBe(0);
    const missing = ended.events.length - left.length;
    expect(rowsIn(out, 'report')[0]?.['lacks']).toEqual([
      expect.stringMatching(new RegExp(`^${missing} of \\d+ events of ${wave} and its servers`)),
    ]);
    writeFileSync(file, `${JSON.stringify(left[0])}\nno event\n`);
    const refused = await onAws('report', 'hello-wave', '--events', file, '--out', out);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('kept.jsonl:2')]);
  });

  test('tells from the table alone how servers ended, and can be explained', async () => {
    const out = aFolder();
    const { code } = await onAws('report', wave, '--records-only', '--out', out);
    expect([code, here.asked.some(({ operation }) => operation === 'StartReplay')]).toEqual([
      0,
      false,
    ]);
    expect(outcomes(out)).toEqual(told());
    expect(rowsIn(out, 'report')[0]?.['lacks']).toEqual([
      expect.stringContaining('No events were read'),
    ]);
    const [first] = rowsIn(out, 'server');
    const { code: explained, stdout } = await landfall('explain', String(first?.['hostname']), out);
    expect([explained, stdout]).toEqual([0, expect.stringContaining(`Wave ${wave}: `)]);
  });

  test('is refused where the archive may not be read, and nothing is left behind', async () => {
    const aws = eventsOnAws(here, []);
    here.answer('StartReplay', {
      status: 400,
      body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no events:StartReplay' }),
    });
    const out = join(aFolder(), 'never');
    const { code, stderr } = await onAws('report', wave, '--out', out);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('starting the replay is not allowed to these credentials'),
    ]);
    expect([[...aws.rules], [...aws.queues], existsSync(out)]).toEqual([[], [], false]);
  });

  test('gives up on Ctrl-C, and leaves no rule and no queue behind', async () => {
    const aws = eventsOnAws(here, []);
    aws.replayStates.splice(0, 2, 'RUNNING');
    const out = join(aFolder(), 'never');
    const { code, stderr } = await eventsLandfall(['report', wave, '--out', out], {
      env: here.env,
      onSaid: ({ stderr: said }, interrupt) => {
        if (said.includes('Reading the archive')) interrupt();
      },
    });
    expect([code, stderr]).toEqual([130, expect.stringContaining('interrupted before')]);
    expect([[...aws.rules], [...aws.queues], existsSync(out)]).toEqual([[], [], false]);
  });

  test('of what was never started is refused with near names', async () => {
    const { code, stderr } = await onAws('report', 'helo-wave', '--records-only');
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean hello-wave')]);
    const both = await onAws('report', wave, '--records-only', '--events', 'x');
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('exclude one another')]);
  });

  test('says that a directory may have been meant, where no deployment can be reached', async () => {
    const { AWS_REGION: _, ...bare } = here.env;
    const explained = await eventsLandfall(['explain', 's-1'], { env: bare });
    expect([explained.code, explained.stderr]).toEqual([
      2,
      expect.stringMatching(/no Region is set[\s\S]*Name its directory after the server/),
    ]);
    const reported = await eventsLandfall(['report', 'out-windows'], { env: bare });
    expect([reported.code, reported.stderr]).toEqual([
      2,
      expect.stringMatching(/no Region is set[\s\S]*There is no directory "out-windows"/),
    ]);
  });

  test('explain tells what runs now, why it waits, and what can be done', async () => {
    const moment = await underWay(hello, { wait: 'launchable', servers: 5 });
    await moment.into(here.store);
    const waiting = moment.events.find(
      (event) => event['detail-type'] === 'Wave Server Wait Ended',
    );
    const server = String(waiting?.detail['sourceServerId']);
    const { code, stdout } = await onAws('explain', server, '--stage', 'prod');
    expect(code).toBe(0);
    expect(stdout).toContain(`(${server}), account 111122223333, us-east-1`);
    expect(stdout).toMatch(/Last seen: life cycle [A-Z_]+, replication [A-Z_]+/);
    expect(stdout).toContain(`What can be done: landfall status ${wave} --stage prod`);
    expect(stdout).toMatch(/waits .+\n {4}from \d{4}-/);
    const nobody = await onAws('explain', 's-123');
    expect([nobody.code, nobody.stderr]).toEqual([
      2,
      expect.stringContaining('"s-123" is no server of a plan that was started here'),
    ]);
    const both = await onAws('explain', server, 'out', '--stage', 'prod');
    expect([both.code, both.stderr]).toEqual([
      2,
      expect.stringContaining('--stage goes without a DIR'),
    ]);
    await ended.into(here.store);
  });
});
