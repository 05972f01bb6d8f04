// In: a simulation that was read. Out: a simulator on the wire, until somebody stops it.
import { printable, printProblems, problemAt } from '../core/fleet/problem.ts';
import { fromMs } from '../core/time.ts';
import { LogRing } from '../simulator/http/log-ring.ts';
import { OtherOrigin, RecordedSimulator } from '../simulator/http/recorded-simulator.ts';
import { RecordingStore, StateFileRefused } from '../simulator/http/recording-store.ts';
import { type Face, openFace } from '../simulator/http/server.ts';
import { paceText, VirtualClock } from '../simulator/http/virtual-clock.ts';
import { ExitCode } from './exit-code.ts';
import type { Simulation } from './read-simulation.ts';

/** The account of credentials that name none, where the fleet does not settle it. */
export const accountOfNobody = '000000000000';

/** A simulation on the wire. */
export interface RunningSimulation {
  readonly face: Face;
  readonly simulator: RecordedSimulator;
  readonly account: string;
  /** Frees the port and closes the state file. */
  readonly stop: () => Promise<void>;
}

/**
 * Puts a simulation on the wire. Rejects with StateFileRefused or OtherOrigin where the state file cannot be gone
 * on with, with a RangeError where the fleet cannot be loaded, and with the system's error where the port is taken.
 */
export async function startSimulation(
  simulation: Simulation,
  wall: () => number,
  onDefect: (error: unknown) => void = () => undefined,
): Promise<RunningSimulation> {
  const store = new RecordingStore(simulation.state);
  try {
    const events = new LogRing();
    const calls = new LogRing();
    const known = store.options();
    const { asked, described } = simulation.startAt;
    // A real clock makes the fleet's facts those of the present; any other begins where the fleet was described.
    const present = fromMs(Math.floor(wall()));
    const fresh = asked ?? (simulation.pace === 'real' ? present : (described ?? present));
    const origin = { ...simulation.world, startAt: asked ?? known?.startAt ?? fresh };
    const simulator = new RecordedSimulator(
      store,
      known === undefined || simulation.isNamed ? origin : undefined,
      { onCall: (record) => calls.add(record), onEvent: (envelope) => events.add(envelope) },
    );
    const account = simulation.onlyAccount ?? accountOfNobody;
    // A real clock has gone on while nobody looked; any other has stood still.
    const ahead = simulation.pace === 'real' ? store.ahead() : undefined;
    const at =
      ahead === undefined ? simulator.now : Math.max(simulator.now, Math.floor(wall() + ahead));
    const clock = new VirtualClock(simulation.pace, wall, at, (ms) => {
      if (simulation.pace === 'real') store.noteAhead(ms);
    });
    const { host, port } = simulation;
    const on = { simulator, clock, events, calls, host, port, defaultAccount: account, onDefect };
    const face = await openFace(on);
    const stop = async () => {
      await face.close();
      simulator.note();
      store.close();
    };
    return { face, simulator, account, stop };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Runs a simulation until SIGINT or SIGTERM, and answers the exit code. */
export async function runSimulation(simulation: Simulation): Promise<ExitCode> {
  const wall = () => performance.timeOrigin + performance.now();
  let running: RunningSimulation;
  try {
    running = await startSimulation(simulation, wall, (error) =>
      console.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  } catch (error) {
    const problem = refusalOf(error, simulation);
    if (problem === undefined) throw error;
    console.error(`Refused; nothing was touched.\n${printable(printProblems([problem]))}`);
    return ExitCode.Refused;
  }
  console.log(welcome(simulation, running));
  await stopped();
  await running.stop();
  console.log('Stopped.');
  return ExitCode.Done;
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}

function refusalOf(error: unknown, { host, port, state }: Simulation) {
  if (error instanceof StateFileRefused) {
    return problemAt([], `--state: ${error.message}`, 'name another file');
  }
  if (error instanceof OtherOrigin) {
    return problemAt(
      [],
      `--state ${state ?? ''}: ${error.message}`,
      'leave the other options out to go on with it, or name another file',
    );
  }
  if (error instanceof RangeError) {
    return problemAt([], error.message, 'mend the fleet or the parameters');
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') {
    return problemAt([], `port ${port} is taken`, 'name another one with --port, or 0 for any');
  }
  return ['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(code)
    ? problemAt([], `${host}:${port} cannot be bound (${code})`, 'name another --host or --port')
    : undefined;
}

/** Says where the simulator is and how clients are pointed at it. */
function welcome(simulation: Simulation, { face, simulator, account }: RunningSimulation): string {
  const { world, pace, host } = simulation;
  const shownHost =
    host === '0.0.0.0' || host === '::' || host === '127.0.0.1' ? 'localhost' : host;
  const address = `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${face.port}`;
  const servers = world.fleet.length;
  return `The simulated AWS answers at ${address}
  ${servers} server${servers === 1 ? '' : 's'} of fleet files, virtual time ${fromMs(simulator.now)}, clock ${paceText(pace)}
  a key id of 12 digits names the account; any other is of account ${account}

aws CLI, boto3, Terraform, SDKs:
  export AWS_ENDPOINT_URL=${address}
  export AWS_ACCESS_KEY_ID=${account} AWS_SECRET_ACCESS_KEY=none AWS_REGION=${simulation.anyRegion ?? 'us-east-1'}
  aws mgn describe-source-servers

Control:
  curl ${address}/_landfall/clock
  curl -X POST ${address}/_landfall/advance -d '{"seconds": 3600}'

Ctrl-C stops it.`;
}
