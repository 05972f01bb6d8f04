import { describe, expect, it } from 'vitest';
import {
  type Approval,
  type Approved,
  evaluateApproved,
  isAmong,
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
  const verdict = evaluateApproved(asked, is && answer(is));
  return verdict.is === 'not-yet' ? verdict.reason : verdict.is;
};

describe('the wait for an approval', () => {
  it('ends with any answer that counts', () => {
    expect(evaluateApproved(asked, answer())).toEqual({
      is: 'met',
      output: { decision: 'approved' },
    });
    expect(evaluateApproved(asked, answer({ decision: 'denied' }))).toEqual({
      is: 'met',
      output: { decision: 'denied' },
    });
  });

  it('goes on without one, far from its end, and says who may answer', () => {
    expect(evaluateApproved(asked, undefined)).toEqual({
      is: 'not-yet',
      reason: 'cutover waits for the approval of jane or Approvers',
      pace: 'far',
      memory: {},
    });
    expect(evaluateApproved({ ...asked, by: undefined }, undefined)).toMatchObject({
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
