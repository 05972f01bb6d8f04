import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { logsEqual } from '../../src/trace/read-logs.ts';
import { aDirectory } from './_files.ts';
import { type Ended, landfall, landfallUntil } from './_landfall.ts';

const { directory, write } = aDirectory();
const mixed = [
  '--fleet',
  'examples/fleets/mixed-40.json',
  '--vcenter-clients',
  'examples/fleets/mixed-40.vcenter-clients.json',
];
const agentless = [
  'rehearse',
  'examples/plans/agentless.yaml',
  '--fleet',
  'examples/fleets/agentless-805.json',
  '--vcenter-clients',
  'examples/fleets/agentless-805.vcenter-clients.json',
];
const firstWave = ['rehearse', 'examples/plans/first-wave.yaml', ...mixed];
const [one, again, other, cut] = ['one', 'again', 'other', 'cut'].map((name) =>
  join(directory, name),
) as [string, string, string, string];

describe('landfall rehearse', () => {
  let ends: readonly Ended[] = [];

  beforeAll(async () => {
    ends = await Promise.all([
      landfall(...firstWave, '--out', one),
      landfall(...firstWave, '--out', again, '--json'),
      landfall(...firstWave, '--out', other, '--seed', '2'),
      landfall('rehearse', 'examples/plans/hello-wave.yaml', ...mixed, '--json'),
    ]);
  }, 120_000);

  test('ends with 0 where every server succeeded or had nothing to do', () => {
    const hello = ends[3];
    expect(hello?.code).toBe(0);
    const lines = hello?.stdout.trimEnd().split('\n') ?? [];
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      outcome: 'succeeded',
      servers: { succeeded: 37, skipped: 1, 'rolled-back': 0, failed: 0, frozen: 0 },
      virtualSeconds: expect.any(Number),
      wallSeconds: expect.any(Number),
      apiCalls: expect.objectContaining({ 'mgn:FinalizeCutover': 37 }),
      events: expect.any(Number),
      transitionsPerServer: expect.any(Number),
      costPerServerUsd: expect.any(Number),
      seed: 1,
    });
  });

  test('ends with 1 where servers failed, and tells the stalled, the disconnected and the archived one apart', () => {
    expect(ends[0]?.code).toBe(1);
    const text = ends[0]?.stdout ?? '';
    expect(text).toContain(
      'Outcomes: 37 succeeded · 1 skipped · 0 rolled-back · 2 failed · 0 frozen',
    );
    expect(text).toMatch(
      /ReplicationStalled: .*AGENT_NOT_SEEN.*\n {4}→ .*landfall retry .*\n {4}AMSMAM6 \(s-d970643f46b4a7d94\)/,
    );
    expect(text).toMatch(/ServerDisconnected: .*\n {4}→ .*\n {4}wnbgs02 \(s-e2bfb3a0f1148659f\)/);
    expect(text).toMatch(/already archived when the wave began\n {4}→ .*\n {4}wspprjwfe1/);
    expect(text).toMatch(/replicate +32 servers +1 h 55 min/);
  });

  test('writes the same logs and summary, byte for byte, when the same is rehearsed again', () => {
    expect(logsEqual(one, again)).toBeUndefined();
    const summary = (of: string) => readFileSync(join(of, 'summary.json'), 'utf8');
    expect(summary(one)).toBe(summary(again));
  });

  test('takes another course with another seed', () => {
    expect(logsEqual(one, other)).toBeDefined();
  });

  test('prints what the summary file holds', () => {
    const { wallSeconds, ...printed } = JSON.parse(ends[1]?.stdout ?? '') as Record<
      string,
      unknown
    >;
    expect(wallSeconds).toBeGreaterThan(0);
    expect(printed).toEqual(JSON.parse(readFileSync(join(again, 'summary.json'), 'utf8')));
  });

  test('leaves complete logs and ends with 130 when it is interrupted', async () => {
    const ended = await landfallUntil(
      (said, interrupt) => {
        if (said.includes('API calls')) interrupt();
      },
      ...agentless,
      '--out',
      cut,
    );
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('Interrupted; the logs are complete up to here.');
    expect(ended.stdout).toContain('INTERRUPTED');
    for (const log of ['api', 'events', 'executions']) {
      const lines = readFileSync(join(cut, `${log}.jsonl`), 'utf8').split('\n');
      expect(lines.pop()).toBe('');
      expect(() => lines.map((line) => JSON.parse(line) as unknown)).not.toThrow();
    }
    const executions = readFileSync(join(cut, 'executions.jsonl'), 'utf8');
    expect(executions).not.toContain('"RUNNING"');
    expect(executions).toContain('"ABORTED"');
    const summary = JSON.parse(readFileSync(join(cut, 'summary.json'), 'utf8')) as {
      outcome: string;
    };
    expect(summary.outcome).toBe('interrupted');
  }, 120_000);

  describe('landfall check', () => {
    test('ends with 0 on every rehearsal that kept its promises', async () => {
      const [first, second] = await Promise.all([
        landfall('check', one),
        landfall('check', other, '--json'),
      ]);
      expect([first.code, second.code]).toEqual([0, 0]);
      expect(first.stdout).toMatch(/unproven +2 +lost-answer-not-repeated +0/);
      expect(JSON.parse(second.stdout)).toMatchObject({ kept: true, violations: [] });
    });

    test('ends with 1 and shows the lines where a promise was broken', async () => {
      const broken = join(directory, 'broken');
      mkdirSync(broken);
      for (const log of ['api', 'events', 'executions']) {
        const lines = readFileSync(join(one, `${log}.jsonl`), 'utf8')
          .trimEnd()
          .split('\n');
        const kept = lines.filter((line) => !line.includes('"Wave Server Signed Off"'));
        write(`broken/${log}.jsonl`, `${kept.join('\n')}\n`);
      }
      const { code, stdout } = await landfall('check', broken);
      expect(code).toBe(1);
      expect(stdout).toMatch(/BROKEN +3 +finalize-after-sign-off/);
      expect(stdout).toMatch(/api\.jsonl:\d+/);
    });

    test('ends with 2 where there are no logs', async () => {
      const { code, stderr } = await landfall('check', directory);
      expect(code).toBe(2);
      expect(stderr).toContain('api.jsonl  is missing');
    });
  });

  describe('landfall explain', () => {
    test('tells the way of a server, by its host name in any case', async () => {
      const { code, stdout } = await landfall('explain', 'amsmam6', one);
      expect(code).toBe(0);
      expect(stdout).toContain('AMSMAM6 (s-d970643f46b4a7d94), account 111122223333, us-east-1');
      expect(stdout).toContain('Landfall calls RetryDataReplication → 200');
      expect(stdout).toContain('replication stalled: AGENT_NOT_SEEN');
      expect(stdout).toContain('docs/failures.md#replicationstalled');
    });

    test('names near servers where there is none of that name', async () => {
      const { code, stderr } = await landfall('explain', 'AMSMAM7', one);
      expect(code).toBe(2);
      expect(stderr).toContain('"AMSMAM7" is no server of this rehearsal');
      expect(stderr).toContain('AMSMAM6');
    });
  });

  test('refuses bad input whole, with the problems of all files, and writes nothing', async () => {
    const plan = write('bad.yaml', 'apiVersion: landfall/v1\nkind: Migration\nspeck: {}\n');
    const fleet = write('bad.json', '{"items":[{"sourceServerID":');
    const faults = write(
      'bad-faults.yaml',
      'apiVersion: landfall/v1\nkind: Faults\nfaults:\n  - fault: earthquake\n',
    );
    const parameters = write('bad-parameters.yaml', 'quotaActiveServer: 5\nlinkMbps: -1\n');
    const out = join(directory, 'refused');
    const started = performance.now();
    const { code, stdout, stderr } = await landfall(
      ...['rehearse', plan, '--fleet', fleet, '--faults', faults, '--parameters', parameters],
      ...['--seed', 'x', '--start', 'today', '--out', out],
    );
    expect(performance.now() - started).toBeLessThan(5000);
    expect({ code, stdout, exists: existsSync(out) }).toEqual({
      code: 2,
      stdout: '',
      exists: false,
    });
    expect(stderr.replaceAll(directory, 'DIR')).toMatchInlineSnapshot(`
      "Refused; nothing was touched.
      DIR/bad.yaml:1  metadata  is missing  → What the plan is called.
      DIR/bad.yaml:1  spec  is missing  → What the plan asks for.
      DIR/bad.yaml:3  speck  unknown field "speck"  → remove it; known here: apiVersion, kind, metadata, spec
      DIR/bad.json:1  the JSON ends too early (line 1, column 29)  → save the answer of aws mgn describe-source-servers again
      DIR/bad-faults.yaml:4  faults.0.fault  unknown fault name  → Use one of the fault names and forms in docs/faults.md.
      DIR/bad-parameters.yaml:2  linkMbps  Too small: expected number to be >0  → mend the value
      DIR/bad-parameters.yaml:1  quotaActiveServer  unknown parameter  → did you mean quotaActiveServers, quotaActiveWaves, quotaActionsPerServer?
      --seed is "x", no whole number from 0 up  → give one, e.g. --seed 7
      --start is "today", no instant with a time zone  → write it like 2026-01-31T08:00:00Z
      "
    `);
  });
});

describe('landfall', () => {
  test('tells a machine as well that a rehearsal was refused', async () => {
    const words = ['rehearse', 'no-plan.yaml', '--fleet', 'no-fleet.json', '--json'];
    const { code, stdout } = await landfall(...words);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      outcome: 'refused',
      problems: [
        'no-plan.yaml  does not exist  → check the path',
        'no-fleet.json  does not exist  → check the path',
      ],
    });
  });

  test('refuses to write its logs where it cannot', async () => {
    const { code, stderr } = await landfall(...firstWave, '--out', 'package.json/logs');
    expect(code).toBe(2);
    expect(stderr).toContain('--out package.json/logs cannot be written');
  });

  test('says what it can do when it is asked', async () => {
    const { code, stdout, stderr } = await landfall('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "Moves fleets of servers to AWS hands-off, and rehearses it first. (landfall v0.1.0)

      USAGE landfall rehearse|explain|check|report|report verify|simulate|plan|plan diff|fleet import|plan draft|plan export|deploy-check|fleet export|start|status|watch|approve|pause|resume|hold|skip|retry|rollback|abort|settings diff|settings apply|settings restore|drs template plan|drs template apply|drs template drift|drs template restore|drs template delete|drs schedule list|drs schedule pause|drs schedule resume|drs schedule remove|drs compliance|events catalog|events pattern test|events tail|events verify|events replay

      COMMANDS

                    rehearse    Rehearse a plan on your fleet: the deployed handlers and state machines, in virtual time
                     explain    Tell the whole way of one server, and why: of a rehearsal, a report, a deployment
                       check    Judge a rehearsal by its logs: was every promise kept?
                      report    Write the evidence of a rehearsal or a deployment as one page, records and CSV
               report verify    Prove that a report is what it was, or name the first record that is not
                    simulate    Answer as MGN and DRS do, for any AWS client: your fleet, in virtual time
                        plan    Check a plan and forecast it from rehearsals: its schedule, what its end hangs on, and what would change it
                   plan diff    Say what changes from one version of a plan to another; ends with 1 where something does
                fleet import    Make a fleet to rehearse on of the inventories that you have
                  plan draft    Draft a plan for a fleet or for inventories: a first cut to change by hand
                 plan export    Write a plan's waves as an inventory that MGN imports, and say what it cannot hold
                deploy-check    Look a deployment over: can waves run, and if not, why
                fleet export    Write the fleet of a deployment as rehearse --fleet reads it
                       start    Start a plan on AWS, or only look what it would do
                      status    Say how waves stand, what they wait for, and what helps
                       watch    Follow waves until all of them have concluded
                     approve    Approve, or deny, that a wave enters a phase
                       pause    Pause a wave, a tier, servers, a plan or everything: nothing new begins
                      resume    Resume what is paused, or let a held wave, or held servers, go on
                        hold    Hold a wave before its next stage
                        skip    Leave servers of a wave out: they end as skipped at their next safe point
                       retry    Retry what failed, from the failed step
                    rollback    Take servers back: revert their life cycle and terminate what was launched
                       abort    Abort a wave, or every wave of a plan, for good: nothing more begins
               settings diff    Say how servers are set otherwise than their plan wants; ends with 1 where one is
              settings apply    Set servers as their plan wants them
            settings restore    Put back what settings apply changed for a plan
           drs template plan    Say how launch configuration templates of DRS, and servers, are set otherwise than a file wants; ends with 1 where one is
          drs template apply    Make launch configuration templates of DRS what a file wants, and existing servers where they are named
          drs template drift    Say what has drifted from a file, and fix it or put it back where its mode says so
        drs template restore    Put back what drs template apply changed for a file
         drs template delete    Delete the launch configuration template of a target of DRS: a teardown
           drs schedule list    Say which drills come again by themselves, when next, and what came of the last
          drs schedule pause    Let the runs of a drill fall out until its schedule is resumed
         drs schedule resume    Have a drill come again by itself
         drs schedule remove    Take the schedule of a drill off the record; what runs goes on
              drs compliance    Say which server was drilled when, who is overdue, and RPO and RTO against their objectives
              events catalog    List every event that Landfall tells
         events pattern test    Say which events a pattern takes, and why not
                 events tail    Show events as they come, or those of a rehearsal
               events verify    Prove that the events of each stream are gapless, told once and in order
               events replay    Deliver the events of a span of time once more

      Use landfall <command> --help for more information about a command.
      "
    `);
  });

  test('says what rehearse takes', async () => {
    const { code, stdout } = await landfall('rehearse', '--help');
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Rehearse a plan on your fleet: the deployed handlers and state machines, in virtual time (landfall rehearse v0.1.0)

      USAGE landfall rehearse [OPTIONS] <PLAN> --fleet=<file>

      ARGUMENTS

        PLAN    The plan, a YAML file (docs/plan.md) (Required)

      OPTIONS

                    --fleet=<file>    What aws mgn describe-source-servers prints; may be given more than once (Required)
          --vcenter-clients=<file>    What aws mgn describe-vcenter-clients prints, for agentless servers
                   --faults=<file>    What is to go wrong (docs/faults.md)
               --parameters=<file>    Parameters of the simulated AWS, such as quotas (docs/rehearse.md)
               --deployment=<file>    The deployment file whose remedies and pace of the poll to rehearse with (docs/deploy.md)
                   --seed=<number>    Another seed, another course of events; 1 by default
                 --start=<instant>    When the rehearsal begins; by default at the newest time stamp of the fleet
                 --until=<instant>    Until when a plan with a schedule comes again, e.g. P365D after the start; one run at once without it
        --approve-after=<duration>    How long a simulated approver takes to approve, e.g. PT1H; PT0S by default, never for nobody
                   --orders=<file>    What an operator orders, and when (docs/rehearse.md, orders)
                    --hooks=<file>    How the hooks of the plan go (docs/hooks.md); each succeeds by default
                       --out=<dir>    Where to keep the logs and the summary
                            --json    Print the summary as one JSON object
      "
    `);
  });

  test.each([
    [[], 'no command is given'],
    [['rehears'], '"rehears" is no command; did you mean rehearse?'],
    [
      ['rehearse', 'p.yaml', '--flet', 'x'],
      '"--flet" is no option of this command; did you mean --fleet?',
    ],
    [['rehearse', 'p.yaml', '--fleet'], '--fleet needs a value'],
    [['check'], 'DIR is missing'],
  ])('refuses %j and shows the usage', async (words, problem) => {
    const { code, stdout, stderr } = await landfall(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).toContain('USAGE');
  });
});
