import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readParametersText } from '../../src/cli/read-parameters.ts';
import { landfall } from './_landfall.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-calibrate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const begun = Date.parse('2024-03-05T08:00:00Z');

/** One poll a minute of servers whose heartbeats are 90 s, 91 s, … apart. */
function polls(minutes: number, servers = 4): string {
  return Array.from({ length: minutes }, (_, minute) => {
    const at = begun + minute * 60_000;
    const items = Array.from({ length: servers }, (_server, n) => {
      const every = (90 + n) * 1000;
      const seen = begun + Math.floor((at - begun) / every) * every;
      return {
        sourceServerID: `s-${String(n).padStart(17, '0')}`,
        dataReplicationInfo: { dataReplicationState: 'CONTINUOUS' },
        lifeCycle: { lastSeenByServiceDateTime: new Date(seen).toISOString() },
      };
    });
    const recordedAt = new Date(at).toISOString();
    return JSON.stringify({ recordedAt, operation: 'describe-source-servers', answer: { items } });
  }).join('\n');
}

function record(text: string): string {
  const file = join(folder, 'record.jsonl');
  writeFileSync(file, text);
  return file;
}

describe('landfall simulate --calibrate', () => {
  test('prints parameters, what they rest on, and what could not be told', async () => {
    const ended = await landfall('simulate', '--calibrate', record(polls(60)));
    expect(ended).toMatchObject({
      code: 0,
      stderr: '1 parameters proposed, 14 could not be told.\n',
    });
    expect(ended.stdout).toContain('4 observed; least 90, median 91.5, most 93 s.');
    expect(ended.stdout).toContain('# - snapshotSeconds: no job log was recorded.');
    expect(readParametersText(ended.stdout, 'stdout')).toMatchObject({
      ok: true,
      parameters: { heartbeatSeconds: [90, 93] },
    });
  });

  test('ends with 1 where a good record tells nothing', async () => {
    const ended = await landfall('simulate', '--calibrate', record(polls(1)));
    expect(ended.code).toBe(1);
    expect(readParametersText(ended.stdout, 'stdout')).toMatchObject({ ok: true });
  });

  test('refuses a bad record with every bad line', async () => {
    const file = record(`${polls(1)}\n{]\n{"recordedAt": 7}`);
    const ended = await landfall('simulate', '--calibrate', file);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(`${file}:2  is no JSON`);
    expect(ended.stderr).toContain(`${file}:3  operation`);
  });

  test('refuses a file that is not there, and options that mean nothing with it', async () => {
    const none = await landfall('simulate', '--calibrate', join(folder, 'none.jsonl'));
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('does not exist');
    const both = await landfall(
      ...['simulate', '--calibrate', record(polls(1)), '--port', '0', '--clock', 'manual'],
    );
    expect(both).toMatchObject({ code: 2, stdout: '' });
    expect(both.stderr).toContain('--port means nothing with --calibrate');
    expect(both.stderr).toContain('--clock means nothing with --calibrate');
  });
});
