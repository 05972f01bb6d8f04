// In: what the fleet files hold, as parsed JSON. Out: servers, applications, waves and vCenter clients, with
// what is odd (warnings) and what is refused (problems). Called by whoever reads fleet files.
import { targetOfArn } from '../target.ts';
import { isObject, type JsonObject, objectOf, textOf } from './document.ts';
import type {
  Fleet,
  FleetApplication,
  FleetServer,
  FleetVcenterClient,
  FleetWave,
} from './fleet.ts';
import { strangersOf } from './known-shapes.ts';
import { cut, type Path, type Problem, pathText, problemAt, shown } from './problem.ts';

const describeServers = 'save the answer of aws mgn describe-source-servers';

/**
 * Reads fleet documents: pages (`{"items":[…]}`), lists of pages or of servers, or single servers, mixed
 * with applications, waves and vCenter clients. Unknown members and values are kept and reported once.
 */
export function readFleetDocuments(documents: readonly unknown[]): Fleet {
  const found = documents.flatMap((document, i) => [
    ...entries(document, documents.length > 1 ? [i] : []),
  ]);
  const sorted = sortOut(found);
  const problems: Problem[] = [...sorted.problems];
  const applications = sorted.applications.map(readApplication);
  const waves = sorted.waves.map(readWave);
  const placement = placementsOf(applications, waves);
  const servers: FleetServer[] = [];
  const firstPlace = new Map<string, Path>();
  for (const entry of sorted.servers) {
    const server = readServer(entry, placement);
    if ('problem' in server) {
      problems.push(server);
      continue;
    }
    const first = firstPlace.get(server.sourceServerId);
    if (first === undefined) {
      firstPlace.set(server.sourceServerId, entry.at);
      servers.push(server);
    } else {
      problems.push(
        problemAt(
          entry.at,
          `server ${server.sourceServerId} is there twice, first at ${pathText(first)}`,
          'keep one of the two; the pages may have been saved twice',
        ),
      );
    }
  }
  if (servers.length === 0 && problems.length === 0) {
    problems.push(problemAt([], 'the fleet has no servers', describeServers));
  }
  const vcenterClients = sorted.vcenterClients.map(readVcenterClient);
  return {
    servers,
    applications,
    waves,
    vcenterClients,
    warnings: [...strangerWarnings(servers), ...vcenterWarnings(servers, vcenterClients)],
    problems,
  };
}

interface Entry {
  readonly at: Path;
  readonly value: unknown;
}

interface ObjectEntry {
  readonly at: Path;
  readonly value: JsonObject;
}

/** The single things that a document holds: a page's items, a list's members, or the document itself. */
function* entries(value: unknown, at: Path): Generator<Entry> {
  if (Array.isArray(value)) {
    for (const [i, member] of value.entries()) {
      if (isObject(member) && 'items' in member) yield* itemsOf(member, [...at, i]);
      else yield { at: [...at, i], value: member };
    }
  } else if (isObject(value) && 'items' in value) yield* itemsOf(value, at);
  else yield { at, value };
}

function* itemsOf(page: JsonObject, at: Path): Generator<Entry> {
  const items: unknown = page['items'];
  if (!Array.isArray(items)) {
    yield { at: [...at, 'items'], value: items };
    return;
  }
  for (const [i, value] of items.entries()) yield { at: [...at, 'items', i], value };
}

interface Sorted {
  readonly servers: readonly ObjectEntry[];
  readonly applications: readonly ObjectEntry[];
  readonly waves: readonly ObjectEntry[];
  readonly vcenterClients: readonly ObjectEntry[];
  readonly problems: readonly Problem[];
}

/** Tells servers, applications, waves and vCenter clients apart by the id that is their own. */
function sortOut(found: readonly Entry[]): Sorted {
  const servers: ObjectEntry[] = [];
  const applications: ObjectEntry[] = [];
  const waves: ObjectEntry[] = [];
  const vcenterClients: ObjectEntry[] = [];
  const strange: Entry[] = [];
  for (const { at, value } of found) {
    if (!isObject(value)) strange.push({ at, value });
    else if ('sourceServerID' in value || isServerLike(value)) servers.push({ at, value });
    else if ('applicationID' in value) applications.push({ at, value });
    else if ('waveID' in value) waves.push({ at, value });
    else if ('vcenterClientID' in value) vcenterClients.push({ at, value });
    else strange.push({ at, value });
  }
  return { servers, applications, waves, vcenterClients, problems: [...strangeEntries(strange)] };
}

/** A server that lacks its id is still to be called a server, not an application. */
function isServerLike(value: JsonObject): boolean {
  return 'lifeCycle' in value || 'dataReplicationInfo' in value || 'sourceProperties' in value;
}

function* strangeEntries(strange: readonly Entry[]): Generator<Problem> {
  const [first] = strange;
  if (first === undefined) return;
  const what = isObject(first.value)
    ? `an object with ${cut(Object.keys(first.value).slice(0, 5).join(', ')) || 'no members'}`
    : shown(first.value);
  const more = strange.length > 1 ? ` (and ${strange.length - 1} more like it)` : '';
  yield problemAt(
    first.at,
    `${what} is no source server, application, wave or vCenter client${more}`,
    describeServers,
  );
}

function readApplication({ value }: ObjectEntry): FleetApplication {
  const name = textOf(value, 'name');
  const waveId = textOf(value, 'waveID');
  return {
    document: value,
    applicationId: textOf(value, 'applicationID') ?? '',
    ...(name === undefined ? {} : { name }),
    ...(waveId === undefined ? {} : { waveId }),
  };
}

function readWave({ value }: ObjectEntry): FleetWave {
  const name = textOf(value, 'name');
  return {
    document: value,
    waveId: textOf(value, 'waveID') ?? '',
    ...(name === undefined ? {} : { name }),
  };
}

function readVcenterClient({ value }: ObjectEntry): FleetVcenterClient {
  return { document: value, vcenterClientId: textOf(value, 'vcenterClientID') ?? '' };
}

type Placement = Pick<FleetServer, 'applicationName' | 'mgnWaveId' | 'mgnWaveName'>;

function placementsOf(
  applications: readonly FleetApplication[],
  waves: readonly FleetWave[],
): ReadonlyMap<string, Placement> {
  const waveNames = new Map(waves.map(({ waveId, name }) => [waveId, name]));
  return new Map(
    applications.map(({ applicationId, name, waveId }) => {
      const waveName = waveId === undefined ? undefined : waveNames.get(waveId);
      return [
        applicationId,
        {
          ...(name === undefined ? {} : { applicationName: name }),
          ...(waveId === undefined ? {} : { mgnWaveId: waveId }),
          ...(waveName === undefined ? {} : { mgnWaveName: waveName }),
        },
      ];
    }),
  );
}

function readServer(
  { at, value }: ObjectEntry,
  placements: ReadonlyMap<string, Placement>,
): FleetServer | Problem {
  const identity = readIdentity(value, at);
  if ('problem' in identity) return identity;
  const hints = objectOf(objectOf(value, 'sourceProperties'), 'identificationHints');
  const applicationId = textOf(value, 'applicationID');
  const optional = {
    hostname: textOf(hints, 'hostname'),
    fqdn: textOf(hints, 'fqdn'),
    replicationType: textOf(value, 'replicationType'),
    replicationDirection: textOf(value, 'replicationDirection'),
    applicationId,
    lifeCycleState: textOf(objectOf(value, 'lifeCycle'), 'state'),
    vcenterClientId: textOf(value, 'vcenterClientID'),
  };
  return {
    document: value,
    ...identity,
    tags: tagsOf(value),
    ...present(optional),
    ...(applicationId === undefined ? {} : placements.get(applicationId)),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends Record<string, string | undefined>>(members: T): Present<T>;
function present(members: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function readIdentity(
  value: JsonObject,
  at: Path,
): Pick<FleetServer, 'sourceServerId' | 'arn' | 'target'> | Problem {
  const sourceServerId = textOf(value, 'sourceServerID');
  const arn = textOf(value, 'arn');
  if (sourceServerId === undefined) {
    return problemAt([...at, 'sourceServerID'], 'the server has no id', describeServers);
  }
  // The API model's pattern (reference: MGN 2.4).
  if (!/^s-[0-9a-zA-Z]{17}$/.test(sourceServerId)) {
    return problemAt(
      [...at, 'sourceServerID'],
      `${shown(sourceServerId)} is no source server id`,
      'an id is `s-` and 17 letters or digits',
    );
  }
  if (arn === undefined) {
    return problemAt([...at, 'arn'], `server ${sourceServerId} has no ARN`, describeServers);
  }
  const named = targetOfArn(arn);
  if (named === undefined) {
    return problemAt(
      [...at, 'arn'],
      `${shown(arn)} is no ARN of a source server`,
      'it has the form arn:PARTITION:mgn:REGION:ACCOUNT:source-server/ID, or drs for mgn',
    );
  }
  if (named.sourceServerId !== sourceServerId) {
    return problemAt(
      [...at, 'arn'],
      `the ARN of server ${sourceServerId} names ${cut(named.sourceServerId)}`,
      describeServers,
    );
  }
  return { sourceServerId, arn, target: named.target };
}

function tagsOf(value: JsonObject): Readonly<Record<string, string>> {
  const tags = objectOf(value, 'tags') ?? {};
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, tag]) => (typeof tag === 'string' ? [[key, tag]] : [])),
  );
}

const strangerTexts = {
  member: (path: string, what: string) =>
    `unknown member ${shown(what)}${path === '' ? '' : ` of ${path}`}`,
  value: (path: string, what: string) => `unknown value ${shown(what)} of ${path}`,
  form: (path: string, what: string) => `${path} is not ${what}`,
};

const strangerRemedies = {
  member: 'nothing to do: it is kept',
  value: 'nothing to do: servers in an unknown state are waited on until their deadline',
  form: 'look at the file: the member counts as absent',
};

function* strangerWarnings(servers: readonly FleetServer[]): Generator<Problem> {
  const kinds = new Map<string, { count: number; first: string; text: string; remedy: string }>();
  for (const { document, sourceServerId, target } of servers) {
    for (const { kind, path, what } of strangersOf(document, target.service)) {
      const text = strangerTexts[kind](path, what);
      const known = kinds.get(text);
      if (known !== undefined) known.count += 1;
      else {
        kinds.set(text, { count: 1, first: sourceServerId, text, remedy: strangerRemedies[kind] });
      }
    }
  }
  for (const { count, first, text, remedy } of kinds.values()) {
    const others = count === 1 ? '' : ` and ${count - 1} more`;
    yield problemAt([], `${text} (server ${first}${others})`, remedy);
  }
}

function* vcenterWarnings(
  servers: readonly FleetServer[],
  clients: readonly FleetVcenterClient[],
): Generator<Problem> {
  const known = new Set(clients.map(({ vcenterClientId }) => vcenterClientId));
  const missing = new Map<string, number>();
  for (const { vcenterClientId } of servers) {
    if (vcenterClientId === undefined || known.has(vcenterClientId)) continue;
    missing.set(vcenterClientId, (missing.get(vcenterClientId) ?? 0) + 1);
  }
  for (const [id, count] of missing) {
    yield problemAt(
      [],
      `${count} server${count === 1 ? '' : 's'} of vCenter client ${shown(id)}, which the files do not hold`,
      'add the answer of aws mgn describe-vcenter-clients to see whether the client is alive',
    );
  }
}
