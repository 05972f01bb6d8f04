// In: what is on record as running. Out: executions that died without a word are found, what they had queued or parked
// is withdrawn, and their servers or waves concluded; events of waves that a crash left behind are published. Called
// hourly, and by react when Step Functions tells of one.
import { FailureCode, failure } from '../core/failure.ts';
import type { Stretch } from '../core/phase.ts';
import type { Target } from '../core/target.ts';
import { recordResult, withdraw } from './conclude.ts';
import { executionArn, machineOf, openExecution, readExecutionName } from './execution-name.ts';
import { publishWave } from './owed-events.ts';
import type { Ports } from './ports.ts';
import { read } from './records/documents.ts';
import { place } from './records/place.ts';
import type { TargetRecord } from './records/target-records.ts';
import { concludeWave } from './steps/conclude-wave.ts';
import { waveServersOf } from './wave-record.ts';
import type { Subject } from './wave-server.ts';

/** Cleans up after a phase execution that ended without a result; says whether the name was one. */
export async function cleanupAfter(ports: Ports, executionName: string): Promise<boolean> {
  const named = readExecutionName(executionName);
  if (named === undefined) return false;
  const { body: server } = await read(
    ports.store,
    place.waveServer(named.subject.wave, named.subject.server),
  );
  if (server === undefined) return false;
  await recordDead(ports, named.subject, named.phase);
  return true;
}

async function recordDead(ports: Ports, subject: Subject, phase: Stretch): Promise<void> {
  await withdraw(ports, subject, phase);
  const died = failure(
    FailureCode.ExecutionDied,
    `the ${phase} execution died; look at the server before anything else moves it`,
  );
  await recordResult(ports, subject, phase, 'failed', died);
}

/** What a sweep found. */
export interface SweepReport {
  readonly waves: number;
  readonly executions: number;
  /** Events that a crash had left behind, or the bus had refused. */
  readonly published: number;
  readonly died: readonly string[];
}

/** Looks for dead executions of every wave that a target's record names as running. */
export async function sweep(ports: Ports, targets: readonly Target[]): Promise<SweepReport> {
  const died: string[] = [];
  let executions = 0;
  let published = 0;
  const waves = new Set<string>();
  for (const target of targets) {
    const { body } = await read<TargetRecord>(ports.store, place.target(target));
    for (const wave of Object.keys(body?.paces ?? {})) waves.add(wave);
  }
  for (const name of [...waves].sort()) {
    const { body: wave } = await read(ports.store, place.wave(name));
    if (wave === undefined) continue;
    // A concluded wave that still has its pace was not told in full.
    if (wave.concludedAt !== null) {
      await concludeWave(ports, {
        subject: { wave: wave.wave, plan: wave.plan, name: wave.name },
      });
      continue;
    }
    const servers = await waveServersOf(ports, wave);
    published += await publishWave(ports, wave, servers);
    for (const server of servers) {
      const open = openExecution(server);
      if (open === undefined) continue;
      executions += 1;
      const machine = machineOf(wave, open.phase, server.settings.phases);
      const state = await ports.workflows.describeExecution(executionArn(machine, open.name));
      if (state === 'not-found' || state.status === 'RUNNING' || state.status === 'PENDING_REDRIVE')
        continue;
      if (state.status === 'SUCCEEDED') continue;
      await recordDead(ports, open.subject, open.phase);
      died.push(open.name);
    }
    const state = await ports.workflows.describeExecution(wave.executionArn);
    if (state === 'not-found' || state.status === 'RUNNING' || state.status === 'PENDING_REDRIVE')
      continue;
    await concludeWave(ports, {
      subject: { wave: wave.wave, plan: wave.plan, name: wave.name },
      input: {
        Error: state.error ?? state.status,
        Cause: state.cause ?? 'the wave execution ended',
      },
    });
    died.push(name);
  }
  return { waves: waves.size, executions, published, died };
}
