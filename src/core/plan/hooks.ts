import * as z from 'zod';
import { durationSeconds } from '../time.ts';
import { documentFaults, type Fault, isNode, nodeTagIn } from './document-faults.ts';
import { durationField } from './duration-field.ts';
import type { HookPoint } from './hook-point.ts';

/** What each point is for, in a sentence. */
export const pointWords: Readonly<Record<HookPoint, string>> = {
  beforeDrill:
    'Before the drill instance is launched: look at the network that it comes into, say.',
  afterDrill: 'Once the drill instance is well.',
  validateDrill:
    'Says whether the drill instance is good: where it fails, so does the drill. Its end is the end of the recovery time.',
  beforeRecover:
    'Before the server is recovered, or launched to fail back: promote a database, stop a source that is still reachable.',
  afterRecover: 'Once the recovery instance, or the failed-back one, is well.',
  validateRecover:
    'Says whether the instance is good: where it fails, a server that is recovered is tried again from an older recovery point, a failback is taken back. Its end is the end of the recovery time.',
  beforeTest: 'Before the test instance is launched.',
  afterTest: 'Once the test instance is healthy.',
  validateTest: 'Says whether the test instance is good: where it fails, so does the test.',
  beforeFreeze: 'Before the source is frozen.',
  freeze:
    'Stops what writes at the source, in a failback at the recovery instance; the drain proof begins after it. Needs `thaw`.',
  afterFreeze: 'Once the source is frozen, before the drain proof begins.',
  beforeCutover: 'Once the source is drained, before the cutover instance is launched.',
  afterSnapshot:
    'Once the launch has taken its snapshot (SNAPSHOT_END in the log of its job), never before: the place to shut the source down.',
  afterCutover: 'Once the cutover instance is healthy.',
  validateCutover:
    'Says whether the cutover instance is good: where it fails, so does the cutover.',
  switch:
    'Sends the traffic to the instance of a cutover, recovery or failback, once that is validated. A cutover and a failback need `switchBack`; after that of a recovery the way back is a failback.',
  switchBack: 'Takes the switch back, before a rollback takes the instance away.',
  thaw: 'Takes the freeze back, once, where the cutover or failback does not come about.',
};

/** The points that take another one back, with the one that they take back. */
export const undoes = { switchBack: 'switch', thaw: 'freeze' } as const;

// What a probe may name of the server, and from which points on there is an instance to name.
const ofTheServer = ['hostname', 'sourceServerId'];
const ofTheInstance = ['privateIp', 'privateDnsName', 'instanceId'];
const withInstance: ReadonlySet<HookPoint> = new Set([
  'afterTest',
  'validateTest',
  'afterSnapshot',
  'afterCutover',
  'validateCutover',
  'switch',
  'switchBack',
  'afterDrill',
  'validateDrill',
  'afterRecover',
  'validateRecover',
]);

/** The names in braces that a text holds, e.g. `privateIp` of `https://{privateIp}/`. */
export function placeholdersIn(text: string): readonly string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? '');
}

/** A function of Lambda by name, with an alias or version where wanted, or by ARN. */
export const functionPattern =
  /^(arn:aws(-[a-z]+)*:lambda:[a-z0-9-]+:\d{12}:function:)?[\w-]{1,64}(:[\w$-]{1,128})?$/;
const longestProbeSeconds = 30;

const hook = z
  .strictObject({
    name: z
      .string()
      .max(24)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
        error: 'is no name of lower-case letters, digits and single hyphens',
      })
      .describe(
        'What the hook is called at its point: lower-case letters, digits, hyphens; at most 24 characters.',
      ),
    function: z
      .string()
      .regex(functionPattern, { error: 'is no name or ARN of a function of Lambda' })
      .describe(
        'A function of Lambda to call, by the name or ARN that the deployment file lists (docs/hooks.md has what it is asked and answers).',
      )
      .optional(),
    document: z
      .string()
      .max(128)
      .describe(
        'A Command document of Systems Manager to run instead, by the name or ARN that the deployment file lists; Run Command runs it in the account and Region of the server.',
      )
      .optional(),
    on: z
      .enum(['source', 'instance'])
      .describe('Where a document runs: on the source server, or on the launched instance.')
      .optional(),
    node: z
      .string()
      .refine((text) => isNode(text) || nodeTagIn(text) !== undefined, {
        error: 'is no id of a managed node, and no {tag:KEY}',
      })
      .describe(
        'With `on: source`: the managed node that the source is, as MGN does not know it: `{tag:KEY}`, the tag of the source server in MGN that holds its id (mi-… or i-…), or the id itself for a single server.',
      )
      .optional(),
    parameters: z
      .record(
        z.string().min(1).max(64),
        z.union([
          z.string().max(1000),
          z.number(),
          z.boolean(),
          z.array(z.string().max(1000)).max(20),
        ]),
      )
      .describe(
        'What the function is told besides, or the parameters of the document, each a list of texts. No secrets: plans and events are read by many.',
      )
      .optional(),
    http: z
      .string()
      .max(500)
      .describe(
        'An address to ask with GET instead, e.g. `https://{privateIp}/health`; `{privateIp}`, `{privateDnsName}`, `{instanceId}`, `{hostname}` and `{sourceServerId}` are filled in.',
      )
      .optional(),
    status: z
      .int()
      .min(100)
      .max(599)
      .describe('The status that the address must answer. Default: 200.')
      .optional(),
    tcp: z
      .string()
      .max(300)
      .describe('A HOST:PORT to connect to instead, e.g. `{privateIp}:22`.')
      .optional(),
    attempts: z
      .int()
      .min(1)
      .max(100)
      .describe('How often a probe (http, tcp) is tried in all. Default: 10.')
      .optional(),
    interval: durationField(
      'How long after one try of a probe the next one comes (ISO 8601), at least PT1M. Default: PT1M.',
    ).optional(),
    timeout: durationField(
      'How long a function or document may take until it has succeeded or failed (default: PT15M, at most P1D; of a document at least PT30S), or one try of a probe (default: PT5S, at most PT30S) (ISO 8601).',
    ).optional(),
    retries: z
      .int()
      .min(0)
      .max(3)
      .describe(
        'How often a function or document that failed is run again, under a new key. Default: 1.',
      )
      .optional(),
    onFailure: z
      .enum(['fail', 'hold', 'continue'])
      .describe(
        'What follows where it fails to the end: fail (the phase fails and the server is rolled back), hold (the phase ends, and begins anew once a person has resumed the server) or continue (with a warning). Not at `thaw` and `switchBack`, which always fail. Default: fail.',
      )
      .optional(),
  })
  .meta({ id: 'Hook' });
/** A hook as the plan writes it. */
export type WrittenHook = z.infer<typeof hook>;

const kinds = ['function', 'document', 'http', 'tcp'] as const;

function* faultsOf(written: WrittenHook, point: HookPoint): Generator<Fault> {
  const named = kinds.filter((kind) => written[kind] !== undefined);
  if (named.length !== 1) {
    yield {
      path: [],
      message: named.length === 0 ? 'does nothing' : `has ${named.join(' and ')} at once`,
      remedy: 'write exactly one of function, document, http and tcp',
    };
    return;
  }
  const [is = 'tcp'] = named;
  const isCalled = is === 'function' || is === 'document';
  for (const field of foreign[is]) {
    if (written[field] === undefined) continue;
    yield {
      path: [field],
      message: `means nothing to a ${isCalled ? is : 'probe'}`,
      remedy: isCalled ? 'use timeout and retries' : 'use attempts, interval and timeout',
    };
  }
  yield* timeFaults(written, isCalled);
  if (is === 'function') yield* listFaults(written);
  if (is === 'document') {
    yield* documentFaults(written, {
      hasInstance: withInstance.has(point),
      timeoutSeconds: durationSeconds(written.timeout ?? 'PT15M') ?? 0,
    });
  }
  if (Object.hasOwn(undoes, point) && written.onFailure !== undefined) {
    yield {
      path: ['onFailure'],
      message: `cannot stand at ${point}`,
      remedy: 'remove it: what cannot be undone always needs a person',
    };
  }
  yield* addressFaults(written, point);
}

const probeOnly = ['status', 'attempts', 'interval'] as const;
const documentOnly = ['on', 'node'] as const;
const calledOnly = ['parameters', 'retries'] as const;
const foreign = {
  function: [...probeOnly, ...documentOnly],
  document: probeOnly,
  http: [...calledOnly, ...documentOnly],
  tcp: [...calledOnly, ...documentOnly],
} as const;

function* listFaults({ parameters = {} }: WrittenHook): Generator<Fault> {
  for (const [name, value] of Object.entries(parameters)) {
    if (!Array.isArray(value)) continue;
    yield {
      path: ['parameters', name],
      message: 'is a list, which functions are not told',
      remedy: 'write a text, a number or true and false',
    };
  }
}

function* timeFaults({ timeout, interval }: WrittenHook, isCalled: boolean): Generator<Fault> {
  const longest = isCalled ? 86_400 : longestProbeSeconds;
  if ((durationSeconds(timeout ?? 'PT1S') ?? 0) > longest) {
    yield {
      path: ['timeout'],
      message: 'is too long',
      remedy: isCalled ? 'write at most P1D' : 'write at most PT30S: it is for one try',
    };
  }
  if ((durationSeconds(interval ?? 'PT1M') ?? 60) < 60) {
    yield { path: ['interval'], message: 'is too short', remedy: 'write PT1M or more' };
  }
}

function* addressFaults({ http, tcp }: WrittenHook, point: HookPoint): Generator<Fault> {
  const path = http === undefined ? ['tcp'] : ['http'];
  const text = http ?? tcp;
  if (text === undefined) return;
  const known = withInstance.has(point) ? [...ofTheInstance, ...ofTheServer] : ofTheServer;
  const wrong = placeholdersIn(text).find((name) => !known.includes(name));
  if (wrong !== undefined) {
    yield {
      path,
      message: `names {${wrong}}, which ${ofTheInstance.includes(wrong) ? `nobody knows at ${point}: there is no instance yet` : 'is nothing that is filled in'}`,
      remedy: `write one of ${known.map((name) => `{${name}}`).join(', ')}`,
    };
    return;
  }
  const filled = text.replaceAll(/\{[^{}]*\}/g, 'x');
  const isGood = http === undefined ? /^[\w.-]+:\d{1,5}$/.test(filled) : isWebAddress(filled);
  if (isGood) return;
  yield {
    path,
    message: http === undefined ? 'is no HOST:PORT' : 'is no http:// or https:// address',
    remedy:
      http === undefined ? 'write e.g. {privateIp}:22' : 'write e.g. https://{privateIp}/health',
  };
}

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}

const hooksAt = (point: HookPoint) =>
  z
    .array(hook)
    .max(5)
    .superRefine((list, context) => {
      const names = list.map(({ name }) => name);
      for (const [i, written] of list.entries()) {
        const faults = [...faultsOf(written, point)];
        if (names.indexOf(written.name) !== i) {
          faults.push({
            path: ['name'],
            message: 'is the name of two hooks of one point',
            remedy: 'give each hook a name of its own',
          });
        }
        for (const { path, message, remedy } of faults) {
          context.addIssue({ code: 'custom', path: [i, ...path], message, params: { remedy } });
        }
      }
    })
    .describe(pointWords[point])
    .optional();

/** The field for hooks, in defaults, waves and single servers: point by point, the narrower layer wins. */
export const hooksField = z
  .strictObject({
    beforeTest: hooksAt('beforeTest'),
    afterTest: hooksAt('afterTest'),
    validateTest: hooksAt('validateTest'),
    beforeFreeze: hooksAt('beforeFreeze'),
    freeze: hooksAt('freeze'),
    afterFreeze: hooksAt('afterFreeze'),
    beforeCutover: hooksAt('beforeCutover'),
    afterSnapshot: hooksAt('afterSnapshot'),
    afterCutover: hooksAt('afterCutover'),
    validateCutover: hooksAt('validateCutover'),
    switch: hooksAt('switch'),
    beforeDrill: hooksAt('beforeDrill'),
    afterDrill: hooksAt('afterDrill'),
    validateDrill: hooksAt('validateDrill'),
    beforeRecover: hooksAt('beforeRecover'),
    afterRecover: hooksAt('afterRecover'),
    validateRecover: hooksAt('validateRecover'),
    switchBack: hooksAt('switchBack'),
    thaw: hooksAt('thaw'),
  })
  .describe(
    'What of yours is called on the way of a server (docs/hooks.md): at each point at most 5 hooks, one after the other. Point by point, the narrower layer wins; [] takes away what a wider one asks for. Default: nothing.',
  )
  .meta({ id: 'Hooks' });
/** Hooks as the plan writes them. */
export type WrittenHooks = z.infer<typeof hooksField>;
