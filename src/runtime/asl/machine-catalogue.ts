import type { Machine, Scope, State } from './machine.ts';

/** A machine that the engine may run. */
export interface RegisteredMachine {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly machine: Machine;
  /** The names under which its version may be started, besides the version's number. */
  readonly aliases?: readonly string[];
}

const qualified = /^(.*:stateMachine:[^:]+)(?::([^:]+))?$/;
// A local deployment has one version of each machine.
const onlyVersion = '1';

/** The machines of a deployment by their ARNs. */
export class MachineCatalogue {
  readonly #machines: ReadonlyMap<string, RegisteredMachine>;

  /** Makes a catalogue of machines. */
  constructor(machines: readonly RegisteredMachine[]) {
    this.#machines = new Map(machines.map((machine) => [machine.arn, machine]));
  }

  /** Answers a machine by its ARN: as it stands, with the version that a local deployment has (1), or with an alias. */
  find(stateMachineArn: string): RegisteredMachine | undefined {
    const [, arn, qualifier] = qualified.exec(stateMachineArn) ?? [];
    const machine = arn === undefined ? undefined : this.#machines.get(arn);
    if (qualifier === undefined || qualifier === onlyVersion) return machine;
    return machine?.aliases?.includes(qualifier) === true ? machine : undefined;
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
