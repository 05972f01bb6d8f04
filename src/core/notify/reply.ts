import { instantMs } from '../time.ts';
import { plainText } from './plain-text.ts';

/** One request to a receiver. */
export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a receiver answered, or that it did not. */
export type Reply =
  | {
      readonly status: number;
      /** The beginning of the body. */
      readonly text: string;
      readonly retryAfter?: string;
    }
  /** No answer: it may have been taken all the same. */
  | { readonly status: undefined; readonly problem: string }
  /** The address must not be spoken to. */
  | { readonly status: 'forbidden'; readonly problem: string };

/** What to do after a reply. */
export type Verdict =
  | { readonly end: 'taken' }
  /** Later again; the receiver may have said after how long. */
  | { readonly end: 'again'; readonly reason: string; readonly afterSeconds?: number }
  /** Never again: it would be refused each time. */
  | { readonly end: 'refused'; readonly reason: string };

/** Judges a reply: 2xx is taken; no answer, 408, 425, 429 and 5xx are tried again; all else, redirects too, is final. */
export function judgeReply(reply: Reply, nowMs: number): Verdict {
  if (reply.status === 'forbidden') return { end: 'refused', reason: reply.problem };
  if (reply.status === undefined) return { end: 'again', reason: reply.problem };
  const { status } = reply;
  if (status >= 200 && status < 300) return { end: 'taken' };
  const said = plainText(reply.text, 200);
  const reason = `the receiver answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (!(status >= 500 || [408, 425, 429].includes(status))) return { end: 'refused', reason };
  const afterSeconds = retryAfterSeconds(reply.retryAfter, nowMs);
  return { end: 'again', reason, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
}

/** Reads `Retry-After`, seconds or a date; undefined where it says neither. */
export function retryAfterSeconds(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header.trim());
  const ms = instantMs(header);
  return ms === undefined ? undefined : Math.max(0, Math.ceil((ms - nowMs) / 1000));
}
