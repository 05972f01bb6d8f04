// Names the execution of each phase of each server, so that whoever finds one on record can ask after it.

import { FailureCode, InvalidInput } from '../core/failure.ts';
import { type Stretch, stretchNames } from '../core/phase.ts';
import type { Phase } from '../core/plan/settings.ts';
import { isUnanswered } from '../core/review/wave-view.ts';
import type { WaveRecord, WaveServer } from './records/wave-records.ts';
import type { Subject } from './wave-server.ts';

const phaseExecution = /^([^.]+\.[^.]+)\.(s-\w+)\.([a-z]+)\.(\d+)$/;

/** Reads the name of a phase machine's execution; undefined where it is another's. */
export function readExecutionName(
  name: string,
): { readonly subject: Subject; readonly phase: Stretch } | undefined {
  const [, wave, server, phase, attempt] = phaseExecution.exec(name) ?? [];
  if (wave === undefined || server === undefined || attempt === undefined) return undefined;
  const stretch = stretchNames.find((one) => one === phase);
  if (stretch === undefined) return undefined;
  return { subject: { wave, server, attempt: Number.parseInt(attempt, 10) }, phase: stretch };
}

/** The execution that should be running for a server now; undefined where it has none or its result is there. */
export function openExecution(
  server: WaveServer,
): { readonly name: string; readonly subject: Subject; readonly phase: Stretch } | undefined {
  const { started } = server;
  if (started === null || server.outcome !== null) return undefined;
  if (!isUnanswered(started, server.results)) return undefined;
  const subject = { wave: server.wave, server: server.server, attempt: started.attempt };
  return {
    name: `${server.wave}.${server.server}.${started.phase}.${started.attempt}`,
    subject,
    phase: started.phase,
  };
}

/** The machine of a stretch, as the wave pinned it when it began. What DRS launched is taken back by a machine of its own. */
export function machineOf(
  { wave, home, machines }: Pick<WaveRecord, 'wave' | 'home' | 'machines'>,
  phase: Stretch,
  phases: readonly Phase[],
): string {
  const name = phase === 'rollback' && home.service === 'drs' ? backOf(phases) : phase;
  const machine = machines[name];
  if (machine !== undefined) return machine;
  throw new InvalidInput(
    `${FailureCode.ContractBroken}: wave ${wave} has pinned no machine for ${name}`,
  );
}

/** Which machine takes back what the phases of a server of DRS have done. */
function backOf(phases: readonly Phase[]): 'cleanup' | 'restart' | 'failback' {
  if (phases.includes('reverse')) return 'failback';
  return phases.includes('retire') ? 'restart' : 'cleanup';
}

/**
 * The ARN of a machine's execution by name. A version or an alias in the machine's ARN is not part of it: an execution
 * belongs to the machine, and says in other members which version it runs (Step Functions API, DescribeExecution).
 */
export function executionArn(machineArn: string, name: string): string {
  const parts = machineArn.split(':');
  return [...parts.slice(0, 5), 'execution', parts[6], name].join(':');
}
