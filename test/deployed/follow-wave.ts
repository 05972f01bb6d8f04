// In: a lane with a wave under way. Out: the wave has concluded. Ticks the poller and lets the time of the simulated MGN
// pass between the ticks, as soon as all that a tick has set off is parked again.
import { setTimeout as sleep } from 'node:timers/promises';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Envelope } from '../../src/trace/forms.ts';
import type { Lane, Tick } from './lane.ts';
import { untilParked } from './parked.ts';

// A minute as the schedule has it; while nothing happens, more of MGN's time goes by from tick to tick.
const strideSeconds = 60;
const idleStrideSeconds = 240;
const idleAfterTicks = 5;
// What Landfall measures by its own clock (how long lag must hold, how long ago the freeze was) takes its time: while
// there is nothing else to do, ticks come at this pace.
const idlePaceMs = 700;

/** How a wave was followed. */
export interface Followed {
  readonly ticks: number;
  readonly failedTicks: number;
  readonly wallSeconds: number;
  /** The simulated MGN's time when the wave had concluded. */
  readonly endedAt: string;
}

/** What happens besides, before each tick, with all that was told so far. */
export type Meanwhile = (told: readonly Envelope[]) => Promise<void>;

/** Follows until so many waves have concluded; gives up with what the poller said last. */
export async function followWave(
  lane: Lane,
  { waves = 1, withinSeconds = 900, patienceSeconds = 60, meanwhile }: FollowOptions = {},
): Promise<Followed> {
  const beganMs = performance.now();
  const elapsed = () => (performance.now() - beganMs) / 1000;
  let ticks = 0;
  let failedTicks = 0;
  let idle = 0;
  let endedAt = '';
  for (;;) {
    const told = await lane.subscriber.hear();
    if (concluded(told) >= waves) return { ticks, failedTicks, wallSeconds: elapsed(), endedAt };
    await meanwhile?.(told);
    const tick = await lane.tick();
    if (elapsed() > withinSeconds) {
      const open = `${waves - concluded(told)} of ${waves} waves have not concluded`;
      throw new Error(`${open} after ${withinSeconds} s; the last tick: ${JSON.stringify(tick)}`);
    }
    await refuseDeadWaves(lane);
    if (tick.tick !== 'done') {
      // Another tick runs, or one that died holds its lease still: MGN's time stands.
      if (tick.tick === 'failed') failedTicks += 1;
      await sleep(1000);
      continue;
    }
    ticks += 1;
    const { target } = lane.fleet;
    await untilParked(lane.aws, lane.store, target, lane.machines, patienceSeconds);
    idle = happenedIn(tick) ? 0 : idle + 1;
    endedAt = await lane.simulator.advance(
      idle > idleAfterTicks ? idleStrideSeconds : strideSeconds,
    );
    if (idle > 0) await sleep(idlePaceMs);
  }
}

/** How to follow. */
export interface FollowOptions {
  readonly waves?: number;
  readonly withinSeconds?: number;
  /** How long a tick waits at most for what the one before has set off. */
  readonly patienceSeconds?: number;
  readonly meanwhile?: Meanwhile;
}

/** A wave whose own execution died concludes no more. */
async function refuseDeadWaves({ aws, machines }: Lane): Promise<void> {
  const asked = { stateMachineArn: machines.wave, statusFilter: 'FAILED' } as const;
  const { executions = [] } = await aws.states.send(new ListExecutionsCommand(asked));
  if (executions.length > 0) throw new Error(`${executions[0]?.executionArn} has failed`);
}

function happenedIn(tick: Tick): boolean {
  return ['changed', 'released', 'failed', 'launched'].some((count) => Number(tick[count]) > 0);
}

function concluded(told: readonly Envelope[]): number {
  const waves = told.filter((event) => event['detail-type'] === 'Wave Concluded');
  return new Set(waves.map(({ detail }) => detail['wave'])).size;
}
