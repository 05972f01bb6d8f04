import { serviceModels } from '../../src/simulator/model/service-model.ts';
import { botocoreVersion } from './botocore.ts';
import type { ClientName, Service } from './clients.ts';
import { knownDeviations, notReachable } from './exceptions.ts';
import type { Evidence } from './world.ts';

/** The clients that the table compares. */
export const clientNames: readonly ClientName[] = ['JS SDK', 'botocore'];
/** The services that are driven. */
export const services: readonly Service[] = ['mgn', 'drs'];

/** Something to prove: that an operation answers in one of the ways that its model declares. */
export interface Claim {
  readonly service: Service;
  readonly operation: string;
  readonly outcome: string;
}

/** Everything that the models declare: success and each error of each operation. */
export const claims: readonly Claim[] = services.flatMap((service) =>
  Object.entries(serviceModels.get(service)?.operations ?? {}).flatMap(([operation, { errors }]) =>
    ['success', ...errors.toSorted()].map((outcome) => ({ service, operation, outcome })),
  ),
);

/** Says why a claim cannot be proven; undefined where it can. */
export function reasonAgainst({ service, operation, outcome }: Claim): string | undefined {
  return notReachable[`${service} ${operation} ${outcome}`];
}

/** The evidence for a claim: answers of this outcome without a breach. */
export function evidenceFor(
  { service, operation, outcome }: Claim,
  client: ClientName,
  evidence: readonly Evidence[],
): readonly Evidence[] {
  return evidence.filter(
    (one) =>
      one.client === client &&
      one.service === service &&
      one.operation === operation &&
      one.outcome === outcome &&
      one.breaches.length === 0,
  );
}

/** Prints docs/conformance.md. */
export function conformanceDocument(
  evidence: readonly Evidence[],
  versions: Readonly<Record<Service, string>>,
): string {
  const shown = new Set(evidence.flatMap(({ deviations }) => deviations));
  return `${[
    '# Conformance of the simulator',
    '',
    '<!-- Written by npm run test:conformance -- -u; do not edit. -->',
    '',
    `Two clients that we did not write drive every operation of the simulator over HTTP: the AWS SDK for JavaScript (client-mgn ${versions.mgn}, client-drs ${versions.drs}) and botocore ${botocoreVersion}. Each answer, of either client, is checked against the service model in botocore: status, headers, no unknown member, required members present, types, patterns, lengths, ranges and values; and each client has to read every member that was sent.`,
    '',
    '- `✓` proven: the simulator answered so for a reason of its own',
    '- `on demand`: proven, because a fault or a parameter told the simulator to refuse',
    '- `–` not reachable; the reason is below',
    '',
    'A cell stands for both clients; where they differ it names the client.',
    '',
    ...services.flatMap((service) => serviceTable(service, evidence)),
    '## Not reachable',
    '',
    ...listed(notReachable),
    '',
    '## Known deviations from the service model',
    '',
    'Every other difference fails the suite.',
    '',
    ...listed(knownDeviations).filter((line) =>
      [...shown].some((name) => line.startsWith(`- **${name}**`)),
    ),
    '',
  ].join('\n')}`;
}

function listed(reasons: Readonly<Record<string, string>>): readonly string[] {
  const entries = Object.entries(reasons);
  if (entries.length === 0) return ['Nothing.'];
  return entries.map(([name, reason]) => `- **${name}**: ${reason}`);
}

function serviceTable(service: Service, evidence: readonly Evidence[]): readonly string[] {
  const model = serviceModels.get(service);
  const errors = Object.keys(model?.errors ?? {}).toSorted();
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = Object.entries(model?.operations ?? {}).map(([operation, of]) => {
    const cells = ['success', ...errors].map((outcome) =>
      outcome === 'success' || of.errors.includes(outcome)
        ? cell({ service, operation, outcome }, evidence)
        : '',
    );
    return row([operation, ...cells]);
  });
  return [
    `## ${service.toUpperCase()}: ${rows.length} operations`,
    '',
    row(['operation', 'success', ...errors.map((name) => name.replace(/Exception$/, ''))]),
    row(Array(errors.length + 2).fill('---')),
    ...rows,
    '',
  ];
}

function cell(claim: Claim, evidence: readonly Evidence[]): string {
  const [first = '', ...others] = clientNames.map((client) => {
    const found = evidenceFor(claim, client, evidence);
    if (found.some(({ onDemand }) => !onDemand)) return '✓';
    if (found.length > 0) return 'on demand';
    return reasonAgainst(claim) === undefined ? 'missing' : '–';
  });
  if (others.every((other) => other === first)) return first;
  return clientNames.map((client, i) => `${client}: ${[first, ...others][i]}`).join(', ');
}
