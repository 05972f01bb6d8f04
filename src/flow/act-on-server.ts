// In: a server of a wave and what the core says it takes. Out: that call made, once it is needed and allowed.
// Called by the steps that change one server.
import type { Facts } from '../core/change.ts';
import { factsOf } from '../core/change.ts';
import {
  FailureCode,
  failure,
  failureText,
  PermanentFailure,
  ScopePaused,
  TransientFailure,
} from '../core/failure.ts';
import { openHold } from '../core/hold.ts';
import { type Observation, observe } from '../core/observation.ts';
import { pauseReason } from '../core/order/effective-pauses.ts';
import type { Act, Finding } from '../core/phase.ts';
import type { Target } from '../core/target.ts';
import { secondsBetween } from '../core/time.ts';
import { ordersOf } from './orders-of.ts';
import type { Answer, Ports, Refusal, ServiceApi, WireDocument } from './ports.ts';
import { change, type Place, read } from './records/documents.ts';
import { place } from './records/place.ts';
import type { WaveServer } from './records/wave-records.ts';

type ActPorts = Pick<Ports, 'clock' | 'store' | 'serviceOf'>;
/** What it takes to look at a server of either service. */
type LookPorts = Pick<Ports, 'clock' | 'store'> & {
  readonly serviceOf: (target: Target) => Pick<ServiceApi, 'describeSourceServers'>;
};

/** A server, the target whose call budget it draws on, and the wave that moves it, where one does. */
export type ServerOfTarget = Pick<WaveServer, 'server' | 'target'> &
  Partial<Pick<WaveServer, 'wave' | 'tier'>>;

/** How a step ended well: it acted, or it was so already. */
export type Done = { readonly status: 'done' | 'already-so'; readonly because: string };

/**
 * Looks, acts only if needed, and treats "already so" as success (design.md D6). The look is the latest recorded
 * one unless `fresh` is asked for; a call that was refused, or whose answer was lost, is looked into afresh before
 * it fails.
 */
export async function actOnServer(
  ports: ActPorts,
  server: ServerOfTarget,
  decide: (facts: Facts) => Finding,
  { look = 'recorded', pausable = false }: How = {},
): Promise<Done> {
  const recorded =
    look === 'recorded'
      ? (await read(ports.store, place.server(server.target, server.server))).body?.facts
      : undefined;
  return actWhenNeeded(ports, server, {
    decide,
    recorded,
    look: () => lookAfresh(ports, server),
    make: (act) => make(ports.serviceOf(server.target), server.server, act),
    pausable,
  });
}

/** A desired-state call: what decides it, how it is looked at, and how it is made. */
export interface DesiredState<Sight, A extends { readonly call: string }> {
  readonly decide: (sight: Sight) => Finding<A>;
  /** What is on record already; looked at afresh where it is left out. */
  readonly recorded?: Sight | undefined;
  readonly look: () => Promise<Sight>;
  readonly make: (act: A) => Promise<Answer<WireDocument>>;
  /** Whether the machine parks where the step finds its server paused. */
  readonly pausable?: boolean | undefined;
}

/** Brings about what is wanted of a server of either service, once, as `actOnServer` says. */
export async function actWhenNeeded<Sight, A extends { readonly call: string }>(
  ports: Pick<Ports, 'clock' | 'store'>,
  server: ServerOfTarget,
  { decide, recorded, look, make: call, pausable = false }: DesiredState<Sight, A>,
): Promise<Done> {
  await refuseHeld(ports, server);
  const first = decide(recorded ?? (await look()));
  if (first.do !== 'act') return settle(first);
  if (pausable) await mayCall(ports, server);
  await spend(ports, server);
  const answer = await call(first.act);
  if (answer.ok) return { status: 'done', because: first.act.call };
  const { refusal } = answer;
  // Nothing took effect, so there is nothing to look at.
  if (refusal.kind === 'throttled') throw transient(refusal);
  const second = decide(await look());
  if (second.do !== 'act') return settle(second);
  // Still needed: a lost call may be made again, a conflict passes when the job on the server ends; the rest stays.
  if (isTransient(refusal) || refusal.kind === 'conflict') throw transient(refusal);
  throw new PermanentFailure(
    FailureCode.ApiRefused,
    failureText(
      failure(
        FailureCode.ApiRefused,
        `${first.act.call}: ${refusal.errorName}: ${refusal.message}`,
      ),
    ),
  );
}

/** How a step acts. */
export interface How {
  readonly look?: 'recorded' | 'fresh';
  /** Whether the machine parks where the step finds its server paused. */
  readonly pausable?: boolean | undefined;
}

/** Throws ScopePaused where a person has paused the server, its tier, wave, plan or everything (design.md 6). */
async function mayCall(
  ports: Pick<Ports, 'store'>,
  { wave, server, tier }: ServerOfTarget,
): Promise<void> {
  if (wave === undefined || tier === undefined) return;
  const paused = pauseReason(await ordersOf(ports, wave), { server, tier });
  if (paused !== undefined) throw new ScopePaused(`${paused}: ${server} waits`);
}

/** Nothing is done for a held server; its phase begins anew when a person has resumed it. */
async function refuseHeld(
  ports: Pick<Ports, 'store'>,
  { wave, server }: ServerOfTarget,
): Promise<void> {
  if (wave === undefined) return;
  const { body: command } = await read(ports.store, place.command(wave));
  const hold = openHold(command?.holds?.[server]);
  if (hold === undefined) return;
  const held = failure(FailureCode.ServerHeld, `held until a person resumes it: ${hold.reason}`);
  throw new PermanentFailure(held.code, failureText(held));
}

function settle(finding: Exclude<Finding<never>, { do: 'act' }>): Done {
  switch (finding.do) {
    case 'nothing':
      return { status: 'already-so', because: finding.because };
    case 'wait':
      throw new TransientFailure(
        FailureCode.AnswerIncomplete,
        failureText(failure(FailureCode.AnswerIncomplete, finding.because)),
      );
    case 'fail':
      throw new PermanentFailure(finding.failure.code, failureText(finding.failure));
    default:
      return finding satisfies never;
  }
}

/** Reads one server from the service, now, and draws its facts. */
export async function lookAfresh(ports: LookPorts, server: ServerOfTarget): Promise<Facts> {
  return factsOf(await observeAfresh(ports, server));
}

/** Reads one server from the service, now. */
export async function observeAfresh(
  ports: LookPorts,
  server: ServerOfTarget,
): Promise<Observation> {
  await spend(ports, server);
  const readAt = ports.clock.now();
  const answer = await ports.serviceOf(server.target).describeSourceServers([server.server]);
  if (!answer.ok) throw transient(answer.refusal);
  const document = answer.value.find((d) => d['sourceServerID'] === server.server);
  const seen =
    document === undefined
      ? undefined
      : observe(document, {
          target: server.target,
          readAt,
          answeredAt: answer.answeredAt ?? readAt,
        });
  if (seen === undefined) {
    const vanished = failure(FailureCode.ServerVanished, 'the service no longer lists the server');
    throw new PermanentFailure(vanished.code, failureText(vanished));
  }
  return seen;
}

function make(api: ServiceApi, id: string, act: Act): Promise<Answer<WireDocument>> {
  switch (act.call) {
    case 'UpdateReplicationType':
      return api.updateReplicationType(id, act.type);
    case 'RetryDataReplication':
      return api.retryDataReplication(id);
    case 'ChangeServerLifeCycleState':
      return api.changeLifeCycleState(id, act.state);
    case 'FinalizeCutover':
      return api.finalizeCutover(id);
    case 'MarkAsArchived':
      return api.markAsArchived(id);
    default:
      return act satisfies never;
  }
}

/** Says whether a refusal passes by itself; a desired-state call may simply be made again. */
export function isTransient(refusal: Refusal): boolean {
  return refusal.kind === 'throttled' || refusal.kind === 'ambiguous';
}

/** A refusal as the failure that state machines retry. */
export function transient(refusal: Refusal): TransientFailure {
  const code = refusal.kind === 'throttled' ? FailureCode.ApiThrottled : FailureCode.ApiRefused;
  return new TransientFailure(
    code,
    failureText(failure(code, `${refusal.errorName}: ${refusal.message}`)),
  );
}

interface BudgetRecord {
  readonly windowStart: string;
  readonly used: number;
}

// MGN publishes no request rates; two calls a second is a design assumption (reference/mgn.md 3).
const callsPerWindow = 120;
const windowSeconds = 60;

/** Takes one call out of the target's rate budget; an empty budget is a transient failure (design.md 15.11). */
export async function spend(
  ports: Pick<Ports, 'store' | 'clock'>,
  server: Pick<ServerOfTarget, 'target'>,
): Promise<void> {
  const now = ports.clock.now();
  const where: Place<BudgetRecord> = {
    partition: place.target(server.target).partition,
    sort: 'call-budget',
  };
  let spent = false;
  await change(ports.store, where, (budget) => {
    spent = true;
    if (budget === undefined || secondsBetween(budget.windowStart, now) >= windowSeconds) {
      return { windowStart: now, used: 1 };
    }
    spent = budget.used < callsPerWindow;
    return spent ? { ...budget, used: budget.used + 1 } : undefined;
  });
  if (!spent) {
    throw new TransientFailure(
      FailureCode.ApiThrottled,
      failureText(
        failure(FailureCode.ApiThrottled, 'the rate budget of the target is spent for this minute'),
      ),
    );
  }
}
