import { type Column, isResettable, readColumn } from './columns.ts';
import type { CsvRow } from './csv.ts';

/** What is wrong with a file, by row; 0 is the file as a whole. */
export interface Problem {
  readonly row: number;
  readonly type: 'VALIDATION_ERROR' | 'PROCESSING_ERROR';
  readonly message: string;
  readonly serverId?: string;
  readonly applicationId?: string;
  readonly waveId?: string;
}

/** Where a server's or group's values came from: all rows about it, merged. */
export interface Draft {
  /** The id or, where rows give none, the name; for servers the user-provided id. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** The first row about it. */
  readonly row: number;
  readonly fields: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly settings: Map<string, string>;
  /** Post-launch actions by name, each with its fields. */
  readonly actions: Map<string, Map<string, string>>;
  /** The draft of the wave or application that it is to belong to. */
  parent: Draft | undefined;
}

/** What an inventory file asks for. */
export interface InventoryDraft {
  readonly waves: ReadonlyMap<string, Draft>;
  readonly applications: ReadonlyMap<string, Draft>;
  readonly servers: ReadonlyMap<string, Draft>;
  readonly problems: readonly Problem[];
}

/** The two words that a cell may hold instead of a value. */
export const resetValue = '[RESET_VALUE]';
export const deleteTag = '[DELETE_TAG]';

// The service's own tags cannot be changed (inventory formats 2.3, rule 8).
const serviceTag = /^AWSApplicationMigrationService/;
const levels = ['wave', 'app', 'server'] as const;
type Level = (typeof levels)[number];
const nameFields = { wave: 'name', app: 'name', server: 'user-provided-id' } as const;

/** Merges the rows of a file by what they are about; `skipped` rows are passed over. */
export function draftOf(
  rows: readonly CsvRow[],
  place: { readonly accountId: string; readonly region: string },
  rules: { readonly unknownColumns: 'reject' | 'ignore'; readonly skipped: ReadonlySet<number> },
): InventoryDraft {
  const problems: Problem[] = [];
  const wrong = (row: number, message: string) => {
    problems.push({ row, type: 'VALIDATION_ERROR', message });
  };
  const drafts = {
    wave: new Map<string, Draft>(),
    app: new Map<string, Draft>(),
    server: new Map<string, Draft>(),
  };
  const [header, ...body] = rows;
  const columns = (header?.cells ?? []).map((name) => readColumn(name.trim()));
  if (header === undefined || body.length === 0) wrong(0, 'The file has no rows');
  (header?.cells ?? []).forEach((name, i, all) => {
    if (columns[i] === undefined && rules.unknownColumns === 'reject') {
      wrong(0, `The column ${name} is unknown`);
    }
    if (all.indexOf(name) !== i) wrong(0, `The column ${name} occurs twice`);
  });
  for (const { line, cells } of body) {
    if (!rules.skipped.has(line)) readRow(line, cells);
  }
  return {
    waves: drafts.wave,
    applications: drafts.app,
    servers: drafts.server,
    problems,
  };

  function readRow(row: number, cells: readonly string[]): void {
    if (cells.length > columns.length) wrong(row, 'The row has more cells than the header');
    const values = cells.flatMap((cell, i) => {
      const column = columns[i];
      const value = cell.trim();
      // An empty cell is ignored (inventory formats 2.3, rule 6).
      return column === undefined || value === '' ? [] : [{ column, value }];
    });
    const field = (of: Level, name: string) =>
      values.find(({ column }) => column.of === of && 'field' in column && column.field === name)
        ?.value;
    const chosen: Partial<Record<Level, Draft>> = {};
    for (const of of levels) {
      const id = field(of, 'id');
      const name = field(of, nameFields[of]);
      if (id !== undefined || name !== undefined) {
        const key = id ?? `name:${name}`;
        const draft = drafts[of].get(key) ?? newDraft(id, name, row);
        drafts[of].set(key, draft);
        chosen[of] = draft;
      }
    }
    if (Object.keys(chosen).length === 0 && values.length > 0) {
      wrong(row, 'The row names neither a wave nor an application nor a server');
      return;
    }
    for (const { column, value } of values) take(row, chosen, column, value);
    link(row, chosen.app, chosen.wave, 'application', 'wave');
    link(row, chosen.server, chosen.app, 'server', 'application');
  }

  function take(
    row: number,
    chosen: Partial<Record<Level, Draft>>,
    column: Column,
    value: string,
  ): void {
    switch (column.of) {
      case 'account-id':
        if (value !== place.accountId) wrong(row, `The account ${value} is not ${place.accountId}`);
        break;
      case 'region':
        if (value !== place.region) wrong(row, `The Region ${value} is not ${place.region}`);
        break;
      case 'view-only':
        break;
      case 'wave':
      case 'app':
      case 'server': {
        const draft = chosen[column.of];
        if (draft === undefined) {
          wrong(row, `A value of a ${column.of} needs its id or name`);
        } else if ('tag' in column) {
          if (serviceTag.test(column.tag)) wrong(row, `The tag ${column.tag} cannot be changed`);
          else put(row, draft.tags, column.tag, value);
        } else if (value === resetValue || value === deleteTag) {
          wrong(row, `${value} is not allowed in ${column.field}`);
        } else put(row, draft.fields, column.field, value);
        break;
      }
      case 'setting':
        if (chosen.server === undefined) wrong(row, `${column.name} needs a server`);
        else if (value === deleteTag || (value === resetValue && !isResettable(column.name))) {
          wrong(row, `${value} is not allowed in ${column.name}`);
        } else put(row, chosen.server.settings, column.name, value);
        break;
      case 'action': {
        if (chosen.server === undefined) {
          wrong(row, `The action ${column.action} needs a server`);
          break;
        }
        const action = chosen.server.actions.get(column.action) ?? new Map<string, string>();
        chosen.server.actions.set(column.action, action);
        put(row, action, column.field, value);
        break;
      }
    }
  }

  function put(row: number, into: Map<string, string>, name: string, value: string): void {
    const known = into.get(name);
    if (known !== undefined && known !== value) {
      wrong(row, `Two rows differ in ${name}: ${known} and ${value}`);
    } else into.set(name, value);
  }

  function link(
    row: number,
    child: Draft | undefined,
    parent: Draft | undefined,
    childWord: string,
    parentWord: string,
  ): void {
    if (child === undefined || parent === undefined) return;
    if (child.parent !== undefined && child.parent !== parent) {
      wrong(row, `The ${childWord} is in two ${parentWord}s`);
    } else child.parent = parent;
  }
}

function newDraft(id: string | undefined, name: string | undefined, row: number): Draft {
  return {
    id,
    name,
    row,
    fields: new Map(),
    tags: new Map(),
    settings: new Map(),
    actions: new Map(),
    parent: undefined,
  };
}
