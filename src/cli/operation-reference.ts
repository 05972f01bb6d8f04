// In: the operations of the simulated AWS and the service models. Out: what is supported, as Markdown for
// docs/simulator.md. Called by whoever writes the docs and by the test that compares them.
import { serviceModels } from '../simulator/model/service-model.ts';
import { operations } from '../simulator/operations/registry.ts';

const titles = new Map([
  ['mgn', 'Application Migration Service (`mgn`)'],
  ['drs', 'Elastic Disaster Recovery (`drs`)'],
  ['ec2', 'EC2 (`ec2`)'],
  ['sts', 'STS (`sts`)'],
  ['servicequotas', 'Service Quotas (`servicequotas`)'],
]);

/** Every operation that is answered, service by service, and what the service's model has besides. */
export function operationReference(): string {
  return [...titles].map(([service, title]) => section(service, title)).join('\n\n');
}

/** How many operations of a service are answered, of how many in its model; of those without a model, 0. */
export function supportOf(service: string): {
  readonly answered: number;
  readonly inModel: number;
} {
  return {
    answered: answeredBy(service).length,
    inModel: Object.keys(serviceModels.get(service)?.operations ?? {}).length,
  };
}

/** The operations of a service's model that are not answered, by name. */
export function missingOperations(service: string): readonly string[] {
  const answered = new Set(answeredBy(service).map(({ name }) => name));
  const { operations: known = {} } = serviceModels.get(service) ?? {};
  return Object.keys(known)
    .filter((name) => !answered.has(name))
    .toSorted();
}

function section(service: string, title: string): string {
  const answered = answeredBy(service);
  const model = serviceModels.get(service);
  const missing = missingOperations(service);
  const { inModel } = supportOf(service);
  const support =
    model === undefined
      ? `${answered.length} operations, those that Landfall calls.`
      : `${inModel - missing.length} of the ${inModel} operations of API version ${model.apiVersion}.`;
  const rows = answered.map(({ name, method, path, writes }) => {
    const errors = model?.operations[name]?.errors ?? [];
    const declared = errors.map((error) => error.replace(/Exception$/, '')).toSorted();
    const cells = [`\`${name}\``, method, `\`${path}\``, writes ? 'write' : 'read'];
    return `| ${[...cells, ...(model === undefined ? [] : [declared.join(', ')])].join(' | ')} |`;
  });
  const head = ['operation', 'method', 'path', 'kind', ...(model === undefined ? [] : ['errors'])];
  return [
    `### ${title}`,
    support,
    [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows].join('\n'),
    ...(missing.length === 0
      ? []
      : [`Not answered: ${missing.map((name) => `\`${name}\``).join(', ')}.`]),
  ].join('\n\n');
}

function answeredBy(service: string) {
  return operations
    .filter((operation) => operation.service === service)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
