import { seededUuid } from '../seeded.ts';
import type { Activity, EndedExecution, MapRun } from './execution.ts';
import { States } from './state-error.ts';

/** A child of a Map run that is to be started, with the ordinal of its item. */
export interface DueChild {
  readonly arn: string;
  readonly name: string;
  readonly index: number;
}

/** Takes the children that the run's concurrency allows now, one by one, and counts them as started. */
export function* childrenDue(run: MapRun, machineArn: string, seed: number): Generator<DueChild> {
  while (run.started < run.inputs.length && run.started - run.ended < run.concurrency) {
    const index = run.started++;
    const name = seededUuid(seed, run.id, index);
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}/${run.id}:${name}`;
    run.children[arn] = index;
    yield { arn, name, index };
  }
}

/** Counts a child that has ended, and says how the run goes on when that was the end of it. */
export function afterChild(
  run: MapRun,
  index: number,
  ended: EndedExecution,
): Activity | undefined {
  delete run.children[ended.execution.arn];
  run.ended += 1;
  if (ended.status === 'SUCCEEDED') {
    run.results[index] = ended.output ?? null;
  } else {
    run.failed += 1;
    run.results[index] = { Error: ended.error ?? '', Cause: ended.cause ?? '' };
  }
  if (run.failed > run.tolerated) {
    return {
      kind: 'failure',
      error: States.exceedToleratedFailureThreshold,
      cause: 'The specified tolerated failure threshold was exceeded',
      event: 'MapRunFailed',
    };
  }
  if (run.ended === run.inputs.length) {
    return { kind: 'result', value: run.results, event: 'MapRunSucceeded' };
  }
  return undefined;
}
