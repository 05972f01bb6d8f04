import type { Machine } from './asl/machine.ts';
import type { EventRule } from './event-bus.ts';
import type { Schedule } from './scheduler.ts';

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
  /** The names of its aliases. */
  readonly aliases: readonly string[];
}

/** A queue that a function reads, and how. */
export interface DeployedQueue {
  readonly arn: string;
  readonly functionName: string;
  readonly batchSize: number;
  /** How long a message is hidden before it can be read. */
  readonly delaySeconds: number;
  /** How long a batch waits to be full. */
  readonly windowSeconds: number;
  /** Whether the function says which messages it did not take. */
  readonly reportsFailures: boolean;
  /** How long a message rests that was not taken. */
  readonly visibilityTimeoutSeconds: number;
  /** How often a message is handed out before it is given up; for ever where the queue has no redrive policy. */
  readonly maxReceiveCount: number;
}

/** All of a serverless.yml that the local runtime runs. */
export interface Deployment {
  readonly service: string;
  readonly stage: string;
  readonly functions: readonly DeployedFunction[];
  readonly machines: readonly DeployedMachine[];
  readonly schedules: readonly Schedule[];
  readonly rules: readonly EventRule[];
  readonly queues: readonly DeployedQueue[];
  /** Custom buses by name; the default bus is always there. */
  readonly buses: readonly string[];
}
