import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { draftFromFiles } from '../../src/cli/inventory/draft-from-files.ts';
import { importInventory } from '../../src/cli/inventory/import-inventory.ts';
import { readTables } from '../../src/cli/inventory/read-tables.ts';
import { printProblems } from '../../src/core/fleet/problem.ts';
import { aDirectory, example } from './_files.ts';
import { landfall } from './_landfall.ts';

const { directory, write } = aDirectory();
const inDirectory = (name: string) => join(directory, name);
const rvtools = ['Info', 'Disk', 'Network'].map(
  (tab) => `examples/inventories/rvtools-30/RVTools_tabv${tab}.csv`,
);

describe('inventories', () => {
  test('become a fleet, a plan that rehearses, and MGN’s CSV again', async () => {
    const [fleet, plan, csv] = ['fleet.json', 'plan.yaml', 'mgn.csv'].map(inDirectory) as [
      string,
      string,
      string,
    ];
    // Nine of the thirty, so that the rehearsal is short.
    const few = rvtools.map((file) => {
      const lines = readFileSync(join(import.meta.dirname, '../..', file), 'utf8').split('\n');
      const kept = lines.filter((line) => /^(VM|AMSMETRICSPROD|wmetrics|mailh)/.test(line));
      return write(basename(file), kept.join('\n'));
    });
    const at = ['--at', '2024-03-04T16:20:00Z', '--target', 'mgn:111122223333:eu-central-1'];
    const made = await landfall('fleet', 'import', ...few, ...at, '--out', fleet);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toContain(`9 servers, 0 applications, 0 waves → ${fleet}`);
    expect(made.stdout).toContain('replicationType: SNAPSHOT_SHIPPING, as of a VM in vCenter');

    const draft = await landfall('plan', 'draft', fleet, '--name', 'pilot', '--out', plan);
    expect(draft.code).toBe(0);
    const text = readFileSync(plan, 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\S+schemas\/plan\.schema\.json\n/);
    expect(text).toContain('- 1 of the waves are a first cut, since no file says the wave');
    expect(text).toMatch(/- s-[0-9a-f]{17} # amsmetricsprod6\n/);

    const rehearsed = await landfall('rehearse', plan, '--fleet', fleet, '--json');
    expect(rehearsed.code).toBe(0);
    expect(JSON.parse(rehearsed.stdout)).toMatchObject({
      outcome: 'succeeded',
      servers: { succeeded: 9, failed: 0 },
    });

    const exported = await landfall(
      ...['plan', 'export', plan, '--fleet', fleet, '--format', 'mgn-csv', '--out', csv],
    );
    expect(exported.code).toBe(0);
    expect(exported.stdout).toContain('9 servers get their host name as user-provided id');
    const again = await landfall('fleet', 'import', csv, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ servers: 9, waves: 1, applications: 1 });
  }, 120_000);

  test('are refused whole: every bad row is named, nothing is written, and what was there stays', async () => {
    const bad = write(
      'bad.csv',
      'mgn:server:user-provided-id,mgn:server:platform\nu1,DOS\nu2,Linux\n',
    );
    const out = write('kept.json', 'as it was');
    const { code, stdout, stderr } = await landfall(
      ...['fleet', 'import', ...rvtools, bad, '--out', out, '--json'],
    );
    expect(code).toBe(2);
    expect(stderr.replaceAll(directory, 'DIR').split('\n')).toEqual([
      'Refused; nothing was touched.',
      'DIR/bad.csv:2  mgn:server:platform  is "DOS"  → write Linux or Windows',
      'DIR/bad.csv:2  mgn:server:fqdn-for-action-framework  server "u1" is new to MGN and has no fully qualified name  → give its name or IP address',
      'DIR/bad.csv:3  mgn:server:fqdn-for-action-framework  server "u2" is new to MGN and has no fully qualified name  → give its name or IP address',
      '',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'refused' });
    expect(readFileSync(out, 'utf8')).toBe('as it was');
    const none = inDirectory('none.yaml');
    const draft = await landfall('plan', 'draft', bad, '--out', none);
    expect([draft.code, existsSync(none)]).toEqual([2, false]);
  });

  test('name every option that is wrong', async () => {
    const read = await importInventory({
      files: ['no.csv'],
      format: 'xls',
      target: 'eu',
      replication: 'both',
      at: 'today',
    });
    expect(read.ok ? '' : printProblems(read.problems)).toMatchInlineSnapshot(`
      "--format is "xls"  → write one of mgn, cmf, rvtools, azure, ads
      --target is "eu"  → write it like mgn:111122223333:eu-central-1
      --replication is "both"  → write agent or agentless
      --at is "today"  → write it like 2026-01-31T08:00:00Z
      no.csv  does not exist  → check the path"
    `);
  });

  test('and fleets cannot be drafted from together, and a plan has a legal name', async () => {
    const mixed = await draftFromFiles({ files: ['a.json', 'b.csv'] }, { folder: '/' });
    expect(mixed.ok ? '' : printProblems(mixed.problems)).toContain('import the inventories first');
    const files = [example('fleets/agent-based-120.json')];
    for (const name of ['Two Words', 'x'.repeat(25)]) {
      const named = await draftFromFiles({ files }, { name, folder: '/' });
      expect(named.ok ? '' : printProblems(named.problems)).toContain(
        'use lower-case letters, digits and single hyphens, at most 24',
      );
    }
  });

  test('of 120 servers without waves get a first cut, on a fleet of AWS too', async () => {
    const files = [example('fleets/agent-based-120.json')];
    const read = await draftFromFiles({ files }, { folder: '/' });
    expect(read.ok && read.draft.plan.spec.waves.map(({ servers }) => servers.ids?.length)).toEqual(
      [9, 9, 9, 9, 9, 50, 25],
    );
  });
});

describe('files', () => {
  const info = 'VM,Powerstate,CPUs,Memory\n"a, b",poweredOn,2,2048\n';
  const tableOf = async (name: string, content: string | Uint8Array) => {
    const read = await readTables([write(name, content)]);
    return read.ok ? read.tables[0] : printProblems(read.problems).replaceAll(directory, 'DIR');
  };

  test('are read with a byte order mark, CRLF, other separators and line breaks in quotes', async () => {
    const plain = await tableOf('RVTools_tabvInfo.csv', info);
    expect(plain).toMatchObject({
      header: ['VM', 'Powerstate', 'CPUs', 'Memory'],
      rows: [{ line: 2, cells: ['a, b', 'poweredOn', '2', '2048'] }],
    });
    const crlf = await tableOf('crlf.csv', `\ufeff${info.replaceAll('\n', '\r\n')}`);
    expect(crlf).toMatchObject({ rows: [{ line: 2, cells: ['a, b', 'poweredOn', '2', '2048'] }] });
    const semicolons = await tableOf('semi.csv', 'VM;Powerstate;CPUs\n"a;b\nc";on;1\nd;on;2\n');
    expect(semicolons).toMatchObject({
      decimal: ',',
      rows: [
        { line: 2, cells: ['a;b\nc', 'on', '1'] },
        { line: 4, cells: ['d', 'on', '2'] },
      ],
    });
    expect(await tableOf('tabs.tsv', 'VM\tPowerstate\na\ton\n')).toMatchObject({
      rows: [{ line: 2, cells: ['a', 'on'] }],
    });
  });

  test('that are no text, have an open quote or a cell beyond all measure are refused', async () => {
    expect(await tableOf('empty.csv', '')).toBe(
      'DIR/empty.csv  is empty  → check that this is the right file',
    );
    expect(await tableOf('open.csv', 'VM,CPUs\n"a,1\n')).toMatch(
      /^DIR\/open\.csv:\d+ {2}the CSV cannot be read: Quote Not Closed/,
    );
    expect(await tableOf('nul.csv', 'VM,CPUs\na\0,1\n')).toContain('is no UTF-8 text');
    expect(await tableOf('dos.csv', Buffer.from('VM,CPUs\nM\xfcnchen,1\n', 'latin1'))).toBe(
      'DIR/dos.csv  is no UTF-8 text  → save it as UTF-8: in Excel as "CSV UTF-8", not as "CSV (MS-DOS)"',
    );
    expect(await tableOf('huge.csv', `VM,CPUs\n${'x'.repeat(40_000)},1\n`)).toContain(
      'a cell has more than 32767 characters',
    );
    expect(await tableOf('wide.csv', `${'a,'.repeat(6000)}\n1\n`)).toContain('6001 columns');
  });

  test('may be workbooks: each sheet is a table, sheets about other things are passed over', async () => {
    const book = write(
      'RVTools.xlsx',
      workbook({
        vInfo: [
          ['VM', 'Powerstate', 'CPUs', 'Memory', 'VM ID'],
          ['a', 'poweredOn', 2, 2048, 'vm-1'],
        ],
        vDisk: [
          ['VM', 'Disk', 'Capacity MiB', 'VM ID'],
          ['a', 'Hard disk 1', 1024, 'vm-1'],
        ],
        vMetaData: [['RVTools major version'], ['4']],
      }),
    );
    const read = await importInventory({ files: [book] });
    expect(read.ok && read.fleet.items[0]).toMatchObject({
      sourceProperties: {
        ramBytes: 2 * 1024 ** 3,
        disks: [{ deviceName: 'Hard disk 1', bytes: 1024 ** 3 }],
      },
    });
    const bomb = zipSync({ 'xl/a.xml': new Uint8Array(1000) });
    // The size of the only entry in the directory: 2 GiB.
    Buffer.from(bomb.buffer, bomb.byteOffset).writeUInt32LE(
      2 ** 31,
      Buffer.from(bomb).indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24,
    );
    const tooLarge = await importInventory({ files: [write('bomb.xlsx', bomb)] });
    expect(tooLarge.ok ? '' : printProblems(tooLarge.problems)).toContain(
      'unpacks to more than 512 MiB',
    );
    const broken = write('broken.xlsx', new Uint8Array([0x50, 0x4b, 3, 4, 1, 2, 3]));
    const refused = await importInventory({ files: [broken] });
    expect(refused.ok ? '' : printProblems(refused.problems)).toContain(
      'open it and save it again as .xlsx, or save its tabs as CSV (UTF-8)',
    );
  });

  test('of one folder are joined, those of another are not mixed in', async () => {
    for (const name of ['one', 'two']) {
      mkdirSync(inDirectory(name));
      writeFileSync(
        inDirectory(`${name}/RVTools_tabvInfo.csv`),
        `VM,Powerstate,CPUs,VM ID\nweb,poweredOn,1,${name}\n`,
      );
      writeFileSync(
        inDirectory(`${name}/RVTools_tabvDisk.csv`),
        `VM,Disk,Capacity MiB\nweb,Hard disk 1,${name === 'one' ? 1 : 2}\n`,
      );
    }
    const files = ['one', 'two'].flatMap((name) =>
      ['Disk', 'Info'].map((tab) => inDirectory(`${name}/RVTools_tabv${tab}.csv`)),
    );
    const read = await importInventory({ files });
    expect(read.ok ? [] : read.problems).toEqual([]);
    const sizes = read.ok
      ? read.fleet.items.flatMap((item) =>
          'sourceProperties' in item ? [JSON.stringify(item['sourceProperties'])] : [],
        )
      : [];
    expect(sizes.map((text) => /"bytes":(\d+)/.exec(text)?.[1]).toSorted()).toEqual([
      String(1024 ** 2),
      String(2 * 1024 ** 2),
    ]);
  });
});

/** A workbook with the least that the format asks for. */
function workbook(sheets: Readonly<Record<string, readonly (readonly (string | number)[])[]>>) {
  const names = Object.keys(sheets);
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const cell = (value: string | number, at: string) =>
    typeof value === 'number'
      ? `<c r="${at}"><v>${value}</v></c>`
      : `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
  const files: Record<string, string> = {
    '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${relations}">${names.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${office}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}</Relationships>`,
  };
  for (const [i, name] of names.entries()) {
    const rows = (sheets[name] ?? []).map(
      (cells, y) =>
        `<row r="${y + 1}">${cells.map((value, x) => cell(value, `${String.fromCharCode(65 + x)}${y + 1}`)).join('')}</row>`,
    );
    files[`xl/worksheets/sheet${i + 1}.xml`] =
      `${head}<worksheet xmlns="${main}"><sheetData>${rows.join('')}</sheetData></worksheet>`;
  }
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
  );
}
