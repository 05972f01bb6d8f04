// In: a queued recovery whose plan has source networks recovered first. Out: whether the networks of its wave stand in its way,
// and the calls that recover them made, once for the wave. Called by recover-desk; the judgement is core/phase's.
import { intentTag } from '../../../core/admission/job-of-intent.ts';
import { FailureCode, failure } from '../../../core/failure.ts';
import { observeJob } from '../../../core/job.ts';
import { docAt } from '../../../core/observation.ts';
import {
  type NetworkFinding,
  type NetworkRecovery,
  networkFinding,
  observeNetwork,
} from '../../../core/phase/network-recovery.ts';
import type { RecoverFinding } from '../../../core/phase/recover-guard.ts';
import type { NetworkPolicy } from '../../../core/plan/settings-for.ts';
import { type Instant, plusSeconds } from '../../../core/time.ts';
import type { Refusal } from '../../ports.ts';
import { change, read } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { LaunchRequest } from '../../records/wait-records.ts';
import type { WaveServer } from '../../records/wave-records.ts';
import { ask, type DrsTick, type WaveNetworks } from '../tick.ts';

type InTheWay = Extract<RecoverFinding, { do: 'wait' | 'fail' }>;

/** What of the networks of its wave stands in the way of a server; undefined where nothing does. */
export async function networksInTheWay(
  tick: DrsTick,
  member: WaveServer,
  { requestedAt }: Pick<LaunchRequest, 'requestedAt'>,
): Promise<InTheWay | undefined> {
  const policy = member.settings.recovery?.networks;
  if (policy === undefined) return undefined;
  const networks = await look(tick, member.wave);
  if ('refusal' in networks) {
    return { do: 'wait', because: said('its networks cannot be looked at', networks.refusal) };
  }
  // Each finding that is only noted is judged anew; no more than these follow one another.
  for (let turn = 0; turn < 4; turn += 1) {
    // The number of results says whether a person has had this very try made.
    const retriedAt = member.retriedFrom === member.results.length ? requestedAt : undefined;
    const found = judged(tick, networks, policy, retriedAt);
    const way = await acted(tick, member.wave, { found, networks, policy });
    if (way !== 'again') return way;
  }
  return { do: 'wait', because: 'its networks are judged in the next tick' };
}

function judged(
  tick: DrsTick,
  { wanted, seen, record }: WaveNetworks,
  policy: NetworkPolicy,
  retriedAt: Instant | undefined,
): NetworkFinding {
  return networkFinding({
    record,
    wanted,
    networks: seen,
    job: [...tick.seen.jobs.values()].find(
      ({ tags }) => record !== undefined && tags[intentTag] === record.intentId,
    ),
    policy,
    retriedAt,
    now: tick.now,
  });
}

async function acted(
  tick: DrsTick,
  wave: string,
  {
    found,
    networks,
    policy,
  }: {
    readonly found: NetworkFinding;
    readonly networks: WaveNetworks;
    readonly policy: NetworkPolicy;
  },
): Promise<InTheWay | undefined | 'again'> {
  switch (found.do) {
    case 'go':
      return undefined;
    case 'wait':
      return found;
    case 'fail': {
      const code =
        found.result === 'failed'
          ? FailureCode.NetworkNotRecovered
          : FailureCode.NetworkPartlyRecovered;
      return { do: 'fail', failure: failure(code, `source networks ${found.message}`) };
    }
    case 'note':
      await keep(tick, wave, networks, found.record);
      return 'again';
    case 'start':
      return start(tick, wave, { networks, policy, called: found.networks });
    case 'associate':
      return associate(tick, wave, networks, found);
    default:
      return found satisfies never;
  }
}

/** The networks of all servers of the wave in this target, asked for once a tick. */
async function look(
  tick: DrsTick,
  wave: string,
): Promise<WaveNetworks | { readonly refusal: Refusal }> {
  const known = tick.seen.networks.get(wave);
  if (known !== undefined) return known;
  const networks = await lookAt(tick, wave);
  tick.seen.networks.set(wave, networks);
  return networks;
}

async function lookAt(
  tick: DrsTick,
  wave: string,
): Promise<WaveNetworks | { readonly refusal: Refusal }> {
  const { store } = tick.ports;
  const { body } = await read(store, place.wave(wave));
  const ids = (body?.order ?? []).flatMap(
    (id) => tick.seen.servers.get(id)?.drs?.sourceNetworkId ?? [],
  );
  const wanted = [...new Set(ids)].toSorted();
  const { body: record } = await read(store, place.networks(tick.target.target, wave));
  const answer = await ask(tick, () => tick.api.describeSourceNetworks(wanted));
  if (!answer.ok) return { refusal: answer.refusal };
  const seen = answer.value.flatMap((document) => observeNetwork(document) ?? []);
  return { wanted, seen: new Map(seen.map((one) => [one.networkId, one])), record };
}

async function keep(
  tick: DrsTick,
  wave: string,
  networks: WaveNetworks,
  record: NetworkRecovery,
): Promise<void> {
  networks.record = record;
  await change(tick.ports.store, place.networks(tick.target.target, wave), () => record);
}

/** Recovers the networks by one call; its intent is on record before, and goes with it as a tag. */
async function start(
  tick: DrsTick,
  wave: string,
  {
    networks,
    policy: { deployAsNew },
    called,
  }: {
    readonly networks: WaveNetworks;
    readonly policy: NetworkPolicy;
    readonly called: NetworkRecovery['networks'];
  },
): Promise<InTheWay> {
  const intentId = `${tick.target.target.region}/${tick.number}/${wave}/networks`;
  const record: NetworkRecovery = {
    networks: called,
    intentId,
    calledAt: tick.now,
    jobId: null,
    associated: {},
    refused: null,
    ended: null,
  };
  await keep(tick, wave, networks, record);
  const answer = await ask(tick, () =>
    tick.api.startSourceNetworkRecovery(Object.keys(called), {
      deployAsNew,
      tags: { [intentTag]: intentId },
    }),
  );
  if (answer.ok) {
    await keep(tick, wave, networks, { ...record, jobId: jobIdIn(answer.value) });
    return { do: 'wait', because: 'its networks are recovered' };
  }
  const { refusal } = answer;
  if (refusal.kind === 'ambiguous') return { do: 'wait', because: 'its networks are recovered' };
  if (isPassing(refusal)) {
    const reason = said('its networks cannot be recovered yet', refusal);
    const refused = { until: plusSeconds(tick.now, refusal.retryAfterSeconds ?? 60), reason };
    await keep(tick, wave, networks, { ...record, refused });
    return { do: 'wait', because: reason };
  }
  const message = `not recovered: ${refusal.errorName}: ${refusal.message}`.slice(0, 1000);
  await keep(tick, wave, networks, {
    ...record,
    ended: { result: 'failed', message, at: tick.now },
  });
  return {
    do: 'fail',
    failure: failure(FailureCode.NetworkNotRecovered, `source networks ${message}`),
  };
}

/** Gives a network the stack that it had before. Doing so twice does no harm, so a lost answer is followed by another call. */
async function associate(
  tick: DrsTick,
  wave: string,
  networks: WaveNetworks,
  { network, stack }: Extract<NetworkFinding, { do: 'associate' }>,
): Promise<InTheWay> {
  const { record } = networks;
  const because = `network ${network} is given its earlier stack ${stack}`;
  if (record === undefined) return { do: 'wait', because };
  const answer = await ask(tick, () => tick.api.associateSourceNetworkStack(network, stack));
  if (answer.ok) {
    const called = { calledAt: tick.now, jobId: jobIdIn(answer.value) };
    const associated = { ...record.associated, [network]: called };
    await keep(tick, wave, networks, { ...record, associated });
    return { do: 'wait', because };
  }
  const { refusal } = answer;
  if (refusal.kind === 'ambiguous' || isPassing(refusal)) {
    return { do: 'wait', because: said(because, refusal) };
  }
  const message = said(`not recovered: ${network}, and its earlier stack cannot be used`, refusal);
  const ended = { result: 'failed' as const, message, at: tick.now };
  await keep(tick, wave, networks, { ...record, ended });
  return { do: 'fail', failure: failure(FailureCode.NetworkNotRecovered, message) };
}

function jobIdIn(value: Readonly<Record<string, unknown>>): string | null {
  return observeJob(docAt(value, 'job'))?.jobId ?? null;
}

// Other recoveries of the same networks end, quotas get free.
const passing: ReadonlySet<Refusal['kind']> = new Set(['throttled', 'conflict', 'quota']);
const isPassing = ({ kind }: Refusal) => passing.has(kind);

function said(what: string, { errorName, message }: Refusal): string {
  return `${what}: ${errorName}: ${message}`.slice(0, 1000);
}
