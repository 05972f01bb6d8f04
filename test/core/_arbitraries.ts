import fc from 'fast-check';
import type { Observation } from '../../src/core/observation.ts';
import { anObservation, now } from './_factories.ts';

const known = [
  'NOT_READY',
  'READY_FOR_TEST',
  'TESTING',
  'READY_FOR_CUTOVER',
  'CUTTING_OVER',
  'CUTOVER',
  'DISCONNECTED',
  'DISCOVERED',
  'HIBERNATING',
];
const states = [
  'STOPPED',
  'INITIATING',
  'INITIAL_SYNC',
  'BACKLOG',
  'CONTINUOUS',
  'STALLED',
  'DISCONNECTED',
  'PENDING_SNAPSHOT_SHIPPING',
  'SHIPPING_SNAPSHOT',
  'DREAMING',
];
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const instant = fc
  .integer({ min: -7200, max: 7200 })
  .map((s) => new Date(Date.parse(now) + s * 1000).toISOString());

/** Any observation that an open-eyed read may bring. */
export const observations: fc.Arbitrary<Observation> = fc
  .record({
    lifecycle: maybe(fc.constantFrom(...known)),
    isArchived: fc.boolean(),
    replicationType: maybe(fc.constantFrom('AGENT_BASED', 'SNAPSHOT_SHIPPING', 'QUANTUM')),
    lastSeenAt: maybe(instant),
    firstByteAt: maybe(
      fc
        .integer({ min: 0, max: 100 })
        .map((days) => new Date(Date.parse(now) - days * 86_400_000).toISOString()),
    ),
    elapsedSeconds: maybe(fc.integer({ min: 0, max: 100 * 86_400 })),
    replication: fc.record({
      state: maybe(fc.constantFrom(...states)),
      errorClass: maybe(fc.constantFrom('AGENT_NOT_SEEN', 'NEW_ERROR')),
      failedStep: maybe(fc.constantFrom('CREATE_STAGING_DISKS')),
      lagSeconds: maybe(fc.integer({ min: 0, max: 9000 })),
      backlogBytes: maybe(fc.constantFrom(0, 5, 20 * 1024 ** 3)),
      etaAt: maybe(instant),
      lastSnapshotAt: maybe(instant),
    }),
    launched: fc.record({
      instanceId: maybe(fc.constantFrom('i-1', 'i-2')),
      jobId: maybe(fc.constantFrom('mgnjob-1')),
      firstBoot: maybe(fc.constantFrom('WAITING', 'SUCCEEDED', 'UNKNOWN')),
    }),
  })
  .map((is) => anObservation(is));
