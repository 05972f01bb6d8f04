// In: a try of a hook that is on record. Out: its function, document or address called once, and what came of it. Called by whoever
// runs hooks; what cannot be asked at all is an answer, too.
import type { DocumentRun } from '../../core/hook/command-result.ts';
import {
  type HookAnswer,
  type HookRequest,
  hookRequestVersion,
} from '../../core/hook/hook-result.ts';
import type { HookRun } from '../../core/hook/hook-run.ts';
import { deadlineOf, type HookQuestion } from '../../core/hook/next-hook-step.ts';
import { fillProbe, type ProbeFacts } from '../../core/hook/probe-target.ts';
import type { HookPoint } from '../../core/plan/hook-point.ts';
import { placeholdersIn } from '../../core/plan/hooks.ts';
import type { Hook, HookAct } from '../../core/plan/hooks-for.ts';
import type { Target } from '../../core/target.ts';
import type { Ports, Probe } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';

type CallPorts = Pick<Ports, 'store' | 'serviceOf' | 'hooks'>;

/** What is called: the server, the hook and its try, and whether it is to run, to stop, or only asked after. */
export interface HookCall {
  readonly server: WaveServer;
  readonly hook: Hook;
  readonly run: HookRun;
  readonly ask: HookQuestion;
}

/** Calls what a hook names, once. */
export async function callHook(ports: CallPorts, call: HookCall): Promise<HookAnswer> {
  const { act } = call.hook;
  switch (act.kind) {
    case 'function':
      return ports.hooks.invoke(act.function, await requestOf(ports, call, act));
    case 'document':
      return runDocument(ports, call, act);
    case 'http':
    case 'tcp':
      return probe(ports, call, act);
    default:
      return act satisfies never;
  }
}

async function runDocument(
  ports: CallPorts,
  { server, hook, run, ask }: HookCall,
  { document, parameters, node: source }: Extract<HookAct, { kind: 'document' }>,
): Promise<HookAnswer> {
  const instance = await instanceOf(ports, server, run.point);
  const node = source ?? instance?.id;
  if (node === undefined) return { is: 'refused', because: 'its instance is not known' };
  const { key, point, name } = run;
  const asked: DocumentRun = {
    ask: ask === 'probe' ? 'run' : ask,
    target: source === null ? (instance?.target ?? server.target) : server.target,
    ...{ document, parameters, node, key, point, hook: name, try: run.try },
    startedAt: run.startedAt,
    deadlineAt: deadlineOf(run, hook),
    server: { sourceServerId: server.server, hostname: server.hostname },
  };
  return ports.hooks.runDocument(asked);
}

async function requestOf(
  ports: CallPorts,
  { server, hook, run, ask }: HookCall,
  { parameters }: Extract<HookAct, { kind: 'function' }>,
): Promise<HookRequest> {
  const instance = await instanceOf(ports, server, run.point);
  return {
    version: hookRequestVersion,
    ask: ask === 'status' ? 'status' : 'run',
    key: run.key,
    point: run.point,
    hook: run.name,
    plan: server.plan,
    wave: server.wave,
    phase: run.phase,
    attempt: run.attempt,
    try: run.try,
    deadlineAt: deadlineOf(run, hook),
    server: {
      sourceServerId: server.server,
      arn: server.arn,
      hostname: server.hostname,
      accountId: server.target.accountId,
      region: server.target.region,
    },
    instance: instance === undefined ? null : { instanceId: instance.id },
    parameters,
  };
}

// Before these a failed-back server is its recovery instance; from them on it is what was launched where it came from.
const ofFailedBack: ReadonlySet<HookPoint> = new Set([
  'afterRecover',
  'validateRecover',
  'switch',
  'switchBack',
]);

/** The instance that is launched for a server, as it was last seen, with the target where it runs. */
async function instanceOf(
  ports: Pick<Ports, 'store'>,
  { target, server, launch, failback }: WaveServer,
  point: HookPoint,
): Promise<{ readonly id: string; readonly target: Target } | undefined> {
  if (failback !== undefined && ofFailedBack.has(point)) {
    const id = launch?.instanceId;
    return id === undefined ? undefined : { id, target: failback.reversed?.target ?? target };
  }
  const { body } = await read(ports.store, place.server(target, server));
  const id = body?.facts.instanceId ?? launch?.instanceId;
  return id === undefined ? undefined : { id, target };
}

async function probe(
  ports: CallPorts,
  { server, hook, run }: HookCall,
  act: Extract<HookAct, { kind: 'http' | 'tcp' }>,
): Promise<HookAnswer> {
  const template = act.kind === 'http' ? act.url : act.address;
  const facts = await factsFor(ports, server, run.point, placeholdersIn(template));
  const filled = fillProbe(template, facts);
  if (!filled.ok) return { is: 'probed', good: false, found: filled.problem };
  const target: Probe =
    act.kind === 'http'
      ? { kind: 'http', url: filled.text, status: act.status }
      : { kind: 'tcp', address: filled.text };
  const { key, point, name } = run;
  return ports.hooks.probe(target, {
    timeoutSeconds: hook.timeoutSeconds,
    about: {
      ...{ key, point, hook: name, try: run.try },
      ...{ sourceServerId: server.server, hostname: server.hostname },
    },
  });
}

async function factsFor(
  ports: CallPorts,
  server: WaveServer,
  point: HookPoint,
  names: readonly string[],
): Promise<ProbeFacts> {
  const instance = await instanceOf(ports, server, point);
  const asks = names.includes('privateIp') || names.includes('privateDnsName');
  const addresses =
    asks && instance !== undefined
      ? await ports.serviceOf(instance.target).describeInstanceAddresses([instance.id])
      : undefined;
  const [found] = addresses?.ok === true ? addresses.value : [];
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  return {
    hostname: server.hostname ?? undefined,
    sourceServerId: server.server,
    instanceId: instance?.id,
    privateIp: text(found?.['privateIp']),
    privateDnsName: text(found?.['privateDnsName']),
  };
}
