import type { Machine, Scope, State } from './machine.ts';

/** A machine that the engine may run. */
export interface RegisteredMachine {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly machine: Machine;
}

const versioned = /^(.*:stateMachine:[^:]+)(?::(\d+))?$/;

/** The machines of a deployment by their ARNs. */
export class MachineCatalogue {
  readonly #machines: ReadonlyMap<string, RegisteredMachine>;

  /** Makes a catalogue of machines. */
  constructor(machines: readonly RegisteredMachine[]) {
    this.#machines = new Map(machines.map((machine) => [machine.arn, machine]));
  }

  /** Answers a machine by its ARN, with or without the version that a local deployment has: 1. */
  find(stateMachineArn: string): RegisteredMachine | undefined {
    const [, arn, version] = versioned.exec(stateMachineArn) ?? [];
    if (arn === undefined || (version !== undefined && version !== '1')) return undefined;
    return this.#machines.get(arn);
  }

  /** Answers a scope of a machine; one that is not there is an Error. */
  scopeOf(machineArn: string, scope: string): Scope {
    const found = this.#machines.get(machineArn)?.machine.scopes.get(scope);
    if (found === undefined) throw new Error(`${machineArn} has no scope ${scope}`);
    return found;
  }

  /** Answers a state of a scope; one that is not there is an Error. */
  stateOf(machineArn: string, scope: string, name: string): State {
    const state = this.scopeOf(machineArn, scope).states.get(name);
    if (state === undefined) throw new Error(`${machineArn} has no state ${name}`);
    return state;
  }
}
