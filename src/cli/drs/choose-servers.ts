// In: which existing servers of DRS are meant, in the words of the command line. Out: these servers, or every word that names none.

import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import type { DrsMember, ServerWanted } from '../../core/plan/launch-configuration/wanted.ts';
import { hasTag } from '../../core/plan/picks.ts';
import { read } from '../../flow/records/documents.ts';
import { place } from '../../flow/records/place.ts';
import type { DrsSettingsPorts } from '../../flow/settings/drs/drs-settings-ports.ts';
import type { Arguments } from '../arguments.ts';
import { nameRemedy } from '../near-names.ts';

/** The servers that are meant; `asked` says whether any were named. */
export type ServersChosen =
  | { readonly ok: true; readonly servers: readonly ServerWanted[]; readonly asked: boolean }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Picks servers: what is named in several ways must hold in all of them. */
export async function chooseServers(
  ports: Pick<DrsSettingsPorts, 'store'>,
  given: Arguments,
  all: readonly ServerWanted[],
  fleet: readonly DrsMember[],
): Promise<ServersChosen> {
  const problems: Problem[] = [];
  const ids = given.all('server');
  const known = all.map(({ server }) => server);
  for (const id of ids.filter((one) => !known.includes(one))) {
    const said = `--server ${shown(id)} is no server of these targets`;
    problems.push(problemAt([], said, nameRemedy(id, known, 'correct or remove it')));
  }
  const tags = tagsIn(given.all('tag'), problems);
  const waves = await waveServers(ports, given.all('wave'), problems);
  if (given.has('all-servers') && ids.length + tags.length + given.all('wave').length > 0) {
    const remedy = 'leave it out, or leave --server, --tag and --wave out';
    problems.push(problemAt([], '--all-servers means all of them', remedy));
  }
  if (problems.length > 0) return { ok: false, problems };
  const narrow = ids.length > 0 || tags.length > 0 || waves !== undefined;
  const tagged = new Map(fleet.map((server) => [server.sourceServerId, server]));
  const servers = all.filter(({ server }) => {
    const document = tagged.get(server);
    return (
      (ids.length === 0 || ids.includes(server)) &&
      (waves === undefined || waves.has(server)) &&
      tags.every(([key, value]) => document !== undefined && hasTag(document, key, value))
    );
  });
  if (narrow && servers.length === 0) {
    const remedy = 'mind that all of --server, --tag and --wave must hold';
    return { ok: false, problems: [problemAt([], 'no server is picked', remedy)] };
  }
  return { ok: true, servers, asked: narrow || given.has('all-servers') };
}

function tagsIn(
  words: readonly string[],
  problems: Problem[],
): readonly (readonly [key: string, value: string])[] {
  return words.flatMap((word) => {
    const at = word.indexOf('=');
    if (at > 0) return [[word.slice(0, at), word.slice(at + 1)] as const];
    problems.push(problemAt([], `--tag ${shown(word)} is no tag`, 'write it as key=value'));
    return [];
  });
}

async function waveServers(
  { store }: Pick<DrsSettingsPorts, 'store'>,
  names: readonly string[],
  problems: Problem[],
): Promise<ReadonlySet<string> | undefined> {
  if (names.length === 0) return undefined;
  const found = new Set<string>();
  for (const name of names) {
    const [plan = '', wave = '', ...more] = name.split('.');
    const record =
      more.length > 0 ? undefined : (await read(store, place.plannedWave(plan, wave))).body;
    if (record === undefined) {
      const said = `--wave ${shown(name)} is no wave of a plan that was started`;
      problems.push(problemAt([], said, 'name it as PLAN.WAVE, or pick servers by --tag'));
    }
    for (const { id } of record?.servers ?? []) found.add(id);
  }
  return found;
}
