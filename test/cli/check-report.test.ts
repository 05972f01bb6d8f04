import { describe, expect, test } from 'vitest';
import { checkRecord, checkText } from '../../src/cli/check-report.ts';
import type { Verdict } from '../../src/trace/check-trace.ts';

const sizes = { api: 10, events: 1200, executions: 1 };
const verdict: Verdict = {
  checked: [
    { promise: 1, rule: 'sequences-gapless', cases: 1200 },
    { promise: 2, rule: 'lost-answer-not-repeated', cases: 0 },
    { promise: 2, rule: 'intent-used-once', cases: 3, note: 'a note' },
  ],
  violations: [
    {
      promise: 2,
      rule: 'intent-used-once',
      message: 'i/1 was accepted twice',
      server: '1/eu/s-1',
      at: '2026-01-31T12:00:00Z',
      evidence: [
        { log: 'api', index: 0 },
        { log: 'api', index: 7 },
      ],
    },
  ],
};

describe('the report of a check', () => {
  test('shows what is kept, broken and unproven, with the lines that show it', () => {
    expect(checkText(verdict, sizes)).toMatchInlineSnapshot(`
      "10 API calls, 1,200 events, 1 execution

                  promise  rule                      cases
        kept      1        sequences-gapless         1,200
        unproven  2        lost-answer-not-repeated      0
        BROKEN    2        intent-used-once              3  1 violation

      Promise 2, intent-used-once, server 1/eu/s-1, at 2026-01-31T12:00:00Z
        i/1 was accepted twice
        The same launch was made twice.
        api.jsonl:1  api.jsonl:8

      1 violation; docs/check.md says what each rule means."
    `);
  });

  test('says how much it proves where nothing is broken', () => {
    expect(checkText({ ...verdict, violations: [] }, sizes)).toContain(
      'Every promise is kept, as far as 2 rules can tell; 1 had no case and prove nothing',
    );
  });

  test('says that an interrupted rehearsal has no end', () => {
    expect(checkText(verdict, sizes, true)).toContain('The rehearsal was interrupted');
  });

  test('names the same lines as JSON', () => {
    expect(checkRecord(verdict)).toEqual({
      kept: false,
      checked: verdict.checked,
      violations: [
        {
          promise: 2,
          rule: 'intent-used-once',
          message: 'i/1 was accepted twice',
          server: '1/eu/s-1',
          at: '2026-01-31T12:00:00Z',
          evidence: [
            { file: 'api.jsonl', line: 1 },
            { file: 'api.jsonl', line: 8 },
          ],
        },
      ],
    });
  });
});
