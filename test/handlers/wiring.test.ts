import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bus } from '../../src/handlers/_wiring/bus.ts';
import { clock } from '../../src/handlers/_wiring/clock.ts';
import { hooks } from '../../src/handlers/_wiring/hooks.ts';
import { serviceOf } from '../../src/handlers/_wiring/services.ts';
import { stage } from '../../src/handlers/_wiring/stage.ts';
import { store } from '../../src/handlers/_wiring/store.ts';
import { targets } from '../../src/handlers/_wiring/targets.ts';
import { waveMachineArn } from '../../src/handlers/_wiring/wave-machine.ts';
import { workflows } from '../../src/handlers/_wiring/workflows.ts';
import {
  type Deployment,
  type Given,
  giver,
  log,
  type Parts,
  withDeployment,
} from '../../src/handlers/_wiring.ts';
import { machine, target } from '../flow/_recorder.ts';

const everything = { clock, store, bus, workflows, serviceOf, targets, waveMachineArn, stage, log };
const good = {
  AWS_REGION: 'us-east-1',
  LANDFALL_TABLE: 'table',
  LANDFALL_BUS: 'bus',
  LANDFALL_STAGE: 'test',
  LANDFALL_WAVE_MACHINE: machine('wave'),
};
const names = [
  ...Object.keys(good),
  'LANDFALL_TARGETS',
  'LANDFALL_HOOK_FUNCTIONS',
  'LANDFALL_HOOK_DOCUMENTS',
  'LANDFALL_ENDPOINT_MGN',
  'LANDFALL_ENDPOINT_EC2',
  'LANDFALL_ENDPOINT_SERVICE_QUOTAS',
];

/** What a function that names these parts is given under this environment. */
function given<Named extends Parts>(
  environment: Readonly<Record<string, string>>,
  named: Named,
): Given<Named> {
  for (const name of names) vi.stubEnv(name, environment[name]);
  return giver(named)();
}

beforeEach(() => vi.stubEnv('AWS_ACCESS_KEY_ID', 'none'));
afterEach(() => vi.unstubAllEnvs());

describe('the environment', () => {
  it('is refused where it is incomplete, with all problems at once, each once', () => {
    expect(() => given({ LANDFALL_TARGETS: 'mgn:1:eu-west-1, nonsense' }, everything)).toThrow(
      /^the environment is incomplete: AWS_REGION: [^;]*; LANDFALL_TABLE: [^;]*; LANDFALL_BUS: [^;]*; LANDFALL_TARGETS: [^;]*; LANDFALL_TARGETS: [^;]*; LANDFALL_STAGE: [^;]*; LANDFALL_WAVE_MACHINE: [^;]*$/,
    );
  });

  it('needs nothing that no named part reads', () => {
    const found = given({ AWS_REGION: 'us-east-1', LANDFALL_TABLE: 'table' }, { clock, store });
    expect(Object.keys(found)).toEqual(['clock', 'store']);
    expect(() => given({ AWS_REGION: 'us-east-1' }, { clock, store })).toThrow(
      /^the environment is incomplete: LANDFALL_TABLE: [^;]*$/,
    );
    expect(Object.keys(given({}, { clock }))).toEqual(['clock']);
  });

  it('lets hooks call and run what it lists, and nothing else', async () => {
    const { hooks: calls } = given(
      { ...good, LANDFALL_HOOK_FUNCTIONS: 'f', LANDFALL_HOOK_DOCUMENTS: 'd' },
      { hooks },
    );
    const server = {
      ...{ sourceServerId: 's-1', arn: 'arn', hostname: null },
      ...{ accountId: target.accountId, region: target.region },
    };
    const at = { key: 'k', point: 'freeze', hook: 'h', try: 1 } as const;
    const deadlineAt = '2024-03-04T16:35:00.000Z';
    expect(
      await calls.invoke('d', {
        ...{ ...at, version: 1, ask: 'run', plan: 'p', wave: 'w', phase: 'cutover', attempt: 1 },
        ...{ deadlineAt, server, instance: null, parameters: {} },
      }),
    ).toMatchObject({ is: 'refused', because: expect.stringContaining('spec.hooks.functions') });
    expect(
      await calls.runDocument({
        ...{ ...at, ask: 'run', target, document: 'f', parameters: {}, node: 'i-01234567' },
        ...{ startedAt: deadlineAt, deadlineAt, server },
      }),
    ).toMatchObject({ is: 'refused', because: expect.stringContaining('spec.hooks.documents') });
  });

  it('is read once', () => {
    for (const [name, value] of Object.entries(good)) vi.stubEnv(name, value);
    const give = giver(everything);
    const first = give();
    vi.stubEnv('LANDFALL_TABLE', '');
    expect(give()).toBe(first);
  });

  it('names the targets, with the partition that follows from the Region', () => {
    const LANDFALL_TARGETS =
      'mgn:111122223333:eu-central-1, mgn:111122223333:us-gov-west-1=role,mgn:111122223333:cn-north-1,';
    expect(given({ LANDFALL_TARGETS }, { targets }).targets).toEqual([
      { partition: 'aws', service: 'mgn', accountId: '111122223333', region: 'eu-central-1' },
      {
        partition: 'aws-us-gov',
        service: 'mgn',
        accountId: '111122223333',
        region: 'us-gov-west-1',
      },
      { partition: 'aws-cn', service: 'mgn', accountId: '111122223333', region: 'cn-north-1' },
    ]);
    expect(given({}, { targets }).targets).toEqual([]);
  });

  it('names the stage and the wave machine', () => {
    const { stage: name, waveMachineArn: arn } = given(good, { stage, waveMachineArn });
    expect({ name, arn }).toEqual({ name: 'test', arn: machine('wave') });
  });
});

describe('a deployed function', () => {
  it('has one API a target', () => {
    const LANDFALL_ENDPOINT_MGN = 'http://127.0.0.1:1';
    const { serviceOf: of } = given({ ...good, LANDFALL_ENDPOINT_MGN }, { serviceOf });
    expect(of(target)).toBe(of({ ...target }));
    expect(of({ ...target, region: 'eu-west-1' })).not.toBe(of(target));
  });

  it('logs lines of JSON', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    given({}, { log }).log({ level: 'info', function: 'poll' });
    const lines = write.mock.calls.map(([line]) => line);
    write.mockRestore();
    expect(lines).toEqual(['{"level":"info","function":"poll"}\n']);
  });
});

describe('a deployment that a local runtime binds', () => {
  // The parts themselves are of no concern here, only whose they are.
  const local = {
    ports: { clock: {}, store: {}, bus: {}, workflows: {}, serviceOf: () => undefined },
    targets: [target],
    waveMachineArn: machine('wave'),
    log: () => undefined,
  } as unknown as Deployment;

  it('comes before the environment, which nothing then reads', () => {
    const give = giver(everything);
    expect(withDeployment(local, give)).toEqual({
      ...local.ports,
      targets: local.targets,
      waveMachineArn: local.waveMachineArn,
      stage: 'local',
      log: local.log,
    });
    expect(() => given({}, everything)).toThrow(/incomplete/);
  });

  it('gives no more than what is named, as a bundle would', () => {
    expect(withDeployment(local, giver({ clock }))).toEqual({ clock: local.ports.clock });
  });
});
