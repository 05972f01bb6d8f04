import { type Digest, withLines } from '../digest.ts';
import { messageOf, type Paragraph } from '../message.ts';

/** A mail as SNS sends it. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
}

/** SNS: fewer than 100 characters of ASCII, beginning with a letter, digit or mark, on one line. */
export const subjectLength = 99;
/** SNS takes 256 KB a message; a mail that long is read by nobody. */
export const mailBytes = 100_000;

/** Gives a digest the form of a mail. */
export function mailOf(digest: Digest, stage: string): Mail {
  let lines = digest.lines.length;
  for (;;) {
    const mail = written(withLines(digest, lines), stage);
    if (lines <= 1 || new TextEncoder().encode(mail.text).length <= mailBytes) return mail;
    lines -= 1;
  }
}

function written(digest: Digest, stage: string): Mail {
  const { title, paragraphs, foot } = messageOf(digest, stage);
  return {
    subject: subjectOf(`Landfall ${stage}: ${title}`),
    text: [title, '', ...paragraphs.flatMap(paragraphOf), '--', foot, ''].join('\n'),
  };
}

function paragraphOf({ head, rest }: Paragraph): readonly string[] {
  return [`* ${head}`, ...rest.map((one) => `  ${one}`), ''];
}

function subjectOf(text: string): string {
  const ascii = text
    .replaceAll('→', '->')
    .replaceAll('…', '...')
    .replaceAll(/[^\x20-\x7e]/gu, '?');
  return ascii.length <= subjectLength ? ascii : `${ascii.slice(0, subjectLength - 3)}...`;
}
