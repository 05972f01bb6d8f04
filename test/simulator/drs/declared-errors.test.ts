import * as sdk from '@aws-sdk/client-drs';
import { describe, expect, test } from 'vitest';
import { serviceModels } from '../../../src/simulator/model/service-model.ts';
import { operations } from '../../../src/simulator/operations/registry.ts';
import { accountId, faults } from '../rig.ts';
import { drsInputs } from './inputs.ts';
import { drsRig } from './rig.ts';

const model = serviceModels.get('drs');
const names = Object.keys(model?.operations ?? {});
const declared = names.flatMap((name) =>
  (model?.operations[name]?.errors ?? []).map((error) => [name, error] as const),
);

test('every operation of the pinned client is there, where the model says', () => {
  const ours = operations.filter(({ service }) => service === 'drs');
  const pinned = Object.keys(sdk)
    .filter((name) => name.endsWith('Command'))
    .map((name) => name.slice(0, -'Command'.length))
    .filter((name) => name !== '$');
  expect(ours.map(({ name }) => name).toSorted()).toEqual(pinned.toSorted());
  expect(ours.length).toBe(50);
  for (const { name, method, path, status } of ours) {
    const of = model?.operations[name];
    expect([name, method, path, status]).toEqual([name, of?.method, of?.path, of?.status]);
  }
});

describe('each declared error reaches the client as its class', () => {
  test.each(declared)('%s: %s', async (operation, exception) => {
    const r = drsRig(rigFor(operation, exception));
    const refusal = await r.refused(operation, drsInputs[operation]);
    expect([refusal.name, refusal.$metadata.httpStatusCode]).toEqual([
      exception,
      model?.errors[exception],
    ]);
    expect(r.breaches).toEqual([]);
  });
});

function rigFor(operation: string, exception: string): Parameters<typeof drsRig>[0] {
  switch (exception) {
    case 'ThrottlingException':
      return { faults: faults({ fault: 'throttling', operations: [operation] }) };
    case 'InternalServerException':
      return { faults: faults({ fault: 'internal-error', operations: [operation] }) };
    case 'UninitializedAccountException':
      return { parameters: { drsUninitializedTargets: [`${accountId}:us-east-1`] } };
    case 'AccessDeniedException':
    case 'ConflictException':
    case 'ResourceNotFoundException':
    case 'ServiceQuotaExceededException':
    case 'ValidationException':
      return { parameters: { drsRefusals: [{ operation, exception }] } };
    default:
      throw new Error(`unknown exception ${exception}`);
  }
}
