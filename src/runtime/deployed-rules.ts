import * as z from 'zod';
import type { DeployedQueue } from './deployment.ts';
import type { DeploymentReferences } from './deployment-references.ts';
import { defaultBus, type EventRule, type RuleTarget } from './event-bus.ts';
import { isEventPattern, patternProblems } from './event-pattern.ts';
import type { BusEvent } from './serverless-text.ts';

const RuleProperties = z.strictObject({
  Name: z.unknown().optional(),
  Description: z.unknown().optional(),
  EventBusName: z.unknown().optional(),
  EventPattern: z.unknown(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  Tags: z.unknown().optional(),
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
  'AWS::Lambda::EventSourceMapping': 'state the queue at the function',
  'AWS::Lambda::EventInvokeConfig': 'state maximumRetryAttempts at the function',
  'AWS::Pipes::Pipe': 'pipes are not implemented',
  'AWS::Scheduler::Schedule': 'state the schedule at the function',
  'AWS::StepFunctions::StateMachine': 'state the machine under stepFunctions.stateMachines',
};

/** Reads the event rules of a serverless.yml, those of its functions and those among its resources. */
export class DeployedRules {
  readonly #references: DeploymentReferences;

  /** Reads with these references; what is wrong with a rule is added to their problems. */
  constructor(references: DeploymentReferences) {
    this.#references = references;
  }

  /** Answers the rule of a function's event; nothing where it is disabled or has a problem. */
  functionRule(name: string, i: number, event: BusEvent): readonly EventRule[] {
    const where = `functions.${name}.events.${i}`;
    if (event.enabled === false) return [];
    const target: RuleTarget = {
      kind: 'function',
      functionName: name,
      ...(event.input === undefined
        ? {}
        : { input: this.#references.resolved(event.input, where) }),
    };
    const bus = this.#busName(event.eventBus, where);
    return this.#rule(
      { name: event.name ?? `${name}-rule-${i + 1}`, bus, targets: [target] },
      event.pattern,
      where,
    );
  }

  /**
   * Answers the rules among the resources; a resource that would silently be left undone is a problem. The queues are those
   * that functions read. A rule that is switched off counts where it fills the queue of a function that is switched on.
   */
  resourceRules(
    queues: readonly DeployedQueue[],
    switchedOn: readonly string[],
  ): readonly EventRule[] {
    const filled = queues.filter(({ functionName }) => switchedOn.includes(functionName));
    return Object.entries(this.#references.resources).flatMap(([id, resource]) => {
      const where = `resources.${id}`;
      const refused = refusedTypes[resource.Type];
      if (refused !== undefined)
        this.#references.problems.push(`${where}: ${resource.Type}: ${refused}`);
      if (resource.Type !== 'AWS::Events::Rule') return [];
      const read = RuleProperties.safeParse(resource.Properties);
      if (!read.success) {
        for (const { path, message } of read.error.issues) {
          this.#references.problems.push(`${where}.${path.join('.')}: ${message}`);
        }
        return [];
      }
      const { EventBusName, EventPattern, State, Targets } = read.data;
      const isFilled = ({ Arn }: { readonly Arn?: unknown }) =>
        filled.some(({ arn }) => arn === this.#references.resolved(Arn, where));
      if (State === 'DISABLED' && !Targets.some(isFilled)) return [];
      const targets = Targets.flatMap((target) =>
        this.#target(target, queues, `${where}.${target.Id}`),
      );
      return this.#rule(
        { name: id, bus: this.#busName(EventBusName, where), targets },
        EventPattern,
        where,
      );
    });
  }

  #busName(value: unknown, where: string): string {
    if (value === undefined) return defaultBus;
    const name = this.#references.resolved(value, where);
    if (typeof name !== 'string') return defaultBus;
    const bus = name.includes(':event-bus/') ? name.slice(name.indexOf(':event-bus/') + 11) : name;
    if (bus !== defaultBus && !this.#references.names.buses().includes(bus)) {
      this.#references.problems.push(`${where}: there is no event bus ${bus}`);
    }
    return bus;
  }

  #rule(rule: Omit<EventRule, 'pattern'>, pattern: unknown, where: string): readonly EventRule[] {
    const resolved = this.#references.resolved(pattern, where);
    if (isEventPattern(resolved)) return [{ ...rule, pattern: resolved }];
    this.#references.problems.push(
      ...patternProblems(resolved).map((problem) => `${where}: ${problem}`),
    );
    return [];
  }

  #target(
    target: { readonly Arn?: unknown; readonly Input?: string | undefined },
    queues: readonly DeployedQueue[],
    where: string,
  ): readonly RuleTarget[] {
    const arn = String(this.#references.resolved(target.Arn, where));
    const input = target.Input === undefined ? {} : this.#constant(target.Input, where);
    const functionName = this.#references.names.functionOf(arn);
    if (functionName !== undefined) return [{ kind: 'function', functionName, ...input }];
    if (this.#references.names.isMachine(arn))
      return [{ kind: 'state-machine', stateMachineArn: arn, ...input }];
    if (queues.some((queue) => queue.arn === arn))
      return [{ kind: 'queue', queueArn: arn, ...input }];
    this.#references.problems.push(
      `${where}: only functions, state machines and queues that a function of this file reads can be targets, not ${arn}`,
    );
    return [];
  }

  #constant(text: string, where: string): { readonly input?: unknown } {
    try {
      return { input: JSON.parse(text) };
    } catch {
      this.#references.problems.push(`${where}: Input is no JSON text`);
      return {};
    }
  }
}
