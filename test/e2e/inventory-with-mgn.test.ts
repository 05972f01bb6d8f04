// Our reading and writing of MGN's inventory held against the simulator's own, which shares no code with it.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFleetDocuments } from '../../src/core/fleet/read-fleet-documents.ts';
import { noNote } from '../../src/core/inventory/note.ts';
import { aTable, drafted, exported, imported } from '../core/inventory/_inventory.ts';
import { mgnRig, place } from '../simulator/mgn/mgn-rig.ts';
import { accountId, hour, region } from '../simulator/rig.ts';

/** An account whose inventory is imported and exported as a person would do it. */
function anAccount() {
  const r = mgnRig();
  r.simulator.putObject(place, { bucket: 'b' });
  let clock = 0;
  const wait = () => {
    clock += hour;
    r.at(clock);
  };
  return {
    async import(text: string) {
      r.simulator.putObject(place, { bucket: 'b', key: 'in.csv', text });
      const source = { s3Bucket: 'b', s3Key: 'in.csv' };
      const { importTask } = await r.send('StartImport', { s3BucketSource: source });
      wait();
      const { importID } = importTask;
      const { items } = await r.send('ListImports', { filters: { importIDs: [importID] } });
      const errors = (await r.send('ListImportErrors', { importID })).items;
      return { status: items[0].status, summary: items[0].summary, errors };
    },
    async export(): Promise<string> {
      await r.send('StartExport', { s3Bucket: 'b', s3Key: 'out.csv' });
      wait();
      return r.simulator.objectText(place, { bucket: 'b', key: 'out.csv' }) ?? '';
    },
  };
}

/** The rows of a CSV by their server, without what MGN gives by itself. */
function settled(text: string) {
  const table = aTable(text);
  const own = /^mgn:(account-id|region|(wave|app|server):id|server:(lifecycle|replication)-.*)$/;
  const rows = table.rows.map(({ cells }) =>
    Object.fromEntries(
      table.header.flatMap((name, i) =>
        own.test(name) || (cells[i] ?? '') === '' ? [] : [[name, cells[i] ?? '']],
      ),
    ),
  );
  const key = 'mgn:server:user-provided-id';
  return rows.toSorted((a, b) => ((a[key] ?? '') < (b[key] ?? '') ? -1 : 1));
}

const sample = readFileSync(
  new URL('../../examples/inventories/mgn-import-120.csv', import.meta.url),
  'utf8',
);

describe('the CSV of a plan', () => {
  test('is imported by MGN without an error, and MGN exports the same', async () => {
    const account = anAccount();
    const { fleet, note } = imported({ 'in.csv': sample });
    const ours = exported(drafted(fleet), fleet, note);
    const done = await account.import(ours.text);
    expect(done).toEqual({
      status: 'SUCCEEDED',
      errors: [],
      summary: {
        waves: { createdCount: 3, modifiedCount: 0 },
        applications: { createdCount: 12, modifiedCount: 0 },
        servers: { createdCount: 120, modifiedCount: 0 },
      },
    });
    expect(settled(await account.export())).toEqual(settled(ours.text));
  });

  test('from an export of MGN updates what is there, creates nothing and changes nothing', async () => {
    const account = anAccount();
    await account.import(sample);
    const first = await account.export();
    const { fleet, note, problems } = imported({ 'export.csv': first });
    expect(problems).toEqual([]);
    const ours = exported(drafted(fleet), fleet, note);
    expect(ours.rows[0]).toContain('mgn:server:id');
    const done = await account.import(ours.text);
    expect([done.status, done.errors]).toEqual(['SUCCEEDED', []]);
    for (const kind of ['waves', 'applications', 'servers']) {
      expect(done.summary[kind].createdCount).toBe(0);
    }
    expect(await account.export()).toBe(first);
  });

  test('says to MGN what it says to us, whatever the names, tags and descriptions', async () => {
    const word = fc
      .string({ unit: fc.constantFrom(...'aZ9 ,;"\n:=/é_'), minLength: 1, maxLength: 10 })
      .map((text) => text.trim())
      .filter((text) => /^[a-zA-Z0-9]/.test(text));
    // The patterns of MGN's model: names without commas, quotes or line breaks.
    const name = word.map((text) => text.replaceAll(/[^a-zA-Z0-9 _]/g, '').trim());
    const server = fc.record({ app: fc.nat(2), tag: word, own: fc.nat(1000) });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(server, { minLength: 1, maxLength: 6, selector: ({ own }) => own }),
        fc.tuple(name, name),
        async (servers, [wave, app]) => {
          const items = [
            ...servers.map(({ own, tag, app: of }, i) => {
              const id = `s-${String(i).padStart(17, '0')}`;
              return {
                sourceServerID: id,
                arn: `arn:aws:mgn:${region}:${accountId}:source-server/${id}`,
                tags: { note: tag },
                lifeCycle: { state: 'NOT_READY' },
                sourceProperties: { os: { fullString: 'Ubuntu' } },
                userProvidedID: `u${own}`,
                fqdnForActionFramework: `u${own}.corp`,
                ...(of === 0 ? {} : { applicationID: `app-${of}` }),
              };
            }),
            { applicationID: 'app-1', name: `${app} 1`, waveID: 'wave-1' },
            { applicationID: 'app-2', name: `${app} 2`, waveID: 'wave-1' },
            { waveID: 'wave-1', name: wave },
          ];
          const fleet = readFleetDocuments([{ items }]);
          const assumed = { id: 'made' };
          const note = {
            ...noNote,
            servers: Object.fromEntries(
              fleet.servers.map(({ sourceServerId }) => [
                sourceServerId,
                { from: [], assumed: { sourceServerID: 'made' } },
              ]),
            ),
            applications: { 'app-1': { assumed }, 'app-2': { assumed } },
            waves: { 'wave-1': { assumed } },
          };
          const ours = exported(drafted(fleet), fleet, note);
          const account = anAccount();
          const done = await account.import(ours.text);
          expect([done.status, done.errors]).toEqual(['SUCCEEDED', []]);
          expect(settled(await account.export())).toEqual(settled(ours.text));
        },
      ),
      { numRuns: 25 },
    );
  });
});
