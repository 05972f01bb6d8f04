// In: a wave that is about to recover servers. Out: every drill that has one of them lets go of it, told by both waves.
// Called by nextStage before the first recovery of the wave (adr/0024); a repetition after a crash changes nothing.
import type { TakenOver, WaveRecord, WaveServer } from '../records/wave-records.ts';
import { recordWave } from '../wave-record.ts';
import { yieldingDrills } from './held-servers.ts';
import { tellYield } from './order-entry.ts';
import { type OperatorPorts, runOrder } from './run-order.ts';

/** Why servers leave their drill, as its record keeps it. */
export const takeOverReason = 'it is recovered';

/**
 * Has the drills of other plans let go of the servers that a wave recovers, once in the wave's life. What is taken is on
 * record before the first drill hears of it, so that no crash in between leaves a drill ended that nobody knows of.
 */
export async function takeOver(
  ports: OperatorPorts,
  wave: WaveRecord,
  servers: readonly WaveServer[],
): Promise<void> {
  const { from, isOrdered } = wave.takenOver ?? (await noteDrills(ports, wave, servers));
  if (isOrdered) return;
  for (const drill of from) {
    // A drill that is over by now refuses, which is as good: it does nothing to them any more.
    await runOrder(ports, {
      order: 'yield',
      scope: { kind: 'servers', wave: drill.wave, servers: drill.servers },
      by: wave.wave,
      reason: takeOverReason,
    });
  }
  await recordWave(ports, wave.wave, (record) => ({
    next: { ...record, takenOver: { from, isOrdered: true } },
    told: [],
  }));
}

async function noteDrills(
  ports: OperatorPorts,
  { wave, plan }: WaveRecord,
  servers: readonly WaveServer[],
): Promise<TakenOver> {
  const open = servers.filter(({ outcome }) => outcome === null);
  const arns = new Set(open.map(({ arn }) => arn));
  const from = await yieldingDrills(ports, plan, arns);
  const found: TakenOver = { from, isOrdered: from.length === 0 };
  const at = ports.clock.now();
  const { takenOver } = await recordWave(ports, wave, (record) =>
    record.takenOver === undefined
      ? {
          next: { ...record, takenOver: found },
          told: from.map((drill) =>
            tellYield({ drill: drill.wave, recovery: wave }, drill.servers, at),
          ),
        }
      : undefined,
  );
  return takenOver ?? found;
}
