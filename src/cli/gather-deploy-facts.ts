// In: an open deployment. Out: all that the doctor judges by. Reads only; what may not be read is an answer too.
import type { ListedTarget } from '../core/target-list.ts';
import type { Answer, Refusal } from '../flow/ports.ts';
import { read } from '../flow/records/documents.ts';
import { place } from '../flow/records/place.ts';
import { refusalBehind } from './_wiring-aws.ts';
import type { DeployFacts, FunctionFacts, PermissionFacts, TargetFacts } from './deploy-facts.ts';
import { simulationsFor } from './function-needs.ts';
import { gatherHookFacts } from './gather-hook-facts.ts';
import { watchOf } from './live-fleet.ts';
import { type OpenDeployment, roleName } from './open-deployment.ts';
import { sideBySide } from './side-by-side.ts';

/** Gathers the facts of a deployment, a few calls at a time. */
export async function gatherDeployFacts(deployment: OpenDeployment): Promise<DeployFacts> {
  const { aws, stack, outputs, identity, targets, stage } = deployment;
  const resources = await aws.resources(stack.name);
  const listed = resources.ok ? resources.value : [];
  const functions = await functionsOf(deployment, listed);
  const rule = listed.find(
    ({ type, logicalId }) => type === 'AWS::Events::Rule' && /^Poll.*Schedule/.test(logicalId),
  );
  const [table, bus, schedule, concurrency, alarms, deadLetters] = await Promise.all([
    aws.table(outputs.tableName),
    aws.bus(outputs.busName),
    rule === undefined ? unknownBecause(resources, 'schedule') : aws.schedule(rule.physicalId),
    concurrencyOf(deployment),
    aws.alarms(`landfall-${stage}-`),
    deadLettersOf(deployment),
  ]);
  return {
    now: aws.clock.now(),
    identity,
    stack,
    resources,
    table,
    bus,
    functions,
    schedule,
    concurrency,
    alarms,
    deadLetters,
    deadLettersUrl: outputs.deadLettersUrl,
    permissions: await permissionsOf(deployment, functions),
    targets: await sideBySide(targets, (target) => targetFacts(deployment, target)),
    hooks: await gatherHookFacts(deployment, functions['runHooks']),
  };
}

type Resources = readonly {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}[];

/** Nothing of its kind is in the stack; or the stack may not be read, and nobody knows. */
function unknownBecause(resources: Answer<unknown>, what: string): { ok: false; refusal: Refusal } {
  if (!resources.ok) return resources;
  const message = `the stack has no ${what}`;
  const refusal: Refusal = { kind: 'not-found', errorName: 'NotInStack', message, culprits: [] };
  return { ok: false, refusal };
}

const functionId = /^(\w+)LambdaFunction$/;

async function functionsOf(
  { aws }: OpenDeployment,
  resources: Resources,
): Promise<Readonly<Record<string, Answer<FunctionFacts>>>> {
  const deployed = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  const described = await sideBySide(deployed, async ({ logicalId, physicalId }) => {
    const id = functionId.exec(logicalId)?.[1] ?? logicalId;
    const name = `${id.charAt(0).toLowerCase()}${id.slice(1)}`;
    return [name, await aws.functionState(physicalId)] as const;
  });
  return Object.fromEntries(described);
}

async function concurrencyOf({
  aws,
  outputs,
}: OpenDeployment): Promise<DeployFacts['concurrency']> {
  const account = await aws.accountConcurrency();
  if (!account.ok) return account;
  const reserved = await aws.reservedConcurrency(outputs.pollFunction);
  if (!reserved.ok) return reserved;
  return { ok: true, value: { ...account.value, reserved: reserved.value } };
}

async function deadLettersOf({
  aws,
  outputs,
}: OpenDeployment): Promise<DeployFacts['deadLetters']> {
  const queue = outputs.deadLettersUrl.split('/').at(-1) ?? '';
  return queue === '' ? { ok: true, value: undefined } : aws.deadLetters(queue);
}

async function permissionsOf(
  { aws, targets, outputs, stage }: OpenDeployment,
  functions: DeployFacts['functions'],
): Promise<readonly PermissionFacts[]> {
  const facts: PermissionFacts[] = [];
  let refused: { readonly ok: false; readonly refusal: Refusal } | undefined;
  for (const [name, described] of Object.entries(functions)) {
    // What sets servers has a role of its own in member accounts.
    const role =
      name === 'applySettings' ? `landfall-settings-${stage}` : roleName(outputs.memberRole);
    const simulations = simulationsFor(name, targets, role);
    if (simulations.length === 0 || !described.ok || described.value.roleArn === '') continue;
    const found: PermissionFacts['simulated'][] = [];
    for (const { actions, resources } of refused === undefined ? simulations : []) {
      const answer = await aws.permissions(described.value.roleArn, actions, resources);
      found.push(answer);
      // Whoever may not simulate one role may simulate none; asking on would only take time.
      if (!answer.ok && answer.refusal.kind === 'access-denied') refused = answer;
      if (!answer.ok) break;
    }
    const lost = refused ?? found.find((answer) => !answer.ok);
    facts.push({
      function: name,
      simulated: lost ?? {
        ok: true,
        value: found.flatMap((answer) => (answer.ok ? answer.value : [])),
      },
    });
  }
  return facts;
}

async function targetFacts(
  { ports }: OpenDeployment,
  { target, access }: ListedTarget,
): Promise<TargetFacts> {
  const api = watchOf(ports, target);
  const [record, servers, vcenterClients, quotas] = await Promise.all([
    storeAnswer(async () => (await read(ports.store, place.target(target))).body),
    api.describeSourceServers(),
    // DRS has none.
    target.service === 'drs'
      ? ({ ok: true, value: [] } as const)
      : ports.serviceOf(target).describeVcenterClients(),
    api.quotas(),
  ]);
  return { target, access, record, servers, vcenterClients, quotas };
}

async function storeAnswer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await ask() };
  } catch (error) {
    const refusal = refusalBehind(error);
    if (refusal === undefined) throw error;
    return { ok: false, refusal };
  }
}
