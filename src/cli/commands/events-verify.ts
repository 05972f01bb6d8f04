import type { CommandDef } from 'citty';
import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { StreamVerdict } from '../events/stream-proof.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'events verify',
    description: 'Prove that the events of each stream are gapless, told once and in order',
  },
  args: {
    file: {
      type: 'positional',
      required: false,
      description:
        'Events as JSON lines or JSON, what landfall rehearse --out wrote, or - for stdin',
    },
    live: { type: 'boolean', description: 'Listen on AWS instead, and judge at the end' },
    partial: {
      type: 'boolean',
      description: 'The events begin in the middle of their streams, as --live ones do',
    },
    for: {
      type: 'string',
      valueHint: 'seconds',
      description: 'With --live: end after so many seconds',
    },
    limit: {
      type: 'string',
      valueHint: 'number',
      description: 'With --live: end after so many events',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall events verify`: names every gap, every event with two contents, every step back in time. Ends with 1 where it
 * finds one.
 * @example landfall events verify out
 */
export const eventsVerify: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const file = given.one('file');
  if ((file === undefined) === !given.has('live')) {
    const problem = 'either a FILE or --live says which events';
    return refused(given, [problemAt([], problem, 'give one of them')]);
  }
  return file === undefined ? ofBus(given) : ofFile(given, file);
}

async function ofFile(given: Arguments, path: string): Promise<ExitCode> {
  const { StreamProof } = await import('../events/stream-proof.ts');
  const { openEvents } = await import('../events/read-events.ts');
  const opened = openEvents(path);
  if (!opened.ok) return refused(given, [opened.problem]);
  const proof = new StreamProof();
  for await (const read of opened.events) {
    const place = `${opened.file}:${read.line}`;
    if ('problem' in read) proof.unreadable(read.problem, place);
    else proof.see(read.event, place);
  }
  return judged(given, proof.verdict({ isPartial: given.has('partial') }));
}

async function ofBus(given: Arguments): Promise<ExitCode> {
  const { StreamProof } = await import('../events/stream-proof.ts');
  const { landfallPattern, readEnd } = await import('../events/read-end.ts');
  const { exitCodeOf, listen } = await import('../events/listen.ts');
  const { onDeployment } = await import('../on-deployment.ts');
  const end = readEnd(given);
  if (!end.ok) return refused(given, end.problems);
  const proof = new StreamProof();
  let delivery = 0;
  return onDeployment(given, async (deployment) => {
    const listening = { ...end, json: given.has('json'), pattern: landfallPattern };
    const listened = await listen(given, deployment, listening, (event) => {
      delivery += 1;
      proof.see(event, `delivery ${delivery}`);
    });
    if (listened === 'refused') return ExitCode.Refused;
    const code = await judged(given, proof.verdict({ isPartial: true }));
    return code === ExitCode.Done ? exitCodeOf(listened) : code;
  });
}

async function judged(given: Arguments, verdict: StreamVerdict): Promise<ExitCode> {
  const { verifyRecord, verifyText } = await import('../events/verify-report.ts');
  console.log(given.has('json') ? JSON.stringify(verifyRecord(verdict)) : verifyText(verdict));
  return verdict.findings.length === 0 ? ExitCode.Done : ExitCode.NotAll;
}

async function refused(given: Arguments, problems: readonly Problem[]): Promise<ExitCode> {
  const { refuse } = await import('../on-deployment.ts');
  return refuse(problems, given.has('json'));
}
