import { type Digest, withLines } from '../digest.ts';
import { type Message, messageOf, type Paragraph } from '../message.ts';

// https://docs.slack.dev/reference/block-kit/blocks: 50 blocks; a header of 150, a section of 3,000 characters.
const headerLength = 150;
/** The most characters of a text in a section. */
export const sectionLength = 3000;
/** The most characters of the text that a notification shows. */
export const fallbackLength = 3000;
/** The most blocks of a message. */
export const mostBlocks = 50;

/** A message of Slack, as an incoming webhook takes it. */
export interface SlackMessage {
  readonly text: string;
  readonly mrkdwn: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly blocks: readonly SlackBlock[];
}

/** A block of plain text: it has no markup, so what comes from outside can make none. */
export interface SlackBlock {
  readonly type: 'header' | 'section';
  readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
}

/** Gives a digest the form of a message of Slack. */
export function slackMessage(digest: Digest, stage: string): SlackMessage {
  const message = messageOf(withLines(digest, mostBlocks - 2), stage);
  return {
    text: slackText(fallbackOf(message), fallbackLength),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      block('header', message.title, headerLength),
      ...message.paragraphs.map((one) => block('section', sectionOf(one), sectionLength)),
      block('section', message.foot, sectionLength),
    ],
  };
}

function sectionOf({ severity, head, rest }: Paragraph): string {
  const mark = severity === 'info' ? '' : severity === 'page' ? '[ACT NOW] ' : '[warning] ';
  return [`${mark}${head}`, ...rest].join('\n');
}

function fallbackOf({ title, foot }: Message): string {
  return `${title} (${foot})`;
}

function block(type: SlackBlock['type'], text: string, length: number): SlackBlock {
  return { type, text: { type: 'plain_text', text: slackText(text, length), emoji: false } };
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Escapes the three characters that Slack gives a meaning (mentions, links, entities) and cuts to a length, never
 * within an entity. https://docs.slack.dev/messaging/formatting-message-text, "Escaping text"
 */
export function slackText(text: string, length: number): string {
  const pieces = [...text].map((character) => entities[character] ?? character);
  const whole = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (whole <= length) return pieces.join('');
  let room = length - 1;
  const kept: string[] = [];
  for (const piece of pieces) {
    if (piece.length > room) break;
    kept.push(piece);
    room -= piece.length;
  }
  return `${kept.join('')}…`;
}
