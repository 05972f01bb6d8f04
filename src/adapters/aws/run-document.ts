// In: the document of a hook, and the clients of Systems Manager in the account and Region of its server. Out: the document
// run once by Run Command, how far it is, or that it is stopped. A command carries the key of its try as its comment, so that one whose answer
// was lost is found again instead of being sent twice.
import { createHash } from 'node:crypto';
import {
  CancelCommandCommand,
  type Command,
  type CommandInvocation,
  type CommandPlugin,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import {
  type CommandSeen,
  commandResult,
  type DocumentRun,
} from '../../core/hook/command-result.ts';
import type { HookAnswer } from '../../core/hook/hook-result.ts';
import { leastDeliverySeconds } from '../../core/plan/document-faults.ts';
import { fromMs, secondsBetween, toMs } from '../../core/time.ts';
import type { Answer, Clock, Refusal } from '../../flow/ports.ts';
import { refusalAnswer } from './refusal-answer.ts';
import type { Enter } from './target-access.ts';
import { askForOutput } from './wire-call.ts';

/** Systems Manager in one account and Region, and the time. */
export interface DocumentSurroundings {
  readonly client: () => SSMClient;
  /** Enters the account, before each call. */
  readonly enter: Enter;
  readonly clock: Clock;
}

/** Has a document run, asks after its run, or has it stopped; whatever comes of it is a value. */
export async function runDocument(
  around: DocumentSurroundings,
  run: DocumentRun,
): Promise<HookAnswer> {
  const denied = await around.enter();
  // Nothing was asked yet: only who may not enter at all need not try again.
  if (denied !== undefined) {
    return denied.kind === 'access-denied'
      ? { is: 'refused', because: because(run, denied) }
      : { is: 'not-begun', because: because(run, denied) };
  }
  if (run.ask === 'run') return send(around, run);
  const found = await lookAfter(around, run);
  return run.ask === 'cancel' ? cancel(around, run, found) : found;
}

/** Has the command stopped where it has not ended; what it came to otherwise is the answer. */
async function cancel(
  { client }: DocumentSurroundings,
  run: DocumentRun,
  found: HookAnswer,
): Promise<HookAnswer> {
  if (found.is !== 'result' || found.result.status !== 'pending') return found;
  const { commandId } = found.result.evidence ?? {};
  if (typeof commandId !== 'string' || commandId === '') return found;
  const command = new CancelCommandCommand({ CommandId: commandId, InstanceIds: [run.node] });
  const answer = await askForOutput(command, (one) => client().send(one));
  if (!answer.ok) return answerOf(run, answer.refusal);
  const reason = 'its command is cancelled; what it has begun by then the document itself must end';
  return { is: 'result', result: { ...found.result, status: 'failed', reason } };
}

async function send(
  { client, clock }: DocumentSurroundings,
  run: DocumentRun,
): Promise<HookAnswer> {
  const left = Math.floor(secondsBetween(clock.now(), run.deadlineAt));
  const command = new SendCommandCommand({
    DocumentName: run.document,
    InstanceIds: [run.node],
    Parameters: Object.fromEntries(
      Object.entries(run.parameters).map(([name, values]) => [name, [...values]]),
    ),
    Comment: commentOf(run.key),
    // What has not begun by then never does: nobody waits for it any more.
    TimeoutSeconds: Math.max(leastDeliverySeconds, left),
  });
  const answer = await askForOutput(command, (one) => client().send(one));
  if (!answer.ok) return answerOf(run, answer.refusal);
  const { CommandId = '', Status: status = 'Pending' } = answer.value.Command ?? {};
  return {
    is: 'result',
    // An end that is told this early is told again, with its steps.
    result: {
      status: 'pending',
      reason: 'its command is sent',
      evidence: { commandId: CommandId, status },
    },
  };
}

/** Looks for the command of a try: on its node, and where that does not know of it yet, among all that were sent. */
async function lookAfter({ client }: DocumentSurroundings, run: DocumentRun): Promise<HookAnswer> {
  const comment = commentOf(run.key);
  const Filters = [{ key: 'InvokedAfter' as const, value: sinceOf(run) }];
  const onNode = await findPaged<CommandInvocation>(comment, async (NextToken) => {
    const command = new ListCommandInvocationsCommand({
      ...{ InstanceId: run.node, Details: true, MaxResults: pageSize, Filters },
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    const answer = await askForOutput(command, (one) => client().send(one));
    if (!answer.ok) return answer;
    const { CommandInvocations = [], NextToken: next } = answer.value;
    return { ok: true, value: { items: CommandInvocations, next } };
  });
  if (!onNode.ok) return answerOf(run, onNode.refusal);
  if (onNode.value !== undefined) {
    return { is: 'result', result: commandResult(seen(onNode.value)) };
  }
  const sent = await findPaged<Command>(comment, async (NextToken) => {
    const command = new ListCommandsCommand({
      ...{ MaxResults: pageSize, Filters },
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    const answer = await askForOutput(command, (one) => client().send(one));
    if (!answer.ok) return answer;
    const { Commands = [], NextToken: next } = answer.value;
    return { ok: true, value: { items: Commands, next } };
  });
  if (!sent.ok) return answerOf(run, sent.refusal);
  if (sent.value === undefined) {
    const reason = 'Systems Manager has no command of this try';
    return { is: 'result', result: { status: 'unknown', reason } };
  }
  return { is: 'result', result: commandResult(seen(sent.value)) };
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** The one of a paged list that carries a comment. */
async function findPaged<Item extends { readonly Comment?: string | undefined }>(
  comment: string,
  pageOf: (token: string | undefined) => Promise<Answer<Page<Item>>>,
): Promise<Answer<Item | undefined>> {
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await pageOf(token);
    if (!answer.ok) return answer;
    const found = answer.value.items.find(({ Comment }) => Comment === comment);
    token = answer.value.next;
    if (found !== undefined) return { ok: true, value: found };
    if (token === undefined || token === '') return { ok: true, value: undefined };
  }
  // What was not read may hold it: not to be taken for its absence.
  const message = `more than ${mostPages * pageSize} commands since the try began`;
  const refusal = { kind: 'ambiguous' as const, errorName: 'TooManyCommands', message };
  return { ok: false, refusal: { ...refusal, culprits: [] } };
}

const pageSize = 50;
const mostPages = 40;

/** What a command and its invocation on a node have in common. */
interface Seen {
  readonly CommandId?: string | undefined;
  readonly Status?: string | undefined;
  readonly StatusDetails?: string | undefined;
  readonly CommandPlugins?: readonly CommandPlugin[] | undefined;
}

function seen(invocation: Seen): CommandSeen {
  const { CommandId = '', Status, StatusDetails = '', CommandPlugins = [] } = invocation;
  return {
    commandId: CommandId,
    status: Status ?? '',
    details: StatusDetails,
    steps: CommandPlugins.map((step) => ({
      name: step.Name ?? 'without a name',
      status: step.StatusDetails ?? step.Status ?? '',
      responseCode: step.ResponseCode,
      output: step.Output,
    })),
  };
}

// A comment holds this many characters; the key of a try may hold more.
const longestComment = 100;

/** What a command carries of the try that it is for: the key, or where that is too long its digest. */
export function commentOf(key: string): string {
  const plain = `landfall ${key}`;
  if (plain.length <= longestComment) return plain;
  return `landfall sha256:${createHash('sha256').update(key).digest('hex')}`;
}

// The clocks of Lambda and of Systems Manager need not agree.
const skewMs = 300_000;

/** From when on to look for commands; Systems Manager takes whole seconds. */
function sinceOf({ startedAt }: DocumentRun): string {
  return fromMs(toMs(startedAt) - skewMs).replace(/\.\d+Z$/, 'Z');
}

function because({ document, node }: DocumentRun, { errorName, message }: Refusal): string {
  return `${document} on ${node}: ${errorName}: ${message}`.slice(0, 1000);
}

function answerOf(run: DocumentRun, refusal: Refusal): HookAnswer {
  // The node does not report to Systems Manager, which a new instance may yet begin to do: nothing was sent.
  if (refusal.errorName === 'InvalidInstanceId') {
    return { is: 'not-begun', because: because(run, refusal) };
  }
  return refusalAnswer(refusal.kind, because(run, refusal));
}
