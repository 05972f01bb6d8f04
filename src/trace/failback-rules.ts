import { breachBy } from './breach.ts';
import { allInstances, ownJobs } from './drill-rules.ts';
import { type Rule, Tally } from './rule.ts';
import { type Call, type Trace, textOf } from './trace.ts';
import { hasLeft, isBack, waysBack } from './ways-back.ts';

const noReversalOfDrill: Rule = {
  promise: 2,
  name: 'no-reversal-of-drill-instance',
  holds: 'Landfall reverses replication only from recovery instances that were told as live.',
  meaning: 'The instance of a drill took the place of the machine that is protected.',
  check: (trace) => {
    const tally = new Tally();
    const known = new Map(allInstances(trace).map((one) => [one.id, one]));
    for (const [call, id] of reversals(trace)) {
      const one = known.get(id);
      tally.see(
        one !== undefined && !one.isDrill
          ? undefined
          : breachBy(
              call,
              one?.server ?? '',
              `${id} was reversed, which is ${one === undefined ? 'not known' : 'of a drill'}`,
            ),
      );
    }
    return tally.finding();
  },
};

const reprotectedOnceBack: Rule = {
  promise: 2,
  name: 'reprotected-once-back',
  holds:
    'Landfall reverses replication from an instance by which it failed a server back only while that server stands failed back.',
  meaning: 'What was protected was replaced by an instance that nobody had sent the traffic to.',
  check: (trace) => {
    const tally = new Tally();
    const jobs = ownJobs(trace);
    const known = new Map(allInstances(trace).map((one) => [one.id, one]));
    const ways = waysBack(trace);
    for (const [call, id] of reversals(trace)) {
      const one = known.get(id);
      if (one?.jobId === undefined || one.isDrill || !jobs.has(one.jobId)) continue;
      // What a recovery has launched is where the way back begins; what the way back has launched is its end.
      const way = ways.find(({ reversed }) => reversed === one.server);
      if (way === undefined) continue;
      tally.see(
        isBack(trace, way, call)
          ? undefined
          : breachBy(
              call,
              one.server ?? '',
              `${id} was reversed before its server had failed back`,
            ),
      );
    }
    return tally.finding();
  },
};

const vacatedOnceLeft: Rule = {
  promise: 2,
  name: 'vacated-once-left',
  holds:
    'Landfall terminates the recovery instance that a server fails back from only after its failback has succeeded and somebody has approved that it is vacated.',
  meaning: 'What served was taken away while users worked on it, or without a word of a person.',
  check: (trace) => {
    const tally = new Tally();
    const ways = waysBack(trace);
    for (const call of trace.calls) {
      if (!call.ours || !call.accepted) continue;
      if (call.record.operation !== 'TerminateRecoveryInstances') continue;
      for (const way of ways) {
        const ids = call.record.input['recoveryInstanceIDs'];
        if (!Array.isArray(ids) || !ids.includes(way.instanceId)) continue;
        tally.see(
          hasLeft(trace, way, call)
            ? undefined
            : breachBy(call, way.server, `${way.instanceId} was terminated before it was left`),
        );
      }
    }
    return tally.finding();
  },
};

function* reversals(trace: Trace): Generator<readonly [Call, string]> {
  for (const call of trace.calls) {
    if (!call.ours || !call.accepted || call.record.operation !== 'ReverseReplication') continue;
    const id = textOf(call.record.input, 'recoveryInstanceID');
    if (id !== undefined) yield [call, id];
  }
}

/** What failbacks of DRS must keep (reference/drs.md 7.4, 1.9: H11). */
export const failbackRules: readonly Rule[] = [
  noReversalOfDrill,
  reprotectedOnceBack,
  vacatedOnceLeft,
];
