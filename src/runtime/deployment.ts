import * as z from 'zod';
import { nameProblem } from './asl/limits.ts';
import { DefinitionRefused, loadMachine } from './asl/load.ts';
import type { Machine } from './asl/machine.ts';
import { DeploymentNames, type Place } from './deployment-names.ts';
import { defaultBus, type EventRule, type RuleTarget } from './event-bus.ts';
import { isEventPattern, patternProblems } from './event-pattern.ts';
import { resolveDefinition } from './resolve-definition.ts';
import { rateMs, type Schedule } from './scheduler.ts';
import { readServerlessFile } from './serverless-file.ts';

/** A function as deployed. */
export interface DeployedFunction {
  /** The key in serverless.yml. */
  readonly name: string;
  readonly arn: string;
  /** Module and export, e.g. `dist/poll.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How often Lambda tries again after a failed asynchronous call. */
  readonly maximumRetryAttempts: number;
}

/** A state machine as deployed. */
export interface DeployedMachine {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** With every reference replaced by a local ARN or name. */
  readonly definition: unknown;
  readonly machine: Machine;
}

/** All of a serverless.yml that the local runtime runs. */
export interface Deployment {
  readonly service: string;
  readonly stage: string;
  readonly functions: readonly DeployedFunction[];
  readonly machines: readonly DeployedMachine[];
  readonly schedules: readonly Schedule[];
  readonly rules: readonly EventRule[];
  /** Custom buses by name; the default bus is always there. */
  readonly buses: readonly string[];
}

/** Thrown for a serverless.yml that the local runtime cannot run as AWS would; `problems` holds all of them. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(`${file} is refused:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const ScheduleEvent = z.union([
  z.string(),
  z.strictObject({
    rate: z.union([z.string(), z.array(z.string()).length(1)]),
    input: z.unknown().optional(),
    enabled: z.boolean().optional(),
    name: z.string().optional(),
    description: z.string().optional(),
  }),
]);

const BusEvent = z.strictObject({
  eventBus: z.unknown().optional(),
  pattern: z.unknown(),
  input: z.unknown().optional(),
  enabled: z.boolean().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  retryPolicy: z.unknown().optional(),
  deadLetterQueueArn: z.unknown().optional(),
});

const FunctionText = z.looseObject({
  handler: z.string(),
  name: z.string().optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
  maximumRetryAttempts: z.number().int().min(0).max(2).optional(),
  events: z
    .array(
      z.union([
        z.strictObject({ schedule: ScheduleEvent }),
        z.strictObject({ eventBridge: BusEvent }),
      ]),
    )
    .optional(),
});

const MachineEntry = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9]+$/),
  name: z.string(),
  type: z.literal('STANDARD', 'must be STANDARD: Express machines are not implemented').optional(),
  definition: z.unknown(),
  // What says nothing about how a machine runs.
  ...Object.fromEntries(
    [
      ...['role', 'iamRoleStatements', 'dependsOn', 'tags', 'inheritGlobalTags', 'loggingConfig'],
      ...['tracingConfig', 'retain', 'alarms', 'notifications', 'noOutput', 'encryptionConfig'],
    ].map((key) => [key, z.unknown().optional()]),
  ),
});

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
});
const Resources = z.object({ Resources: z.record(z.string(), Resource).optional() });

const ServerlessText = z.looseObject({
  service: z.string(),
  provider: z.looseObject({ environment: z.record(z.string(), z.unknown()).optional() }).optional(),
  functions: z.record(z.string(), FunctionText).optional(),
  stepFunctions: z
    .looseObject({ stateMachines: z.record(z.string(), MachineEntry).optional() })
    .optional(),
  resources: z.union([Resources, z.array(Resources)]).optional(),
});
type ServerlessText = z.infer<typeof ServerlessText>;

const RuleProperties = z.strictObject({
  Name: z.unknown().optional(),
  Description: z.unknown().optional(),
  EventBusName: z.unknown().optional(),
  EventPattern: z.unknown(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  Targets: z.array(
    z.strictObject({
      Arn: z.unknown(),
      Id: z.string(),
      RoleArn: z.unknown().optional(),
      Input: z.string().optional(),
      RetryPolicy: z.unknown().optional(),
      DeadLetterConfig: z.unknown().optional(),
    }),
  ),
});

// Resources that make things happen, which the local runtime would silently leave undone.
const refusedTypes: Readonly<Record<string, string>> = {
  'AWS::Lambda::EventSourceMapping': 'event source mappings are not implemented',
  'AWS::Lambda::EventInvokeConfig': 'state maximumRetryAttempts at the function',
  'AWS::Pipes::Pipe': 'pipes are not implemented',
  'AWS::Scheduler::Schedule': 'state the schedule at the function',
  'AWS::StepFunctions::StateMachine': 'state the machine under stepFunctions.stateMachines',
};

/**
 * Loads what a serverless.yml deploys, with logical references resolved to local ARNs. Throws
 * DeploymentRefused with every problem at once, so that nothing is run differently than AWS would run it.
 */
export function loadDeployment(
  file: string,
  place: Place & {
    readonly options?: Readonly<Record<string, string>>;
    readonly environment?: Readonly<Record<string, string | undefined>>;
  },
): Deployment {
  const text = readServerlessFile(file, {
    ...place,
    options: place.options ?? {},
    environment: place.environment ?? {},
  });
  const read = ServerlessText.safeParse(text);
  if (!read.success) {
    throw new DeploymentRefused(
      file,
      read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const loading = new Loading(read.data, place);
  const deployment = loading.deployment();
  if (loading.problems.length > 0) throw new DeploymentRefused(file, loading.problems);
  return deployment;
}

class Loading {
  readonly problems: string[] = [];
  readonly #text: ServerlessText;
  readonly #place: Place;
  readonly #resources: Readonly<Record<string, z.infer<typeof Resource>>>;
  readonly #names: DeploymentNames;

  constructor(text: ServerlessText, place: Place) {
    this.#text = text;
    this.#place = place;
    const parts = Array.isArray(text.resources) ? text.resources : [text.resources ?? {}];
    this.#resources = Object.assign({}, ...parts.map((part) => part.Resources ?? {}));
    this.#names = new DeploymentNames(place, {
      service: text.service,
      functions: text.functions ?? {},
      machines: Object.values(text.stepFunctions?.stateMachines ?? {}),
      resources: this.#resources,
    });
  }

  deployment(): Deployment {
    const functions = this.#functions();
    const rules: EventRule[] = [];
    const schedules: Schedule[] = [];
    for (const [name, { events }] of Object.entries(this.#text.functions ?? {})) {
      for (const [i, event] of (events ?? []).entries()) {
        if ('schedule' in event) schedules.push(...this.#schedule(name, i, event.schedule));
        else rules.push(...this.#functionRule(name, i, event.eventBridge));
      }
    }
    return {
      service: this.#text.service,
      stage: this.#place.stage,
      functions,
      machines: this.#machines(),
      schedules,
      rules: [...rules, ...this.#resourceRules()],
      buses: this.#names.buses(),
    };
  }

  #resolved(value: unknown, where: string): unknown {
    try {
      return resolveDefinition(value, this.#names);
    } catch (error) {
      this.problems.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /**
   * Resolves a machine as it is packaged: the plugin writes the definition as one text under Fn::Sub as soon as it
   * holds a reference, so `${AWS::Partition}` in any of its texts is replaced, too.
   */
  #resolvedDefinition(value: unknown, where: string): unknown {
    const resolved = this.#resolved(value, where);
    const substituted = JSON.stringify(resolved ?? null).replace(
      /\$\{(AWS::\w+)\}/g,
      (whole, name: string) => this.#names.ref(name) ?? whole,
    );
    const parsed: unknown = JSON.parse(substituted);
    return resolved === undefined ? undefined : parsed;
  }

  #functions(): readonly DeployedFunction[] {
    return Object.entries(this.#text.functions ?? {}).map(([name, text]) => {
      const environment: Record<string, string> = {};
      const given = { ...this.#text.provider?.environment, ...text.environment };
      for (const [key, value] of Object.entries(given)) {
        const resolved = this.#resolved(value, `functions.${name}.environment.${key}`);
        if (resolved !== undefined) environment[key] = String(resolved);
      }
      return {
        name,
        arn: this.#names.functionArn(name),
        handler: text.handler,
        environment,
        maximumRetryAttempts: text.maximumRetryAttempts ?? 2,
      };
    });
  }

  #machines(): readonly DeployedMachine[] {
    return Object.entries(this.#text.stepFunctions?.stateMachines ?? {}).flatMap(([key, entry]) => {
      const where = `stepFunctions.stateMachines.${key}`;
      const bad = nameProblem(entry.name);
      if (bad !== undefined) this.problems.push(`${where}: the name ${entry.name} ${bad}`);
      const definition = this.#resolvedDefinition(entry.definition, where);
      if (definition === undefined) return [];
      try {
        const machine = loadMachine(definition);
        return [
          {
            id: entry.id,
            name: entry.name,
            arn: this.#names.machineArn(entry.name),
            definition,
            machine,
          },
        ];
      } catch (error) {
        if (!(error instanceof DefinitionRefused)) throw error;
        this.problems.push(...error.problems.map((problem) => `${where}: ${problem}`));
        return [];
      }
    });
  }

  #schedule(
    functionName: string,
    i: number,
    event: z.infer<typeof ScheduleEvent>,
  ): readonly Schedule[] {
    const { rate, input, enabled, name } =
      typeof event === 'string'
        ? { rate: event, input: undefined, enabled: true, name: undefined }
        : { input: undefined, name: undefined, enabled: true, ...event };
    if (enabled === false) return [];
    const expression = typeof rate === 'string' ? rate : (rate[0] ?? '');
    try {
      return [
        {
          name: name ?? `${functionName}-schedule-${i + 1}`,
          functionName,
          everyMs: rateMs(expression),
          ...(input === undefined
            ? {}
            : { input: this.#resolved(input, `functions.${functionName}`) }),
        },
      ];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.problems.push(`functions.${functionName}.events.${i}: ${why}`);
      return [];
    }
  }

  #busName(value: unknown, where: string): string {
    if (value === undefined) return defaultBus;
    const name = this.#resolved(value, where);
    if (typeof name !== 'string') return defaultBus;
    const bus = name.includes(':event-bus/') ? name.slice(name.indexOf(':event-bus/') + 11) : name;
    if (bus !== defaultBus && !this.#names.buses().includes(bus)) {
      this.problems.push(`${where}: there is no event bus ${bus}`);
    }
    return bus;
  }

  #rule(rule: Omit<EventRule, 'pattern'>, pattern: unknown, where: string): readonly EventRule[] {
    const resolved = this.#resolved(pattern, where);
    if (isEventPattern(resolved)) return [{ ...rule, pattern: resolved }];
    this.problems.push(...patternProblems(resolved).map((problem) => `${where}: ${problem}`));
    return [];
  }

  #functionRule(name: string, i: number, event: z.infer<typeof BusEvent>): readonly EventRule[] {
    const where = `functions.${name}.events.${i}`;
    if (event.enabled === false) return [];
    const target: RuleTarget = {
      kind: 'function',
      functionName: name,
      ...(event.input === undefined ? {} : { input: this.#resolved(event.input, where) }),
    };
    const bus = this.#busName(event.eventBus, where);
    return this.#rule(
      { name: event.name ?? `${name}-rule-${i + 1}`, bus, targets: [target] },
      event.pattern,
      where,
    );
  }

  #resourceRules(): readonly EventRule[] {
    return Object.entries(this.#resources).flatMap(([id, resource]) => {
      const where = `resources.${id}`;
      const refused = refusedTypes[resource.Type];
      if (refused !== undefined) this.problems.push(`${where}: ${resource.Type}: ${refused}`);
      if (resource.Type !== 'AWS::Events::Rule') return [];
      const read = RuleProperties.safeParse(resource.Properties);
      if (!read.success) {
        for (const { path, message } of read.error.issues) {
          this.problems.push(`${where}.${path.join('.')}: ${message}`);
        }
        return [];
      }
      const { EventBusName, EventPattern, State, Targets } = read.data;
      if (State === 'DISABLED') return [];
      const targets = Targets.flatMap((target) => this.#target(target, `${where}.${target.Id}`));
      return this.#rule(
        { name: id, bus: this.#busName(EventBusName, where), targets },
        EventPattern,
        where,
      );
    });
  }

  #target(
    target: { readonly Arn?: unknown; readonly Input?: string | undefined },
    where: string,
  ): readonly RuleTarget[] {
    const arn = String(this.#resolved(target.Arn, where));
    const input = target.Input === undefined ? {} : this.#constant(target.Input, where);
    const functionName = this.#names.functionOf(arn);
    if (functionName !== undefined) return [{ kind: 'function', functionName, ...input }];
    if (this.#names.isMachine(arn))
      return [{ kind: 'state-machine', stateMachineArn: arn, ...input }];
    this.problems.push(
      `${where}: only functions and state machines of this file can be targets, not ${arn}`,
    );
    return [];
  }

  #constant(text: string, where: string): { readonly input?: unknown } {
    try {
      return { input: JSON.parse(text) };
    } catch {
      this.problems.push(`${where}: Input is no JSON text`);
      return {};
    }
  }
}
