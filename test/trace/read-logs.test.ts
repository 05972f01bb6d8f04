import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { checkTrace } from '../../src/trace/check-trace.ts';
import { type LogName, type Logs, logNames } from '../../src/trace/forms.ts';
import { logsEqual, readLogs } from '../../src/trace/read-logs.ts';
import { aTrace } from './a-trace.ts';

const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function written(texts: Readonly<Record<LogName, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-trace-'));
  directories.push(directory);
  for (const log of logNames) writeFileSync(join(directory, `${log}.jsonl`), texts[log]);
  return directory;
}

function textsOf(logs: Logs): Record<LogName, string> {
  const text = (lines: readonly object[]) =>
    lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return { api: text(logs.api), events: text(logs.events), executions: text(logs.executions) };
}

describe('readLogs', () => {
  it('reads what was written, members that it does not know included', () => {
    const logs = aTrace(({ calls }) => {
      calls.push({ minute: 1, operation: 'ListWaves', requestId: 'r-1', output: 'grün ✓' });
    });
    expect(readLogs(written(textsOf(logs)))).toEqual({ ...logs, unreadable: [] });
  });

  it('reads lines longer than a chunk, and a last line without its end', () => {
    const logs = aTrace(({ calls }) => {
      calls.push({ minute: 999, operation: 'ListWaves', output: 'ü'.repeat(1_500_000) });
    });
    const texts = textsOf(logs);
    const { api } = readLogs(written({ ...texts, api: texts.api.trimEnd() }));
    expect(api).toEqual(logs.api);
  });

  it('sets aside what is no record, and says why and where', () => {
    const texts = textsOf(aTrace());
    const [first = ''] = texts.executions.split('\n');
    const noisy = [
      '{"name":',
      first,
      '',
      '[]',
      first.replace('"transitions":20', '"transitions":"many"'),
    ].join('\n');
    expect(readLogs(written({ ...texts, executions: noisy })).unreadable).toEqual([
      { log: 'executions', index: 0, problem: 'the line is not JSON' },
      { log: 'executions', index: 2, problem: 'the line is empty' },
      {
        log: 'executions',
        index: 3,
        problem: '✖ Invalid input: expected object, received array',
      },
      {
        log: 'executions',
        index: 4,
        problem: '✖ Invalid input: expected number, received string → at transitions',
      },
    ]);
  });

  for (const [log, member] of [
    ['api', 'at'],
    ['api', 'caller'],
    ['api', 'service'],
    ['api', 'operation'],
    ['api', 'accountId'],
    ['api', 'region'],
    ['api', 'input'],
    ['api', 'status'],
    ['api', 'error'],
    ['events', 'version'],
    ['events', 'id'],
    ['events', 'detail-type'],
    ['events', 'source'],
    ['events', 'account'],
    ['events', 'time'],
    ['events', 'region'],
    ['events', 'resources'],
    ['events', 'detail'],
    ['executions', 'name'],
    ['executions', 'stateMachine'],
    ['executions', 'parent'],
    ['executions', 'status'],
    ['executions', 'startedAt'],
    ['executions', 'stoppedAt'],
    ['executions', 'transitions'],
    ['executions', 'historyEvents'],
    ['executions', 'error'],
    ['executions', 'cause'],
  ] as const) {
    it(`asks every line of ${log}.jsonl for ${member}`, () => {
      const logs = aTrace();
      const [line = {}] = logs[log];
      Reflect.deleteProperty(line, member);
      const verdict = checkTrace(readLogs(written(textsOf(logs))));
      expect(verdict.violations.find(({ rule }) => rule === 'lines-readable')).toEqual({
        promise: 6,
        rule: 'lines-readable',
        message: expect.stringMatching(`at \\W*${member}`),
        evidence: [{ log, index: 0 }],
      });
    });
  }

  it('names the file that is not there', () => {
    expect(() => readLogs(join(tmpdir(), 'no-such-rehearsal'))).toThrow(/no-such-rehearsal\/api/);
  });

  it('never throws on garbled bytes, and the check never does on what is left', () => {
    const texts = textsOf(aTrace());
    return fc.assert(
      fc.property(
        fc.constantFrom(...logNames),
        fc.array(fc.record({ at: fc.nat(), cut: fc.nat({ max: 40 }), put: fc.string() }), {
          maxLength: 20,
        }),
        (log, edits) => {
          let text = texts[log];
          for (const { at, cut, put } of edits) {
            const i = at % (text.length + 1);
            text = text.slice(0, i) + put + text.slice(i + cut);
          }
          const verdict = checkTrace(readLogs(written({ ...texts, [log]: text })));
          expect(verdict.checked.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('logsEqual', () => {
  const texts = textsOf(aTrace());

  it('says nothing of equal logs', () => {
    expect(logsEqual(written(texts), written(texts))).toBeUndefined();
  });

  it('shows the first line that differs', () => {
    const other = { ...texts, events: 'a\nb\nc\n' };
    expect(logsEqual(written(other), written({ ...other, events: 'a\nB\nc\n' }))).toEqual({
      log: 'events',
      index: 1,
      a: 'b',
      b: 'B',
    });
  });

  it('shows the line that one of them lacks', () => {
    const other = { ...texts, executions: 'a\nb\n' };
    expect(logsEqual(written({ ...other, executions: 'a\n' }), written(other))).toEqual({
      log: 'executions',
      index: 1,
      a: undefined,
      b: 'b',
    });
  });
});
