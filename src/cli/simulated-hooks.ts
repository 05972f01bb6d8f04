// In: what the hooks of a rehearsal come to, as a file says it. Out: the functions, documents and addresses that hooks call,
// played in virtual time. Called through the same port as the real ones.
import type { DocumentRun } from '../core/hook/command-result.ts';
import type { HookAnswer, HookRequest, HookResult } from '../core/hook/hook-result.ts';
import type { HookPoint } from '../core/plan/hook-point.ts';
import { fromMs, type Instant, toMs } from '../core/time.ts';
import type { HookCalls, Probe, ProbeManner } from '../flow/ports.ts';
import { seededNumber } from '../runtime/seeded.ts';

/** How long a hook takes in a rehearsal of which no file says so, in seconds. */
export const hookSeconds = 30;

/** How a hook may go in a rehearsal. */
export const hookOutcomes = ['succeeded', 'failed', 'hangs', 'lost', 'not-heard'] as const;

/** How some hooks go for some servers. */
export interface HookPlay {
  /** The hook by its name; any where left out. */
  readonly hook?: string | undefined;
  readonly point?: HookPoint | undefined;
  /** Ids or host names; every server where left out. */
  readonly servers?: readonly string[] | undefined;
  /** Which part of these servers, drawn by the seed; all where left out. */
  readonly share?: number | undefined;
  readonly outcome: (typeof hookOutcomes)[number];
  readonly durationSeconds: number;
  /** Only so many first tries of the hook for each server; every try where left out. */
  readonly times?: number | undefined;
  readonly reason?: string | undefined;
}

/** One call of a function or for a document, as the log of calls has it. */
export interface HookCallRecord {
  readonly at: Instant;
  readonly caller: 'landfall';
  readonly service: 'lambda' | 'ssm';
  readonly operation: 'Invoke' | 'SendCommand' | 'ListCommandInvocations' | 'CancelCommand';
  readonly accountId: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly error: string | null;
  readonly answerLost?: true;
  readonly output?: unknown;
}

interface Run {
  readonly play: HookPlay;
  readonly untilMs: number;
}

/** A call as it was made: what is logged of it whatever comes of it. */
type Made = Pick<HookCallRecord, 'service' | 'operation' | 'accountId' | 'region' | 'input'>;

interface Subject {
  readonly key: string;
  readonly point: HookPoint;
  readonly hook: string;
  readonly sourceServerId: string;
  readonly hostname: string | null;
}

const otherwise: HookPlay = { outcome: 'succeeded', durationSeconds: hookSeconds };

/** Plays the functions, documents and addresses of hooks, each try by its key. */
export class SimulatedHooks implements HookCalls {
  readonly #plays: readonly HookPlay[];
  readonly #seed: number;
  readonly #now: () => Instant;
  readonly #onCall: (record: HookCallRecord) => void;
  readonly #runs = new Map<string, Run>();
  readonly #unheard = new Set<string>();
  readonly #cancelled = new Set<string>();
  /** How many tries of a hook of a server were begun. */
  readonly #tries = new Map<string, number>();

  constructor(settings: {
    readonly plays: readonly HookPlay[];
    readonly seed: number;
    readonly now: () => Instant;
    readonly onCall?: (record: HookCallRecord) => void;
  }) {
    this.#plays = settings.plays;
    this.#seed = settings.seed;
    this.#now = settings.now;
    this.#onCall = settings.onCall ?? (() => {});
  }

  /** Plays a function: it begins a key once, and says of it how far it is. */
  readonly invoke = async (functionName: string, request: HookRequest): Promise<HookAnswer> => {
    const { server, ...asked } = request;
    return this.#play({ ...asked, ...server }, asked.ask, {
      ...{ service: 'lambda', operation: 'Invoke' },
      ...{ accountId: server.accountId, region: server.region },
      input: { FunctionName: functionName, ...asked, server },
    });
  };

  /** Plays a document: its command is sent once for a key, and asked after. */
  readonly runDocument = async (run: DocumentRun): Promise<HookAnswer> => {
    const { ask, target, document, parameters, node, server, point, hook, key } = run;
    const told = { ask, key, point, hook, try: run.try, server };
    return this.#play({ key, point, hook, ...server }, ask, {
      service: 'ssm',
      accountId: target.accountId,
      region: target.region,
      ...(ask === 'run'
        ? {
            operation: 'SendCommand',
            input: {
              ...{ DocumentName: document, InstanceIds: [node], Parameters: parameters },
              ...told,
            },
          }
        : ask === 'cancel'
          ? { operation: 'CancelCommand', input: { InstanceIds: [node], ...told } }
          : { operation: 'ListCommandInvocations', input: { InstanceId: node, ...told } }),
    });
  };

  #play(subject: Subject, ask: DocumentRun['ask'], made: Made): HookAnswer {
    const { key } = subject;
    if (ask === 'cancel') this.#cancelled.add(key);
    const known = this.#runs.get(key);
    const play = known?.play ?? this.#playOf(subject);
    if (known === undefined && ask === 'run' && play.outcome === 'not-heard') {
      if (!this.#unheard.has(key)) {
        this.#unheard.add(key);
        return this.#tell(made, { is: 'lost', because: 'the connection broke' }, 503);
      }
    }
    if (known === undefined && ask === 'run') {
      this.#begin(subject, play, play.durationSeconds);
      if (play.outcome === 'lost') {
        return this.#tell(made, { is: 'lost', because: 'the answer was lost' }, 200);
      }
    }
    return this.#tell(made, { is: 'result', result: this.#resultOf(key) }, 200);
  }

  /** Plays an address: it answers well once its time has come. */
  readonly probe = async (_: Probe, { about }: ProbeManner): Promise<HookAnswer> => {
    const play = this.#playOf(about);
    const { key } = about;
    const known =
      this.#runs.get(key) ??
      this.#begin(about, play, play === otherwise ? 0 : play.durationSeconds);
    const { outcome, reason = 'no answer: ECONNREFUSED' } = known.play;
    const isGood = outcome !== 'failed' && outcome !== 'hangs' && this.#isOver(known);
    return { is: 'probed', good: isGood, found: isGood ? 'it answered as it should' : reason };
  };

  #begin({ key, point, hook, sourceServerId }: Subject, play: HookPlay, seconds: number): Run {
    const whose = `${point} ${hook} ${sourceServerId}`;
    this.#tries.set(whose, (this.#tries.get(whose) ?? 0) + 1);
    const run = { play, untilMs: toMs(this.#now()) + seconds * 1000 };
    this.#runs.set(key, run);
    return run;
  }

  #isOver({ untilMs }: Run): boolean {
    return toMs(this.#now()) >= untilMs;
  }

  #resultOf(key: string): HookResult {
    const run = this.#runs.get(key);
    if (run === undefined) return { status: 'unknown', reason: 'no run of this key' };
    const { outcome, reason } = run.play;
    if (this.#cancelled.has(key)) return { status: 'failed', reason: 'its command is cancelled' };
    if (outcome === 'hangs' || !this.#isOver(run)) return { status: 'pending' };
    if (outcome === 'failed')
      return { status: 'failed', reason: reason ?? 'it failed, as the rehearsal wants it' };
    return { status: 'succeeded', evidence: { endedAt: fromMs(run.untilMs) } };
  }

  #playOf({ point, hook, sourceServerId, hostname }: Subject): HookPlay {
    const nth = (this.#tries.get(`${point} ${hook} ${sourceServerId}`) ?? 0) + 1;
    const found = this.#plays.find(
      (play) =>
        (play.hook === undefined || play.hook === hook) &&
        (play.point === undefined || play.point === point) &&
        (play.servers === undefined ||
          play.servers.some((one) => one === sourceServerId || one === hostname)) &&
        (play.times === undefined || nth <= play.times) &&
        (play.share === undefined ||
          seededNumber('hook', this.#seed, point, hook, sourceServerId) < play.share),
    );
    return found ?? otherwise;
  }

  #tell(made: Made, answer: HookAnswer, status: number): HookAnswer {
    const isLost = answer.is === 'lost';
    const { service, operation, accountId, region, input } = made;
    this.#onCall({
      at: this.#now(),
      caller: 'landfall',
      ...{ service, operation, accountId, region, input },
      status,
      error: status === 200 ? null : 'ServiceException',
      ...(isLost && status === 200 ? { answerLost: true as const } : {}),
      ...(answer.is === 'result' ? { output: answer.result } : {}),
    });
    return answer;
  }
}
