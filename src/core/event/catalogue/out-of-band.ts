import { instant, members, openWord, outsideText, text } from './members.ts';

/** What is told of a call that somebody else made. */
export const outOfBandAction = {
  operation: openWord('The operation of the service that was called.', [
    'StartTest',
    'StartCutover',
    'FinalizeCutover',
    'ChangeServerLifeCycleState',
    'TerminateTargetInstances',
    'DisconnectFromService',
    'MarkAsArchived',
    'StopReplication',
    'PauseReplication',
  ]),
  calledAt: instant('When it was called; the event comes minutes later.'),
  errorCode: outsideText(
    'Why the service refused it: it was only tried. Null where it took effect.',
  ).nullable(),
  caller: members({
    type: openWord('The kind of identity, as CloudTrail names it.', [
      'AssumedRole',
      'IAMUser',
      'Root',
      'FederatedUser',
    ]),
    accountId: outsideText('The account of the caller; null where it is not known.').nullable(),
    principal: outsideText(
      'The ARN of the role or user, what stands before an @ left out; null where CloudTrail gives none.',
    ).nullable(),
    session: outsideText(
      'The name of the role’s session, what stands before an @ left out; null where it has none.',
    ).nullable(),
  }).meta({ description: 'Who called.' }),
  trailEventId: outsideText('The eventID of CloudTrail, by which its own record is found.'),
  command: members({
    name: text('The command: `landfall drs template`.'),
    by: outsideText('Who ran it.'),
    reason: outsideText('Why.'),
  })
    .optional()
    .meta({
      description:
        'The command of Landfall that the call was made for; left out where somebody called by themselves. It holds no server.',
    }),
};

/** An example of such a call. */
export const outOfBandExample = {
  operation: 'ChangeServerLifeCycleState',
  calledAt: '2026-03-04T16:20:00.000Z',
  errorCode: null,
  caller: {
    type: 'AssumedRole',
    accountId: '111122223333',
    principal:
      'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Migration_0123456789abcdef',
    session: '…@example.com',
  },
  trailEventId: '4a1f7c52-5a0e-4b51-9a3c-0d2f6f8b7e11',
};
