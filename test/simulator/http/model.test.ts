import * as drs from '@aws-sdk/client-drs';
import * as mgn from '@aws-sdk/client-mgn';
import { describe, expect, test } from 'vitest';
import { operationModel, serviceModels } from '../../../src/simulator/model/service-model.ts';
import { inputProblems, mostProblems } from '../../../src/simulator/model/validate.ts';
import { operations } from '../../../src/simulator/operations/registry.ts';

const commandsOf = (client: object) =>
  Object.keys(client)
    .filter((name) => /^[A-Z]\w+Command$/.test(name) && name !== '$Command')
    .map((name) => name.slice(0, -'Command'.length))
    .sort();

describe('the service models', () => {
  test.each([
    ['mgn', mgn, 70],
    ['drs', drs, 50],
  ] as const)('cover exactly the commands of the pinned client of %s', (service, client, count) => {
    const operationsOf = Object.keys(serviceModels.get(service)?.operations ?? {}).sort();
    expect(operationsOf).toEqual(commandsOf(client));
    expect(operationsOf).toHaveLength(count);
  });

  test.each(['mgn', 'drs'])(
    'name no shape of %s that is not there, and no error without status',
    (service) => {
      const model = serviceModels.get(service);
      if (model === undefined) throw new Error('no model');
      const named = [
        ...Object.values(model.operations).flatMap((o) => [o.input, o.output, ...o.errors]),
        ...Object.values(model.shapes).flatMap((s) => [
          ...Object.values(s.members ?? {}).map((m) => m.shape),
          s.member,
          s.key,
          s.value,
        ]),
      ].filter((name) => name !== undefined);
      expect(named.filter((name) => model.shapes[name] === undefined)).toEqual([]);
      const errors = Object.values(model.operations).flatMap((o) => o.errors);
      expect(errors.filter((name) => model.errors[name] === undefined)).toEqual([]);
      const unrequirable = Object.values(model.shapes).flatMap((s) =>
        (s.required ?? []).filter((name) => s.members?.[name] === undefined),
      );
      expect(unrequirable).toEqual([]);
    },
  );

  test('agree with the simulator on method, path and status of every operation', () => {
    const rest = operations.filter(({ service }) => serviceModels.has(service));
    expect(
      rest.map(({ service, name, method, path, status }) => ({
        service,
        name,
        method,
        path,
        status,
      })),
    ).toEqual(
      rest.map(({ service, name }) => {
        const model = operationModel(service, name);
        return {
          service,
          name,
          method: model?.method,
          path: model?.path,
          status: model?.status,
        };
      }),
    );
  });

  test('have no operation by the name of an object property', () => {
    expect(operationModel('mgn', 'constructor')).toBeUndefined();
    expect(operationModel('s3', 'GetObject')).toBeUndefined();
  });
});

const id = (n: number) => `s-${String(n).padStart(17, '0')}`;

describe('validation from the model', () => {
  test.each([
    ['StartTest', {}, 'sourceServerIDs', 'Member must not be null'],
    ['StartTest', { sourceServerIDs: null }, 'sourceServerIDs', 'Member must not be null'],
    ['StartTest', { sourceServerIDs: id(1) }, 'sourceServerIDs', 'Member must be a list'],
    [
      'StartTest',
      { sourceServerIDs: [] },
      'sourceServerIDs',
      'Member must have length greater than or equal to 1',
    ],
    [
      'StartTest',
      { sourceServerIDs: Array.from({ length: 201 }, (_, n) => id(n)) },
      'sourceServerIDs',
      'Member must have length less than or equal to 200',
    ],
    ['StartTest', { sourceServerIDs: [7] }, 'sourceServerIDs.0', 'Member must be a string'],
    ['StartTest', { sourceServerIDs: [null] }, 'sourceServerIDs.0', 'Member must not be null'],
    [
      'StartTest',
      { sourceServerIDs: ['s-0000000000000000!'] },
      'sourceServerIDs.0',
      'Member must satisfy regular expression pattern: s-[0-9a-zA-Z]{17}',
    ],
    ['StartTest', { sourceServerIDs: [id(1)], tags: [] }, 'tags', 'Member must be a map'],
    [
      'StartTest',
      { sourceServerIDs: [id(1)], tags: { a: 'x'.repeat(257) } },
      'tags.a',
      'Member must have length less than or equal to 256',
    ],
    [
      'StartTest',
      { sourceServerIDs: [id(1)], accountID: '1' },
      'accountID',
      'Member must have length greater than or equal to 12',
    ],
    [
      'ChangeServerLifeCycleState',
      { sourceServerID: id(1), lifeCycle: { state: 'TESTING' } },
      'lifeCycle.state',
      'Member must satisfy enum value set: [READY_FOR_TEST, READY_FOR_CUTOVER, CUTOVER]',
    ],
    [
      'ChangeServerLifeCycleState',
      { sourceServerID: id(1), lifeCycle: 1 },
      'lifeCycle',
      'Member must be an object',
    ],
    ['DescribeJobs', { maxResults: 1.5 }, 'maxResults', 'Member must be an integer'],
    ['DescribeJobs', { maxResults: 0 }, 'maxResults', 'Member must be greater than or equal to 1'],
    [
      'DescribeJobs',
      { maxResults: 1001 },
      'maxResults',
      'Member must be less than or equal to 1000',
    ],
    [
      'DescribeSourceServers',
      { filters: { isArchived: 'no' } },
      'filters.isArchived',
      'Member must be a boolean',
    ],
  ])('%s refuses %j', (operation, input, name, message) => {
    expect(inputProblems('mgn', operation, input)).toEqual([{ name, message }]);
  });

  test('names every problem of an input, up to a bound', () => {
    const input = { sourceServerIDs: [1, 2], tags: 3, accountID: 4 };
    expect(inputProblems('mgn', 'StartTest', input).map((p) => p.name)).toEqual([
      'sourceServerIDs.0',
      'sourceServerIDs.1',
      'tags',
      'accountID',
    ]);
    const many = { sourceServerIDs: Array.from({ length: 200 }, () => '') };
    expect(inputProblems('mgn', 'StartTest', many)).toHaveLength(mostProblems);
  });

  test('ignores members that no model names, and null where nothing is required', () => {
    const input = { sourceServerIDs: [id(1)], tags: null, futureMember: { deep: [1] } };
    expect(inputProblems('mgn', 'StartTest', input)).toEqual([]);
    expect(
      inputProblems('drs', 'StartRecovery', { sourceServers: [{ sourceServerID: id(1) }] }),
    ).toEqual([]);
  });

  test('does not take inherited properties for members', () => {
    expect(inputProblems('mgn', 'StartTest', Object.create({ sourceServerIDs: [id(1)] }))).toEqual([
      { name: 'sourceServerIDs', message: 'Member must not be null' },
    ]);
  });

  test('counts characters, not UTF-16 units', () => {
    const tags = { tag: '💾'.repeat(256) };
    expect(inputProblems('mgn', 'StartTest', { sourceServerIDs: [id(1)], tags })).toEqual([]);
  });
});
