// What each function takes and gives. The machines' payloads are checked against these at the door, and a test
// proves that what one state gives is what the next one reads.
import * as z from 'zod';
import { launchKinds } from '../core/admission.ts';
import { hookSiteNames } from '../core/hook/hook-run.ts';
import { outcomeNames } from '../core/outcome.ts';
import { stretchNames } from '../core/phase.ts';

const stretch = z.enum(stretchNames);

/** Who a phase machine's execution is about. */
const subject = z.object({
  server: z.string(),
  wave: z.string(),
  attempt: z.int().min(1),
});

/** What a wave machine's execution is about. */
const waveSubject = z.object({ wave: z.string(), plan: z.string(), name: z.string() });

/** Where in an execution a token was issued. */
const tokenPlace = z.object({
  execution: z.string(),
  state: z.string(),
  enteredAt: z.string(),
  retryCount: z.int().min(0),
});

const caught = z.object({
  Error: z.string().optional(),
  Cause: z.string().optional(),
  undo: z.literal('given-up').optional(),
});
const done = z.object({ status: z.enum(['done', 'already-so']), because: z.string() });
// A machine that parks while its server is paused says so; one from before a redeploy cannot.
const pausable = z.boolean().optional();
// A machine that has hooks run before a step names their site; one from before there were any cannot.
const hooks = z.enum(hookSiteNames).optional();
const step = z.object({ subject, phase: stretch.optional(), pausable, hooks });
const counts = z.record(z.enum(outcomeNames), z.int());

/** What a done tick measured; the poller's metrics. */
const measures = z.object({
  throttledCalls: z.int(),
  servers: z.int(),
  serversStalled: z.int(),
  lifecycles: z.record(z.string(), z.int()),
  replications: z.record(z.string(), z.int()),
  maxLagSeconds: z.number().nullable(),
  lagSeconds: z.number().nullable(),
  maxBacklogBytes: z.number().nullable(),
  backlogBytes: z.number().nullable(),
  activeServersUsedPercent: z.number().nullable(),
  jobsUsedPercent: z.number(),
  serversInJobsUsedPercent: z.number(),
});

/** A function's contract. */
export interface Contract {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

/** What poll takes and gives. */
export const poll = {
  // `all`, or the name of one target; hastened, it ticks although it is not due. Or messages that say that what is due
  // may be due early: what they hold is of no account.
  input: z.union([
    z.object({ target: z.string(), hasten: z.boolean().optional() }),
    z.object({ Records: z.array(z.unknown()).min(1) }),
  ]),
  output: z.array(
    z.looseObject({
      tick: z.enum(['skipped', 'done', 'unreachable']),
      target: z.string(),
      measures: measures.optional(),
    }),
  ),
} satisfies Contract;

/** What sweep takes and gives. */
export const sweep = {
  input: z.object({ does: z.enum(['sweep', 'schedules']).default('sweep') }),
  output: z.union([
    z.object({ waves: z.int(), executions: z.int(), died: z.array(z.string()) }),
    z.object({ schedules: z.int(), settled: z.array(z.string()) }),
  ]),
} satisfies Contract;

/** What react takes and gives. */
export const react = {
  input: z.object({
    source: z.string(),
    'detail-type': z.string(),
    resources: z.array(z.string()).default([]),
    detail: z.record(z.string(), z.unknown()),
  }),
  output: z.looseObject({
    did: z.enum(['hastened', 'recorded', 'started', 'cleaned-up', 'nothing']),
  }),
} satisfies Contract;

/** What remedy takes and gives. */
export const remedy = {
  // All targets or one by its name, from the schedule; or the event of a stall.
  input: z.union([
    z.object({ target: z.string() }),
    z.object({ detail: z.object({ stream: z.string() }) }),
  ]),
  output: z.array(
    z.object({
      target: z.string(),
      stalled: z.int(),
      retried: z.int(),
      stopped: z.array(z.string()),
    }),
  ),
} satisfies Contract;

/** What metrics takes and gives. */
export const metrics = {
  input: z.object({
    'detail-type': z.string(),
    time: z.iso.datetime({ offset: true }),
    detail: z.record(z.string(), z.unknown()),
  }),
  output: z.object({ lines: z.int() }),
} satisfies Contract;

/** What prepareWave takes and gives. */
export const prepareWave = {
  input: z.object({
    subject: waveSubject,
    execution: z.string(),
    // Machines that came later are missing where an older version of the wave machine runs.
    machines: z.partialRecord(z.enum([...stretchNames, 'cleanup', 'restart']), z.string()),
    /** How often it was tried before; older versions of the wave machine do not say. */
    retryCount: z.int().optional(),
  }),
  output: z.object({ servers: z.int() }),
} satisfies Contract;

/** What nextStage takes and gives. */
export const nextStage = {
  input: z.object({
    subject: waveSubject,
    /** Servers that are recovered as they are, because the function that sets them has failed. */
    unset: z.array(z.string()).optional(),
  }),
  output: z.object({
    action: z.enum(['run', 'wait', 'conclude', 'compare-settings', 'apply-settings']),
    servers: z.array(
      z.object({
        server: z.string(),
        wave: z.string(),
        phase: stretch,
        attempt: z.int(),
        machine: z.string(),
      }),
    ),
  }),
} satisfies Contract;

/** What applySettings takes and gives. */
export const applySettings = {
  input: z.object({
    subject: waveSubject,
    ask: z.enum(['compare-settings', 'apply-settings']),
    phase: z.enum(['test', 'cutover', 'drill', 'recover']),
    servers: z.array(z.string()),
    retryCount: z.int().min(0),
  }),
  output: z.object({ servers: z.int() }),
} satisfies Contract;

/** What archiveWaves takes and gives. */
export const archiveWaves = {
  input: z.object({ subject: waveSubject }),
  output: z.object({ archived: z.array(z.string()) }),
} satisfies Contract;

/** What concludeWave takes and gives. */
export const concludeWave = {
  input: z.object({ subject: waveSubject, input: z.unknown() }),
  output: z.object({ outcomes: counts }),
} satisfies Contract;

/** What park takes and gives. */
export const park = {
  input: z.object({
    subject: z.object({
      wave: z.string(),
      server: z.string().optional(),
      attempt: z.int().optional(),
    }),
    phase: z.union([stretch, z.literal('wave')]),
    wait: z.enum([
      'launchable',
      'drained',
      'healthy',
      'signable',
      'protected',
      'recovered',
      'reversed',
      'failback-ready',
      'finalized',
      'archived',
      'idle',
      'unpaused',
      'grace',
      'cleared',
      'wave',
    ]),
    hooks,
    token: z.string(),
    place: tokenPlace,
  }),
  output: z.object({ parked: z.string() }),
} satisfies Contract;

/** What requestLaunch takes and gives. */
export const requestLaunch = {
  input: z.object({
    subject,
    phase: stretch,
    kind: z.enum(launchKinds),
    stage: z.enum(['reserve', 'launch']),
    hooks,
    token: z.string(),
    place: tokenPlace,
  }),
  output: z.object({ request: z.string() }),
} satisfies Contract;

/** What runHooks takes and gives. */
export const runHooks = {
  // From a machine, or from the schedule: all targets or one by its name.
  input: z.union([
    z.object({
      subject,
      phase: stretch,
      site: z.enum(hookSiteNames),
      token: z.string(),
      place: tokenPlace,
    }),
    z.object({ target: z.string() }),
  ]),
  output: z.union([
    z.object({ hooks: z.enum(['waiting', 'ended']) }),
    z.object({ open: z.int(), ended: z.int() }),
  ]),
} satisfies Contract;

/** What conclude takes and gives. */
export const conclude = {
  input: z.object({
    subject,
    phase: stretch,
    status: z.enum(['succeeded', 'failed']),
    error: caught.optional(),
    hooks,
  }),
  output: z.object({ status: z.enum(['succeeded', 'failed']) }),
} satisfies Contract;

/** What ensureReplicating takes and gives. */
export const ensureReplicating = {
  input: z.object({ subject, pausable }),
  output: z.object({ status: z.enum(['replicating', 'idle']) }),
} satisfies Contract;

/** What retryReplication takes and gives. */
export const retryReplication = {
  input: z.object({ subject, error: caught, pausable }),
  output: done,
} satisfies Contract;

/** What freezeSource takes and gives. */
export const freezeSource = {
  input: step,
  output: z.object({ frozenAt: z.string() }),
} satisfies Contract;

/** What markReadyForCutover takes and gives. */
export const markReadyForCutover = { input: step, output: done } satisfies Contract;

/** What revertLifeCycle takes and gives. */
export const revertLifeCycle = { input: step, output: done } satisfies Contract;

/** What signOff takes and gives. */
export const signOff = {
  input: step,
  output: z.object({ status: z.enum(['signed-off', 'already-final']) }),
} satisfies Contract;

/** What finalizeCutover takes and gives. */
export const finalizeCutover = { input: step, output: done } satisfies Contract;

/** What markAsArchived takes and gives. */
export const markAsArchived = { input: step, output: done } satisfies Contract;

/** What releaseInstance takes and gives. */
export const releaseInstance = { input: step, output: done } satisfies Contract;

/** What stopReplication takes and gives. */
export const stopReplication = { input: step, output: done } satisfies Contract;

/** What turnReplication takes and gives. */
export const turnReplication = { input: step, output: done } satisfies Contract;

/** What disconnectServer takes and gives. */
export const disconnectServer = { input: step, output: done } satisfies Contract;

/** What deleteServer takes and gives. */
export const deleteServer = { input: step, output: done } satisfies Contract;

/** What confirmRetired takes and gives. */
export const confirmRetired = { input: step, output: done } satisfies Contract;

/** The contracts of all functions, by the name that serverless.yml gives them; a function imports its own alone. */
export const contracts = {
  poll,
  sweep,
  react,
  remedy,
  metrics,
  prepareWave,
  nextStage,
  applySettings,
  archiveWaves,
  concludeWave,
  park,
  requestLaunch,
  runHooks,
  conclude,
  ensureReplicating,
  retryReplication,
  freezeSource,
  markReadyForCutover,
  revertLifeCycle,
  signOff,
  finalizeCutover,
  markAsArchived,
  releaseInstance,
  stopReplication,
  turnReplication,
  disconnectServer,
  deleteServer,
  confirmRetired,
} satisfies Record<string, Contract>;

/** What a callback state goes on with once its token is released, by the function that took the token. */
export const released = {
  park: z.looseObject({}),
  requestLaunch: z.object({
    status: z.enum(['launched', 'reserved', 'nothing-to-do']),
    jobId: z.string().nullable(),
    instanceId: z.string().nullable(),
  }),
  runHooks: z.looseObject({}),
} satisfies Record<string, z.ZodType>;
