import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const good = {
  AWS_REGION: 'us-east-1',
  LANDFALL_TABLE: 'table',
  LANDFALL_BUS: 'bus',
  LANDFALL_WAVE_MACHINE: 'arn:aws:states:us-east-1:111122223333:stateMachine:landfall-wave-test',
};
const names = [...Object.keys(good), 'LANDFALL_TARGETS', 'LANDFALL_ENDPOINT_MGN'];

/** Reads the wiring afresh under this environment. */
async function wired(environment: Readonly<Record<string, string>>) {
  vi.resetModules();
  for (const name of names) vi.stubEnv(name, environment[name]);
  return import('../../src/handlers/_wiring.ts');
}

describe('the deployment of the environment', () => {
  beforeEach(() => vi.stubEnv('AWS_ACCESS_KEY_ID', 'none'));
  afterEach(() => vi.unstubAllEnvs());

  it('refuses an incomplete environment with all problems at once', async () => {
    const { deployment } = await wired({ LANDFALL_TARGETS: 'mgn:1:x, nonsense' });
    expect(() => deployment()).toThrow(/^the environment is incomplete: /);
    expect(() => deployment()).toThrow(
      /AWS_REGION: .*LANDFALL_TABLE: .*LANDFALL_BUS: .*LANDFALL_WAVE_MACHINE: /,
    );
    const targets = await wired({ ...good, LANDFALL_TARGETS: 'mgn:1:x, nonsense' });
    expect(() => targets.deployment()).toThrow(
      'the environment is incomplete: LANDFALL_TARGETS.0: is no target like mgn:111122223333:eu-central-1; LANDFALL_TARGETS.1: is no target like mgn:111122223333:eu-central-1',
    );
  });

  it('reads the targets, with the partition that follows from the Region', async () => {
    const { deployment } = await wired({
      ...good,
      LANDFALL_TARGETS:
        'mgn:111122223333:eu-central-1, mgn:111122223333:us-gov-west-1,mgn:111122223333:cn-north-1,',
    });
    const found = deployment();
    expect(found.targets).toEqual([
      { partition: 'aws', service: 'mgn', accountId: '111122223333', region: 'eu-central-1' },
      {
        partition: 'aws-us-gov',
        service: 'mgn',
        accountId: '111122223333',
        region: 'us-gov-west-1',
      },
      { partition: 'aws-cn', service: 'mgn', accountId: '111122223333', region: 'cn-north-1' },
    ]);
    expect(found.waveMachineArn).toBe(good.LANDFALL_WAVE_MACHINE);
    expect(deployment()).toBe(found);
  });

  it('polls nothing where no target is named', async () => {
    const { deployment } = await wired(good);
    expect(deployment().targets).toEqual([]);
  });

  it('has one API a target, and another address for it where the environment names one', async () => {
    const { deployment } = await wired({
      ...good,
      LANDFALL_ENDPOINT_MGN: 'http://127.0.0.1:1',
      LANDFALL_TARGETS: 'mgn:111122223333:eu-central-1',
    });
    const { ports, targets } = deployment();
    const [target] = targets;
    if (target === undefined) throw new Error('no target');
    expect(ports.serviceOf(target)).toBe(ports.serviceOf({ ...target }));
    expect(ports.serviceOf({ ...target, region: 'eu-west-1' })).not.toBe(ports.serviceOf(target));
  });

  it('logs lines of JSON', async () => {
    const { deployment } = await wired(good);
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    deployment().log({ level: 'info', function: 'poll' });
    const lines = write.mock.calls.map(([line]) => line);
    write.mockRestore();
    expect(lines).toEqual(['{"level":"info","function":"poll"}\n']);
  });

  it('yields to the deployment that a local runtime binds', async () => {
    const { deployment, withDeployment } = await wired({});
    const local = { targets: [] } as unknown as Parameters<typeof withDeployment>[0];
    expect(withDeployment(local, () => deployment())).toBe(local);
    expect(() => deployment()).toThrow(/incomplete/);
  });
});
