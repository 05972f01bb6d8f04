import * as z from 'zod';
import type { Schedule } from '../window/schedule.ts';
import type { ApprovalRule } from './approval-rule.ts';
import { approvalField } from './approval-rule.ts';
import { durationField } from './duration-field.ts';
import { freezesField, windowField } from './windows.ts';

/** The phases that a plan may put a gate before, in their order. Replication changes nothing, so it needs none. */
export const gatedPhases = [
  'test',
  'cutover',
  'finalize',
  'drill',
  'extend',
  'recover',
  'failback',
  'vacate',
  'retire',
] as const;
/** A phase that a plan may put a gate before. */
export type GatedPhase = (typeof gatedPhases)[number];

const gateFields = {
  approval: approvalField.optional(),
  window: windowField.optional(),
  freezes: freezesField.optional(),
  needs: durationField(
    'How long the phase takes for the servers that begin it together (ISO 8601): the P95 that `landfall rehearse` measured. It begins only where its window stays open for so long.',
  ).optional(),
};

function isEmpty(fields: object): boolean {
  return Object.keys(fields).length === 0;
}

const asksNothing = {
  error: 'asks for nothing',
  params: { remedy: 'write approval, window or freezes, or remove the gate' },
};

const gate = z
  .strictObject(gateFields)
  .refine((fields) => !isEmpty(fields), asksNothing)
  .describe('What must hold before the phase begins.')
  .meta({ id: 'Gate' });

const finalizeGate = z
  .strictObject({
    ...gateFields,
    soak: z
      .union([durationField('How long a cut-over server soaks (ISO 8601).'), z.literal('none')])
      .describe(
        'How long each server must have been healthy after its cutover before it is finalized (ISO 8601, at most P90D); its instance is watched meanwhile. A pause extends it. `none` takes away what the defaults ask for.',
      )
      .optional(),
  })
  .refine((fields) => !isEmpty(fields), asksNothing)
  .describe('What must hold before finalize.')
  .meta({ id: 'FinalizeGate' });

/** The field for gates, in defaults and in waves. */
export const gatesField = z
  .strictObject({
    test: gate.describe('What must hold before the test launches.').optional(),
    cutover: gate.describe('What must hold before the cutover.').optional(),
    finalize: finalizeGate
      .describe('What must hold before finalize, the point of no return.')
      .optional(),
    drill: gate.describe('What must hold before a drill launches.').optional(),
    extend: gate
      .describe('What must hold before servers are extended into another account.')
      .optional(),
    retire: gate
      .describe(
        'What must hold before servers are retired, which is for good: a Retirement needs an approval.',
      )
      .optional(),
    recover: gate.describe('What must hold before servers are recovered.').optional(),
    failback: gate.describe('What must hold before a server is frozen and failed back.').optional(),
    vacate: gate
      .describe(
        'What must hold before the recovery instance is terminated, which is for good: a Failback that vacates needs an approval.',
      )
      .optional(),
  })
  .describe(
    'What must hold before a phase begins. Only in defaults and in waves, not for single servers.',
  )
  .meta({ id: 'Gates' });

/** What must hold before one phase. */
export interface WaveGate {
  readonly approval?: ApprovalRule;
  /** When the phase may begin and launch; absent where it may at any time. */
  readonly schedule?: Schedule;
  /** How long it takes: it begins only where its window stays open for so long. */
  readonly needsSeconds?: number;
  /** How long a server must have been healthy after its cutover; only before finalize. */
  readonly soakSeconds?: number;
}

/** A wave's gates with nothing left open; a phase without one is absent. */
export type WaveGates = Readonly<Partial<Record<GatedPhase, WaveGate>>>;
