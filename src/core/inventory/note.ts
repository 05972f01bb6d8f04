import * as z from 'zod';

const assumed = z
  .record(z.string(), z.string())
  .describe('What no file told, by the member or column, and what was put there instead.');
const columns = z
  .record(z.string(), z.string())
  .describe("Columns of MGN's inventory that the member of no API answer holds.");

const serverNote = z.object({
  from: z.array(z.string()),
  assumed,
  columns: columns.optional(),
  usedBytes: z.number().optional(),
  writeBytesPerSecond: z.number().optional(),
});
const groupNote = z.object({ assumed, columns: columns.optional() });

/** What an import writes beside the servers of a fleet file, under `inventory`: whence values are, and which are not. */
export const InventoryNote = z.object({
  form: z.literal('landfall-inventory/v1'),
  files: z.array(z.object({ file: z.string(), format: z.string(), servers: z.number() })),
  servers: z.record(z.string(), serverNote),
  applications: z.record(z.string(), groupNote),
  waves: z.record(z.string(), groupNote),
});
/** What an import writes beside the servers of a fleet file. */
export type InventoryNote = z.infer<typeof InventoryNote>;
/** What is noted of one server. */
export type ServerNote = z.infer<typeof serverNote>;
/** What is noted of one application or wave. */
export type GroupNote = z.infer<typeof groupNote>;

/** The note of a fleet that no import wrote: nothing in it is assumed. */
export const noNote: InventoryNote = {
  form: 'landfall-inventory/v1',
  files: [],
  servers: {},
  applications: {},
  waves: {},
};

/** Finds the notes among the documents of fleet files, as one. */
export function noteIn(documents: readonly unknown[]): InventoryNote {
  let note = noNote;
  for (const document of documents) {
    const found = z.object({ inventory: InventoryNote }).safeParse(document);
    if (!found.success) continue;
    const { inventory } = found.data;
    note = {
      form: note.form,
      files: [...note.files, ...inventory.files],
      servers: { ...note.servers, ...inventory.servers },
      applications: { ...note.applications, ...inventory.applications },
      waves: { ...note.waves, ...inventory.waves },
    };
  }
  return note;
}
