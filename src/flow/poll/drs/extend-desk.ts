// In: queued extensions of servers of a staging account. Out: each judged by what the account that it is extended into shows
// now, and the call made there. Called by drs-desk; the judgement is core/phase's.
import { type Batch, backOffSeconds, type Candidate } from '../../../core/admission.ts';
import { DetailType } from '../../../core/event/detail-type.ts';
import { observeDrsServer } from '../../../core/observation/drs-server.ts';
import type { Observation } from '../../../core/observation.ts';
import {
  type ExtendFinding,
  ensureExtended,
  extensibleIn,
  extensionTags,
  readExtensionRefusal,
} from '../../../core/phase/extend.ts';
import { extensionTarget } from '../../../core/plan/extension-target.ts';
import { type Target, targetName } from '../../../core/target.ts';
import { plusSeconds, secondsBetween } from '../../../core/time.ts';
import { hasten } from '../../hasten.ts';
import type { DrsApi, Refusal } from '../../ports.ts';
import { change } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { LaunchRequest } from '../../records/wait-records.ts';
import type { WaveServer } from '../../records/wave-records.ts';
import { recordWaveServer, waveServerOf } from '../../wave-server.ts';
import { doneWithoutJob, end } from '../follow-jobs.ts';
import { giveUpRequest } from '../give-up-request.ts';
import { returnToQueue } from '../return-to-queue.ts';
import { ask, type DrsTick, type ExtensionsSeen } from '../tick.ts';

/** An extension as a candidate, with what keeps it from being called now; undefined where it has just ended. */
export async function judgeExtension(
  tick: DrsTick,
  request: LaunchRequest,
  candidate: Candidate,
): Promise<Candidate | undefined> {
  const server = tick.seen.servers.get(request.server);
  if (server === undefined) return { ...candidate, blockedBy: 'not looked at in this tick' };
  const member = await waveServerOf(tick.ports, request);
  const found = await findingOf(tick, member, server);
  return settled(tick, request, found, { candidate, member });
}

async function findingOf(
  tick: DrsTick,
  member: WaveServer,
  server: Observation,
): Promise<ExtendFinding> {
  const into = extensionTarget(member);
  if (into === undefined) return { do: 'wait', because: 'its plan names no account for it' };
  const seen = await look(tick, into);
  if ('refusal' in seen) return refusalFinding(seen.refusal, into);
  const { extensions, listed } = seen;
  return ensureExtended({
    server,
    extensions,
    listed: listed.get(server.arn),
    into: into.accountId,
  });
}

function refusalFinding(refusal: Refusal, into: Target): ExtendFinding {
  const { errorName, message } = refusal;
  return (
    readExtensionRefusal(refusal, into.accountId) ?? {
      do: 'wait',
      because: `account ${into.accountId} cannot be asked: ${errorName}: ${message}`.slice(0, 1000),
    }
  );
}

/** Asks the other account once a tick, whatever number of servers are extended there. */
async function look(
  tick: DrsTick,
  into: Target,
): Promise<ExtensionsSeen | { readonly refusal: Refusal }> {
  const name = targetName(into);
  const known = tick.seen.extensions.get(name);
  if (known !== undefined) return known;
  const seen = await askFor(tick, into);
  tick.seen.extensions.set(name, seen);
  return seen;
}

async function askFor(
  tick: DrsTick,
  into: Target,
): Promise<ExtensionsSeen | { readonly refusal: Refusal }> {
  const api: DrsApi = tick.ports.drsOf(into);
  const { accountId } = tick.target.target;
  // In this order: what is extended between the two is found extended.
  const extensible = await ask(tick, () => api.listExtensibleSourceServers(accountId));
  if (!extensible.ok) return { refusal: extensible.refusal };
  const extended = await ask(tick, () => api.describeExtensions(accountId));
  if (!extended.ok) return { refusal: extended.refusal };
  const seen = { target: into, readAt: tick.now, answeredAt: extended.answeredAt ?? tick.now };
  return {
    extensions: extended.value.flatMap((document) => observeDrsServer(document, seen) ?? []),
    listed: extensibleIn(extensible.value),
  };
}

/** Does what a finding says with the request; answers the candidate where it stays one. */
async function settled(
  tick: DrsTick,
  request: LaunchRequest,
  found: ExtendFinding,
  { candidate, member }: { readonly candidate: Candidate; readonly member: WaveServer },
): Promise<Candidate | undefined> {
  switch (found.do) {
    case 'act':
      await lingersSince(tick, request, null);
      return candidate;
    case 'wait':
      await lingersSince(tick, request, null);
      return { ...candidate, blockedBy: found.because };
    case 'nothing':
      await tellExtended(tick, request, found.extension);
      await end(tick, request.id, request.server, doneWithoutJob);
      return undefined;
    case 'linger': {
      const since = request.stalledSince ?? tick.now;
      await lingersSince(tick, request, since);
      if (secondsBetween(since, tick.now) < member.settings.stall.graceSeconds) {
        return { ...candidate, blockedBy: found.failure.message };
      }
      await giveUpRequest(tick, request, found.failure);
      return undefined;
    }
    case 'fail':
      await giveUpRequest(tick, request, found.failure);
      return undefined;
    default:
      return found satisfies never;
  }
}

/** Tells as whom the server is extended, once, and has the new server looked at soon. */
async function tellExtended(
  tick: DrsTick,
  { wave, server }: LaunchRequest,
  { sourceServerId: serverId, arn, target }: Observation,
): Promise<void> {
  const { accountId } = target;
  await recordWaveServer(tick.ports, { wave, server }, (member) =>
    member.extension?.serverId === serverId
      ? undefined
      : {
          next: { ...member, extension: { accountId, serverId } },
          told: [
            {
              detailType: DetailType.ServerExtended,
              members: { extensionAccountId: accountId, extensionId: serverId, extensionArn: arn },
            },
          ],
        },
  );
  await hasten(tick.ports, target);
}

async function lingersSince(
  tick: DrsTick,
  request: LaunchRequest,
  since: LaunchRequest['stalledSince'],
): Promise<void> {
  if (since === request.stalledSince) return;
  await change(tick.ports.store, place.request(tick.target.target, request.id), (now) =>
    now === undefined ? undefined : { ...now, stalledSince: since },
  );
}

/**
 * Extends one server, in the account that its plan names. The request ends when a later tick sees the extension there, so
 * that a lost answer is no other case than a heard one.
 */
export async function startExtension(
  tick: DrsTick,
  open: readonly LaunchRequest[],
  batch: Batch,
): Promise<boolean> {
  const [id = ''] = batch.requests;
  const request = open.find((one) => one.id === id);
  if (request === undefined) return true;
  const member = await waveServerOf(tick.ports, request);
  const into = extensionTarget(member);
  const seen = into === undefined ? undefined : tick.seen.extensions.get(targetName(into));
  if (into === undefined || seen === undefined || 'refusal' in seen) return true;
  const tags = extensionTags(
    seen.listed.get(member.arn)?.tags ?? {},
    member.settings.recovery?.extendTags ?? {},
  );
  const api = tick.ports.drsOf(into);
  const answer = await ask(tick, () => api.createExtendedSourceServer(member.arn, tags));
  if (answer.ok) {
    tick.counts.launched += 1;
    return true;
  }
  const { refusal } = answer;
  if (refusal.kind === 'ambiguous') return true;
  const found = readExtensionRefusal(refusal, into.accountId);
  if (found === undefined) {
    await returnToQueue(tick, open, batch.requests, refusal, batch.servers);
    return refusal.kind !== 'throttled';
  }
  await refused(tick, request, found);
  return true;
}

// Twice refused because of itself is a server's own failure (design.md 15.11).
const refusalLimit = 2;

async function refused(
  tick: DrsTick,
  request: LaunchRequest,
  found: NonNullable<ReturnType<typeof readExtensionRefusal>>,
): Promise<void> {
  const refusals = request.refusals + Number(found.do === 'linger');
  if (found.do !== 'wait' && (found.do === 'fail' || refusals >= refusalLimit)) {
    await giveUpRequest(tick, request, found.failure);
    return;
  }
  const reason = found.do === 'wait' ? found.because : found.failure.message;
  const notBefore = plusSeconds(tick.now, backOffSeconds(1));
  await change(tick.ports.store, place.request(tick.target.target, request.id), (now) =>
    now === undefined ? undefined : { ...now, refusals, reason, notBefore },
  );
}
