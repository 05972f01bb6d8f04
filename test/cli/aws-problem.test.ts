import { describe, expect, test } from 'vitest';
import { functionGrants } from '../../deploy/grants.ts';
import { Arguments } from '../../src/cli/arguments.ts';
import { awsProblem } from '../../src/cli/aws-problem.ts';
import { chosenTargets } from '../../src/cli/chosen-targets.ts';
import { furtherWords } from '../../src/cli/deployment-options.ts';
import { functionNeeds, simulationsFor } from '../../src/cli/function-needs.ts';
import { failureProblem } from '../../src/cli/on-deployment.ts';
import { readOutputs, roleName } from '../../src/cli/open-deployment.ts';
import { replyRecord, replyText } from '../../src/cli/order-reply.ts';
import { sideBySide } from '../../src/cli/side-by-side.ts';
import { FailureCode, PermanentFailure, TransientFailure } from '../../src/core/failure.ts';
import type { Refusal } from '../../src/flow/ports.ts';

const aRefusal = (kind: Refusal['kind'], errorName: string, message = 'no'): Refusal => ({
  kind,
  errorName,
  message,
  culprits: [],
});

describe('a problem with AWS', () => {
  test.each([
    ['access-denied', 'CredentialsProviderError', /^there are no AWS credentials/, /--profile/],
    ['access-denied', 'ExpiredTokenException', /have expired/, /log in again/],
    ['access-denied', 'UnrecognizedClientException', /does not accept/, /switched off/],
    ['validation', 'RegionMissing', /^no Region is set/, /--region/],
    ['access-denied', 'AccessDenied', /^the look is not allowed/, /operator policy/],
    ['ambiguous', 'TimeoutError', /^the look got no answer/, /network/],
    ['throttled', 'Throttling', /^the look was throttled/, /again/],
    ['uninitialized', 'UninitializedAccountException', /not initialised/, /initialize-service/],
  ] as const)(
    'of kind %s, %s, says what happened and what to do',
    (kind, errorName, said, todo) => {
      const { problem, remedy } = awsProblem('the look', aRefusal(kind, errorName));
      expect(problem).toMatch(said);
      expect(problem).toContain(`(${errorName}: no)`);
      expect(remedy).toMatch(todo);
    },
  );

  test('stays on one line and within bounds, whatever AWS says', () => {
    const { problem } = awsProblem('the look', aRefusal('other', 'X', `a\nb${'c'.repeat(9999)}`));
    expect(problem).not.toContain('\n');
    expect(problem.length).toBeLessThan(250);
    expect(awsProblem('the look', aRefusal('other', 'X', '')).problem).toContain('X: no message');
  });

  test('is read out of what a port threw; a defect of our own is not', () => {
    const cause = Object.assign(new Error('ada may not'), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
    const message = 'a read of the store was refused: AccessDeniedException: ada may not';
    const denied = new PermanentFailure(FailureCode.ApiRefused, message, cause);
    expect(failureProblem(denied)).toMatchObject({
      problem:
        'a read of the store is not allowed to these credentials (AccessDeniedException: ada may not)',
    });
    const raced = new TransientFailure(FailureCode.StoreConflict, 'others kept writing');
    expect(failureProblem(raced)).toMatchObject({
      problem: 'others kept writing',
      remedy: 'repeat the command: nothing is done twice',
    });
    expect(failureProblem(new TypeError('a defect'))).toBeUndefined();
  });
});

describe('the outputs of a stack', () => {
  const outputs = { TableName: 't', BusName: 'b', WaveMachine: 'arn:w' };
  const stack = { name: 'landfall-prod', status: 'CREATE_COMPLETE', outputs };

  test('are read with nothing but what every deployment has', () => {
    expect(readOutputs(stack)).toEqual({
      ok: true,
      outputs: {
        tableName: 't',
        busName: 'b',
        waveMachine: 'arn:w',
        memberRole: '',
        externalId: '',
        deadLettersUrl: '',
        pollFunction: '',
      },
      targets: [],
    });
  });

  test('are refused with all that is wrong with them', () => {
    const read = readOutputs({ ...stack, outputs: { Targets: 'x:1:y' } });
    expect(read.ok ? [] : read.problems.map(({ problem }) => problem)).toEqual([
      'the stack landfall-prod (CREATE_COMPLETE) has no output TableName',
      'the stack landfall-prod (CREATE_COMPLETE) has no output BusName',
      'the stack landfall-prod (CREATE_COMPLETE) has no output WaveMachine',
      expect.stringContaining('the service must be mgn'),
      expect.stringContaining('12 digits'),
      expect.stringContaining('no Region'),
    ]);
  });

  test('name the member role by its name or its ARN', () => {
    expect(roleName('landfall-member-prod')).toBe('landfall-member-prod');
    expect(roleName('arn:aws:iam::111122223333:role/teams/landfall')).toBe('teams/landfall');
    expect(roleName('')).toBe('');
  });
});

describe('what IAM is asked to simulate', () => {
  const own = {
    target: {
      partition: 'aws',
      service: 'mgn' as const,
      accountId: '111122223333',
      region: 'eu-central-1',
    },
    access: 'own' as const,
  };
  const role = {
    target: { ...own.target, accountId: '444455556666' },
    access: 'role' as const,
  };

  test('is each action on what it is done to, in accounts that are reached directly', () => {
    expect(simulationsFor('archiveWaves', [own], 'member')).toEqual([
      {
        actions: ['mgn:DescribeSourceServers', 'mgn:ListApplications', 'mgn:ListWaves'],
        resources: ['*'],
      },
      {
        actions: ['mgn:ArchiveWave'],
        resources: ['arn:aws:mgn:eu-central-1:111122223333:wave/wave-00000000000000000'],
      },
    ]);
  });

  test('is the member role in the others, and both where the account is managed', () => {
    expect(simulationsFor('poll', [role], 'member')).toEqual([
      { actions: ['sts:AssumeRole'], resources: ['arn:aws:iam::444455556666:role/member'] },
    ]);
    const managed = simulationsFor('poll', [{ ...role, access: 'managed' }], 'member');
    expect(managed.map(({ actions }) => actions[0])).toEqual([
      'mgn:DescribeSourceServers',
      'mgn:StartReplication',
      'mgn:TagResource',
      'sts:AssumeRole',
    ]);
  });

  test('is what the deployed roles grant, function by function', () => {
    const service = /^(mgn|drs|ec2|servicequotas):/;
    const granted = Object.entries(functionGrants).flatMap(([name, grants]) => {
      // What Lambda asks for a function in a VPC is not asked of a target, and what holds by the tags of a launch template
      // alone cannot be simulated.
      const actions = grants
        .filter(
          ({ on }) => !['hookInterfaces', 'launchTemplates', 'drsLaunchTemplates'].includes(on),
        )
        .flatMap((one) => one.actions.filter((action) => service.test(action)));
      return actions.length === 0 ? [] : [[name, actions.toSorted()]];
    });
    const needed = Object.entries(functionNeeds).map(([name, needs]) => [
      name,
      needs.map(({ action }) => action).toSorted(),
    ]);
    expect(Object.fromEntries(needed)).toEqual(Object.fromEntries(granted));
  });

  test('is nothing for a function that calls no target', () => {
    expect(simulationsFor('react', [own, role], 'member')).toEqual([]);
    expect(functionNeeds['react']).toBeUndefined();
  });
});

describe('the words that a further command needs', () => {
  const given = (values: Readonly<Record<string, string>>) =>
    new Arguments(new Map(Object.entries(values).map(([name, value]) => [name, [value]])));

  test('are those that this one was given', () => {
    expect(furtherWords(given({}))).toBe('');
    expect(furtherWords(given({ profile: "ada's", stage: 'test', json: '' }))).toBe(
      " --stage test --profile 'ada'\\''s'",
    );
  });
});

describe('the targets to work on', () => {
  const one = {
    partition: 'aws',
    service: 'mgn' as const,
    accountId: '111122223333',
    region: 'eu-central-1',
  };
  const two = { ...one, region: 'eu-west-1' };

  test('are all, or those that are named, in the order of the deployment', () => {
    expect(chosenTargets([one, two], [])).toEqual({ ok: true, targets: [one, two] });
    expect(chosenTargets([one, two], ['mgn:111122223333:eu-west-1'])).toEqual({
      ok: true,
      targets: [two],
    });
  });

  test('are refused where a name is none of them, or there are none', () => {
    expect(chosenTargets([one], ['mgn:111122223333:eu-north-1'])).toMatchObject({ ok: false });
    expect(chosenTargets([], [])).toMatchObject({
      ok: false,
      problems: [{ problem: 'the deployment has no targets' }],
    });
  });
});

describe('a reply to an order', () => {
  const done = {
    status: 'done' as const,
    wave: 'p.w',
    at: '2026-03-04T12:00:00.000Z',
    said: 'wave p.w is paused',
    next: 'Go on with: landfall resume p.w',
  };

  test('says what is so now and what comes next', () => {
    expect(replyText(done)).toBe('Wave p.w is paused.\nGo on with: landfall resume p.w');
    expect(replyText({ ...done, status: 'already' })).toContain('Nothing was changed.');
    expect(replyRecord(done, 'ada')).toEqual({
      outcome: 'done',
      wave: 'p.w',
      by: 'ada',
      at: done.at,
      said: done.said,
      next: done.next,
    });
  });

  test('tells a refusal with what to do instead', () => {
    const refusal = { kind: 'not-asked' as const, message: 'it does not ask', remedy: 'wait' };
    expect(replyRecord({ status: 'refused', wave: 'p.w', refusal }, 'ada')).toEqual({
      outcome: 'refused',
      wave: 'p.w',
      by: 'ada',
      refusal: 'not-asked',
      problem: 'it does not ask',
      remedy: 'wait',
    });
  });
});

describe('many things side by side', () => {
  test('are never more than allowed at once, and answer in their order', async () => {
    let running = 0;
    let most = 0;
    const answers = await sideBySide(
      [5, 4, 3, 2, 1, 0, 7],
      async (ms) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, ms));
        running -= 1;
        return ms;
      },
      3,
    );
    expect(answers).toEqual([5, 4, 3, 2, 1, 0, 7]);
    expect(most).toBe(3);
  });
});
