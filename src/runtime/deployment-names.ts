import * as z from 'zod';
import { ReferenceRefused, type Resolver, resolveDefinition } from './resolve-definition.ts';

/** Where something is deployed. */
export interface Place {
  readonly stage: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

interface Named {
  readonly name?: string | undefined;
}

interface ResourceText {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>> | undefined;
}

/** What a serverless.yml gives names to. */
export interface NamedParts {
  readonly service: string;
  readonly functions: Readonly<Record<string, Named>>;
  readonly machines: readonly { readonly id: string; readonly name: string }[];
  readonly resources: Readonly<Record<string, ResourceText>>;
}

/** Answers the logical id that the framework gives a function: `pollTarget` → `PollTargetLambdaFunction`. */
export function functionLogicalId(name: string): string {
  const plain = name.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}LambdaFunction`;
}

// Which property names a resource, and how its ARN is written.
const kinds: Readonly<
  Record<string, { readonly property: string; readonly service: string; readonly path: string }>
> = {
  'AWS::Events::EventBus': { property: 'Name', service: 'events', path: 'event-bus/' },
  'AWS::Events::Rule': { property: 'Name', service: 'events', path: 'rule/' },
  'AWS::DynamoDB::Table': { property: 'TableName', service: 'dynamodb', path: 'table/' },
  'AWS::SQS::Queue': { property: 'QueueName', service: 'sqs', path: '' },
  'AWS::SNS::Topic': { property: 'TopicName', service: 'sns', path: '' },
  'AWS::Logs::LogGroup': { property: 'LogGroupName', service: 'logs', path: 'log-group:' },
};

// A local deployment is always the first.
const onlyVersion = '1';

const Alias = z.object({
  Name: z.unknown(),
  RoutingConfiguration: z.tuple([z.object({ StateMachineVersionArn: z.unknown() })]),
});

const domains: Readonly<Record<string, string>> = { 'aws-cn': 'amazonaws.com.cn' };

/** Knows what every logical id of a deployment stands for on this machine. */
export class DeploymentNames implements Resolver {
  readonly #place: Place;
  readonly #parts: NamedParts;

  /** Reads the names out of a serverless.yml whose variables are replaced already. */
  constructor(place: Place, parts: NamedParts) {
    this.#place = place;
    this.#parts = parts;
  }

  #arn(service: string, rest: string): string {
    const { partition, region, accountId } = this.#place;
    return `arn:${partition}:${service}:${region}:${accountId}:${rest}`;
  }

  /** Answers the ARN of a function by its key. */
  functionArn(name: string): string {
    return this.#arn('lambda', `function:${this.#functionName(name)}`);
  }

  #functionName(name: string): string {
    return (
      this.#parts.functions[name]?.name ?? `${this.#parts.service}-${this.#place.stage}-${name}`
    );
  }

  /** Answers the key of the function with an ARN. */
  functionOf(arn: string): string | undefined {
    return Object.keys(this.#parts.functions).find((name) => this.functionArn(name) === arn);
  }

  /** Answers the ARN of a machine by its name. */
  machineArn(name: string): string {
    return this.#arn('states', `stateMachine:${name}`);
  }

  /** Says whether an ARN is that of a machine of this deployment, with or without its version or an alias. */
  isMachine(arn: string): boolean {
    return this.#parts.machines.some(({ id, name }) => {
      const qualifiers = [onlyVersion, ...this.aliasesOf(id)];
      const own = this.machineArn(name);
      return arn === own || qualifiers.some((qualifier) => arn === `${own}:${qualifier}`);
    });
  }

  /** Answers the names of a machine's aliases, by its id; an alias is that of the machine whose version it names. */
  aliasesOf(machineId: string): readonly string[] {
    return Object.entries(this.#parts.resources).flatMap(([id, { Type, Properties }]) => {
      if (Type !== 'AWS::StepFunctions::StateMachineAlias') return [];
      const name = String(resolveDefinition(Properties?.['Name'], this));
      const machine = this.#parts.machines.find((one) => one.id === machineId);
      const alias = machine === undefined ? '' : `${this.machineArn(machine.name)}:${name}`;
      return this.ref(id) === alias ? [name] : [];
    });
  }

  /** The alias's ARN: that of the machine whose version it routes to, with its own name. */
  #aliasArn(properties: Readonly<Record<string, unknown>> | undefined): string {
    const alias = Alias.safeParse(properties);
    if (!alias.success) throw new ReferenceRefused('an alias needs a name and one version');
    const { Name: name, RoutingConfiguration: routes } = alias.data;
    const [{ StateMachineVersionArn: version }] = routes;
    const machine = String(resolveDefinition(version, this)).replace(/:\d+$/, '');
    return `${machine}:${String(resolveDefinition(name, this))}`;
  }

  /** Answers the names of the custom buses. */
  buses(): readonly string[] {
    return Object.entries(this.#parts.resources)
      .filter(([, { Type }]) => Type === 'AWS::Events::EventBus')
      .map(([id]) => this.#physicalName(id) ?? id);
  }

  #physicalName(id: string): string | undefined {
    const resource = this.#parts.resources[id];
    const kind = resource === undefined ? undefined : kinds[resource.Type];
    if (resource === undefined || kind === undefined) return undefined;
    const given = resource.Properties?.[kind.property];
    if (given === undefined) return `${this.#parts.service}-${this.#place.stage}-${id}`;
    return String(resolveDefinition(given, this));
  }

  /** Answers what `Ref` is: a name, for machines, versions and aliases the ARN, for queues the URL. */
  ref(logicalId: string): string | undefined {
    const pseudo = this.#pseudo(logicalId);
    if (pseudo !== undefined) return pseudo;
    const { functions, machines, resources } = this.#parts;
    const named = Object.keys(functions).find((key) => functionLogicalId(key) === logicalId);
    if (named !== undefined) return this.#functionName(named);
    const machine = machines.find(({ id }) => id === logicalId);
    if (machine !== undefined) return this.machineArn(machine.name);
    const resource = resources[logicalId];
    if (resource?.Type === 'AWS::StepFunctions::StateMachineVersion') {
      const machineArn = resolveDefinition(resource.Properties?.['StateMachineArn'], this);
      return `${String(machineArn)}:${onlyVersion}`;
    }
    if (resource?.Type === 'AWS::StepFunctions::StateMachineAlias') {
      return this.#aliasArn(resource.Properties);
    }
    const name = this.#physicalName(logicalId);
    if (resource?.Type === 'AWS::SQS::Queue' && name !== undefined) {
      const { region, accountId } = this.#place;
      return `https://sqs.${region}.${this.#domain()}/${accountId}/${name}`;
    }
    return resource?.Type === 'AWS::SNS::Topic' ? this.attribute(logicalId, 'Arn') : name;
  }

  /** Answers what `Fn::GetAtt` is: `Arn`, and the names of machines, queues and topics. */
  attribute(logicalId: string, attribute: string): string | undefined {
    const { functions, machines, resources } = this.#parts;
    const named = Object.keys(functions).find((key) => functionLogicalId(key) === logicalId);
    if (named !== undefined) return attribute === 'Arn' ? this.functionArn(named) : undefined;
    const machine = machines.find(({ id }) => id === logicalId);
    if (machine !== undefined) {
      if (attribute === 'Name') return machine.name;
      return attribute === 'Arn' ? this.machineArn(machine.name) : undefined;
    }
    const name = this.#physicalName(logicalId);
    const kind = kinds[resources[logicalId]?.Type ?? ''];
    if (name === undefined || kind === undefined) return undefined;
    if (attribute === kind.property) return name;
    return attribute === 'Arn' || attribute === 'TopicArn'
      ? this.#arn(kind.service, `${kind.path}${name}`)
      : undefined;
  }

  #domain(): string {
    return domains[this.#place.partition] ?? 'amazonaws.com';
  }

  #pseudo(id: string): string | undefined {
    switch (id) {
      case 'AWS::AccountId':
        return this.#place.accountId;
      case 'AWS::Region':
        return this.#place.region;
      case 'AWS::Partition':
        return this.#place.partition;
      case 'AWS::URLSuffix':
        return this.#domain();
      case 'AWS::StackName':
        return `${this.#parts.service}-${this.#place.stage}`;
      default:
        return undefined;
    }
  }
}
