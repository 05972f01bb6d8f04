import { describe, expect, test } from 'vitest';
import { planHash } from '../../src/cli/plan-hash.ts';
import { readFaults, strayFaults } from '../../src/cli/read-faults.ts';
import { readParametersText } from '../../src/cli/read-parameters.ts';
import { readPlanText } from '../../src/cli/read-plan.ts';
import { type RehearsalRequest, readRehearsal } from '../../src/cli/read-rehearsal.ts';
import { parametersWith } from '../../src/simulator/parameters.ts';
import { aDirectory, example } from './_files.ts';

const { write } = aDirectory();
const request: RehearsalRequest = {
  plan: example('plans/first-wave.yaml'),
  fleets: [example('fleets/mixed-40.json'), example('fleets/mixed-40.vcenter-clients.json')],
};
const problemsOf = async (change: Partial<RehearsalRequest>) => {
  const read = await readRehearsal({ ...request, ...change });
  return read.ok ? [] : read.problems.map(({ path, problem }) => `${path} ${problem}`.trim());
};

describe('a rehearsal', () => {
  test('begins at the newest time stamp of the fleet, with seed 1', async () => {
    const read = await readRehearsal(request);
    if (!read.ok) throw new Error('refused');
    expect(read.input).toMatchObject({
      seed: 1,
      startAt: '2024-03-04T16:20:05.324Z',
      plan: { name: 'first-wave', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect([read.input.fleet.length, read.input.vcenterClients.length]).toEqual([40, 4]);
  });

  test('begins when it is told to, in UTC, and says what that means', async () => {
    const read = await readRehearsal({ ...request, start: '2024-01-01T01:00:00+01:00' });
    if (!read.ok) throw new Error('refused');
    expect(read.input.startAt).toBe('2024-01-01T00:00:00.000Z');
    expect(read.warnings.map(({ problem }) => problem)).toContain(
      '--start is before the newest time stamp of the fleet, 2024-03-04T16:20:05.324Z',
    );
  });

  test('takes the deployment file whose remedies it is to rehearse', async () => {
    const read = await readRehearsal({
      ...request,
      deployment: example('deployments/many-accounts.yaml'),
    });
    if (!read.ok) throw new Error('refused');
    expect(read.input.deployment).toMatch(/^\/.*many-accounts\.yaml$/);
  });

  test('is refused with what is wrong in its deployment file, and with all else', async () => {
    const deployment = write(
      'deployment.yaml',
      'apiVersion: landfall/v1\nkind: Deployment\nspec:\n  remedies: { waitMinutes: none }\n',
    );
    expect(await problemsOf({ deployment, seed: '-1' })).toEqual([
      'spec.remedies.waitMinutes is "none", which cannot stand here',
      '--seed is "-1", no whole number from 0 up',
    ]);
    expect(await problemsOf({ deployment: 'nowhere.yaml' })).toEqual(['there is no such file']);
  });

  test.each(['-1', '1.5', '99999999999999999', 'one'])('is refused with seed %s', async (seed) => {
    expect(await problemsOf({ seed })).toEqual([`--seed is "${seed}", no whole number from 0 up`]);
  });

  test.each(['2024-01-01', '2024-01-01T00:00:00', 'noon'])(
    'is refused with start %s',
    async (start) => {
      expect(await problemsOf({ start })).toEqual([
        `--start is "${start}", no instant with a time zone`,
      ]);
    },
  );

  test('is refused with the problems of all its files at once', async () => {
    const faults = write('faults.yaml', 'apiVersion: landfall/v1\nkind: Faults\nfaults: 7\n');
    const problems = await problemsOf({
      plan: 'no-plan.yaml',
      faults,
      parameters: 'none.yaml',
      seed: 'x',
    });
    expect(problems).toHaveLength(4);
  });

  test('without a time stamp needs --start', async () => {
    const arn = 'arn:aws:mgn:eu-central-1:111122223333:source-server/s-0123456789abcdef0';
    const fleet = write(
      'bare.json',
      JSON.stringify({ items: [{ sourceServerID: 's-0123456789abcdef0', arn }] }),
    );
    const plan = write(
      'bare.yaml',
      'apiVersion: landfall/v1\nkind: Migration\nmetadata: { name: p }\nspec: { waves: [{ name: w, servers: { all: true } }] }\n',
    );
    expect(await problemsOf({ fleets: [fleet], plan })).toEqual([
      '--start is missing, and the fleet has no time stamp',
    ]);
  });
});

describe('faults', () => {
  test('that name what is not there are refused, with what may be meant', async () => {
    const file = write(
      'stray.yaml',
      [
        'apiVersion: landfall/v1',
        'kind: Faults',
        'faults:',
        '  - { fault: launch-failure, servers: { hostnames: [AMSMAM6, AMSMAM7] } }',
        '  - { fault: launch-failure, servers: { ids: [s-0] } }',
        '  - { fault: answer-lost, operations: [StartCutovr] }',
        '  - { fault: vcenter-client-dead, after: PT1H, clients: { ids: [vcc-0] } }',
      ].join('\n'),
    );
    expect(await problemsOf({ faults: file })).toEqual([
      'faults[0].servers.hostnames[1] "amsmam7" is no server of the fleet',
      'faults[1].servers.ids[0] "s-0" is no server of the fleet',
      'faults[2].operations[0] "StartCutovr" is no operation that is called',
      'faults[3].clients.ids[0] "vcc-0" is no vCenter client of the fleet',
    ]);
  });

  test('of the examples hit what is there', async () => {
    for (const name of ['bad-day', 'each-at-5-percent']) {
      const read = await readFaults(example(`faults/${name}.yaml`));
      if (!read.ok) throw new Error(JSON.stringify(read.problems));
      const nothing = {
        servers: [],
        applications: [],
        waves: [],
        vcenterClients: [],
        warnings: [],
        problems: [],
      };
      expect(strayFaults(read.faults, nothing, name)).toEqual([]);
    }
  });

  test.each([
    ['deep', `faults: ${'['.repeat(20_000)}`],
    [
      'bomb',
      'a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n',
    ],
    ['noise', 'x'.repeat(500_000)],
  ])('that are hostile (%s) are refused, not obeyed', async (name, text) => {
    expect((await problemsOf({ faults: write(`${name}.yaml`, text) })).length).toBeGreaterThan(0);
  });
});

describe('parameters', () => {
  test('that are not named keep their defaults', () => {
    expect(readParametersText('quotaActiveServers: 500\n', 'p.yaml')).toEqual({
      ok: true,
      parameters: parametersWith({ quotaActiveServers: 500 }),
    });
  });

  test('are refused with all problems, their lines and near names', () => {
    const read = readParametersText('linkMbps: fast\nquotaActiveServer: 5\n', 'p.yaml');
    expect(read.ok ? [] : read.problems).toEqual([
      {
        file: 'p.yaml',
        line: 1,
        at: ['linkMbps'],
        path: 'linkMbps',
        problem: 'Invalid input: expected number, received string',
        remedy: 'mend the value',
      },
      {
        file: 'p.yaml',
        line: 2,
        at: ['quotaActiveServer'],
        path: 'quotaActiveServer',
        problem: 'unknown parameter',
        remedy: expect.stringMatching(/^did you mean quotaActiveServers[,?]/),
      },
    ]);
  });

  test.each(['[1, 2', '- 1\n', '5', 'a: 1\na: 2\n'])(
    'that are no map of names (%j) are refused',
    (text) => {
      expect(readParametersText(text, 'p.yaml').ok).toBe(false);
    },
  );
});

describe('the hash of a plan', () => {
  const hashOf = (text: string) => {
    const read = readPlanText(text, 'p.yaml');
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    return planHash(read.plan);
  };
  const plan = (more = '') =>
    `apiVersion: landfall/v1\nkind: Migration\nmetadata: { name: p }\nspec:\n  waves:\n    - { name: w, servers: { all: true }${more} }\n`;

  test('does not heed layout, comments and the order of fields', () => {
    const reordered =
      '# mine\nkind: Migration\nspec: { waves: [{ servers: { all: true }, name: w }] }\nmetadata: { name: p }\napiVersion: landfall/v1\n';
    expect(hashOf(reordered)).toBe(hashOf(plan()));
  });

  test('changes with what the plan asks for', () => {
    expect(hashOf(plan(', phases: [replicate]'))).not.toBe(hashOf(plan()));
  });
});
