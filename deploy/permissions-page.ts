// In: a compiled template. Out: docs/permissions.md, which says of each role what it may do and why. Called by
// scripts/write-permissions.ts.

import { channelFunction } from './channels.ts';
import type { CompiledTemplate } from './compiled-template.ts';
import { channelGrants, functionGrants, machineFunctions } from './grants.ts';
import { machineRoleId, reasons, roleId } from './roles.ts';

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: unknown;
}

// A channel of each kind, by its name in the example.
const examples = [
  ['email', 'team-mail'],
  ['sns', 'pager'],
  ['slack', 'slack'],
  ['teams', 'teams'],
  ['webhook', 'cutovers'],
] as const;

/** Writes the page, of a stage without channels and of one with a channel of each kind. */
export function permissionsPage(
  template: CompiledTemplate,
  withChannels: CompiledTemplate,
): string {
  const ofFunctions = Object.entries(functionGrants).map(([name, grants]) => {
    const why = Object.fromEntries(grants.map(({ sid, why: reason }) => [sid, reason]));
    return section(`\`${name}\``, roleId(name), { ...reasons, ...why }, template);
  });
  const ofChannels = examples.map(([kind, name]) => {
    const why = Object.fromEntries(
      channelGrants[kind].map(({ sid, why: reason }) => [sid, reason]),
    );
    const title = `A channel of kind \`${kind}\``;
    return section(title, roleId(channelFunction({ name })), { ...reasons, ...why }, withChannels);
  });
  const ofMachines = Object.keys(machineFunctions).map((name) =>
    section(`The machine \`${name}\``, machineRoleId(name), reasons, template),
  );
  return [
    '# Permissions',
    '',
    'What each function and each state machine may do. Written by `npm run docs:permissions` from the template that',
    '`serverless package` makes of `examples/deployments/many-accounts.yaml`; the grants themselves stand in',
    '`deploy/grants.ts`. ARNs are in the partition, account and Region of the stack; `STAGE` is the stage.',
    '',
    'The role that Landfall assumes in member accounts is `deploy/member-role.template.yaml`; what people may do is',
    '`deploy/operator-roles.template.yaml`.',
    '',
    '## Functions',
    '',
    ...ofFunctions,
    '## Channels',
    '',
    'One function a channel, here those of `examples/deployments/channels.yaml`.',
    '',
    ...ofChannels,
    '## State machines',
    '',
    ...ofMachines,
  ].join('\n');
}

function section(
  title: string,
  id: string,
  why: Readonly<Record<string, string>>,
  template: CompiledTemplate,
): string {
  const properties = template.Resources[id]?.Properties ?? {};
  const managed = listOf(properties['ManagedPolicyArns']).map(
    (arn) =>
      `| ${code(resourceText(arn))} | through MGN only | ${reasons['ManagedPolicy'] ?? ''} |`,
  );
  const rows = statementsOf(properties).map(({ Sid, Action, Resource }) => {
    const actions = Action.map(code).join(' ');
    const on = listOf(Resource).map((one) => code(resourceText(one)));
    return `| ${actions} | ${on.join(' ')} | ${why[Sid] ?? ''} |`;
  });
  return [
    `### ${title}`,
    '',
    '| actions | on | why |',
    '|---|---|---|',
    ...rows,
    ...managed,
    '',
  ].join('\n');
}

function statementsOf(properties: Readonly<Record<string, unknown>>): readonly Statement[] {
  const policies: unknown = properties['Policies'];
  return listOf(policies).flatMap((policy) => {
    const document: unknown = isRecord(policy) ? policy['PolicyDocument'] : undefined;
    const statements: unknown = isRecord(document) ? document['Statement'] : undefined;
    return listOf(statements).filter(isStatement);
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStatement(value: unknown): value is Statement {
  return isRecord(value) && typeof value['Sid'] === 'string' && Array.isArray(value['Action']);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A resource as a person reads it: the tail of its ARN, or the logical id that it is the ARN of. */
function resourceText(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value);
  const [, id] = /"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(text) ?? [];
  if (id !== undefined) return id.replace(/LambdaFunction$/, '');
  const sub: unknown = isRecord(value) ? value['Fn::Sub'] : undefined;
  return String(sub)
    .replace(/^arn:\$\{AWS::Partition\}:/, '')
    .replace(/\$\{AWS::Region\}:\$\{AWS::AccountId\}:/, '')
    .replaceAll(/-prod\b/g, '-STAGE');
}
