// In: a table in MGN's inventory form, of an export or for an import. Out: servers, applications and waves, each with
// all its rows merged as MGN merges them (reference: inventory formats 2.3).
import { type Problem, shown } from '../../fleet/problem.ts';
import { type Facts, fact, type GroupRecord, type Reading, type ServerRecord } from '../record.ts';
import { cellProblem, type Row, type Table, type Told } from '../table.ts';
import {
  deleteTag,
  type Level,
  type MgnColumn,
  readMgnColumn,
  resetValue,
  settingProblem,
} from './columns.ts';
import { type Draft, serverProblems, sizeWarnings } from './judge-drafts.ts';

// The service's own tags cannot be changed (inventory formats 2.3, rule 8).
const serviceTag = /^(aws:|AWSApplicationMigrationService)/;

/** Reads a table in MGN's inventory form. */
export function readMgn(table: Table): Reading {
  return new MgnReader(table).read();
}

class MgnReader {
  readonly #table: Table;
  readonly #columns: readonly (MgnColumn | undefined)[];
  readonly #drafts: Readonly<Record<Level, Map<string, Draft>>> = {
    wave: new Map(),
    app: new Map(),
    server: new Map(),
  };
  readonly #problems: Problem[] = [];
  readonly #warnings: Problem[] = [];

  constructor(table: Table) {
    this.#table = table;
    this.#columns = table.header.map((name) => readMgnColumn(name.trim()));
  }

  read(): Reading {
    for (const [i, column] of this.#columns.entries()) this.#judgeColumn(i, column);
    for (const row of this.#table.rows) this.#readRow(row);
    const servers = [...this.#drafts.server.values()];
    for (const one of servers) this.#problems.push(...serverProblems(this.#table, one));
    this.#warnings.push(...sizeWarnings(this.#table, servers, this.#drafts.app));
    return {
      servers: servers.map((one) => this.#serverRecord(one)),
      groups: [...this.#drafts.wave.values(), ...this.#drafts.app.values()].map((one) =>
        this.#groupRecord(one),
      ),
      problems: this.#problems,
      warnings: this.#warnings,
    };
  }

  #wrong(line: number, column: string, problem: string, remedy: string): void {
    this.#problems.push(cellProblem(this.#table, line, column, problem, remedy));
  }

  #judgeColumn(i: number, column: MgnColumn | undefined): void {
    const name = this.#table.header[i]?.trim() ?? '';
    if (column === undefined && name !== '') {
      this.#warnings.push(
        cellProblem(this.#table, 1, name, 'is no column of MGN', 'nothing to do: it is left out'),
      );
    }
    if (column?.of === 'setting' && column.grade === 'probable') {
      this.#warnings.push(
        cellProblem(
          this.#table,
          1,
          name,
          'is a column that AWS does not document',
          'nothing to do: it is kept in the fleet file and never written to a CSV',
        ),
      );
    }
  }

  #readRow(row: Row): void {
    const cells = row.cells.flatMap((cell, i) => {
      const [column, value] = [this.#columns[i], cell.trim()];
      const name = this.#table.header[i]?.trim() ?? '';
      // An empty cell is ignored (inventory formats 2.3, rule 6).
      if (column === undefined || value === '') return [];
      const isPlatform = column.of === 'field' && column.field === 'platform';
      const read = isPlatform ? platformName(value) : value;
      return [
        { column, told: { value: read, file: this.#table.file, line: row.line, column: name } },
      ];
    });
    const named: Partial<Record<Level, Draft>> = {};
    for (const level of ['wave', 'app', 'server'] as const) {
      const field = (of: string) =>
        cells.find(
          ({ column }) => column.of === 'field' && column.level === level && column.field === of,
        )?.told;
      const key = field('id') ?? field(level === 'server' ? 'user-provided-id' : 'name');
      if (key !== undefined) named[level] = this.#draft(level, key.value, row.line);
    }
    if (Object.keys(named).length === 0) {
      if (cells.length > 0) {
        this.#wrong(
          row.line,
          '',
          'the row names neither a wave nor an application nor a server',
          'give mgn:server:user-provided-id, mgn:app:name, mgn:wave:name, or their ids',
        );
      }
      return;
    }
    for (const { column, told } of cells) this.#take(named, column, told);
    this.#link(row, named.app, named.wave);
    this.#link(row, named.server, named.app);
    if (named.server !== undefined && named.wave !== undefined && named.app === undefined) {
      this.#warnings.push(
        cellProblem(
          this.#table,
          row.line,
          'mgn:wave:name',
          'MGN puts a server into a wave by its application, and the row names none',
          'give mgn:app:name',
        ),
      );
    }
  }

  #draft(level: Level, key: string, line: number): Draft {
    const known = this.#drafts[level].get(key);
    if (known !== undefined) return known;
    const draft: Draft = {
      level,
      key,
      line,
      fields: new Map(),
      tags: new Map(),
      columns: new Map(),
      parent: undefined,
    };
    this.#drafts[level].set(key, draft);
    return draft;
  }

  #take(named: Partial<Record<Level, Draft>>, column: MgnColumn, told: Told<string>): void {
    switch (column.of) {
      case 'account-id':
      case 'region': {
        const owner = named.server ?? named.app ?? named.wave;
        const form = column.of === 'region' ? /^[a-z]{2}(-[a-z]+)+-\d$/ : /^\d{12}$/;
        if (!form.test(told.value)) {
          const remedy =
            column.of === 'region'
              ? 'write it like eu-central-1'
              : 'write 12 digits; spreadsheets drop leading zeros';
          this.#wrong(told.line, told.column, `is ${shown(told.value)}`, remedy);
        } else if (owner !== undefined) this.#put(owner.fields, column.of, told);
        break;
      }
      case 'view':
        if (named.server !== undefined) this.#put(named.server.fields, column.field, told);
        break;
      case 'field': {
        const isWord = told.value === resetValue || told.value === deleteTag;
        if (isWord) {
          this.#wrong(
            told.line,
            told.column,
            `${told.value} is not allowed in this column`,
            'leave the cell empty',
          );
        } else this.#putOf(named[column.level], column.level, told, (d) => d.fields, column.field);
        break;
      }
      case 'tag': {
        if (serviceTag.test(column.key)) {
          this.#wrong(
            told.line,
            told.column,
            'is a tag of the service, which cannot be changed',
            'remove the column',
          );
        } else {
          const isWord = told.value === resetValue || told.value === deleteTag;
          const into = (d: Draft) => (isWord ? d.columns : d.tags);
          this.#putOf(
            named[column.level],
            column.level,
            told,
            into,
            isWord ? told.column : column.key,
          );
        }
        break;
      }
      case 'setting': {
        const problem = settingProblem(told.column, told.value);
        if (problem !== undefined) {
          this.#wrong(
            told.line,
            told.column,
            `${shown(told.value)} ${problem}`,
            'mend the value or leave the cell empty',
          );
        } else this.#putOf(named.server, 'server', told, (d) => d.columns, told.column);
        break;
      }
    }
  }

  #putOf(
    draft: Draft | undefined,
    level: Level,
    told: Told<string>,
    into: (draft: Draft) => Map<string, Told<string>>,
    name: string,
  ): void {
    if (draft !== undefined) this.#put(into(draft), name, told);
    else {
      const key = level === 'server' ? 'mgn:server:user-provided-id' : `mgn:${level}:name`;
      this.#wrong(told.line, told.column, `the row does not say whose value it is`, `give ${key}`);
    }
  }

  #put(into: Map<string, Told<string>>, name: string, told: Told<string>): void {
    const known = into.get(name);
    if (known === undefined) into.set(name, told);
    else if (known.value !== told.value) {
      this.#wrong(
        told.line,
        told.column,
        `${shown(told.value)} here and ${shown(known.value)} on line ${known.line}, about the same thing`,
        'rows about one thing must not differ: mend one, or leave one empty',
      );
    }
  }

  #link(row: Row, child: Draft | undefined, parent: Draft | undefined): void {
    if (child === undefined || parent === undefined) return;
    const column = parent.level === 'wave' ? 'mgn:wave:name' : 'mgn:app:name';
    if (child.parent === undefined) {
      child.parent = { value: parent.key, file: this.#table.file, line: row.line, column };
    } else if (child.parent.value !== parent.key) {
      const words = { wave: 'wave', app: 'application', server: 'server' };
      this.#wrong(
        row.line,
        column,
        `${words[child.level]} ${shown(child.key)} is in ${words[parent.level]} ${shown(child.parent.value)} on line ${child.parent.line} and in ${shown(parent.key)} here`,
        `keep one ${words[parent.level]}`,
      );
    }
  }

  #serverRecord({ fields, tags, columns, line, parent }: Draft): ServerRecord {
    const application = this.#drafts.app.get(parent?.value ?? '');
    const account = fields.get('account-id') ?? application?.fields.get('account-id');
    const region = fields.get('region') ?? application?.fields.get('region');
    const platform = fields.get('platform');
    const type = fields.get('replication-type');
    const fqdn = fields.get('fqdn-for-action-framework');
    const facts: Facts = {
      ...fact('sourceServerId', fields.get('id')),
      ...fact('userProvidedId', fields.get('user-provided-id')),
      ...fact('fqdn', fqdn),
      ...fact('os', platform),
      ...fact('accountId', account),
      ...fact('region', region),
      ...fact('application', parent),
      ...fact('name', tags.get('Name')),
      ...fact('replicationType', type && replicationOf(type)),
    };
    const { file, source } = this.#table;
    return { format: 'mgn', source, file, line, facts, tags, columns };
  }

  #groupRecord({ level, key, line, fields, tags, columns, parent }: Draft): GroupRecord {
    const [id, name, description] = ['id', 'name', 'description'].map((field) => fields.get(field));
    return {
      kind: level === 'wave' ? 'wave' : 'application',
      format: 'mgn',
      file: this.#table.file,
      line,
      key,
      ...(id === undefined ? {} : { id: id.value }),
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(parent === undefined ? {} : { wave: parent }),
      tags,
      columns,
    };
  }
}

/** The platform as the user guide writes it; another value stays for the judgement of its server. */
function platformName(platform: string): string {
  if (/^windows$/i.test(platform)) return 'Windows';
  return /^linux$/i.test(platform) ? 'Linux' : platform;
}

function replicationOf(type: Told<string>): Told<'AGENT_BASED' | 'SNAPSHOT_SHIPPING'> {
  return {
    ...type,
    value: /^agentless$/i.test(type.value) ? 'SNAPSHOT_SHIPPING' : 'AGENT_BASED',
  };
}
