// In: what a person asked to simulate, as words. Out: all of it read and checked, or every problem at once. Nothing is
// opened or bound yet.
import type { Fleet } from '../core/fleet/fleet.ts';
import { newestTimestamp } from '../core/fleet/newest-timestamp.ts';
import { type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import { readFleetDocuments } from '../core/fleet/read-fleet-documents.ts';
import { fromMs, instantMs } from '../core/time.ts';
import { noFaults } from '../simulator/faults.ts';
import { type Pace, readPace } from '../simulator/http/virtual-clock.ts';
import type { FaultFile, JsonObject, Parameters } from '../simulator/simulator.ts';
import { readJsonDocuments } from './json-documents.ts';
import { readFaults, strayFaults } from './read-faults.ts';
import { largestFleetBytes } from './read-fleet.ts';
import { readParameters } from './read-parameters.ts';
import { readTextFile } from './read-text-file.ts';

/** What to simulate, in the words of the command line. */
export interface SimulationRequest {
  readonly fleets: readonly string[];
  readonly faults?: string | undefined;
  readonly parameters?: string | undefined;
  readonly seed?: string | undefined;
  readonly start?: string | undefined;
  readonly clock?: string | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly state?: string | undefined;
}

/** A simulation that may begin. */
export interface Simulation {
  readonly host: string;
  readonly port: number;
  readonly pace: Pace;
  readonly state: string | undefined;
  /** The instant that was asked for, or that the fleet was described at; undefined where neither is known. */
  readonly startAt: { readonly asked?: string; readonly described?: string };
  /** Undefined where nothing but a state is to be gone on with. */
  readonly world: SimulatedWorld;
  /** Says whether fleet, faults, seed, parameters or start were named. */
  readonly isNamed: boolean;
  /** The one account of the fleet; undefined where it has none or several. */
  readonly onlyAccount: string | undefined;
  /** A Region in which the fleet has servers; undefined where there is no fleet. */
  readonly anyRegion: string | undefined;
  readonly warnings: readonly Problem[];
}

/** What a simulated world begins with, but for its instant. */
export interface SimulatedWorld {
  readonly fleet: readonly JsonObject[];
  readonly vcenterClients: readonly JsonObject[];
  readonly applications: readonly JsonObject[];
  readonly waves: readonly JsonObject[];
  readonly faults: FaultFile;
  readonly seed: number;
  readonly parameters?: Parameters;
}

/** A simulation that may begin, or why it may not. */
export type SimulationRead =
  | { readonly ok: true; readonly simulation: Simulation }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads all that a simulation needs; problems of all files and options come together. */
export async function readSimulation(request: SimulationRequest): Promise<SimulationRead> {
  const fleet = await readDocuments(request.fleets);
  const faults =
    request.faults === undefined
      ? { ok: true as const, faults: noFaults }
      : await readFaults(request.faults);
  const parameters =
    request.parameters === undefined
      ? { ok: true as const, parameters: undefined }
      : await readParameters(request.parameters);
  const options = readOptions(request);
  const problems = [fleet, faults, parameters, options].flatMap((read) =>
    read.ok ? [] : read.problems,
  );
  if (fleet.ok && faults.ok && request.faults !== undefined && fleet.drs.length === 0) {
    problems.push(...strayFaults(faults.faults, fleet.fleet, request.faults));
  }
  if (problems.length > 0 || !(fleet.ok && faults.ok && parameters.ok && options.ok)) {
    return { ok: false, problems };
  }
  const documents = <T>(of: readonly { readonly document: T }[]) => of.map((one) => one.document);
  const { servers, vcenterClients, applications, waves, warnings } = fleet.fleet;
  const world: SimulatedWorld = {
    fleet: [...documents(servers), ...fleet.drs],
    vcenterClients: documents(vcenterClients),
    applications: documents(applications),
    waves: documents(waves),
    faults: faults.faults,
    seed: options.seed,
    ...(parameters.parameters === undefined ? {} : { parameters: parameters.parameters }),
  };
  const places = world.fleet.flatMap((one) => placeOf(one) ?? []);
  const [account, ...others] = new Set(places.map((place) => place.accountId));
  const { fleets, faults: faultsFile, parameters: parametersFile, seed, start } = request;
  return {
    ok: true,
    simulation: {
      host: options.host,
      port: options.port,
      pace: options.pace,
      state: request.state,
      startAt: {
        ...(options.start === undefined ? {} : { asked: options.start }),
        ...(fleet.describedAt === undefined ? {} : { described: fleet.describedAt }),
      },
      world,
      isNamed:
        fleets.length > 0 ||
        [faultsFile, parametersFile, seed, start].some((given) => given !== undefined),
      onlyAccount: others.length === 0 ? account : undefined,
      anyRegion: places[0]?.region,
      warnings,
    },
  };
}

type DocumentsRead =
  | {
      readonly ok: true;
      readonly fleet: Fleet;
      readonly drs: readonly JsonObject[];
      readonly describedAt?: string;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const noFleet: Fleet = {
  servers: [],
  vcenterClients: [],
  applications: [],
  waves: [],
  problems: [],
  warnings: [],
};

/** Reads fleet files of MGN and of DRS; what is DRS's is taken as it is. */
async function readDocuments(files: readonly string[]): Promise<DocumentsRead> {
  const problems: Problem[] = [];
  const drs: JsonObject[] = [];
  const mgn: unknown[] = [];
  const all: unknown[] = [];
  for (const file of files) {
    const read = await readTextFile(file, largestFleetBytes);
    const parsed = read.ok ? readJsonDocuments(read.text) : undefined;
    if (!read.ok) problems.push(read.problem);
    else if (parsed?.ok === false) {
      const remedy = 'save the answer of aws mgn describe-source-servers again';
      problems.push({ ...problemAt([], `the JSON ${parsed.fault.problem}`, remedy), file });
    } else if (parsed?.ok === true) {
      for (const document of parsed.documents) {
        all.push(document);
        const rest = withoutDrs(document, drs);
        if (rest !== undefined) mgn.push(rest);
      }
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const fleet = mgn.length === 0 ? noFleet : readFleetDocuments(mgn);
  if (fleet.problems.length > 0) return { ok: false, problems: fleet.problems };
  const describedAt = newestTimestamp(all);
  return { ok: true, fleet, drs, ...(describedAt === undefined ? {} : { describedAt }) };
}

/** Moves what belongs to DRS out of a document; answers the rest, undefined where nothing is left. */
function withoutDrs(document: unknown, drs: JsonObject[]): unknown {
  if (Array.isArray(document)) {
    const rest = document.map((one: unknown) => withoutDrs(one, drs));
    const left = rest.filter((one) => one !== undefined);
    return left.length === 0 && document.length > 0 ? undefined : left;
  }
  if (!isObject(document)) return document;
  const { items } = document;
  if (Array.isArray(items)) {
    const left = withoutDrs(items, drs);
    return left === undefined ? undefined : { ...document, items: left };
  }
  if (typeof document['arn'] !== 'string' || !/^arn:[\w-]+:drs:/.test(document['arn'])) {
    return document;
  }
  drs.push(document);
  return undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function placeOf(
  document: JsonObject,
): { readonly region: string; readonly accountId: string } | undefined {
  const { arn } = document;
  const [, region, accountId] =
    (typeof arn === 'string' ? /^arn:[^:]+:[^:]+:([\w-]+):(\d{12}):/.exec(arn) : null) ?? [];
  return region === undefined || accountId === undefined ? undefined : { region, accountId };
}

type OptionsRead =
  | {
      readonly ok: true;
      readonly seed: number;
      readonly port: number;
      readonly host: string;
      readonly pace: Pace;
      readonly start: string | undefined;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function readOptions(request: SimulationRequest): OptionsRead {
  const problems: Problem[] = [];
  const refuse = (option: string, given: string, problem: string, remedy: string) =>
    problems.push(problemAt([], `${option} is ${shown(given)}, ${problem}`, remedy));
  const { seed = '1', port = '4599', host = '127.0.0.1', clock = 'real', start } = request;
  if (!/^\d{1,15}$/.test(seed)) {
    refuse('--seed', seed, 'no whole number from 0 up', 'give one, e.g. --seed 7');
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    refuse('--port', port, 'no port number', 'give one from 0 (any free one) to 65535');
  }
  if (!/^[\w.:-]{1,253}$/.test(host)) {
    refuse('--host', host, 'no address or host name', 'give one, e.g. --host 0.0.0.0');
  }
  const pace = readPace(clock);
  if (pace === undefined) {
    refuse('--clock', clock, 'no clock', 'give real, manual, or a factor such as x60');
  }
  const startMs = start !== undefined && zoned.test(start) ? instantMs(start) : undefined;
  if (start !== undefined && startMs === undefined) {
    refuse('--start', start, 'no instant with a time zone', 'write it like 2026-01-31T08:00:00Z');
  }
  if (problems.length > 0 || pace === undefined) return { ok: false, problems };
  return {
    ok: true,
    seed: Number(seed),
    port: Number(port),
    host,
    pace,
    start: startMs === undefined ? undefined : fromMs(startMs),
  };
}
