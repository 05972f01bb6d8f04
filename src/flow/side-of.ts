// In: a server of a wave and what is to be waited or asked for. Out: in which target that is, and which source server
// stands for it there: of a failback across Regions, half of the way lies in the target that the machine came from.
import { distinctTargets, type Target } from '../core/target.ts';
import type { WaveServer } from './records/wave-records.ts';

/** Where a wait is parked or a launch is queued. */
export interface Side {
  readonly target: Target;
  /** The source server of that target, where it is another than the wave's. */
  readonly sourceServer?: string;
}

// The waits and launches of each stretch of a failback that are about the reversed source server.
const ofReversed: Readonly<Record<string, readonly string[]>> = {
  reverse: ['reversed'],
  failback: ['drained', 'recovered', 'StartRecovery'],
  rollback: ['idle', 'TerminateRecoveryInstances'],
};

/** Says in which target something is waited or asked for. */
export function sideOf(
  { target, failback }: Pick<WaveServer, 'target' | 'failback'>,
  { phase, waitsFor }: { readonly phase: string; readonly waitsFor: string },
): Side {
  const { reversed } = failback ?? {};
  return reversed !== undefined && ofReversed[phase]?.includes(waitsFor) === true
    ? { target: reversed.target, sourceServer: reversed.server }
    : { target };
}

/** Every target in which something of these servers may wait or be queued, each once. */
export function sidesOf(
  servers: readonly Pick<WaveServer, 'target' | 'failback'>[],
): readonly Target[] {
  return distinctTargets(
    servers.flatMap(({ target, failback }) =>
      failback?.reversed === undefined ? [target] : [target, failback.reversed.target],
    ),
  );
}

/** The source server that a wait or a request is about, by its id in the target where that lies. */
export function sourceServerOf({
  server,
  sourceServer,
}: {
  readonly server: string;
  readonly sourceServer?: string;
}): string {
  return sourceServer ?? server;
}
