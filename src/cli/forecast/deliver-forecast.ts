// In: a forecast that may begin. Out: it is made, shown while it is, written and printed. Called by the command; the first
// Ctrl-C gives it up with nothing written.
import { readFile } from 'node:fs/promises';
import { windowProblems } from '../../core/plan/gate-problems.ts';
import { ExitCode } from '../exit-code.ts';
import { refuseInput, tellWarnings } from '../inventory/deliver.ts';
import { readPlanText } from '../read-plan.ts';
import { writeWhole } from '../write-whole.ts';
import { forecastProgress } from './forecast-progress.ts';
import { forecastRecord, forecastText } from './forecast-text.ts';
import { ganttSvg } from './gantt-svg.ts';
import type { Planned } from './planned.ts';
import type { ForecastRequest } from './read-forecast.ts';
import { CoursesGivenUp } from './rehearse-courses.ts';
import { runForecast } from './run-forecast.ts';
import { needsFor, withNeeds } from './write-needs.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Makes a forecast, writes what was asked for and prints it; answers the exit code. */
export async function deliverForecast(request: ForecastRequest, json: boolean): Promise<ExitCode> {
  const planned = await made(request);
  if (planned === undefined) return ExitCode.Interrupted;
  const problems = [];
  if (request.svg !== undefined) {
    problems.push(await writeWhole(request.svg, ganttSvg(planned), '--svg'));
  }
  if (request.writeNeeds !== undefined) {
    problems.push(await writeNeeds(request, request.writeNeeds, planned));
  }
  const failed = problems.filter((problem) => problem !== undefined);
  if (failed.length > 0) return refuseInput(failed, json);
  console.log(json ? JSON.stringify(forecastRecord(planned)) : forecastText(planned));
  const { forecast } = planned;
  return forecast.allWell === forecast.seeds.length && forecast.ends !== undefined
    ? ExitCode.Done
    : ExitCode.NotAll;
}

async function made(request: ForecastRequest): Promise<Planned | undefined> {
  const progress = forecastProgress(process.stderr);
  const giveUp = new AbortController();
  const listener = () => {
    giveUp.abort();
  };
  for (const signal of signals) process.on(signal, listener);
  try {
    return await runForecast(request.input, {
      seeds: request.seeds,
      levers: request.levers,
      signal: giveUp.signal,
      onProgress: progress.show,
    });
  } catch (error) {
    if (!(error instanceof CoursesGivenUp)) throw error;
    progress.stop();
    console.error('Interrupted; nothing was written.');
    return undefined;
  } finally {
    progress.stop();
    for (const signal of signals) process.off(signal, listener);
  }
}

/** Writes the plan with its needs, and says where a window is too short for them. */
async function writeNeeds(
  { input, planFile }: ForecastRequest,
  file: string,
  { forecast }: Planned,
) {
  const { waves } = input.plan;
  const needs = needsFor(waves, forecast.waves);
  const names = waves.map(({ name }) => name);
  const text = withNeeds(await readFile(planFile, 'utf8'), names, needs);
  const written = readPlanText(text, file);
  if (!written.ok)
    throw new Error(`the plan with its needs is refused: ${JSON.stringify(written)}`);
  const problem = await writeWhole(file, text, '--write-needs');
  if (problem === undefined) {
    tellWarnings(written.locate([...windowProblems(written.plan, input.startAt)]));
  }
  return problem;
}
