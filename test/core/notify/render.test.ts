import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../src/core/notify/digest.ts';
import { plainText } from '../../../src/core/notify/plain-text.ts';
import { mailBytes, mailOf } from '../../../src/core/notify/render/mail.ts';
import {
  fallbackLength,
  mostBlocks,
  sectionLength,
  slackMessage,
  slackText,
} from '../../../src/core/notify/render/slack.ts';
import { teamsBytes, teamsMessage } from '../../../src/core/notify/render/teams.ts';
import { eventLike, hostileEvents, manyServers } from './_events.ts';

const digests = fc
  .array(hostileEvents, { minLength: 1, maxLength: 60 })
  .map((events) => digestOf(events) ?? never());
const runs = { numRuns: 200 };

function never(): never {
  throw new Error('there is no digest');
}

const attack = eventLike('Wave Held', {
  wave: '<!channel> *p.w*',
  reason:
    '<https://evil.example|click> [x](https://evil.example) **b** {{DATE(1)}}\r\nFrom: boss\u202e',
});

/** Every text in a document, wherever it stands. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

describe('a message of Slack', () => {
  test('says a digest in blocks of plain text', () => {
    expect(slackMessage(digestOf(manyServers(2)) ?? never(), 'prod')).toEqual({
      text: '2 servers: life cycle READY_FOR_TEST → TESTING (Landfall prod; more with: landfall status)',
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        plain('header', '2 servers: life cycle READY_FOR_TEST → TESTING'),
        plain(
          'section',
          '2 servers: life cycle READY_FOR_TEST → TESTING\nhost-1 (s-0), host-2 (s-1)\nIn wave programme-a.wave-1',
        ),
        plain('section', 'Landfall prod; more with: landfall status'),
      ],
    });
  });

  test('makes no mention and no link of what comes from outside', () => {
    const message = slackMessage(digestOf([attack]) ?? never(), 'prod');
    expect(message.blocks[1]?.text.text).toBe(
      '[ACT NOW] wave &lt;!channel&gt; *p.w*: is held and waits for a person\n' +
        '&lt;https://evil.example|click&gt; [x](https://evil.example) **b** {{DATE(1)}} From: boss\n' +
        'See what failed: landfall status. Then: landfall resume, or landfall abort.',
    );
  });

  test('holds no markup and no more than Slack takes, whatever was told', () => {
    fc.assert(
      fc.property(digests, (digest) => {
        const message = slackMessage(digest, 'prod');
        expect(message.blocks.length).toBeLessThanOrEqual(mostBlocks);
        expect(message.text.length).toBeLessThanOrEqual(fallbackLength);
        for (const { type, text } of message.blocks) {
          expect(text.type).toBe('plain_text');
          expect(text.text.length).toBeLessThanOrEqual(type === 'header' ? 150 : sectionLength);
          expect(text.text.length).toBeGreaterThan(0);
        }
        for (const text of textsIn(message)) {
          expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
        }
        const whole = textsIn(message).join('').length;
        expect(whole).toBeLessThan(50 * 3000);
      }),
      runs,
    );
  });

  test('is cut between entities, and says the same text again when they are read', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 60 }),
        (text, length) => {
          const cut = slackText(text, length);
          expect(cut.length).toBeLessThanOrEqual(length);
          const read = cut.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
          expect(read === text || (read.endsWith('…') && text.startsWith(read.slice(0, -1)))).toBe(
            true,
          );
        },
      ),
    );
    expect(slackText('<<<<', 9)).toBe('&lt;&lt;…');
  });
});

describe('a card of Teams', () => {
  test('says a digest in runs of text, which know no Markdown', () => {
    const { attachments } = teamsMessage(digestOf([attack]) ?? never(), 'prod');
    const { content } = attachments[0];
    expect(content.version).toBe('1.4');
    expect(
      content.body.map(({ type, inlines }) => [type, inlines.map(({ text }) => text)]),
    ).toEqual([
      ['RichTextBlock', ['ACT NOW: wave <!channel> *p.w*: is held and waits for a person']],
      ['RichTextBlock', ['wave <!channel> *p.w*: is held and waits for a person']],
      [
        'RichTextBlock',
        ['<https://evil.example|click> [x](https://evil.example) **b** ((DATE(1))) From: boss'],
      ],
      [
        'RichTextBlock',
        ['See what failed: landfall status. Then: landfall resume, or landfall abort.'],
      ],
      ['RichTextBlock', ['Landfall prod; more with: landfall status']],
    ]);
  });

  test('has no other element than runs, and no more bytes than Teams takes, whatever was told', () => {
    fc.assert(
      fc.property(digests, (digest) => {
        const message = teamsMessage(digest, 'prod');
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(teamsBytes);
        const { body, fallbackText } = message.attachments[0].content;
        expect(fallbackText).not.toMatch(/[{}]/);
        for (const block of body) {
          expect(block.type).toBe('RichTextBlock');
          for (const run of block.inlines) {
            expect(run.type).toBe('TextRun');
            expect(run.text).not.toMatch(/[{}\p{Cc}]/u);
          }
        }
      }),
      runs,
    );
  });

  test('leaves lines out where they do not fit, and counts them', () => {
    const events = Array.from({ length: 30 }, (_, i) =>
      eventLike('Wave Held', { wave: `p.w-${i}`, reason: '🧨'.repeat(500) }, `${i}`),
    );
    const digest = digestOf(events) ?? never();
    const message = teamsMessage(digest, 'prod');
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(teamsBytes);
    const foot = message.attachments[0].content.body.at(-1)?.inlines[0]?.text ?? '';
    const told = message.attachments[0].content.body.filter(
      ({ inlines }) => inlines[0]?.weight === 'Bolder',
    ).length;
    expect(foot).toMatch(/^\d+ more changes \(\d+ events\) had no room here\./);
    expect(Number.parseInt(foot, 10) + told - 1).toBe(30);
  });
});

describe('a mail', () => {
  test('says a digest in lines', () => {
    expect(mailOf(digestOf([attack]) ?? never(), 'prod')).toEqual({
      subject: 'Landfall prod: ACT NOW: wave <!channel> *p.w*: is held and waits for a person',
      text: [
        'ACT NOW: wave <!channel> *p.w*: is held and waits for a person',
        '',
        '* wave <!channel> *p.w*: is held and waits for a person',
        '  <https://evil.example|click> [x](https://evil.example) **b** {{DATE(1)}} From: boss',
        '  See what failed: landfall status. Then: landfall resume, or landfall abort.',
        '',
        '--',
        'Landfall prod; more with: landfall status',
        '',
      ].join('\n'),
    });
  });

  test('has a subject that SNS takes and forges no line, whatever was told', () => {
    fc.assert(
      fc.property(digests, (digest) => {
        const { subject, text } = mailOf(digest, 'prod');
        expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        expect(subject).toMatch(/^Landfall prod: /);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(mailBytes);
        const lines = text.split('\n').slice(2, -3);
        expect(lines.filter((line) => line !== '' && !/^(\* | {2})/.test(line))).toEqual([]);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
      }),
      runs,
    );
  });
});

describe('text from outside', () => {
  test('becomes one visible line of a length', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 1, max: 100 }),
        (text, length) => {
          const plainOne = plainText(text, length);
          expect(plainOne.length).toBeLessThanOrEqual(length);
          expect(plainOne).not.toMatch(/\p{Cs}/u);
          expect(plainOne).not.toMatch(
            /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u,
          );
        },
      ),
    );
    expect(plainText('a\r\n\tb\u202ec\u0000 d', 20)).toBe('a b c d');
  });
});

function plain(type: 'header' | 'section', text: string) {
  return { type, text: { type: 'plain_text', text, emoji: false } };
}
