// In: what was gathered of a deployment. Out: the doctor's findings, each with its remedy, in the order in which
// they should be mended. Called by deploy-check.

import { namesText } from '../core/operate/order-view.ts';
import type { Refusal } from '../flow/ports.ts';
import { awsProblem } from './aws-problem.ts';
import type { DeployFacts } from './deploy-facts.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { hookFindings } from './hook-findings.ts';
import { targetFindings } from './target-findings.ts';
import { counted, spoken } from './text-table.ts';

/** Judges a deployment; the worst finding decides whether waves can run. */
export function deployFindings(facts: DeployFacts): readonly Finding[] {
  return [
    ok('credentials', '', facts.identity.arn),
    stackFinding(facts),
    ...resourceFindings(facts),
    tableFinding(facts),
    busFinding(facts),
    ...functionFindings(facts),
    scheduleFinding(facts),
    concurrencyFinding(facts),
    ...targetsFindings(facts),
    ...permissionFindings(facts),
    ...hookFindings(facts.hooks),
    ...alarmFindings(facts),
    deadLetterFinding(facts),
  ];
}

/** A part that may not be read is worth a look, but says nothing against the deployment. */
function unread(check: string, subject: string, refusal: Refusal): Finding {
  const { problem, remedy } = awsProblem('the look', refusal);
  return warn(check, subject, `not checked: ${problem}`, remedy);
}

function stackFinding({ stack }: DeployFacts): Finding {
  const { name, status } = stack;
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return ok('stack', name, status);
  if (/IN_PROGRESS$/.test(status)) {
    return warn('stack', name, status, 'a deployment runs: wait until it has ended, look again');
  }
  if (/^UPDATE_ROLLBACK_COMPLETE$/.test(status)) {
    return warn(
      'stack',
      name,
      `${status}: the last deployment failed, the one before it is in force`,
      `read why: aws cloudformation describe-stack-events --stack-name ${name}`,
    );
  }
  return fail(
    'stack',
    name,
    status,
    `read why: aws cloudformation describe-stack-events --stack-name ${name}; then deploy again`,
  );
}

function resourceFindings({ resources, stack }: DeployFacts): readonly Finding[] {
  if (!resources.ok) return [unread('resources', stack.name, resources.refusal)];
  const broken = resources.value.filter(({ status }) => /FAILED$/.test(status));
  if (broken.length === 0) {
    return [ok('resources', stack.name, `${spoken(resources.value.length)} resources`)];
  }
  return broken.map(({ logicalId, status }) =>
    fail('resources', logicalId, status, 'deploy again; the events of the stack say why'),
  );
}

function tableFinding({ table }: DeployFacts): Finding {
  if (!table.ok) {
    return table.refusal.kind === 'not-found'
      ? fail('table', '', 'the table is gone', 'restore it from its backups, or deploy again')
      : unread('table', '', table.refusal);
  }
  const { status, pointInTimeRecovery } = table.value;
  if (status !== 'ACTIVE') {
    const isPassing = status === 'UPDATING' || status === 'CREATING';
    const remedy = 'wait until it is ACTIVE; aws dynamodb describe-table says more';
    return (isPassing ? warn : fail)('table', '', `the table is ${status}`, remedy);
  }
  return pointInTimeRecovery
    ? ok('table', '', 'ACTIVE, with point-in-time recovery')
    : warn(
        'table',
        '',
        'point-in-time recovery is off: a lost table could not be restored',
        'deploy again; the template switches it on',
      );
}

function busFinding({ bus }: DeployFacts): Finding {
  if (bus.ok) return ok('bus', '', bus.value);
  return bus.refusal.kind === 'not-found'
    ? fail('bus', '', 'the event bus is gone: no event is delivered', 'deploy again')
    : unread('bus', '', bus.refusal);
}

function functionFindings({ functions }: DeployFacts): readonly Finding[] {
  const all = Object.entries(functions);
  const findings = all.flatMap(([name, answer]): readonly Finding[] => {
    if (!answer.ok) {
      return answer.refusal.kind === 'not-found'
        ? [fail('functions', name, 'the function is gone', 'deploy again')]
        : [unread('functions', name, answer.refusal)];
    }
    const { state } = answer.value;
    if (state === 'Active' || state === 'Inactive') return [];
    return [
      state === 'Failed'
        ? fail('functions', name, 'the function is Failed', 'deploy again')
        : warn('functions', name, `the function is ${state}`, 'wait a minute, look again'),
    ];
  });
  if (all.length === 0) {
    return [fail('functions', '', 'the stack has no functions', 'deploy the whole template again')];
  }
  return findings.length > 0
    ? findings
    : [ok('functions', '', `${counted(all.length, 'function')} there`)];
}

function scheduleFinding({ schedule }: DeployFacts): Finding {
  if (!schedule.ok) {
    return schedule.refusal.kind === 'not-found'
      ? fail('schedule', 'poll', 'nothing calls the poller', 'deploy again')
      : unread('schedule', 'poll', schedule.refusal);
  }
  const { isEnabled, expression } = schedule.value;
  return isEnabled
    ? ok('schedule', 'poll', expression)
    : fail(
        'schedule',
        'poll',
        'the schedule of the poller is switched off: nothing is seen and nothing starts',
        'switch it on: aws events enable-rule, or deploy again',
      );
}

function concurrencyFinding({ concurrency }: DeployFacts): Finding {
  if (!concurrency.ok) {
    return unread('concurrency', 'poll', concurrency.refusal);
  }
  const { reserved, unreserved, limit } = concurrency.value;
  if (reserved === 0) {
    return fail(
      'concurrency',
      'poll',
      'the reserved concurrency of the poller is 0: it cannot run',
      'set reservedConcurrency in the deployment file and deploy again',
    );
  }
  if (limit < 50) {
    return warn(
      'concurrency',
      'poll',
      `the account may run ${limit} functions at once: waves of many servers are throttled`,
      'ask for the usual 1,000: Service Quotas, AWS Lambda, Concurrent executions',
    );
  }
  if (reserved === undefined) {
    // Lambda keeps 100 of the account's concurrency unreserved.
    return unreserved > 100
      ? ok('concurrency', 'poll', `none is reserved; ${spoken(unreserved)} are free`)
      : warn(
          'concurrency',
          'poll',
          `none is reserved, and none can be: ${spoken(unreserved)} of ${spoken(limit)} are free`,
          'nothing to do: the lease keeps ticks apart; more concurrency would save doubled ones',
        );
  }
  return ok('concurrency', 'poll', `${reserved} reserved of ${spoken(limit)}`);
}

function targetsFindings(facts: DeployFacts): readonly Finding[] {
  if (facts.targets.length === 0) {
    return [
      warn(
        'targets',
        '',
        'the deployment has no targets: nothing is polled',
        'name them in the deployment file and deploy again (docs/deploy.md)',
      ),
    ];
  }
  const minutes = facts.schedule.ok ? minutesOf(facts.schedule.value.expression) : undefined;
  return facts.targets.flatMap((target) => targetFindings(target, facts.now, minutes ?? 1));
}

/** Reads `rate(5 minutes)` as minutes; undefined for another expression. */
export function minutesOf(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(expression) ?? [];
  if (count === undefined) return undefined;
  return Number(count) * (unit === 'hour' ? 60 : 1);
}

function permissionFindings({ permissions }: DeployFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const unknown: Refusal[] = [];
  let allowed = 0;
  for (const { function: name, simulated } of permissions) {
    if (!simulated.ok) {
      unknown.push(simulated.refusal);
      continue;
    }
    const denied = simulated.value.filter(({ isAllowed }) => !isAllowed);
    allowed += simulated.value.length - denied.length;
    if (denied.length === 0) continue;
    const named = denied.map(({ action, resource, decision }) =>
      [
        action,
        ...(resource === '*' ? [] : [`on ${resource}`]),
        ...(decision === 'explicitDeny' ? ['(denied by a policy)'] : []),
      ].join(' '),
    );
    findings.push(
      fail(
        'permissions',
        name,
        `may not ${namesText(named)}`,
        'deploy again; a denied action comes from a permissions boundary or the organisation',
      ),
    );
  }
  const [refusal] = unknown;
  // One reason for all: whoever may not simulate one role may simulate none.
  if (refusal !== undefined) {
    findings.push(unread('permissions', counted(unknown.length, 'function'), refusal));
  }
  if (findings.length > 0) return findings;
  return permissions.length === 0
    ? []
    : [ok('permissions', '', `IAM allows all ${spoken(allowed)} that were asked after`)];
}

function alarmFindings({ alarms }: DeployFacts): readonly Finding[] {
  if (!alarms.ok) return [unread('alarms', '', alarms.refusal)];
  const ringing = alarms.value.filter(({ state }) => state === 'ALARM');
  if (alarms.value.length === 0) {
    return [
      warn('alarms', '', 'there are no alarms: nobody hears of trouble', 'deploy with alarms'),
    ];
  }
  if (ringing.length === 0) {
    return [ok('alarms', '', `${counted(alarms.value.length, 'alarm')}, none in ALARM`)];
  }
  return ringing.map(({ name, reason, description }) =>
    fail(
      'alarms',
      name,
      reason === '' ? 'in ALARM' : `in ALARM: ${reason}`,
      description === '' ? 'look at the alarm in CloudWatch' : description,
    ),
  );
}

function deadLetterFinding({ deadLetters, deadLettersUrl }: DeployFacts): Finding {
  if (!deadLetters.ok) {
    return unread('dead letters', '', deadLetters.refusal);
  }
  const count = deadLetters.value;
  // A queue that nothing was added to for six hours is not reported on.
  if (count === undefined) return ok('dead letters', '', 'none are known');
  return count === 0
    ? ok('dead letters', '', 'none')
    : fail(
        'dead letters',
        '',
        `${spoken(count)} messages were not delivered`,
        `read them: aws sqs receive-message --queue-url ${deadLettersUrl}; mend the cause, then purge the queue`,
      );
}
