// Whether anything of a wave is still under way in the emulator, told from outside: every running execution of a phase
// machine that waits for something is in the store with what it waits for.

import { setTimeout as sleep } from 'node:timers/promises';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Target } from '../../src/core/target.ts';
import type { Store } from '../../src/flow/ports.ts';
import { readAll } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type { Aws } from './aws.ts';

/** The machines of a deployment, by ARN. */
export interface Machines {
  readonly wave: string;
  readonly phases: readonly string[];
}

/** Waits until every running execution is parked; goes on after so long whatever is. */
export async function untilParked(
  aws: Aws,
  store: Store,
  target: Target,
  machines: Machines,
  patienceSeconds: number,
): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000;
  while (!(await areParked(aws, store, target, machines)) && Date.now() < deadline) {
    await sleep(50);
  }
}

async function areParked(
  aws: Aws,
  store: Store,
  target: Target,
  machines: Machines,
): Promise<boolean> {
  const running = await Promise.all(machines.phases.map((machine) => runningOf(aws, machine)));
  const total = running.reduce((sum, count) => sum + count, 0);
  const waits = await readAll(store, place.wait(target, ''));
  // Between its stages a wave is on its way, unless it waits itself.
  if (total === 0) {
    const waiting = waits.filter(({ body }) => body.server === null).length;
    return (await runningOf(aws, machines.wave)) <= waiting;
  }
  const requests = await readAll(store, place.request(target, ''));
  // The request of a reservation outlives the wait for it.
  const held = requests.filter(({ body }) => body.answeredToken !== body.token);
  return waits.filter(({ body }) => body.server !== null).length + held.length >= total;
}

async function runningOf(aws: Aws, stateMachineArn: string): Promise<number> {
  const asked = { stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000 } as const;
  return (await aws.states.send(new ListExecutionsCommand(asked))).executions?.length ?? 0;
}
