// In: a fleet and its faults. Out: Landfall deployed as packaged on the emulator, looking after the simulated MGN.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { createDynamoDbStore } from '../../src/adapters/aws/dynamodb-store.ts';
import type { Target } from '../../src/core/target.ts';
import type { Store } from '../../src/flow/ports.ts';
import { type Aws, credentials, openAws } from './aws.ts';
import { type Deployed, deploy } from './deploy.ts';
import { type Emulator, home, startEmulator } from './emulator.ts';
import { type Packaged, stage, Workshop } from './package.ts';
import type { Machines } from './parked.ts';
import { type SimulatorProcess, startSimulator } from './simulator-process.ts';
import { everything, type Subscriber, subscribe } from './subscriber.ts';

const root = join(import.meta.dirname, '../..');
const example = (name: string) => join(root, 'examples', name);

/** The fleet of a lane: its files, and where its servers are, in another Region than Landfall itself. */
export interface LaneFleet {
  readonly files: readonly string[];
  readonly target: Target;
}

/** A migration: the fleet of every lane that says nothing else. */
export const migrating: LaneFleet = {
  files: [example('fleets/mixed-40.json'), example('fleets/mixed-40.vcenter-clients.json')],
  target: {
    partition: 'aws',
    service: 'mgn',
    accountId: home.accountId,
    region: 'us-east-1',
  },
};

/** Disaster recovery. */
export const recovering: LaneFleet = {
  files: [example('fleets/drs-60.json')],
  target: { ...migrating.target, service: 'drs', region: 'us-west-2' },
};

/** What one tick of the poller answered. */
const Tick = z.looseObject({ tick: z.string() });
export type Tick = z.infer<typeof Tick>;

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A deployed Landfall with all that it stands on. */
export interface Lane {
  /** Where its logs are, also after it was closed. */
  readonly folder: string;
  readonly fleet: LaneFleet;
  readonly startAt: string;
  readonly aws: Aws;
  readonly emulator: Emulator;
  readonly simulator: SimulatorProcess;
  readonly workshop: Workshop;
  readonly packaged: Packaged;
  readonly deployed: Deployed;
  readonly machines: Machines;
  /** The store of the functions, to look into. */
  readonly store: Store;
  readonly subscriber: Subscriber;
  /** Runs `landfall` against the deployment, as an operator does. */
  readonly landfall: (...args: readonly string[]) => Promise<Ended>;
  /** Has the poller tick now, through the Lambda API; a tick that fails answers what Lambda says of it. */
  readonly tick: () => Promise<Tick>;
  /** Stops all of it. */
  readonly close: () => Promise<void>;
}

/** Opens a lane; what was begun is stopped when something of it fails. */
export async function openLane(
  name: string,
  { faults, fleet = migrating }: { readonly faults?: string; readonly fleet?: LaneFleet } = {},
): Promise<Lane> {
  const folder = join(root, 'out', 'deployed', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const copy = await mkdtemp(join(tmpdir(), 'landfall-lane-'));
  const open: (() => Promise<void>)[] = [() => rm(copy, { recursive: true, force: true })];
  const close = async () => {
    for (const one of open.splice(0).reverse()) await one();
  };
  try {
    // From now on: the functions have the wall's clock, and MGN's facts lie in their past.
    const startAt = new Date().toISOString();
    const emulator = await startEmulator(join(folder, 'emulator.log'));
    open.push(emulator.stop);
    const world = { fleets: fleet.files, startAt, ...(faults === undefined ? {} : { faults }) };
    const simulator = await startSimulator(world, join(folder, 'simulator.log'));
    open.push(simulator.stop);
    const workshop = new Workshop(copy, { ...fleet.target, simulator: simulator.endpoint });
    const packaged = await workshop.package();
    const aws = openAws(emulator.endpoint);
    open.push(async () => aws.close());
    const deployed = await deploy(aws, packaged);
    return {
      folder,
      fleet,
      startAt,
      aws,
      emulator,
      simulator,
      workshop,
      packaged,
      deployed,
      machines: machinesOf(deployed),
      store: createDynamoDbStore(() => aws.dynamodb, deployed.outputs['TableName'] ?? ''),
      subscriber: await subscribe(aws, busOf(deployed), 'everything-told', everything),
      landfall: (...args) => landfall(args, emulator, simulator),
      tick: () => tick(aws, deployed.outputs['PollFunction'] ?? ''),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The name of Landfall's own bus. */
export function busOf({ outputs }: Deployed): string {
  const name = outputs['BusName'];
  if (name === undefined) throw new Error('the stack has no bus');
  return name;
}

/** The ARNs of the machines, without version. */
function machinesOf({ resources }: Deployed): Machines {
  const machines = resources
    .filter(({ type }) => type === 'AWS::StepFunctions::StateMachine')
    .map(({ physicalId }) => physicalId);
  const wave = machines.find((arn) => arn.endsWith(`:stateMachine:landfall-wave-${stage}`));
  if (wave === undefined) throw new Error('there is no machine wave');
  return { wave, phases: machines.filter((arn) => arn !== wave) };
}

async function tick(aws: Aws, poller: string): Promise<Tick> {
  const payload = JSON.stringify({ target: 'all', hasten: true });
  const answer = await aws.lambda.send(
    new InvokeCommand({ FunctionName: poller, Payload: new TextEncoder().encode(payload) }),
  );
  const said: unknown = JSON.parse(new TextDecoder().decode(answer.Payload));
  if (answer.FunctionError === undefined && Array.isArray(said)) return Tick.parse(said[0]);
  return { tick: 'failed', said };
}

function landfall(
  args: readonly string[],
  emulator: Emulator,
  simulator: SimulatorProcess,
): Promise<Ended> {
  const where = ['--stage', stage, '--region', home.region];
  return runLandfall([...args, ...where], {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ENDPOINT_URL_MGN: simulator.endpoint,
    AWS_ENDPOINT_URL_DRS: simulator.endpoint,
    AWS_ENDPOINT_URL_EC2: simulator.endpoint,
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: simulator.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
}

/** Runs `landfall` with nothing of AWS in its environment but what is given. */
export function runLandfall(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const env = { PATH: process.env['PATH'], HOME: tmpdir(), NO_COLOR: '1', ...environment };
  const options = { cwd: root, env, maxBuffer: 64 * 1_048_576 };
  return new Promise((resolve, reject) => {
    execFile(join(root, 'bin/landfall.mjs'), [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
}
