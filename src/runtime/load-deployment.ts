import { nameProblem } from './asl/limits.ts';
import { DefinitionRefused, loadMachine } from './asl/load.ts';
import { queueOf } from './deployed-queues.ts';
import { DeployedRules } from './deployed-rules.ts';
import type { DeployedFunction, DeployedMachine, DeployedQueue, Deployment } from './deployment.ts';
import type { Place } from './deployment-names.ts';
import { DeploymentReferences } from './deployment-references.ts';
import type { EventRule } from './event-bus.ts';
import { rateMs, type Schedule } from './scheduler.ts';
import { readServerlessFile } from './serverless-file.ts';
import { type QueueEvent, type ScheduleEvent, ServerlessText } from './serverless-text.ts';

/** Thrown for a serverless.yml that the local runtime cannot run as AWS would; `problems` holds all of them. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(`${file} is refused:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Loads what a serverless.yml deploys, with logical references resolved to local ARNs. Throws
 * DeploymentRefused with every problem at once, so that nothing is run differently than AWS would run it.
 */
export function loadDeployment(
  file: string,
  place: Place & {
    readonly options?: Readonly<Record<string, string>>;
    readonly environment?: Readonly<Record<string, string | undefined>>;
    /** The functions whose schedules run, and whose queues are filled and read, although they are switched off. */
    readonly switchedOn?: readonly string[];
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
  const references = new DeploymentReferences(read.data, place);
  const deployment = new Loading(read.data, place, references, place.switchedOn).deployment();
  if (references.problems.length > 0) throw new DeploymentRefused(file, references.problems);
  return deployment;
}

class Loading {
  readonly #text: ServerlessText;
  readonly #place: Place;
  readonly #references: DeploymentReferences;
  readonly #rules: DeployedRules;
  readonly #switchedOn: readonly string[];

  constructor(
    text: ServerlessText,
    place: Place,
    references: DeploymentReferences,
    switchedOn: readonly string[] = [],
  ) {
    this.#switchedOn = switchedOn;
    this.#text = text;
    this.#place = place;
    this.#references = references;
    this.#rules = new DeployedRules(references);
  }

  deployment(): Deployment {
    const functions = this.#functions();
    const rules: EventRule[] = [];
    const schedules: Schedule[] = [];
    const queues: DeployedQueue[] = [];
    for (const [name, { events }] of Object.entries(this.#text.functions ?? {})) {
      for (const [i, event] of (events ?? []).entries()) {
        if ('schedule' in event) schedules.push(...this.#schedule(name, i, event.schedule));
        else if ('sqs' in event) queues.push(...this.#queue(name, i, event.sqs));
        else rules.push(...this.#rules.functionRule(name, i, event.eventBridge));
      }
    }
    return {
      service: this.#text.service,
      stage: this.#place.stage,
      functions,
      machines: this.#machines(),
      schedules,
      rules: [...rules, ...this.#rules.resourceRules(queues, this.#switchedOn)],
      queues,
      buses: this.#references.names.buses(),
    };
  }

  #queue(name: string, i: number, event: QueueEvent): readonly DeployedQueue[] {
    const isOn = event.enabled || this.#switchedOn.includes(name);
    return isOn ? queueOf(this.#references, name, i, event) : [];
  }

  #functions(): readonly DeployedFunction[] {
    return Object.entries(this.#text.functions ?? {}).map(([name, text]) => {
      const environment: Record<string, string> = {};
      const given = { ...this.#text.provider?.environment, ...text.environment };
      for (const [key, value] of Object.entries(given)) {
        const resolved = this.#references.resolved(value, `functions.${name}.environment.${key}`);
        if (resolved !== undefined) environment[key] = String(resolved);
      }
      return {
        name,
        arn: this.#references.names.functionArn(name),
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
      if (bad !== undefined)
        this.#references.problems.push(`${where}: the name ${entry.name} ${bad}`);
      const definition = this.#references.resolvedDefinition(entry.definition, where);
      if (definition === undefined) return [];
      try {
        const machine = loadMachine(definition);
        return [
          {
            id: entry.id,
            name: entry.name,
            arn: this.#references.names.machineArn(entry.name),
            definition,
            machine,
            aliases: this.#references.names.aliasesOf(entry.id),
          },
        ];
      } catch (error) {
        if (!(error instanceof DefinitionRefused)) throw error;
        this.#references.problems.push(...error.problems.map((problem) => `${where}: ${problem}`));
        return [];
      }
    });
  }

  #schedule(functionName: string, i: number, event: ScheduleEvent): readonly Schedule[] {
    const { rate, input, enabled, name } =
      typeof event === 'string'
        ? { rate: event, input: undefined, enabled: true, name: undefined }
        : { input: undefined, name: undefined, enabled: true, ...event };
    if (enabled === false && !this.#switchedOn.includes(functionName)) return [];
    const expression = typeof rate === 'string' ? rate : (rate[0] ?? '');
    try {
      return [
        {
          name: name ?? `${functionName}-schedule-${i + 1}`,
          functionName,
          everyMs: rateMs(expression),
          ...(input === undefined
            ? {}
            : { input: this.#references.resolved(input, `functions.${functionName}`) }),
        },
      ];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#references.problems.push(`functions.${functionName}.events.${i}: ${why}`);
      return [];
    }
  }
}
