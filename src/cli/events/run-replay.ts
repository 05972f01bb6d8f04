// In: a span of time and rules. Out: what the archive of the bus holds of it delivered to these rules again, followed to
// its end.
import { setTimeout } from 'node:timers/promises';
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { instantMs } from '../../core/time.ts';
import type { Arguments } from '../arguments.ts';
import { awsProblem } from '../aws-problem.ts';
import { deploymentRequest } from '../deployment-options.ts';
import { ExitCode } from '../exit-code.ts';
import { didYouMean, nearNames } from '../near-names.ts';
import { refuse } from '../on-deployment.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import { type EventTools, openEventTools } from './_wiring-aws.ts';
import type { EventSpan } from './event-span.ts';

/** Starts a replay and follows it; answers 0 when it has completed, 1 when not, 130 on Ctrl-C (it goes on then). */
export async function runReplay(
  given: Arguments,
  deployment: OpenDeployment,
  span: EventSpan,
): Promise<ExitCode> {
  const json = given.has('json');
  const opened = await openEventTools(deploymentRequest(given));
  if (!opened.ok) return refuse([awsProblem('opening a session', opened.refusal)], json);
  const tools = opened.value;
  try {
    const order = await readOrder(given, deployment, span, tools);
    if (!order.ok) return refuse(order.problems, json);
    const started = await tools.startReplay(order.value);
    if (!started.ok) return refuse([awsProblem('starting the replay', started.refusal)], json);
    return await follow(tools, order.value.name, json);
  } finally {
    tools.close();
  }
}

type Order = Parameters<EventTools['startReplay']>[0];
type OrderRead =
  | { readonly ok: true; readonly value: Order }
  | { readonly ok: false; readonly problems: readonly Problem[] };

async function readOrder(
  given: Arguments,
  deployment: OpenDeployment,
  { from, to }: EventSpan,
  tools: EventTools,
): Promise<OrderRead> {
  const { outputs, stack, aws, identity } = deployment;
  const busArn = stack.outputs['BusArn'] ?? '';
  if (!busArn.includes(':event-bus/')) {
    const problem = `the stack ${stack.name} has no output BusArn`;
    return { ok: false, problems: [problemAt([], problem, 'deploy it again, whole')] };
  }
  const now = aws.clock.now();
  if ((instantMs(to) ?? 0) > (instantMs(now) ?? 0)) {
    const problem = `--to ${to} is in the future`;
    return { ok: false, problems: [problemAt([], problem, `give an instant up to ${now}`)] };
  }
  const rules = await tools.rules(outputs.busName);
  if (!rules.ok) {
    return {
      ok: false,
      problems: [awsProblem(`reading the rules of ${outputs.busName}`, rules.refusal)],
    };
  }
  const resources = await aws.resources(stack.name);
  if (!resources.ok) {
    return {
      ok: false,
      problems: [awsProblem(`reading the stack ${stack.name}`, resources.refusal)],
    };
  }
  const own = new Set(
    resources.value.flatMap(({ type, physicalId }) =>
      type === 'AWS::Events::Rule' ? [physicalId.split('|').at(-1) ?? ''] : [],
    ),
  );
  const chosen = chooseRules(given.all('rule'), rules.value, own);
  if (!chosen.ok) return chosen;
  return {
    ok: true,
    value: {
      name: `landfall-${deployment.stage}-${tools.uniqueEnding()}`,
      description: `by ${identity.arn}`.slice(0, 512),
      // The archive has the name of the bus.
      archiveArn: busArn.replace(/:event-bus\/.*$/, `:archive/${outputs.busName}`),
      busArn,
      ruleArns: chosen.arns,
      from,
      to,
    },
  };
}

/** Chooses the rules that a replay goes to; those of the deployment itself would act once more. */
export function chooseRules(
  names: readonly string[],
  rules: readonly { readonly name: string; readonly arn: string; readonly isEnabled: boolean }[],
  own: ReadonlySet<string>,
):
  | { readonly ok: true; readonly arns: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const free = rules.filter(({ name }) => !own.has(name));
  const there =
    free.length === 0 ? 'it has none' : `it has ${free.map((one) => one.name).join(', ')}`;
  if (names.length === 0) {
    const problem = 'no --rule says who receives the events again';
    return { ok: false, problems: [problemAt([], problem, `name a subscriber's rule; ${there}`)] };
  }
  const problems: Problem[] = [];
  const arns: string[] = [];
  for (const name of new Set(names)) {
    const rule = rules.find((one) => one.name === name);
    if (own.has(name)) {
      const problem = `--rule ${shown(name)} is one of Landfall's own, which would act once more`;
      problems.push(problemAt([], problem, `name a subscriber's rule; ${there}`));
    } else if (rule === undefined) {
      const near = didYouMean(
        nearNames(
          name,
          free.map((one) => one.name),
        ),
      );
      const problem = `--rule ${shown(name)} is no rule of the bus${near}`;
      problems.push(problemAt([], problem, there));
    } else if (!rule.isEnabled) {
      const problem = `--rule ${shown(name)} is disabled and receives nothing`;
      problems.push(problemAt([], problem, 'enable it first'));
    } else arns.push(rule.arn);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, arns };
}

const pauseMs = 3000;
const ends: ReadonlySet<string> = new Set(['COMPLETED', 'CANCELLED', 'FAILED']);
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function follow(tools: EventTools, name: string, json: boolean): Promise<ExitCode> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const signal of signals) process.on(signal, interrupt);
  try {
    let last = '';
    for (;;) {
      const answer = await tools.replayState(name);
      if (!answer.ok) {
        console.error(`Not read: ${answer.refusal.errorName}: ${answer.refusal.message}`);
        if (answer.refusal.kind === 'access-denied') return ExitCode.NotAll;
      } else {
        const { state, reason, reached } = answer.value;
        const line = [`Replay ${name}: ${state}`, reached, reason].filter(Boolean).join('  ');
        if (line !== last) console.error(line);
        last = line;
        if (ends.has(state)) {
          if (json) console.log(JSON.stringify({ replay: name, state, reason, reached }));
          else console.log(`${name} ${state}`);
          return state === 'COMPLETED' ? ExitCode.Done : ExitCode.NotAll;
        }
      }
      if (await interruptedWithin(pauseMs, stop.signal)) {
        console.error(
          `Stopped following; the replay goes on. To end it: aws events cancel-replay --replay-name ${name}`,
        );
        return ExitCode.Interrupted;
      }
    }
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

async function interruptedWithin(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return true;
  try {
    await setTimeout(ms, undefined, { signal });
    return false;
  } catch (error) {
    if (signal.aborted) return true;
    throw error;
  }
}
