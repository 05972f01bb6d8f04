import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareDrsServer,
  compareTemplate,
  inMembers,
} from '../../../../src/core/desired/drs/compare-drs.ts';
import { actionCalls, fieldsToSet, tagsToSet } from '../../../../src/core/desired/drs/drs-calls.ts';
import { drsClosedBecause } from '../../../../src/core/desired/drs/drs-may-change.ts';
import type { SettingChange } from '../../../../src/core/desired/setting.ts';
import {
  contradictions,
  laidOver,
} from '../../../../src/core/plan/launch-configuration/lay-over.ts';
import type {
  ServerWanted,
  TemplateWanted,
} from '../../../../src/core/plan/launch-configuration/wanted.ts';
import { target as mgn } from '../../_factories.ts';

const target = { ...mgn, service: 'drs' as const };
const action = (id: string, order: number | null, from: object | null = null): SettingChange => ({
  aspect: 'post-launch-actions',
  field: `action ${id}`,
  from,
  to: order === null ? null : { name: id, order },
});
const launch = (field: string, to: unknown): SettingChange => ({
  aspect: 'launch-configuration',
  field,
  from: null,
  to,
});

describe('calls', () => {
  test('set only what differs, tags apart, and leave out what shall be absent', () => {
    const changes = [
      launch('copyTags', true),
      launch('licensing.osByol', false),
      launch('exportBucketArn', null),
      launch('tags.a.b', 'x'),
      launch('tags.Owner', null),
    ];
    expect(fieldsToSet(changes)).toEqual({ copyTags: true, licensing: { osByol: false } });
    expect(tagsToSet(changes)).toEqual({ set: { 'a.b': 'x' }, unset: ['Owner'] });
    expect(fieldsToSet([])).toEqual({});
  });

  test('swap the orders of two launch actions by way of a free one', () => {
    const calls = actionCalls(
      [action('a', 2), action('b', 1)],
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    expect(
      calls.map((one) =>
        one.call === 'put' ? [one.action.actionId, one.action['order']] : one.actionId,
      ),
    ).toEqual([
      ['b', 10_000],
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('take away first what goes away, and say no parameters of what has none', () => {
    const calls = actionCalls([action('a', 5), action('b', null)], new Map([['b', 5]]));
    expect(calls).toEqual([
      { call: 'delete', actionId: 'b' },
      { call: 'put', action: { name: 'a', order: 5, actionId: 'a' } },
    ]);
    const cleared = { aspect: 'post-launch-actions' as const, field: 'action a' };
    const [call] = actionCalls(
      [{ ...cleared, from: { parameters: { x: {} } }, to: { order: 1, parameters: {} } }],
      new Map(),
    );
    expect(call).toMatchObject({ action: { parameters: {} } });
  });

  test('never give two launch actions one order, and end with each as it shall be', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const some = fc
      .shuffledSubarray([2, 3, 4, 5, 6, 9999, 10_000], { minLength: 5, maxLength: 5 })
      .chain((orders) =>
        fc.subarray(names).map((there) => there.map((name, i) => [name, orders[i] ?? 0] as const)),
      );
    fc.assert(
      fc.property(some, some, (now, then) => {
        const orders = new Map<string, number>(now);
        const wanted = new Map<string, number>(then);
        const about = [...new Set([...orders.keys(), ...wanted.keys()])];
        const changes = about
          .filter((id) => orders.get(id) !== wanted.get(id))
          .map((id) => action(id, wanted.get(id) ?? null));
        for (const call of actionCalls(changes, orders)) {
          if (call.call === 'delete') orders.delete(call.actionId);
          else {
            const order = Number(call.action['order']);
            expect(
              [...orders].filter(([id, is]) => is === order && id !== call.action.actionId),
            ).toEqual([]);
            orders.set(call.action.actionId, order);
          }
        }
        expect(new Map([...orders].toSorted())).toEqual(new Map([...wanted].toSorted()));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('a comparison', () => {
  const wanted: TemplateWanted = { target, settings: { copyTags: true }, tags: { a: '1' } };
  const server: ServerWanted = {
    ...{ target, server: 's-1', hostname: null, settings: {}, otherwise: [], otherActions: {} },
  };

  test('does not touch tags of AWS, nor what the file says nothing about', () => {
    const document = { copyTags: true, copyPrivateIp: true, tags: { a: '1', 'aws:x': 'y' } };
    expect(compareTemplate(wanted, { document })).toEqual({ changes: [], obstacles: [] });
    const other = { copyTags: false, tags: { b: '2' } };
    expect(compareTemplate(wanted, { document: other }).changes).toEqual([
      { aspect: 'launch-configuration', field: 'copyTags', from: false, to: true },
      { aspect: 'launch-configuration', field: 'tags.a', from: null, to: '1' },
      { aspect: 'launch-configuration', field: 'tags.b', from: '2', to: null },
    ]);
  });

  test('says what keeps a template or a server from being set so', () => {
    const into = { target, settings: { launchIntoSourceInstance: true } };
    expect(compareTemplate(into, { document: { copyTags: true } }).obstacles).toEqual([
      expect.stringContaining('needs copyTags false'),
    ]);
    expect(compareTemplate(into, { document: undefined }).obstacles).toEqual([]);
    const typed = { ...server, launchTemplate: { instanceType: 'm5.large' } };
    expect(compareDrsServer(typed, { launch: {} }).obstacles).toEqual([
      expect.stringContaining('has no EC2 launch template'),
    ]);
    const template = { id: 'lt-1', version: 1, data: {} };
    const basic = { launch: { targetInstanceTypeRightSizingMethod: 'IN_AWS' }, template };
    expect(compareDrsServer(typed, basic).obstacles).toEqual([
      expect.stringContaining('right-sizing is IN_AWS'),
    ]);
    const none = { ...typed, settings: { targetInstanceTypeRightSizingMethod: 'NONE' } };
    expect(compareDrsServer(none, basic).obstacles).toEqual([]);
  });

  test('shows of a launch action what differs, and of a new one all of it', () => {
    const changed = action('a', 3, { name: 'a', order: 2 });
    expect(
      inMembers([changed, action('b', 4)]).map(({ field, from, to }) => [field, from, to]),
    ).toEqual([
      ['action a.order', 2, 3],
      ['action b', null, { name: 'b', order: 4 }],
    ]);
  });
});

test('a server may be changed unless it is gone, disconnected or being launched', () => {
  const observation = { hostname: 'h', replication: { state: 'CONTINUOUS' } } as never;
  expect(drsClosedBecause({ observation, launchingJob: undefined })).toBeUndefined();
  expect(drsClosedBecause({ observation, launchingJob: 'drsjob-1' })).toMatch(/^job drsjob-1/);
  expect(drsClosedBecause({ observation: undefined, launchingJob: undefined })).toMatch(
    /does not list/,
  );
  const gone = { hostname: 'h', replication: { state: 'DISCONNECTED' } } as never;
  expect(drsClosedBecause({ observation: gone, launchingJob: undefined })).toMatch(/disconnected/);
});

test('layers are joined member by member, but for what is meant whole', () => {
  const below = { a: { x: 1, list: [1, 2] }, volumes: { type: 'gp3', iops: 1 } };
  expect(laidOver(below, { a: { y: 2, list: [3] }, volumes: { type: 'io2' } })).toEqual({
    a: { x: 1, y: 2, list: [3] },
    volumes: { type: 'io2' },
  });
  expect(contradictions(below, { a: { x: 1, y: 2 }, volumes: { type: 'io2' } })).toEqual([
    'volumes',
  ]);
  expect(contradictions(below, {})).toEqual([]);
});
