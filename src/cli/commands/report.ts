import type { CommandDef } from 'citty';
import { type Problem, shown } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import { ExitCode } from '../exit-code.ts';
import type { Gathered } from '../report/gather-rehearsal.ts';

const definition: CommandDef = {
  meta: {
    name: 'report',
    description: 'Write the evidence of a rehearsal or a deployment as one page, records and CSV',
  },
  args: {
    subject: {
      type: 'positional',
      required: true,
      description: 'What landfall rehearse --out wrote; or a plan of a deployment, or a PLAN.WAVE',
    },
    out: {
      type: 'string',
      valueHint: 'dir',
      description: 'Where to write it; by default the folder report of a rehearsal’s directory',
    },
    'sign-key': {
      type: 'string',
      valueHint: 'file',
      description: 'The Ed25519 private key in PEM that signs the root digest',
    },
    forecast: {
      type: 'string',
      valueHint: 'file',
      description: 'What landfall plan --json printed, to hold against what came of it',
    },
    events: {
      type: 'string',
      valueHint: 'file',
      description: 'Of a deployment: its events as a subscriber kept them, instead of the archive',
    },
    'records-only': {
      type: 'boolean',
      description: 'Of a deployment: only what its table holds, without any event',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall report`: writes a page that needs nothing beside it, the records in a chain, and tables, all bound to one root
 * digest.
 * @example landfall report out/first --sign-key key.pem
 */
export const report: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { refuse } = await import('../on-deployment.ts');
  const { readForecastFile } = await import('../report/read-forecast-file.ts');
  const { readSigningKey } = await import('../report/signing.ts');
  const { subjectOf, subjectProblems } = await import('../report/report-subject.ts');
  const subject = subjectOf(given);
  const forecast = await readForecastFile(given.one('forecast'));
  const keyFile = given.one('sign-key');
  const key = keyFile === undefined ? undefined : await readSigningKey(keyFile);
  const problems: readonly Problem[] = [
    ...subjectProblems(given, subject),
    ...(forecast.ok ? [] : forecast.problems),
    ...(key?.ok === false ? [key.problem] : []),
  ];
  if (problems.length > 0 || !forecast.ok) return refuse(problems, given.has('json'));
  const refusal = ({ problems: wrong, isInterrupted }: Extract<Gathered, { ok: false }>) => {
    const code = refuse(wrong, given.has('json'));
    return isInterrupted === true ? ExitCode.Interrupted : code;
  };
  const finish = (gathered: Gathered) =>
    gathered.ok
      ? written(given, gathered, subject.out, key?.ok === true ? key.key : undefined)
      : refusal(gathered);
  if (subject.of === 'rehearsal') {
    const { gatherRehearsal } = await import('../report/gather-rehearsal.ts');
    return finish(gatherRehearsal(subject.directory, forecast.forecast));
  }
  const { onDeployment } = await import('../on-deployment.ts');
  const { gatherDeployment } = await import('../report/gather-deployment.ts');
  let isOpen = false;
  const code = await onDeployment(given, async (deployment) => {
    isOpen = true;
    return finish(await gatherDeployment(given, deployment, subject.name, forecast.forecast));
  });
  if (!isOpen) console.error(`A rehearsal is meant? There is no directory ${shown(subject.name)}.`);
  return code;
}

async function written(
  given: Arguments,
  { evidence, facts }: Extract<Gathered, { ok: true }>,
  out: string,
  key: Parameters<typeof import('../report/build-report.ts').buildReport>[2],
): Promise<ExitCode> {
  const { buildReport } = await import('../report/build-report.ts');
  const { reportRecord, reportText, writeReport } = await import('../report/write-report.ts');
  const made = buildReport(evidence, facts, key);
  const problem = await writeReport(made, out);
  if (problem !== undefined) {
    const { refuse } = await import('../on-deployment.ts');
    return refuse([problem], given.has('json'), 'Not written whole.');
  }
  if (given.has('json')) console.log(JSON.stringify(reportRecord(made, out)));
  else console.log(reportText(made, out));
  return ExitCode.Done;
}
