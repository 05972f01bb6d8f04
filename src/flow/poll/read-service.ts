// In: what to look at. Out: what the service says of it, or the first refusal: a read that misses a page is no
// observation (design.md 13). Called by poll.
import { clientSilenceSeconds } from '../../core/change/client-silence.ts';
import type { InstanceStatus } from '../../core/condition/sight.ts';
import { isOpen, observeJob } from '../../core/job.ts';
import { instantAt, observe, textAt } from '../../core/observation.ts';
import { plusSeconds, secondsBetween } from '../../core/time.ts';
import type { Answer, Refusal, WireDocument } from '../ports.ts';
import type { Look } from './look.ts';
import { ask, type MgnTick, type Tick } from './tick.ts';

// Jobs older than a day are known by id or have ended; their history is never paged (design.md 8).
const jobHistorySeconds = 86_400;
const quotaAgeSeconds = 86_400;

/** Reads all that the tick needs; answers the refusal that stopped it, or undefined. */
export async function readService(tick: MgnTick, look: Look): Promise<Refusal | undefined> {
  return (
    (await readServers(tick, look)) ??
    (await readJobs(tick, look)) ??
    (await readInstances(tick)) ??
    (await readClients(tick, look))
  );
}

async function readServers(tick: Tick, look: Look): Promise<Refusal | undefined> {
  if (look.length === 0) return undefined;
  const answer = await ask(tick, () =>
    look === 'all' ? tick.api.describeSourceServers() : tick.api.describeSourceServers(look),
  );
  if (!answer.ok) return answer.refusal;
  keepServers(tick, answer);
  if (look === 'all') tick.seen.swept = true;
  const awaited = () => [
    ...tick.waits.flatMap(({ body }) => body.server ?? []),
    ...tick.requests.map(({ body }) => body.server),
  ];
  markAbsent(tick, look === 'all' ? awaited() : look);
  return undefined;
}

function keepServers(
  tick: Tick,
  answer: Extract<Answer<readonly WireDocument[]>, { ok: true }>,
): void {
  const answeredAt = answer.answeredAt ?? tick.now;
  for (const document of answer.value) {
    const observation = observe(document, {
      target: tick.target.target,
      readAt: tick.now,
      answeredAt,
    });
    if (observation !== undefined) tick.seen.servers.set(observation.sourceServerId, observation);
  }
  tick.counts.looked += answer.value.length;
}

function markAbsent(tick: Tick, asked: readonly string[]): void {
  for (const id of asked) if (!tick.seen.servers.has(id)) tick.seen.absent.add(id);
}

/**
 * Reads the jobs that this tick follows, and all open jobs of the account where it may start one or must find one, and
 * at the slow pace, so that other people's are told. A job that has just ended has its servers looked at once more, so
 * that what follows builds on what it left.
 */
async function readJobs(tick: Tick, look: Look): Promise<Refusal | undefined> {
  const needsAll =
    tick.requests.some(({ body }) => body.kind !== 'StartReplication') ||
    tick.intents.some(({ body }) => body.jobId === null) ||
    tick.waits.some(({ body }) => body.condition.kind === 'idle');
  if (needsAll || look === 'all') {
    const fromAt = plusSeconds(tick.now, -jobHistorySeconds);
    const recent = await ask(tick, () => tick.api.describeJobs({ fromAt }));
    if (recent.ok) {
      keepJobs(tick, recent.value);
      tick.seen.allJobs = true;
    } else if (needsAll) return recent.refusal;
  }
  const followed = [
    // Open jobs that are older than what is listed.
    ...(tick.seen.allJobs ? tick.jobs.flatMap(({ body }) => (body.ended ? [] : body.jobId)) : []),
    ...tick.intents.flatMap(({ body }) => body.jobId ?? []),
    ...tick.waits.flatMap(({ body }) =>
      body.condition.kind === 'healthy' && tick.seen.servers.has(body.server ?? '')
        ? (body.condition.jobId ?? [])
        : [],
    ),
  ];
  const unknown = [...new Set(followed)].filter((id) => !tick.seen.jobs.has(id)).sort();
  if (unknown.length > 0) {
    const known = await ask(tick, () => tick.api.describeJobs({ ids: unknown }));
    if (!known.ok) return known.refusal;
    keepJobs(tick, known.value);
  }
  return lookAtEndedJobs(tick);
}

async function lookAtEndedJobs(tick: Tick): Promise<Refusal | undefined> {
  const ended = tick.intents.flatMap(({ body }) => {
    const job = body.jobId === null ? undefined : tick.seen.jobs.get(body.jobId);
    return job !== undefined && !isOpen(job) ? body.servers : [];
  });
  const ids = [...new Set(ended)].filter((id) => !tick.seen.servers.has(id)).sort();
  if (ids.length === 0) return undefined;
  const answer = await ask(tick, () => tick.api.describeSourceServers(ids));
  if (!answer.ok) return answer.refusal;
  keepServers(tick, answer);
  return undefined;
}

function keepJobs(tick: Tick, documents: readonly WireDocument[]): void {
  for (const document of documents) {
    const job = observeJob(document);
    if (job !== undefined) tick.seen.jobs.set(job.jobId, job);
  }
}

/** Reads EC2's checks for the instances whose health is waited for, once they have booted, and for those that soak. */
async function readInstances(tick: Tick): Promise<Refusal | undefined> {
  const ids = new Set<string>();
  for (const { body } of tick.waits) {
    const { condition } = body;
    const soaks = condition.kind === 'signable' && condition.soakUntil !== undefined;
    if (condition.kind !== 'healthy' && !soaks) continue;
    const launched = tick.seen.servers.get(body.server ?? '')?.launched;
    if (launched?.instanceId !== undefined && (soaks || launched.firstBoot === 'SUCCEEDED'))
      ids.add(launched.instanceId);
  }
  if (ids.size === 0) return undefined;
  const answer = await ask(tick, () => tick.api.describeInstanceStatus([...ids].sort()));
  if (!answer.ok) return answer.refusal;
  for (const document of answer.value) {
    const id = textAt(document, 'instanceId');
    if (id === undefined) continue;
    const status: InstanceStatus = {
      state: textAt(document, 'instanceState'),
      systemStatus: textAt(document, 'systemStatus'),
      instanceStatus: textAt(document, 'instanceStatus'),
    };
    tick.seen.instances.set(id, status);
  }
  return undefined;
}

/**
 * Reads which vCenter clients are alive, where a start of replication depends on it, and at the slow pace wherever
 * agentless servers are looked at, so that their silence is told.
 */
async function readClients(tick: MgnTick, look: Look): Promise<Refusal | undefined> {
  const feeds = tick.requests.some(
    ({ body }) =>
      body.kind === 'StartReplication' &&
      tick.seen.servers.get(body.server)?.vcenterClientId !== undefined,
  );
  const all = [...tick.seen.servers.values()].flatMap((o) => o.vcenterClientId ?? []);
  if (!feeds && !(look === 'all' && all.length > 0)) return undefined;
  const answer = await ask(tick, () => tick.api.describeVcenterClients());
  if (!answer.ok) return feeds ? answer.refusal : undefined;
  const answeredAt = answer.answeredAt ?? tick.now;
  const seen = answer.value.flatMap((document) => {
    const id = textAt(document, 'vcenterClientID');
    return id === undefined ? [] : { id, lastSeenAt: instantAt(document, 'lastSeenDatetime') };
  });
  tick.seen.clients = { seen, answeredAt };
  // A client that is not listed says nothing of its servers (open world); only a silent one holds them back.
  const silent = new Set(
    seen.flatMap(({ id, lastSeenAt }) =>
      lastSeenAt !== undefined && secondsBetween(lastSeenAt, answeredAt) > clientSilenceSeconds
        ? id
        : [],
    ),
  );
  tick.seen.liveClients = new Set(
    [...seen.map(({ id }) => id), ...all].filter((id) => !silent.has(id)),
  );
  return undefined;
}

/** Reads the account's quotas once a day; without an answer the last known or the published ones count. */
export async function readQuotas(
  tick: Tick,
): Promise<Readonly<Record<string, number>> | undefined> {
  const { quotasReadAt } = tick.target;
  if (quotasReadAt !== null && secondsBetween(quotasReadAt, tick.now) < quotaAgeSeconds)
    return undefined;
  const answer = await ask(tick, () => tick.api.quotas());
  return answer.ok ? answer.value : undefined;
}
