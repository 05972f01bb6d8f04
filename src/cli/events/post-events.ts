import { setTimeout } from 'node:timers/promises';

/** How posting ended: all were taken, or which answer stopped it. */
export type Posted = { readonly ok: true } | { readonly ok: false; readonly problem: string };

const tries = 4;
const firstPauseMs = 500;
const patienceMs = 30_000;

/**
 * Posts an event as JSON to an address, and again after a pause where nobody answers, or with 429 or 5xx. `idempotency-key`
 * is the event's id, so that a repeated one can be told.
 */
export async function postEvent(
  address: string,
  event: Readonly<Record<string, unknown>>,
  pauseMs = firstPauseMs,
): Promise<Posted> {
  let problem = '';
  for (let i = 0; i < tries; i += 1) {
    if (i > 0) await setTimeout(pauseMs * 2 ** (i - 1));
    const answer = await postOnce(address, event);
    if (answer.ok) return { ok: true };
    problem = answer.problem;
    if (!answer.mayPass) break;
  }
  return { ok: false, problem };
}

type Answer =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: string; readonly mayPass: boolean };

async function postOnce(
  address: string,
  event: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idOf(event) },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.arrayBuffer();
    if (response.ok) return { ok: true };
    const { status } = response;
    return {
      ok: false,
      problem: `it answered ${status}`,
      mayPass: status === 429 || status >= 500,
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const problem = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, problem: `it gave no answer: ${problem}`, mayPass: true };
  }
}

function idOf({ id, detail }: Readonly<Record<string, unknown>>): string {
  const own =
    typeof detail === 'object' && detail !== null && 'eventId' in detail ? detail.eventId : id;
  // A header takes no more than Latin-1.
  return encodeURI(typeof own === 'string' ? own : '');
}
