import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInDrsLimits } from '../../src/core/target-list/drs-limits.ts';
import {
  accesses,
  drsLimitsOf,
  parseTargetList,
  targetListText,
} from '../../src/core/target-list.ts';

const listed = (
  accountId: string,
  region: string,
  access: 'own' | 'role' | 'managed' = 'own',
  partition = 'aws',
) => ({ target: { partition, service: 'mgn', accountId, region }, access });

describe('parseTargetList', () => {
  it('reads targets with their access, own where nothing is said', () => {
    const text =
      'mgn:111122223333:eu-central-1, mgn:444455556666:us-east-1=role,mgn:777788889999:us-east-1=managed,mgn:111122223333:us-west-2=own';
    expect(parseTargetList(text)).toEqual({
      ok: true,
      targets: [
        listed('111122223333', 'eu-central-1'),
        listed('444455556666', 'us-east-1', 'role'),
        listed('777788889999', 'us-east-1', 'managed'),
        listed('111122223333', 'us-west-2'),
      ],
    });
  });

  it('finds the partition by the Region', () => {
    const text = 'mgn:111122223333:cn-north-1,mgn:111122223333:us-gov-west-1';
    expect(parseTargetList(text)).toEqual({
      ok: true,
      targets: [
        listed('111122223333', 'cn-north-1', 'own', 'aws-cn'),
        listed('111122223333', 'us-gov-west-1', 'own', 'aws-us-gov'),
      ],
    });
  });

  it('takes an empty list: nothing is polled', () => {
    expect(parseTargetList('')).toEqual({ ok: true, targets: [] });
    expect(parseTargetList(' , ')).toEqual({ ok: true, targets: [] });
  });

  it('tells all that is wrong at once', () => {
    const text = [
      'eu-central-1',
      'drs:11112222:nowhere=rolle',
      'mgn:111122223333:eu-central-1',
      'mgn:111122223333:eu-central-1=role',
      'mgn:111122223333:eu-west-1=',
      'ec2:111122223333:eu-west-1',
      'drs:111122223333:eu-west-1=managed;rpoSeconds=5;rto=7;drillDays=x',
      'mgn:111122223333:eu-west-2;rpoSeconds=300',
    ].join(',');
    expect(parseTargetList(text)).toEqual({
      ok: false,
      problems: [
        'eu-central-1 is no target like mgn:111122223333:eu-central-1',
        'drs:11112222:nowhere=rolle: an account id has 12 digits',
        'drs:11112222:nowhere=rolle: nowhere is no Region like eu-central-1',
        'drs:11112222:nowhere=rolle: the access must be own, role or managed, not rolle',
        'mgn:111122223333:eu-central-1 is listed twice',
        'mgn:111122223333:eu-west-1=: the access must be own, role or managed, not empty',
        'ec2:111122223333:eu-west-1: the service must be mgn or drs, not ec2',
        'drs:111122223333:eu-west-1=managed;rpoSeconds=5;rto=7;drillDays=x: DRS knows no delegated administrator: the access is own or role',
        'drs:111122223333:eu-west-1=managed;rpoSeconds=5;rto=7;drillDays=x: rpoSeconds must be a whole number from 60 to 604800, not 5',
        'drs:111122223333:eu-west-1=managed;rpoSeconds=5;rto=7;drillDays=x: a limit must be one of rpoSeconds, lagLooks, recoveryPointSeconds, drillDays, drillInstanceHours, not rto',
        'drs:111122223333:eu-west-1=managed;rpoSeconds=5;rto=7;drillDays=x: drillDays must be a whole number from 1 to 3650, not x',
        'mgn:111122223333:eu-west-2;rpoSeconds=300: only targets of drs have limits',
      ],
    });
  });

  it('reads targets of DRS with their limits, the built-in ones where nothing is said', () => {
    const text =
      'drs:111122223333:eu-central-1=role;rpoSeconds=300;drillDays=30,drs:111122223333:eu-west-1';
    const read = parseTargetList(text);
    expect(read).toEqual({
      ok: true,
      targets: [
        {
          target: {
            partition: 'aws',
            service: 'drs',
            accountId: '111122223333',
            region: 'eu-central-1',
          },
          access: 'role',
          limits: { ...builtInDrsLimits, rpoSeconds: 300, drillDays: 30 },
        },
        {
          target: {
            partition: 'aws',
            service: 'drs',
            accountId: '111122223333',
            region: 'eu-west-1',
          },
          access: 'own',
          limits: builtInDrsLimits,
        },
      ],
    });
    if (!read.ok) throw new Error('it was refused');
    expect(targetListText(read.targets)).toBe(text);
    const [first, second] = read.targets.map(({ target }) => target);
    if (first === undefined || second === undefined) throw new Error('two were read');
    const limitsOf = drsLimitsOf(read.targets);
    expect(limitsOf(first).rpoSeconds).toBe(300);
    expect(limitsOf(second)).toEqual(builtInDrsLimits);
    expect(limitsOf({ ...first, region: 'us-east-1' })).toBe(builtInDrsLimits);
  });

  it('reads what targetListText writes', () => {
    const targets = fc.uniqueArray(
      fc.record({
        account: fc.integer({ min: 100_000_000_000, max: 999_999_999_999 }),
        region: fc.constantFrom(
          'eu-central-1',
          'us-gov-east-1',
          'cn-northwest-1',
          'ap-southeast-5',
        ),
        access: fc.constantFrom(...accesses),
      }),
      { selector: ({ account, region }) => `${account} ${region}` },
    );
    fc.assert(
      fc.property(targets, (drawn) => {
        const text = drawn
          .map(({ account, region, access }) => `mgn:${account}:${region}=${access}`)
          .join(',');
        const read = parseTargetList(text);
        expect(read.ok && read.targets.map(({ access }) => access)).toEqual(
          drawn.map(({ access }) => access),
        );
        expect(read.ok && parseTargetList(targetListText(read.targets))).toEqual(read);
      }),
    );
  });
});
