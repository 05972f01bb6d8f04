import { DeploymentNames, type Place } from './deployment-names.ts';
import { resolveDefinition } from './resolve-definition.ts';
import type { DeclaredResources, ServerlessText } from './serverless-text.ts';

/** Resolves the references of one serverless.yml, and keeps every problem that is found on the way. */
export class DeploymentReferences {
  readonly problems: string[] = [];
  readonly names: DeploymentNames;
  readonly resources: DeclaredResources;

  /** Knows the names of everything that the file deploys. */
  constructor(text: ServerlessText, place: Place) {
    const parts = Array.isArray(text.resources) ? text.resources : [text.resources ?? {}];
    this.resources = Object.assign({}, ...parts.map((part) => part.Resources ?? {}));
    this.names = new DeploymentNames(place, {
      service: text.service,
      functions: text.functions ?? {},
      machines: Object.values(text.stepFunctions?.stateMachines ?? {}),
      resources: this.resources,
    });
  }

  /** Replaces the references in a value; one that leads nowhere is a problem, and the value undefined. */
  resolved(value: unknown, where: string): unknown {
    try {
      return resolveDefinition(value, this.names);
    } catch (error) {
      this.problems.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /**
   * Resolves a machine as it is packaged: the plugin writes the definition as one text under Fn::Sub as soon as it
   * holds a reference, so `${AWS::Partition}` in any of its texts is replaced, too.
   */
  resolvedDefinition(value: unknown, where: string): unknown {
    const resolved = this.resolved(value, where);
    const substituted = JSON.stringify(resolved ?? null).replace(
      /\$\{(AWS::\w+)\}/g,
      (whole, name: string) => this.names.ref(name) ?? whole,
    );
    const parsed: unknown = JSON.parse(substituted);
    return resolved === undefined ? undefined : parsed;
  }
}
