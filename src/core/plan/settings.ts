import * as z from 'zod';
import { replicationErrors } from '../fleet/known-shapes.ts';
import { desiredField } from './desired.ts';
import { durationField } from './duration-field.ts';
import { extendField } from './extend-field.ts';
import { failbackField } from './failback-field.ts';
import { gatesField } from './gates.ts';
import { hooksField } from './hooks.ts';
import { preflightField } from './preflight-plan.ts';
import { recoveryField } from './recovery-field.ts';
import { ReplicationType } from './selector.ts';

/** The phases of a migration, in their only order. */
export const migrationPhases = ['replicate', 'test', 'cutover', 'finalize'] as const;
/** The phases of disaster recovery, in the order in which a plan may have several of them. */
export const recoveryPhases = ['protect', 'drill', 'extend', 'recover', 'retire'] as const;
/** The phases of a failback, in their only order (reference/drs.md 7.4). */
export const failbackPhases = ['reverse', 'failback', 'reprotect', 'vacate'] as const;
/** The phases of all kinds of plans. */
export const phaseNames = [...migrationPhases, ...recoveryPhases, ...failbackPhases] as const;
/** One stretch of a server's way. */
export type Phase = (typeof phaseNames)[number];

const phases = z
  .array(z.enum(phaseNames))
  .min(1)
  .superRefine((list, context) => {
    const refuse = (message: string, remedy: string) =>
      context.addIssue({ code: 'custom', message, params: { remedy } });
    const twice = list.find((phase, i) => list.indexOf(phase) !== i);
    if (twice !== undefined) return refuse(`names ${twice} twice`, 'name each phase once');
    const ordered = phaseNames.filter((phase) => list.includes(phase));
    if (ordered.some((phase, i) => phase !== list[i])) {
      return refuse('is out of order', `write [${ordered.join(', ')}]`);
    }
    if (list.includes('finalize') && !list.includes('cutover')) {
      return refuse('finalizes without a cutover', 'add cutover before finalize, or drop finalize');
    }
    const [first] = list;
    if (failbackPhases.some((phase) => list.includes(phase)) && first !== 'reverse') {
      return refuse('fails back what was never reversed', 'begin with reverse');
    }
    const isFailedBack = list.includes('failback');
    if ((list.includes('reprotect') || list.includes('vacate')) && !isFailedBack) {
      return refuse('ends a failback that never comes', 'add failback after reverse');
    }
  })
  .describe(
    'The phases to go through: of a Migration a part of replicate, test, cutover, finalize in this order, where finalize needs cutover; of a Protection a part of protect, drill, extend in this order; of a Drill drill; of a Recovery recover; of a Retirement retire; of a Failback a part of reverse, failback, reprotect, vacate that begins with reverse. Default: all of a Migration and of a Failback, else the one that the kind is called after.',
  );

const thresholds = z
  .strictObject({
    lagSeconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .describe(
        'The replication lag, in seconds, up to which a server is launchable, and protected. Default: 60; in plans of disaster recovery 900.',
      )
      .optional(),
    backlogBytes: z
      .int()
      .min(0)
      .describe(
        'The backlog, in bytes, up to which a server is launchable. Default: 0. Plans of disaster recovery go by the lag alone.',
      )
      .optional(),
    sustainedPolls: z
      .int()
      .min(1)
      .max(1000)
      .describe('In how many polls in a row lag and backlog must hold. Default: 3.')
      .optional(),
    sustainedSeconds: z
      .int()
      .min(0)
      .describe('For how many seconds at least lag and backlog must hold. Default: 180.')
      .optional(),
  })
  .describe('When a server counts as launchable.')
  .meta({ id: 'Thresholds' });

const policy = z
  .strictObject({
    onFailure: z
      .enum(['continue', 'hold', 'rollback'])
      .describe(
        'What a wave does beyond its tolerance: continue (the failed server is rolled back, the others go on), hold (park until a person acts) or rollback (of the whole wave). Default: continue.',
      )
      .optional(),
    tolerate: z
      .union([
        z.string().regex(/^(100|[1-9]?\d)%$/, { error: 'is no percentage like 10%' }),
        z.int().min(0).max(1000),
      ])
      .describe(
        'How many servers of the wave may fail before onFailure applies: a count, or a percentage like `10%`. Default: 100% with onFailure continue, else 0.',
      )
      .optional(),
    canary: z
      .union([
        z.int().min(0).max(999),
        z.string().regex(/^[1-9]\d?%$/, { error: 'is no percentage from 1% to 99%' }),
      ])
      .describe(
        'How many servers go first; the others follow once these succeeded: a count below the size of the wave, or a percentage like `10%`, rounded up. 0 sends all at once. Default: 0.',
      )
      .optional(),
    holdTimeout: durationField(
      'How long a held wave waits for a person (ISO 8601, at most P90D); then what was not begun ends as skipped. Default: P3D.',
    ).optional(),
    outOfBand: z
      .enum(['tell', 'hold'])
      .describe(
        'What follows when somebody else acts on a server of the wave, in the console say: tell (an event names who it was, the wave goes on) or hold (nothing more is done for that server until a person resumes it; after holdTimeout it ends as frozen). Default: tell.',
      )
      .optional(),
    attempts: z
      .int()
      .min(1)
      .max(5)
      .describe('How often a launch is tried in all. Default: 2.')
      .optional(),
  })
  .describe(
    'What a wave does when servers fail. Only in defaults and in waves, not for single servers.',
  )
  .meta({ id: 'Policy' });

const deadlines = z
  .strictObject({
    replicate: durationField(
      'How long replication may take until the server is launchable (ISO 8601). Default: P30D.',
    ).optional(),
    test: durationField('How long the test may take (ISO 8601). Default: PT6H.').optional(),
    cutover: durationField('How long the cutover may take (ISO 8601). Default: PT12H.').optional(),
    finalize: durationField('How long finalizing may take (ISO 8601). Default: PT6H.').optional(),
    protect: durationField(
      'How long it may take until a server is protected: in sync, and with a recovery snapshot (ISO 8601). Default: P30D.',
    ).optional(),
    drill: durationField(
      'How long a drill may take, with its hooks and all, before its instance is taken away (ISO 8601). Default: PT6H.',
    ).optional(),
    extend: durationField(
      'How long it may take until a server is extended into another account (ISO 8601). Default: PT6H.',
    ).optional(),
    retire: durationField(
      'How long retiring may take beside its grace and the 90 minutes in which AWS takes its resources away (ISO 8601). Default: P1D.',
    ).optional(),
    recover: durationField(
      'How long a try to recover a server may take, with its hooks and all (ISO 8601). Default: PT6H.',
    ).optional(),
    reverse: durationField(
      'How long it may take until a recovered server has replicated back and can be launched where it came from (ISO 8601). Default: P14D.',
    ).optional(),
    failback: durationField(
      'How long the failback itself may take, from the freeze to the switch, with its hooks and all (ISO 8601). Default: PT12H.',
    ).optional(),
    reprotect: durationField(
      'How long it may take until the failed-back server is protected again (ISO 8601). Default: P14D.',
    ).optional(),
    vacate: durationField(
      'How long taking the recovery instance away may take beside failback.hold (ISO 8601). Default: P1D.',
    ).optional(),
  })
  .describe('How long each phase of a server may take; beyond it the server has failed.')
  .meta({ id: 'Deadlines' });

const retryCount = z.int().min(0).max(100);
const stall = z
  .strictObject({
    grace: durationField(
      'How long a stall may last before it is acted on (ISO 8601). Default: PT15M.',
    ).optional(),
    retries: z
      .union([retryCount, z.partialRecord(z.enum(replicationErrors), retryCount)])
      .describe(
        'How often replication is retried before the server fails: a number for every error class, or a map from error class (AGENT_NOT_SEEN …) to number; classes not named keep what they had. Default: 3.',
      )
      .optional(),
  })
  .describe('What is done about a stalled replication.')
  .meta({ id: 'Stall' });

const poll = z
  .strictObject({
    minSeconds: z
      .int()
      .min(60)
      .max(3600)
      .describe('The shortest time between two polls, in seconds, at least 60. Default: 60.')
      .optional(),
    maxSeconds: z
      .int()
      .min(60)
      .max(3600)
      .describe('The longest time between two polls, in seconds, at most 3600. Default: 900.')
      .optional(),
  })
  .describe(
    'How often servers are looked at. A target is polled as its most demanding server asks.',
  )
  .meta({ id: 'Poll' });

const feeder = z
  .strictObject({
    firstSyncsPerVcenterClient: z
      .int()
      .min(1)
      .max(1000)
      .describe(
        'How many servers of one vCenter client may be in their first copy at a time, everybody’s counted; the others wait. The most cautious wave that runs decides. MGN sets no such bound; 5 to 10 spare ESXi hosts and datastores. Default: none.',
      )
      .optional(),
  })
  .describe('How fast agentless servers start to replicate.')
  .meta({ id: 'Feeder' });

const drill = z
  .strictObject({
    keep: durationField(
      'How long a drill instance that passed stays for people to look at (ISO 8601, at most P90D), before it is terminated; it counts towards deadlines.drill. Default: PT0S.',
    ).optional(),
    leftOver: z
      .enum(['refuse', 'replace'])
      .describe(
        'What follows where a server still has an instance of an earlier drill: refuse (it is not drilled) or replace (DRS takes that instance away as it launches the new one). A live recovery instance is never replaced. Default: refuse.',
      )
      .optional(),
  })
  .describe('How servers are drilled.')
  .meta({ id: 'Drill' });

const retire = z
  .strictObject({
    grace: durationField(
      'How long a server stays as it is once its replication is stopped, and its recovery points are gone, before it is disconnected (ISO 8601, at most P30D): meanwhile `landfall rollback` has it replicate again, with a new full sync. Default: P7D.',
    ).optional(),
    liveInstance: z
      .enum(['refuse', 'keep'])
      .describe(
        'What follows where a server has a live recovery instance: refuse (the server is not retired) or keep (DRS lets go of the instance, which goes on running in EC2). A live instance is never terminated. Default: refuse.',
      )
      .optional(),
  })
  .describe('How servers are retired.')
  .meta({ id: 'Retire' });

const objectives = z
  .strictObject({
    rpoSeconds: z
      .int()
      .min(1)
      .max(30 * 86_400)
      .describe(
        'The recovery point objective, in seconds: how old the data may be that a recovery starts from. What a drill measures is held against it. Default: thresholds.lagSeconds.',
      )
      .optional(),
    rtoSeconds: z
      .int()
      .min(1)
      .max(30 * 86_400)
      .describe(
        'The recovery time objective, in seconds: how long a recovery may take from its call to an instance that passed. Default: 14400.',
      )
      .optional(),
  })
  .describe('What a recovery must keep; a drill measures it.')
  .meta({ id: 'Objectives' });

/** The settings that a single server may have of its own. */
export const serverSettingsFields = {
  phases: phases.optional(),
  thresholds: thresholds.optional(),
  deadlines: deadlines.optional(),
  stall: stall.optional(),
  replicationType: ReplicationType.describe(
    'The replication type to set before an agentless server starts to replicate. Default: as it is.',
  ).optional(),
  poll: poll.optional(),
  feeder: feeder.optional(),
  hooks: hooksField.optional(),
  desired: desiredField.optional(),
  drill: drill.optional(),
  objectives: objectives.optional(),
  extend: extendField.optional(),
  retire: retire.optional(),
  recovery: recoveryField.optional(),
  failback: failbackField.optional(),
};

/** The settings that defaults and waves may have: those of a server, the wave's policy, gates and preflight. */
export const settingsFields = {
  ...serverSettingsFields,
  policy: policy.optional(),
  gates: gatesField.optional(),
  preflight: preflightField.optional(),
};

const serverLayer = z.strictObject(serverSettingsFields);
const waveLayer = z.strictObject(settingsFields);

/** One layer of a server's settings, as the plan writes it. */
export type ServerSettingsLayer = z.infer<typeof serverLayer>;
/** One layer of a wave's settings, as the plan writes it. */
export type SettingsLayer = z.infer<typeof waveLayer>;
