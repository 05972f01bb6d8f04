import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonDocuments } from '../../src/cli/json-documents.ts';
import { findJsonFault } from '../../src/cli/json-fault.ts';
import { readFleet } from '../../src/cli/read-fleet.ts';
import { newestTimestamp } from '../../src/core/fleet/newest-timestamp.ts';
import { printProblems } from '../../src/core/fleet/problem.ts';
import { readFleetDocuments } from '../../src/core/fleet/read-fleet-documents.ts';
import { aDocument, id } from '../core/plan/_examples.ts';
import { aDirectory, example } from './_files.ts';

const { directory, write } = aDirectory();

async function idsIn(...files: readonly string[]): Promise<readonly string[] | string> {
  const read = await readFleet(files);
  if (!read.ok) return refusal(...files);
  return read.fleet.servers.map((server) => server.sourceServerId);
}

async function refusal(...files: readonly string[]): Promise<string> {
  const read = await readFleet(files);
  return read.ok ? 'read' : printProblems(read.problems).replaceAll(`${directory}/`, '');
}

const servers = [aDocument(1), aDocument(2), aDocument(3)];
const all = servers.map((server) => server.sourceServerID);

describe('readFleet', () => {
  it.each([
    ['mixed-40', 40],
    ['agentless-805', 805],
  ])('reads %s with its vCenter clients', async (name, size) => {
    const read = await readFleet([
      example(`fleets/${name}.json`),
      example(`fleets/${name}.vcenter-clients.json`),
    ]);
    expect(read.ok && read.fleet.servers.length).toBe(size);
    expect(read.ok && read.fleet.vcenterClients.length).toBe(4);
    expect(read.ok && read.fleet.warnings).toEqual([]);
    expect(read.ok && read.describedAt).toBe(read.ok ? newestTimestamp(read.documents) : 'never');
  });

  it.each([
    ['one page', JSON.stringify({ items: servers })],
    ['a byte order mark', `\ufeff${JSON.stringify({ items: servers })}`],
    ['a list of servers', JSON.stringify(servers)],
    ['a list of pages', JSON.stringify(servers.map((server) => ({ items: [server] })))],
    ['a server a line', servers.map((server) => JSON.stringify(server)).join('\n')],
    ['a page a line', servers.map((s) => JSON.stringify({ items: [s] })).join('\r\n')],
    ['pages put together', servers.map((s) => JSON.stringify({ items: [s] }, null, 2)).join('')],
  ])('reads %s', async (name, content) => {
    expect(await idsIn(write(name, content))).toEqual(all);
  });

  it('reads a fleet that is spread over files', async () => {
    const files = servers.map((server, i) => write(`part-${i}`, JSON.stringify(server)));
    expect(await idsIn(...files)).toEqual(all);
  });

  it.each([
    ['empty', '', 'empty  is empty  → check that this is the right file'],
    ['blank', ' \n', 'blank:1  the JSON holds nothing (line 1, column 1)  → save'],
    ['no-servers', '{"items":[]}', 'no-servers  the fleet has no servers  → save'],
    [
      'truncated',
      '{"items":[\n{"sourceServerID":"s-',
      'truncated:2  the JSON ends inside a string (line 2, column 22)  → save',
    ],
    [
      'cut-off',
      '{"items":[\n{"a":1},\n',
      'cut-off:3  the JSON ends too early (line 3, column 1)  → save',
    ],
    [
      'wrong-bracket',
      '{"items":[{"a":1}}',
      'wrong-bracket:1  the JSON has "}" here, not a comma or end (line 1, column 18)  → save',
    ],
    [
      'comma',
      '{"items":[{"a":1},]}',
      'comma:1  the JSON has "]" here, not a value (line 1, column 19)  → save',
    ],
    [
      'text',
      'Unable to locate credentials',
      'text:1  the JSON has "Unable to locate cre" where a JSON object or list should begin (line 1, column 1)  → save',
    ],
    [
      'python',
      "{'items': []}",
      `python:1  the JSON has "'" here, not a key or } (line 1, column 2)  → save`,
    ],
    [
      'bomb',
      '['.repeat(1_000_000),
      'bomb:1  the JSON is nested more than 100 levels deep (line 1, column 101)  → save',
    ],
    [
      'second-line',
      `${JSON.stringify(aDocument(1))}\n{"lifeCycle":{}}`,
      'second-line:2  sourceServerID  the server has no id  → save',
    ],
    [
      'second-item',
      `{"items":[${JSON.stringify(aDocument(1))},{"lifeCycle":{}}]}`,
      'second-item  items[1].sourceServerID  the server has no id  → save',
    ],
  ])('refuses %s with the place and a remedy', async (name, content, expected) => {
    const printed = await refusal(write(name, content));
    expect(printed.slice(0, expected.length)).toBe(expected);
    expect(printed).not.toContain('\n');
  });

  it('refuses binary, UTF-16 and broken UTF-8 content', async () => {
    const utf16 = Buffer.from('\ufeff{"items":[]}', 'utf16le');
    expect(await refusal(write('binary', new Uint8Array([0x7b, 0, 1, 2])))).toMatch(
      /no UTF-8 text/,
    );
    expect(await refusal(write('broken', new Uint8Array([0x7b, 0xc3, 0x28])))).toMatch(/no UTF-8/);
    expect(await refusal(write('utf16', utf16))).toMatch(/is UTF-16 text {2}→ save it as UTF-8/);
  });

  it('refuses what is no readable file', async () => {
    symlinkSync('loop', join(directory, 'loop'));
    expect(await refusal(directory)).toMatch(/is a directory {2}→ name a file in it/);
    expect(await refusal(join(directory, 'nothing'))).toBe(
      'nothing  does not exist  → check the path',
    );
    expect(await refusal(join(directory, 'empty', 'x'))).toMatch(/does not exist/);
    expect(await refusal(join(directory, 'loop'))).toMatch(/leads back to itself/);
    expect(await refusal(join(directory, 'a'.repeat(300)))).toMatch(/too long a name/);
    expect(await refusal('nul\0')).toMatch(/cannot be read/);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a file that it may not read', async () => {
    const file = write('secret', '{}');
    chmodSync(file, 0o000);
    expect(await refusal(file)).toMatch(/may not be read/);
  });

  it('lists every file that is refused', async () => {
    const files = [join(directory, 'no-1'), join(directory, 'no-2')];
    expect(await refusal(...files)).toBe(
      'no-1  does not exist  → check the path\nno-2  does not exist  → check the path',
    );
  });

  it('names the file of a problem in one of several', async () => {
    const good = write('good', JSON.stringify({ items: [aDocument(1)] }));
    const bad = write('bad', JSON.stringify({ items: [aDocument(2), { lifeCycle: {} }] }));
    expect(await refusal(good, bad)).toMatch(/^bad {2}items\[1\]\.sourceServerID/);
  });
});

describe('readJsonDocuments', () => {
  it('finds the same documents that were written', () => {
    const container = fc.oneof(
      fc.array(fc.jsonValue({ maxDepth: 3 })),
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
    );
    const blank = fc.constantFrom('', ' ', '\n', '\r\n\t');
    fc.assert(
      fc.property(fc.array(container, { minLength: 1 }), blank, (documents, between) => {
        const texts = documents.map((document) => JSON.stringify(document));
        expect(readJsonDocuments(texts.join(between))).toMatchObject({
          ok: true,
          documents: texts.map((text) => JSON.parse(text)),
        });
      }),
    );
  });
});

describe('findJsonFault', () => {
  it('agrees with JSON.parse on what is JSON', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ue1-.0 \n', 'true', 'null') }),
    );
    fc.assert(
      fc.property(text, (json) => {
        let parses = true;
        try {
          JSON.parse(json);
        } catch {
          parses = false;
        }
        expect(findJsonFault(json) === undefined).toBe(parses);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('mutated fleets', () => {
  const original = readFileSync(example('fleets/mixed-40.json'), 'utf8').slice(0, 12_000);
  const page = original.slice(0, original.lastIndexOf('},\n')).concat('}]}');

  it('are read or refused, never thrown at', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            at: fc.nat(page.length),
            removed: fc.nat(20),
            added: fc.oneof(
              fc.constantFrom('{', '}', '[', ']', '"', ',', ':', 'null', '\\', '\u0000', '1e999'),
              fc.string(),
            ),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        (edits) => {
          const text = edits.reduce(
            (json, { at, removed, added }) => json.slice(0, at) + added + json.slice(at + removed),
            page,
          );
          const parsed = readJsonDocuments(text);
          if (!parsed.ok) expect(parsed.fault.offset).toBeLessThanOrEqual(text.length);
          else {
            const fleet = readFleetDocuments(parsed.documents);
            expect(fleet.servers.length + fleet.problems.length).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('start from one that is read', () => {
    const parsed = readJsonDocuments(page);
    expect(parsed.ok && readFleetDocuments(parsed.documents).problems).toEqual([]);
    expect(page).not.toContain(id(1));
  });
});
