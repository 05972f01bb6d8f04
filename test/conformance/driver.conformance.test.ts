import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Driver } from './botocore.ts';
import type { Answer } from './clients.ts';

let driver: Driver | undefined;
beforeAll(async () => {
  driver = await Driver.start();
});
afterAll(() => driver?.stop());

const sent = { 'x-amzn-requestid': 'r', 'content-type': 'application/json' };

/** What the driver says of an answer that some client got. */
async function judged(
  operation: string,
  body: unknown,
  more: { service?: string; status?: number; headers?: object } = {},
): Promise<Answer> {
  const line = await driver?.ask({
    act: 'check',
    service: 'mgn',
    operation,
    status: 200,
    headers: sent,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...more,
  });
  return JSON.parse(line ?? '{}');
}
const breaches = async (...given: Parameters<typeof judged>) => (await judged(...given)).breaches;
const refusal = (exception: string) => ({ ...sent, 'x-amzn-errortype': exception });

describe('the checker', () => {
  test('is content with an answer as the model has it', async () => {
    const wave = { waveID: 'wave-0123456789abcdef0', isArchived: false, tags: { a: 'b' } };
    expect(await judged('ListWaves', { items: [wave] })).toEqual({
      outcome: 'success',
      status: 200,
      output: { items: [wave] },
      breaches: [],
      deviations: [],
    });
  });

  test.each([
    ['an unknown member', { items: [{ colour: 'red' }] }, 'ListWaves.items.0.colour is unknown'],
    [
      'a wrong type',
      { items: [{ isArchived: 'no' }] },
      'ListWaves.items.0.isArchived is no boolean',
    ],
    ['no list', { items: {} }, 'ListWaves.items is no list'],
    ['no map', { items: [{ tags: [] }] }, 'ListWaves.items.0.tags is no map'],
    ['no object', { items: ['w'] }, 'ListWaves.items.0 is no object'],
    ['no text', { items: [{ name: 7 }] }, 'ListWaves.items.0.name is no text'],
    [
      'a fraction',
      { items: [{ waveAggregatedStatus: { totalApplications: 1.5 } }] },
      'ListWaves.items.0.waveAggregatedStatus.totalApplications is no whole number',
    ],
    [
      'a number out of range',
      { items: [{ waveAggregatedStatus: { totalApplications: -1 } }] },
      'ListWaves.items.0.waveAggregatedStatus.totalApplications has size -1, outside 0 to None',
    ],
    [
      'a value that is none',
      { items: [{ waveAggregatedStatus: { healthStatus: 'FINE' } }] },
      'ListWaves.items.0.waveAggregatedStatus.healthStatus is FINE, none of HEALTHY, LAGGING, ERROR',
    ],
    [
      'a text outside its pattern',
      { items: [{ waveID: 'wave-0123456789abcde-Y' }] },
      'ListWaves.items.0.waveID is wave-0123456789abcde-Y, not as wave-[0-9a-zA-Z]{17}',
    ],
    [
      'a text that is too short',
      { items: [{ waveID: 'wave-0' }] },
      'ListWaves.items.0.waveID has size 6, outside 22 to 22',
    ],
    ['no JSON', 'oops', 'ListWaves: the body is no JSON'],
  ])('tells %s', async (_what, body, told) => {
    expect(await breaches('ListWaves', body)).toContain(told);
  });

  test('tells a required member that is missing', async () => {
    expect(await breaches('StartRecovery', { job: {} }, { service: 'drs', status: 202 })).toEqual([
      'StartRecovery.job.jobID is missing',
    ]);
  });

  test('tells a wrong status, headers that are missing, and a body that should not be', async () => {
    expect(await breaches('ListWaves', {}, { status: 201, headers: {} })).toEqual([
      'ListWaves: no x-amzn-requestid',
      'ListWaves: the content type is None',
      'ListWaves answers 201, not 200',
    ]);
    expect(await breaches('TagResource', { tags: {} })).toEqual([
      'TagResource answers a body, though it has no output',
    ]);
  });

  test('tells exceptions that are not declared, or not as they are declared', async () => {
    const body = { message: 'no', code: 'ConflictException' };
    const conflict = { status: 409, headers: refusal('ConflictException') };
    expect(await breaches('CreateWave', body, conflict)).toEqual([]);
    expect(await breaches('ListWaves', body, conflict)).toEqual([
      'ListWaves does not declare ConflictException',
    ]);
    expect(
      await breaches('CreateWave', { ...body, colour: 1 }, { ...conflict, status: 400 }),
    ).toEqual([
      'ConflictException comes with 400, not 409',
      'CreateWave: ConflictException.colour is unknown',
    ]);
    const meteor = { status: 400, headers: refusal('MeteorException') };
    expect(await breaches('CreateWave', body, meteor)).toEqual([
      'CreateWave does not declare MeteorException',
      'MeteorException is no exception of mgn',
    ]);
  });

  test('names the known deviations instead', async () => {
    const items = [{ event: 'LAUNCH_END', logDateTime: '2024-03-04T16:20:07.412000+00:00' }];
    const { breaches: none, deviations } = await judged(
      'DescribeJobLogItems',
      { items },
      { service: 'drs' },
    );
    expect([none, deviations]).toEqual([[], ['launch-end', 'offset-times']]);
  });
});

test('input that botocore itself would refuse counts against a story', async () => {
  const answer = JSON.parse(
    (await driver?.ask({
      act: 'call',
      service: 'mgn',
      operation: 'StartTest',
      input: {},
      port: 1,
      account: '111122223333',
      region: 'us-east-1',
      validate: true,
    })) ?? '{}',
  );
  expect(answer.outcome).toBe('ParamValidationError');
  expect(answer.breaches).toEqual([expect.stringContaining('sourceServerIDs')]);
});
