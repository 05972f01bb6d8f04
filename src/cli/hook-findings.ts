// In: what is known of what hooks of plans may call. Out: the doctor's findings on it. Called by deploy-findings.
import type { Refusal } from '../flow/ports.ts';
import { awsProblem } from './aws-problem.ts';
import type { HookFacts } from './deploy-facts.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { counted } from './text-table.ts';

/** Judges the functions and documents that the deployment file lists for hooks; none where plans may have no hooks. */
export function hookFindings(hooks: HookFacts | undefined): readonly Finding[] {
  if (hooks === undefined) return [];
  const { functions, documents, elsewhere } = hooks;
  const findings = [
    ...functionFindings(functions),
    ...deniedFindings(hooks),
    ...documents.flatMap(documentFinding),
  ];
  if (findings.length > 0) return findings;
  const there = [
    counted(Object.keys(functions).length, 'function'),
    counted(documents.length, 'document'),
  ].join(' and ');
  const rest = elsewhere ? '; documents in member accounts were not looked for' : '';
  return [ok('hooks', '', `${there} there${rest}`)];
}

function functionFindings(functions: HookFacts['functions']): readonly Finding[] {
  return Object.entries(functions).flatMap(([name, answer]): readonly Finding[] => {
    if (!answer.ok) {
      return answer.refusal.kind === 'not-found'
        ? [
            fail(
              'hook functions',
              name,
              'there is no such function: hooks that name it fail',
              'create it, or take it out of spec.hooks.functions and deploy again',
            ),
          ]
        : [unread('hook functions', name, answer.refusal)];
    }
    return answer.value === 0
      ? [
          fail(
            'hook functions',
            name,
            'its reserved concurrency is 0: it cannot run',
            'raise or remove it: aws lambda delete-function-concurrency',
          ),
        ]
      : [];
  });
}

function deniedFindings({ allowed }: HookFacts): readonly Finding[] {
  if (allowed === undefined) return [];
  if (!allowed.ok) return [unread('hook functions', 'runHooks', allowed.refusal)];
  return allowed.value.flatMap(({ isAllowed, resource, decision }) =>
    isAllowed
      ? []
      : [
          fail(
            'hook functions',
            resource.split(':function:').at(-1) ?? resource,
            `the stage may not call it${decision === 'explicitDeny' ? ' (denied by a policy)' : ''}`,
            'deploy again; a denied call comes from a permissions boundary or the organisation',
          ),
        ],
  );
}

function documentFinding({
  name,
  region,
  state,
}: HookFacts['documents'][number]): readonly Finding[] {
  const subject = `${name} in ${region}`;
  if (!state.ok) {
    return state.refusal.kind === 'not-found'
      ? [
          fail(
            'hook documents',
            subject,
            'there is no such document: hooks that name it fail',
            'create it there, or take it out of spec.hooks.documents and deploy again',
          ),
        ]
      : [unread('hook documents', subject, state.refusal)];
  }
  const { status, kind } = state.value;
  if (kind !== 'Command') {
    return [
      fail(
        'hook documents',
        subject,
        `it is a document of type ${kind}: hooks run documents of type Command`,
        'name a Command document',
      ),
    ];
  }
  if (status === 'Active') return [];
  const isPassing = status === 'Creating' || status === 'Updating';
  return [
    (isPassing ? warn : fail)(
      'hook documents',
      subject,
      `the document is ${status}`,
      'look at it: aws ssm describe-document',
    ),
  ];
}

function unread(check: string, subject: string, refusal: Refusal): Finding {
  const { problem, remedy } = awsProblem('the look', refusal);
  return warn(check, subject, `not checked: ${problem}`, remedy);
}
