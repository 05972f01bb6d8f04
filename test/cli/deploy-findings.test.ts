import { describe, expect, test } from 'vitest';
import type { DeployFacts, HookFacts, TargetFacts } from '../../src/cli/deploy-facts.ts';
import { deployFindings, minutesOf } from '../../src/cli/deploy-findings.ts';
import { reportRecord, reportText, worstOf } from '../../src/cli/deploy-report.ts';
import { type Finding, fail, ok, warn } from '../../src/cli/finding.ts';
import { gatherHookFacts } from '../../src/cli/gather-hook-facts.ts';
import type { Answer, Refusal } from '../../src/flow/ports.ts';
import type { TargetRecord } from '../../src/flow/records/target-records.ts';

const now = '2026-03-04T12:00:00.000Z';
const target = {
  partition: 'aws',
  service: 'mgn' as const,
  accountId: '111122223333',
  region: 'eu-central-1',
};
const name = 'mgn:111122223333:eu-central-1';

const told = <T>(value: T): Answer<T> => ({ ok: true, value });
const refused = (kind: Refusal['kind'], errorName: string): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: { kind, errorName, message: 'no', culprits: [] },
});

function aRecord(more: Partial<TargetRecord> = {}): TargetRecord {
  return {
    target,
    tick: 1234,
    lastFailedTick: 0,
    nextTickAt: '2026-03-04T12:00:30.000Z',
    leaseUntil: null,
    lastSweepAt: '2026-03-04T09:00:00.000Z',
    activeServers: 0,
    quotaValues: { 'L-9A599620': 150 },
    quotasReadAt: '2026-03-04T09:00:00.000Z',
    paces: {},
    owesEvents: false,
    slotReservations: {},
    ...more,
  };
}

function aTarget(more: Partial<TargetFacts> = {}): TargetFacts {
  return {
    target,
    access: 'own',
    record: told(aRecord()),
    servers: told([{ sourceServerID: 's-1', isArchived: false }]),
    vcenterClients: told([]),
    quotas: told({ 'L-9A599620': 150 }),
    ...more,
  };
}

function facts(more: Partial<DeployFacts> = {}): DeployFacts {
  return {
    now,
    identity: { arn: 'arn:aws:iam::111122223333:user/ada', accountId: '111122223333' },
    stack: { name: 'landfall-prod', status: 'CREATE_COMPLETE' },
    resources: told([
      { logicalId: 'Table', physicalId: 't', type: 'AWS::DynamoDB::Table', status: 'x_COMPLETE' },
    ]),
    table: told({ status: 'ACTIVE', pointInTimeRecovery: true }),
    bus: told('arn:aws:events:::event-bus/landfall-prod'),
    functions: { poll: told({ name: 'landfall-prod-poll', state: 'Active', roleArn: 'r' }) },
    schedule: told({ isEnabled: true, expression: 'rate(1 minute)' }),
    concurrency: told({ reserved: 5, unreserved: 995, limit: 1000 }),
    alarms: told([{ name: 'a', state: 'OK', reason: '', description: '' }]),
    deadLetters: told(0),
    deadLettersUrl: 'https://sqs/dead',
    permissions: [
      {
        function: 'poll',
        simulated: told([
          { action: 'mgn:StartTest', resource: '*', isAllowed: true, decision: 'allowed' },
        ]),
      },
    ],
    targets: [aTarget()],
    hooks: undefined,
    ...more,
  };
}

const aHook = (more: Partial<HookFacts> = {}): Partial<DeployFacts> => ({
  hooks: {
    functions: { stop: told(undefined) },
    documents: [
      { name: 'look', region: 'eu-central-1', state: told({ status: 'Active', kind: 'Command' }) },
    ],
    elsewhere: false,
    allowed: told([
      {
        action: 'lambda:InvokeFunction',
        resource: 'arn:aws:lambda:eu-central-1:111122223333:function:stop',
        isAllowed: true,
        decision: 'allowed',
      },
    ]),
    ...more,
  },
});

/** What is not well, by check and level. */
const bad = (more: Partial<DeployFacts>): readonly string[] =>
  deployFindings(facts(more)).flatMap(({ check, level, found }) =>
    level === 'ok' ? [] : [`${level} ${check}: ${found}`],
  );
const badTarget = (more: Partial<TargetFacts>) => bad({ targets: [aTarget(more)] });

describe('what hooks may call', () => {
  const said = (more: Partial<DeployFacts>) =>
    deployFindings(facts(more)).flatMap(({ check, found }) => (/hook/.test(check) ? [found] : []));
  const denied = (decision: string) =>
    told([
      {
        action: 'lambda:InvokeFunction',
        resource: 'arn:aws:lambda:eu-central-1:111122223333:function:stop',
        isAllowed: false,
        decision,
      },
    ]);
  const aDocument = (state: HookFacts['documents'][number]['state']) =>
    aHook({ documents: [{ name: 'look', region: 'eu-west-1', state }] });

  test('is not spoken of where plans may have no hooks, and is well where all of it is there', () => {
    expect(said({})).toEqual([]);
    expect(said(aHook())).toEqual(['1 function and 1 document there']);
    expect(said(aHook({ elsewhere: true }))).toEqual([
      '1 function and 1 document there; documents in member accounts were not looked for',
    ]);
  });

  test.each([
    [
      aHook({ functions: { stop: refused('not-found', 'ResourceNotFoundException') } }),
      'fail hook functions: there is no such function: hooks that name it fail',
    ],
    [
      aHook({ functions: { stop: told(0) } }),
      'fail hook functions: its reserved concurrency is 0: it cannot run',
    ],
    [
      aHook({ functions: { stop: refused('access-denied', 'AccessDeniedException') } }),
      expect.stringMatching(/^warn hook functions: not checked: /),
    ],
    [
      aHook({ allowed: denied('explicitDeny') }),
      'fail hook functions: the stage may not call it (denied by a policy)',
    ],
    [
      aHook({ allowed: refused('access-denied', 'AccessDenied') }),
      expect.stringMatching(/^warn hook functions: not checked: /),
    ],
    [
      aDocument(refused('not-found', 'InvalidDocument')),
      'fail hook documents: there is no such document: hooks that name it fail',
    ],
    [
      aDocument(told({ status: 'Active', kind: 'Automation' })),
      'fail hook documents: it is a document of type Automation: hooks run documents of type Command',
    ],
    [
      aDocument(told({ status: 'Updating', kind: 'Command' })),
      'warn hook documents: the document is Updating',
    ],
    [
      aDocument(told({ status: 'Failed', kind: 'Command' })),
      'fail hook documents: the document is Failed',
    ],
    [
      aDocument(refused('access-denied', 'AccessDeniedException')),
      expect.stringMatching(/^warn hook documents: not checked: /),
    ],
  ])('is named where it is amiss (%#)', (more, finding) => {
    expect(bad(more)).toEqual([finding]);
  });

  test('is looked for in the Regions of the own account, functions without their alias', async () => {
    const asked: string[] = [];
    const member = { ...target, accountId: '444455556666', region: 'us-east-1' };
    const found = await gatherHookFacts(
      {
        region: 'eu-central-1',
        identity: { arn: 'arn:aws:iam::111122223333:user/ada', accountId: '111122223333' },
        targets: [
          { target, access: 'own' },
          { target: member, access: 'role' },
        ],
        outputs: {
          ...{ tableName: 't', busName: 'b', waveMachine: 'w', memberRole: 'm', externalId: '' },
          ...{ deadLettersUrl: '', pollFunction: 'p' },
          hooks: {
            functions: ['stop', 'arn:aws:lambda:eu-central-1:444455556666:function:dns:live'],
            documents: ['look'],
          },
        },
        aws: {
          reservedConcurrency: async (called) => {
            asked.push(called);
            return told(undefined);
          },
          documentState: async (region, document) => {
            asked.push(`${region} ${document}`);
            return told({ status: 'Active', kind: 'Command' });
          },
          permissions: async (_, actions, resources) => {
            asked.push(...actions, ...resources);
            return told([]);
          },
        },
      },
      told({ name: 'landfall-prod-runHooks', state: 'Active', roleArn: 'r' }),
    );
    expect(asked).toEqual([
      'stop',
      'arn:aws:lambda:eu-central-1:444455556666:function:dns',
      'eu-central-1 look',
      'lambda:InvokeFunction',
      'arn:aws:lambda:eu-central-1:111122223333:function:stop',
      'arn:aws:lambda:eu-central-1:444455556666:function:dns:live',
    ]);
    expect(found).toMatchObject({ elsewhere: true, documents: [{ region: 'eu-central-1' }] });
  });
});

describe('the doctor', () => {
  test('finds nothing in a deployment with which all is well', () => {
    expect(bad({})).toEqual([]);
    expect(worstOf(deployFindings(facts()))).toBe('ok');
  });

  test('has a remedy for every finding that is not ok, and none for those that are', () => {
    const sick = facts({
      stack: { name: 'landfall-prod', status: 'DELETE_FAILED' },
      table: refused('not-found', 'ResourceNotFoundException'),
      targets: [],
      functions: {},
    });
    for (const { level, remedy } of deployFindings(sick)) {
      expect(remedy === null).toBe(level === 'ok');
    }
  });

  test.each([
    ['CREATE_COMPLETE', []],
    ['UPDATE_COMPLETE', []],
    ['UPDATE_IN_PROGRESS', ['warn stack: UPDATE_IN_PROGRESS']],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', ['warn stack: UPDATE_COMPLETE_CLEANUP_IN_PROGRESS']],
    ['ROLLBACK_COMPLETE', ['fail stack: ROLLBACK_COMPLETE']],
    [
      'UPDATE_ROLLBACK_COMPLETE',
      [
        'warn stack: UPDATE_ROLLBACK_COMPLETE: the last deployment failed, the one before it is in force',
      ],
    ],
    ['SOMETHING_NEW', ['fail stack: SOMETHING_NEW']],
  ])('judges a stack that is %s', (status, expected) => {
    expect(bad({ stack: { name: 'landfall-prod', status } })).toEqual(expected);
  });

  test('tells parts that are gone from parts that it may not look at', () => {
    const denied = refused('access-denied', 'AccessDenied');
    const gone = refused('not-found', 'ResourceNotFoundException');
    expect(bad({ table: gone, bus: gone, functions: { poll: gone }, schedule: gone })).toEqual([
      'fail table: the table is gone',
      'fail bus: the event bus is gone: no event is delivered',
      'fail functions: the function is gone',
      'fail schedule: nothing calls the poller',
    ]);
    const unread = bad({
      resources: denied,
      table: denied,
      bus: denied,
      functions: { poll: denied },
      schedule: denied,
      concurrency: denied,
      alarms: denied,
      deadLetters: denied,
      permissions: [
        { function: 'poll', simulated: denied },
        { function: 'sweep', simulated: denied },
      ],
    });
    expect(unread).toHaveLength(9);
    for (const one of unread) expect(one).toMatch(/^warn .*: not checked: /);
  });

  test('judges the parts that are there', () => {
    expect(bad({ table: told({ status: 'ACTIVE', pointInTimeRecovery: false }) })).toEqual([
      'warn table: point-in-time recovery is off: a lost table could not be restored',
    ]);
    expect(bad({ table: told({ status: 'UPDATING', pointInTimeRecovery: true }) })).toEqual([
      'warn table: the table is UPDATING',
    ]);
    expect(bad({ table: told({ status: 'DELETING', pointInTimeRecovery: true }) })).toEqual([
      'fail table: the table is DELETING',
    ]);
    expect(bad({ schedule: told({ isEnabled: false, expression: 'rate(1 minute)' }) })).toEqual([
      'fail schedule: the schedule of the poller is switched off: nothing is seen and nothing starts',
    ]);
    expect(bad({ functions: { poll: told({ name: 'p', state: 'Failed', roleArn: '' }) } })).toEqual(
      ['fail functions: the function is Failed'],
    );
    expect(bad({ functions: {} })).toEqual(['fail functions: the stack has no functions']);
    expect(bad({ deadLetters: told(3) })).toEqual([
      'fail dead letters: 3 messages were not delivered',
    ]);
    expect(bad({ deadLetters: told(undefined) })).toEqual([]);
    expect(bad({ alarms: told([]) })).toEqual([
      'warn alarms: there are no alarms: nobody hears of trouble',
    ]);
  });

  test.each([
    [{ reserved: 0, unreserved: 1000, limit: 1000 }, 'fail concurrency'],
    [{ reserved: undefined, unreserved: 10, limit: 10 }, 'warn concurrency'],
    [{ reserved: undefined, unreserved: 100, limit: 100 }, 'warn concurrency'],
    [{ reserved: undefined, unreserved: 1000, limit: 1000 }, undefined],
  ])('judges concurrency %j', (concurrency, expected) => {
    const found = bad({ concurrency: told(concurrency) });
    expect(found.map((one) => one.split(':')[0])).toEqual(expected === undefined ? [] : [expected]);
  });

  test('says what a role may not do, and whether a policy denies it', () => {
    const simulated = told([
      { action: 'mgn:StartTest', resource: '*', isAllowed: true, decision: 'allowed' },
      { action: 'mgn:StartCutover', resource: 'arn:x', isAllowed: false, decision: 'explicitDeny' },
      { action: 'mgn:ListWaves', resource: '*', isAllowed: false, decision: 'implicitDeny' },
    ]);
    expect(bad({ permissions: [{ function: 'poll', simulated }] })).toEqual([
      'fail permissions: may not mgn:StartCutover on arn:x (denied by a policy), mgn:ListWaves',
    ]);
  });
});

describe('the doctor on a target', () => {
  test('finds a poller that has stopped, by the pace of its schedule', () => {
    const late = told(aRecord({ nextTickAt: '2026-03-04T11:50:00.000Z' }));
    expect(badTarget({ record: late })).toEqual([
      'fail last tick: tick 1,234 was the last; the next has been due for 10 min',
    ]);
    const slow = told({ isEnabled: true, expression: 'rate(5 minutes)' });
    expect(bad({ schedule: slow, targets: [aTarget({ record: late })] })).toEqual([]);
  });

  test('finds what no tick has looked at, what failed and what cannot be reached', () => {
    expect(badTarget({ record: told(undefined) })).toEqual([
      'warn last tick: no tick has looked at it yet',
    ]);
    expect(badTarget({ record: told(aRecord({ lastFailedTick: 1234 })) })).toEqual([
      'warn last tick: tick 1,234 failed',
    ]);
    const unreachable = {
      since: '2026-03-04T11:00:00.000Z',
      kind: 'role-refused' as const,
      reason: 'no trust',
      remedy: 'mend the trust of the role',
    };
    const findings = deployFindings(
      facts({ targets: [aTarget({ record: told(aRecord({ unreachable })) })] }),
    );
    expect(findings.find(({ check }) => check === 'last tick')).toEqual(
      fail(
        'last tick',
        name,
        'unreachable since 2026-03-04 11:00:00: role-refused: no trust',
        'mend the trust of the role',
      ),
    );
  });

  test('finds an account that is not initialised, and says how to mend that', () => {
    const servers = refused('uninitialized', 'UninitializedAccountException');
    expect(badTarget({ servers })).toEqual([
      expect.stringContaining('found MGN not initialised in this account and Region'),
    ]);
  });

  test('does not blame a member account for what only the operator may not do', () => {
    const servers = refused('access-denied', 'AccessDenied');
    expect(badTarget({ servers, access: 'own' })).toEqual([expect.stringMatching(/^fail service/)]);
    expect(badTarget({ servers, access: 'role' })).toEqual([
      'warn service: not checked: your credentials may not act in account 111122223333',
    ]);
  });

  test('finds the vCenter clients that are silent or gone, where servers need them', () => {
    const servers = told([{ sourceServerID: 's-1', vcenterClientID: 'vcc-1' }]);
    const client = (lastSeenDatetime: string) =>
      told([{ vcenterClientID: 'vcc-1', lastSeenDatetime }]);
    expect(badTarget({ servers, vcenterClients: client('2026-03-04T11:59:00Z') })).toEqual([]);
    expect(badTarget({ servers, vcenterClients: client('2026-03-04T11:00:00Z') })).toEqual([
      'fail vCenter clients: vcc-1 has been silent for 1 h: its servers cannot begin to replicate',
    ]);
    expect(badTarget({ servers })).toEqual([
      'warn vCenter clients: vcc-1 has servers, but MGN does not list it',
    ]);
    const archived = told([{ sourceServerID: 's-1', vcenterClientID: 'v', isArchived: true }]);
    expect(badTarget({ servers: archived })).toEqual([]);
  });

  test('warns where the slots run out, and where quotas could not be read', () => {
    const server = (i: number) => ({
      sourceServerID: `s-${String(i).padStart(17, '0')}`,
      arn: `arn:aws:mgn:eu-central-1:111122223333:source-server/s-${String(i).padStart(17, '0')}`,
      isArchived: false,
      lifeCycle: { state: 'READY_FOR_TEST' },
      dataReplicationInfo: { dataReplicationState: 'CONTINUOUS' },
    });
    const servers = told(Array.from({ length: 9 }, (_, i) => server(i)));
    expect(badTarget({ servers, quotas: told({ 'L-9A599620': 10 }) })).toEqual([
      'warn quotas: 9 of 10 servers replicate; 20 jobs, 200 servers in jobs',
    ]);
    const quotas = refused('access-denied', 'AccessDeniedException');
    expect(badTarget({ quotas })).toEqual([]);
    expect(badTarget({ quotas, record: told(aRecord({ quotaValues: {} })) })).toEqual([
      expect.stringMatching(/^warn quotas: not read .*the published values count/),
    ]);
  });

  test('says so where there is none', () => {
    expect(bad({ targets: [] })).toEqual([
      'warn targets: the deployment has no targets: nothing is polled',
    ]);
  });
});

describe('a schedule', () => {
  test.each([
    ['rate(1 minute)', 1],
    ['rate(15 minutes)', 15],
    ['rate(2 hours)', 120],
    ['cron(0 * * * ? *)', undefined],
  ])('of %s', (expression, minutes) => {
    expect(minutesOf(expression)).toBe(minutes);
  });
});

describe('the report', () => {
  const findings: readonly Finding[] = [
    ok('stack', 'landfall-prod', 'CREATE_COMPLETE'),
    warn('alarms', '', 'none', 'deploy with alarms'),
    fail('bus', '', 'gone\u001b[2J', 'deploy again'),
  ];

  test('lists what to do after what was found, what failed last', () => {
    expect(reportText('landfall-prod', findings)).toBe(
      [
        'Deployment landfall-prod',
        '',
        '  ok    stack   landfall-prod  CREATE_COMPLETE',
        '  warn  alarms                 none',
        '  fail  bus                    gone\\u{1b}[2J',
        '',
        'What to do:',
        '  warn  alarms  → deploy with alarms',
        '  fail  bus  → deploy again',
        '',
        '3 findings: 1 ok, 1 warn, 1 fail. Mend what failed before you start a wave.',
      ].join('\n'),
    );
  });

  test('says less where all is well', () => {
    expect(reportText('x', findings.slice(0, 1))).toMatch(/^1 finding: 1 ok, 0 warn, 0 fail\. /m);
    expect(reportText('x', findings.slice(0, 1))).not.toContain('What to do');
    expect(reportText('x', findings.slice(0, 2))).toContain('look at the warnings');
  });

  test('is one JSON object as well', () => {
    const deployment = { stack: 'landfall-prod', region: 'eu-central-1', accountId: '1' };
    expect(reportRecord(deployment, findings)).toEqual({
      outcome: 'fail',
      ...deployment,
      findings,
    });
  });
});
