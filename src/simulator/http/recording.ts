import * as z from 'zod';
import { FaultFile } from '../faults.ts';
import { regionForm } from '../partition-of.ts';

const jsonObject = z.record(z.string(), z.unknown());
const instantMs = z.number().int();

const Counters = z.object({
  requests: z.number().int().min(0),
  events: z.number().int().min(0),
  calls: z.array(z.tuple([z.string(), z.number().int()]).readonly()).readonly(),
});

/** What a simulator is made of, without the listeners. */
export const RecordedOptions = z.looseObject({
  fleet: z.array(jsonObject).readonly(),
  vcenterClients: z.array(jsonObject).readonly(),
  faults: FaultFile,
  seed: z.number(),
  startAt: z.string(),
});

/** The account and Region of something that happens without a call. */
export const At = z.strictObject({
  accountId: z.string().regex(/^\d{12}$/),
  region: z.string().regex(regionForm),
});

/** A host on which somebody installs the replication agent. */
export const Host = z.strictObject({
  userProvidedID: z.string().min(1).max(256).exactOptional(),
  hostname: z.string().min(1).max(256),
  fqdn: z.string().max(256).exactOptional(),
  os: z.string().max(256).exactOptional(),
  disks: z
    .array(z.strictObject({ deviceName: z.string().min(1), bytes: z.number().int().min(1) }))
    .min(1)
    .max(60)
    .readonly(),
  cpus: z.number().int().min(1).exactOptional(),
  ramBytes: z.number().int().min(1).exactOptional(),
});
export type Host = z.output<typeof Host>;

/** A text in a bucket; without a key and text, the empty bucket. */
export const BucketObject = z.strictObject({
  bucket: z.string().min(1).max(63),
  key: z.string().min(1).max(1024).exactOptional(),
  text: z.string().exactOptional(),
});
export type BucketObject = z.output<typeof BucketObject>;

const happened = { at: instantMs, counters: Counters };

/** Something from outside that changed the simulated world, with the counters just before it. */
export const Entry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('call'),
    ...happened,
    request: z.object({
      service: z.string(),
      region: z.string(),
      accountId: z.string(),
      caller: z.string(),
      method: z.string(),
      path: z.string(),
      query: z.record(z.string(), z.union([z.string(), z.array(z.string()).readonly()])),
      body: z.string(),
    }),
  }),
  z.object({ kind: z.literal('faults'), ...happened, faults: FaultFile }),
  z.object({ kind: z.literal('agent'), ...happened, where: At, host: Host }),
  z.object({ kind: z.literal('object'), ...happened, where: At, object: BucketObject }),
  // A refused call that was only told of: nothing is repeated but the count.
  z.object({ kind: z.literal('told'), ...happened }),
]);
export type Entry = z.output<typeof Entry>;

/** Where a recording stands: its latest instant and counters. */
export const Standing = z.object({ now: instantMs, counters: Counters });
export type Standing = z.output<typeof Standing>;

/** The name of this form of recordings. */
export const recordingFormat = 'landfall-simulator/1';

/**
 * A simulated world as its origin and all that happened to it from outside. The simulator is deterministic: the same
 * recording gives the same world, byte for byte.
 */
export const Recording = z.object({
  format: z.literal(recordingFormat),
  options: RecordedOptions,
  entries: z.array(Entry).readonly(),
  standing: Standing,
});
export type Recording = z.output<typeof Recording>;
