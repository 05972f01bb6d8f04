import { describe, expect, it } from 'vitest';
import {
  type Approval,
  type Approved,
  evaluateApproved,
  isAmong,
  standingOf,
} from '../../src/core/condition/approved.ts';

const asked: Approved = {
  kind: 'approved',
  phase: 'cutover',
  requestedAt: '2026-01-31T12:00:00.000Z',
  planHash: 'h1',
  by: ['jane', 'Approvers'],
};
const answer = (is: Partial<Approval> = {}): Approval => ({
  phase: 'cutover',
  decision: 'approved',
  by: 'jane',
  at: '2026-01-31T12:00:00.000Z',
  reason: '',
  planHash: 'h1',
  ...is,
});
const reasonOf = (is: Partial<Approval> | undefined) => {
  const verdict = evaluateApproved(asked, is === undefined ? [] : [answer(is)]);
  return verdict.is === 'not-yet' ? verdict.reason : verdict.is;
};

describe('the wait for an approval', () => {
  it('ends with any answer that counts', () => {
    expect(evaluateApproved(asked, [answer()])).toEqual({
      is: 'met',
      output: { decision: 'approved' },
    });
    expect(evaluateApproved(asked, [answer({ decision: 'denied' })])).toEqual({
      is: 'met',
      output: { decision: 'denied' },
    });
  });

  it('goes on without one, far from its end, and says who may answer', () => {
    expect(evaluateApproved(asked, [])).toEqual({
      is: 'not-yet',
      reason: 'cutover waits for the approval of jane or Approvers',
      pace: 'far',
      memory: {},
    });
    expect(evaluateApproved({ ...asked, by: undefined }, [])).toMatchObject({
      reason: 'cutover waits for the approval of a person',
    });
  });

  it('goes on with an answer to something else, and says why it does not count', () => {
    const waits = 'cutover waits for the approval of jane or Approvers';
    expect(reasonOf({ phase: 'test' })).toBe(waits);
    expect(reasonOf({ at: '2026-01-31T11:59:59.999Z' })).toBe(
      `${waits}; the answer of 2026-01-31T11:59:59.999Z came before it was asked for`,
    );
    expect(reasonOf({ planHash: 'h0' })).toBe(
      `${waits}; the answer is to another version of the plan`,
    );
    expect(reasonOf({ by: 'joe' })).toBe(`${waits}; joe may not approve cutover`);
  });
});

describe('somebody', () => {
  const account = '111122223333';
  it.each([
    ['jane', true],
    [`arn:aws:iam::${account}:user/jane`, true],
    [`arn:aws-cn:iam::${account}:user/staff/north/jane`, true],
    [`arn:aws:sts::${account}:assumed-role/Approvers/whoever`, true],
    // Whoever assumes a role chooses the name of the session.
    [`arn:aws:sts::${account}:assumed-role/Developers/jane`, false],
    [`arn:aws:sts::${account}:assumed-role/Developers/Approvers`, false],
    [`arn:aws:iam::${account}:user/jane/joe`, false],
    [`arn:aws:sts::${account}:federated-user/jane`, false],
    ['Jane', false],
  ])('who is %s is among jane and Approvers: %s', (by, among) => {
    expect(isAmong(by, ['jane', 'Approvers'])).toBe(among);
  });

  it('is among all where nobody is named, and by the whole ARN', () => {
    const session = `arn:aws:sts::${account}:assumed-role/Sso/jane@example.com`;
    expect(isAmong('anybody', undefined)).toBe(true);
    expect(isAmong(session, [session])).toBe(true);
    expect(isAmong(session, [`${session}x`])).toBe(false);
  });
});

describe('where a request stands', () => {
  const { kind: _, by: _by, ...request } = asked;
  const everybody = { ...request, by: undefined };
  const of = (is: Partial<Approved>, ...names: readonly string[]) =>
    standingOf(
      { ...everybody, ...is },
      names.map((by) => answer({ by })),
    );

  it('is open until as many different people have approved as it takes', () => {
    expect(of({ approvers: 2 })).toEqual({
      is: 'open',
      have: [],
      lacks: '0 of 2 have approved',
    });
    expect(of({ approvers: 2 }, 'anna', 'anna')).toMatchObject({ lacks: '1 of 2 have approved' });
    expect(of({ approvers: 2 }, 'anna', 'bert')).toMatchObject({ is: 'approved' });
    expect(of({}, 'anna')).toMatchObject({ is: 'approved' });
  });

  it('needs somebody else than who started the plan, where it takes four eyes', () => {
    const lacks = 'somebody else than who started the plan must approve, too';
    expect(of({ fourEyes: true, startedBy: 'anna' }, 'anna')).toMatchObject({ is: 'open', lacks });
    expect(of({ fourEyes: true, startedBy: 'anna' }, 'bert')).toMatchObject({ is: 'approved' });
    expect(of({ fourEyes: true, startedBy: 'anna' }, 'anna', 'bert')).toMatchObject({
      is: 'approved',
    });
    // Nobody knows who started it: two people are two pairs of eyes.
    expect(of({ fourEyes: true }, 'anna')).toMatchObject({ is: 'open', lacks });
    expect(of({ fourEyes: true }, 'anna', 'bert')).toMatchObject({ is: 'approved' });
  });

  it('is denied by one, and takes no notice of what does not count', () => {
    const denial = answer({ by: 'carl', decision: 'denied' });
    expect(standingOf({ ...everybody, approvers: 2 }, [answer({ by: 'anna' }), denial])).toEqual({
      is: 'denied',
      answer: denial,
    });
    const early = answer({ by: 'carl', decision: 'denied', at: '2026-01-31T11:59:59.000Z' });
    expect(standingOf(everybody, [early, answer({ by: 'anna' })])).toMatchObject({
      is: 'approved',
    });
  });
});
