import {
  DescribeReplayCommand,
  type EventBridgeClient,
  ListRulesCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import type { Instant } from '../../core/time.ts';
import type { Answer } from '../../flow/ports.ts';
import { askForOutput } from './wire-call.ts';

/** A rule of a bus. */
export interface BusRule {
  readonly name: string;
  readonly arn: string;
  readonly isEnabled: boolean;
}

/** Lists the rules of a bus. */
export async function rulesOf(
  client: EventBridgeClient,
  bus: string,
): Promise<Answer<readonly BusRule[]>> {
  const rules: BusRule[] = [];
  let next: string | undefined;
  do {
    const page = await askForOutput(
      new ListRulesCommand({
        EventBusName: bus,
        ...(next === undefined ? {} : { NextToken: next }),
      }),
      (command) => client.send(command),
    );
    if (!page.ok) return page;
    for (const { Name = '', Arn = '', State } of page.value.Rules ?? []) {
      rules.push({ name: Name, arn: Arn, isEnabled: State !== 'DISABLED' });
    }
    next = page.value.NextToken;
  } while (next !== undefined);
  return { ok: true, value: rules };
}

/** What is to be replayed, and to which rules. */
export interface ReplayOrder {
  readonly name: string;
  readonly description: string;
  readonly archiveArn: string;
  readonly busArn: string;
  readonly ruleArns: readonly string[];
  /** EventBridge takes whole seconds, and leaves out the one that the end names. */
  readonly from: Instant;
  readonly to: Instant;
}

/** Starts a replay of an archive onto its bus, for some of its rules only. */
export async function startReplay(
  client: EventBridgeClient,
  order: ReplayOrder,
): Promise<Answer<undefined>> {
  const started = await askForOutput(
    new StartReplayCommand({
      ReplayName: order.name,
      Description: order.description,
      EventSourceArn: order.archiveArn,
      EventStartTime: new Date(order.from),
      EventEndTime: new Date(order.to),
      Destination: { Arn: order.busArn, FilterArns: [...order.ruleArns] },
    }),
    (command) => client.send(command),
  );
  return started.ok ? { ok: true, value: undefined } : started;
}

/** How a replay stands. */
export interface ReplayState {
  /** `STARTING`, `RUNNING`, `CANCELLING`, `COMPLETED`, `CANCELLED` or `FAILED`. */
  readonly state: string;
  readonly reason: string | undefined;
  /** The time of the last event that was replayed. */
  readonly reached: Instant | undefined;
}

/** Asks how a replay stands. */
export async function replayState(
  client: EventBridgeClient,
  name: string,
): Promise<Answer<ReplayState>> {
  const answer = await askForOutput(new DescribeReplayCommand({ ReplayName: name }), (command) =>
    client.send(command),
  );
  if (!answer.ok) return answer;
  const { State, StateReason, EventLastReplayedTime } = answer.value;
  return {
    ok: true,
    value: {
      state: State ?? 'unknown',
      reason: StateReason,
      reached: EventLastReplayedTime?.toISOString(),
    },
  };
}
