import { atCall, atEvent, breachBy } from './breach.ts';
import { allInstances, ownJobs } from './drill-rules.ts';
import { grouped } from './grouped.ts';
import { type Rule, Tally } from './rule.ts';
import { type Call, type ServerStory, textOf } from './trace.ts';
import { EventType, jobKindOf } from './vocabulary.ts';
import { waysBack } from './ways-back.ts';

const noRecoveryOverOthers: Rule = {
  promise: 2,
  name: 'no-recovery-over-live-instance',
  holds:
    'No recovery is launched over a live recovery instance that was told, is not gone and was not launched by Landfall, unless the plan says so.',
  meaning: 'DRS takes earlier instances away as it launches: the recovery destroyed what served.',
  check: (trace) => {
    const tally = new Tally();
    const jobs = ownJobs(trace);
    const known = grouped(allInstances(trace), ({ server }) => server);
    for (const story of trace.servers.values()) {
      for (const call of recoveriesOf(story)) {
        const live = known
          .get(story.key)
          ?.find(
            (one) =>
              !one.isDrill &&
              one.from.ms < call.ms &&
              (one.until ?? call.ms) >= call.ms &&
              !(one.jobId !== undefined && jobs.has(one.jobId)),
          );
        tally.see(
          live === undefined || mayReplace(story, call)
            ? undefined
            : breachBy(call, story.key, `a recovery was launched over live instance ${live.id}`, [
                atEvent(live.from),
              ]),
        );
      }
    }
    return tally.finding();
  },
};

const recoveredOnce: Rule = {
  promise: 2,
  name: 'recovered-once',
  holds:
    'A server is recovered a second time only after the first try of its phase has failed, or was taken back.',
  meaning: 'What was recovered and may serve was destroyed by a second launch.',
  check: (trace) => {
    const tally = new Tally();
    const ways = new Map(waysBack(trace).map((way) => [way.reversed, way.server]));
    for (const story of trace.servers.values()) {
      // Where it fails back, its phases are told of the server that it is reversed from.
      const told = trace.servers.get(ways.get(story.key) ?? story.key)?.told ?? [];
      let first: Call | undefined;
      for (const second of recoveriesOf(story)) {
        tally.see(
          first === undefined || endedBetween(told, first, second)
            ? undefined
            : breachBy(second, story.key, 'a second recovery was accepted after one that held', [
                atCall(first),
              ]),
        );
        first = second;
      }
    }
    return tally.finding();
  },
};

const networksOnce: Rule = {
  promise: 2,
  name: 'networks-recovered-once',
  holds:
    'A source network is recovered by one accepted call of Landfall’s, unless a recovery of a server there has failed in between.',
  meaning: 'A lost answer was guessed to be none: a network was deployed twice.',
  check: (trace) => {
    const tally = new Tally();
    const last = new Map<string, Call>();
    const failed = trace.told.filter(
      ({ type, detail }) =>
        type === EventType.PhaseEnded &&
        textOf(detail, 'phase') === 'recover' &&
        textOf(detail, 'status') !== 'succeeded',
    );
    for (const call of trace.calls) {
      if (!call.ours || !call.accepted) continue;
      if (call.record.operation !== 'StartSourceNetworkRecovery') continue;
      const { accountId, region } = call.record;
      for (const id of networksIn(call)) {
        const network = `${accountId}/${region}/${id}`;
        const before = last.get(network);
        last.set(network, call);
        const isAnew = failed.some(
          ({ ms, detail }) =>
            textOf(detail, 'accountId') === accountId &&
            textOf(detail, 'region') === region &&
            ms > (before?.ms ?? 0) &&
            ms <= call.ms,
        );
        tally.see(
          before === undefined || isAnew
            ? undefined
            : breachBy(call, network, 'a second recovery of the network was accepted', [
                atCall(before),
              ]),
        );
      }
    }
    return tally.finding();
  },
};

function networksIn({ record }: Call): readonly string[] {
  const named = record.input['sourceNetworks'];
  return Array.isArray(named)
    ? named.flatMap((network) => textOf(network, 'sourceNetworkID') ?? [])
    : [];
}

function recoveriesOf({ acts }: ServerStory): readonly Call[] {
  return acts.filter((call) => call.ours && call.accepted && jobKindOf(call.record) === 'recovery');
}

function mayReplace({ told }: ServerStory, { ms }: Call): boolean {
  const chosen = told.findLast(
    (event) => event.type === EventType.RecoveryChosen && event.ms <= ms,
  );
  return chosen?.detail['mayReplaceLive'] === true;
}

function endedBetween(told: ServerStory['told'], first: Call, second: Call): boolean {
  return told.some((event) => {
    if (event.type !== EventType.PhaseEnded || event.ms <= first.ms || event.ms > second.ms) {
      return false;
    }
    const phase = textOf(event.detail, 'phase');
    const failed = textOf(event.detail, 'status') !== 'succeeded';
    return (
      ((phase === 'recover' || phase === 'failback') && failed) || (phase === 'rollback' && !failed)
    );
  });
}

/** What recoveries of DRS must keep (reference/drs.md 1.9: H1). */
export const recoveryRules: readonly Rule[] = [noRecoveryOverOthers, recoveredOnce, networksOnce];
