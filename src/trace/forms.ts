import * as z from 'zod';

/** A JSON object whose members are not known in advance. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Tells a JSON object from every other JSON value. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line of `api.jsonl`: a call as the service saw it (design.md 16). Further members are kept. */
export const CallRecord = z.looseObject({
  at: z.string(),
  caller: z.string().min(1),
  service: z.string().min(1),
  operation: z.string().min(1),
  accountId: z.string().min(1),
  region: z.string().min(1),
  input: z.custom<JsonObject>(isJsonObject, 'expected a JSON object'),
  status: z.int(),
  error: z.string().nullable(),
  answerLost: z.literal(true).optional(),
  output: z.unknown().optional(),
});
export type CallRecord = z.infer<typeof CallRecord>;

/** One line of `events.jsonl`: an EventBridge envelope with the members that every detail carries. */
export const Envelope = z.looseObject({
  version: z.string(),
  id: z.string().min(1),
  'detail-type': z.string().min(1),
  source: z.string().min(1),
  account: z.string(),
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.looseObject({
    schemaVersion: z.union([z.string(), z.number()]),
    eventId: z.string().min(1),
    stream: z.string().min(1),
    sequence: z.int(),
    observedAt: z.string(),
  }),
});
export type Envelope = z.infer<typeof Envelope>;

/** One line of `executions.jsonl`: what became of one execution. */
export const ExecutionLine = z.looseObject({
  name: z.string().min(1),
  stateMachine: z.string().min(1),
  parent: z.string().nullable(),
  status: z.string().min(1),
  startedAt: z.string(),
  stoppedAt: z.string().nullable(),
  transitions: z.int().nonnegative(),
  historyEvents: z.int().nonnegative(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
});
export type ExecutionLine = z.infer<typeof ExecutionLine>;

/** The three logs, by the names that evidence uses. */
export const logNames = ['api', 'events', 'executions'] as const;
export type LogName = (typeof logNames)[number];

/** A line that is no record of its log; `index` counts the file's lines from 0. */
export interface UnreadableLine {
  readonly log: LogName;
  readonly index: number;
  readonly problem: string;
}

/** The three logs of a rehearsal, each in the order of its file. */
export interface Logs {
  readonly api: readonly CallRecord[];
  readonly events: readonly Envelope[];
  readonly executions: readonly ExecutionLine[];
  /** The lines left out of the three lists, in the order of their files. */
  readonly unreadable?: readonly UnreadableLine[];
}
