import { type Problem, shown } from '../../fleet/problem.ts';
import { cellProblem, type Table, type Told } from '../table.ts';
import type { Level } from './columns.ts';

/** How many servers one application of MGN may hold; the quota cannot be raised (L-90A3F9F5). */
export const mostServersPerApplication = 200;

/** All rows about one server, application or wave, merged. */
export interface Draft {
  readonly level: Level;
  readonly key: string;
  readonly line: number;
  readonly fields: Map<string, Told<string>>;
  readonly tags: Map<string, Told<string>>;
  readonly columns: Map<string, Told<string>>;
  parent: Told<string> | undefined;
}

/** Says what is wrong with a server, all of its rows taken together. */
export function* serverProblems(table: Table, draft: Draft): Generator<Problem> {
  const platform = draft.fields.get('platform');
  if (platform !== undefined && !/^(linux|windows)$/i.test(platform.value)) {
    yield cellProblem(
      table,
      platform.line,
      platform.column,
      `is ${shown(platform.value)}`,
      'write Linux or Windows',
    );
  }
  const id = draft.fields.get('id');
  if (id !== undefined && !/^s-[0-9a-zA-Z]{17}$/.test(id.value)) {
    yield cellProblem(
      table,
      id.line,
      id.column,
      `${shown(id.value)} is no source server id`,
      'an id is `s-` and 17 letters or digits',
    );
  }
  if (id === undefined && !draft.fields.has('fqdn-for-action-framework')) {
    yield cellProblem(
      table,
      draft.line,
      'mgn:server:fqdn-for-action-framework',
      `server ${shown(draft.key)} is new to MGN and has no fully qualified name`,
      'give its name or IP address',
    );
  }
}

/** Says which applications are larger than MGN takes. */
export function* sizeWarnings(
  table: Table,
  servers: readonly Draft[],
  applications: ReadonlyMap<string, Draft>,
): Generator<Problem> {
  const sizes = new Map<string, number>();
  for (const { parent } of servers) {
    if (parent !== undefined) sizes.set(parent.value, (sizes.get(parent.value) ?? 0) + 1);
  }
  for (const [key, size] of sizes) {
    if (size <= mostServersPerApplication) continue;
    const line = applications.get(key)?.line ?? 1;
    yield cellProblem(
      table,
      line,
      'mgn:app:name',
      `application ${shown(key)} has ${size} servers; MGN takes at most ${mostServersPerApplication}`,
      'split the application before this is imported into MGN',
    );
  }
}
