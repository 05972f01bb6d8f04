import { type Digest, withLines } from '../digest.ts';
import { messageOf, type Paragraph } from '../message.ts';
import { plainText } from '../plain-text.ts';
import type { Severity } from '../severity.ts';

/**
 * The most bytes of a message: Teams takes 28 KB (Microsoft Learn, "Limits and specifications for Microsoft Teams"),
 * from which the envelope of the workflow that posts it is kept back.
 */
export const teamsBytes = 26_000;

/** A message for the "Post to a channel when a webhook request is received" workflow of Teams. */
export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive';
      readonly contentUrl: null;
      readonly content: AdaptiveCard;
    },
  ];
}

interface AdaptiveCard {
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly type: 'AdaptiveCard';
  readonly version: '1.4';
  readonly msteams: { readonly width: 'Full' };
  readonly fallbackText: string;
  readonly body: readonly RichText[];
}

/**
 * A block of runs. A TextRun knows no Markdown, a TextBlock does: what comes from outside can make no link in it.
 * https://adaptivecards.io/explorer/TextRun.html
 */
interface RichText {
  readonly type: 'RichTextBlock';
  readonly spacing?: 'None' | 'Medium';
  readonly inlines: readonly TextRun[];
}

interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly size?: 'Large';
  readonly color?: 'Attention' | 'Warning';
  readonly isSubtle?: true;
}

const runLength = 2000;

/** Gives a digest the form of a message of Teams, with as many lines as fit. */
export function teamsMessage(digest: Digest, stage: string): TeamsMessage {
  let lines = digest.lines.length;
  for (;;) {
    const message = cardOf(withLines(digest, lines), stage);
    if (lines <= 1 || bytesOf(message) <= teamsBytes) return message;
    lines -= 1;
  }
}

function bytesOf(message: TeamsMessage): number {
  return new TextEncoder().encode(JSON.stringify(message)).length;
}

function cardOf(digest: Digest, stage: string): TeamsMessage {
  const { title, paragraphs, foot, severity } = messageOf(digest, stage);
  const content: AdaptiveCard = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    fallbackText: teamsText(title),
    body: [
      {
        type: 'RichTextBlock',
        inlines: [{ ...run(title), size: 'Large', weight: 'Bolder', ...colorOf(severity) }],
      },
      ...paragraphs.flatMap(blocksOf),
      { type: 'RichTextBlock', spacing: 'Medium', inlines: [{ ...run(foot), isSubtle: true }] },
    ],
  };
  return {
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content },
    ],
  };
}

function blocksOf({ severity, head, rest }: Paragraph): readonly RichText[] {
  return [
    {
      type: 'RichTextBlock',
      spacing: 'Medium',
      inlines: [{ ...run(head), weight: 'Bolder', ...colorOf(severity) }],
    },
    ...rest.map(
      (text): RichText => ({ type: 'RichTextBlock', spacing: 'None', inlines: [run(text)] }),
    ),
  ];
}

function run(text: string): TextRun {
  return { type: 'TextRun', text: teamsText(text) };
}

function colorOf(severity: Severity): Pick<TextRun, 'color'> {
  switch (severity) {
    case 'page':
      return { color: 'Attention' };
    case 'warning':
      return { color: 'Warning' };
    case 'info':
      return {};
    default:
      return severity satisfies never;
  }
}

// A card replaces {{DATE(…)}}, and a template ${…}: without braces neither is one.
function teamsText(text: string): string {
  return plainText(text, runLength).replaceAll('{', '(').replaceAll('}', ')');
}
