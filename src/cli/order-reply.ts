// In: what a wave answered to an order. Out: that, printed for a person or as JSON, and the exit code.
import { printable } from '../core/fleet/problem.ts';
import type { OrderReply } from '../flow/operate/order.ts';
import { ExitCode } from './exit-code.ts';

/** Prints what came of an order: what is so now on stdout, a refusal on stderr. */
export function printReply(reply: OrderReply, by: string, json: boolean): ExitCode {
  if (json) console.log(JSON.stringify(replyRecord(reply, by)));
  if (reply.status === 'refused') {
    const { message, remedy } = reply.refusal;
    console.error(`Refused; nothing was changed.\n${printable(`${message}  → ${remedy}`)}`);
    return ExitCode.Refused;
  }
  if (!json) console.log(replyText(reply));
  return ExitCode.Done;
}

/** Says what came of an order, as the one JSON object of --json. */
export function replyRecord(reply: OrderReply, by: string): Readonly<Record<string, unknown>> {
  if (reply.status === 'refused') {
    const { kind, message, remedy } = reply.refusal;
    return { outcome: 'refused', wave: reply.wave, by, refusal: kind, problem: message, remedy };
  }
  const { status, wave, at, said, next, servers, dryRun } = reply;
  return {
    outcome: status,
    wave,
    by,
    at,
    said,
    next,
    ...(servers === undefined ? {} : { servers }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

/** Says what came of an order that was taken, in two lines. */
export function replyText(reply: Exclude<OrderReply, { status: 'refused' }>): string {
  const said = `${reply.said.charAt(0).toUpperCase()}${reply.said.slice(1)}.`;
  const already =
    reply.status === 'already' || reply.dryRun === true ? ' Nothing was changed.' : '';
  return `${printable(said)}${already}\n${printable(reply.next)}`;
}
