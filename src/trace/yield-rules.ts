import { atEvent, breachBy, breachIn } from './breach.ts';
import { allInstances, type Instance, idsIn } from './drill-rules.ts';
import { type Rule, Tally } from './rule.ts';
import { type Call, type Told, type Trace, textOf } from './trace.ts';
import { EventType, jobKindOf } from './vocabulary.ts';
import { idOf, yieldsOf } from './yields-of.ts';

const HOUR_MS = 3_600_000;

/** A server that a drill has let go of: by which event, and how long its wave could still do something. */
interface Yield {
  readonly event: Told;
  readonly server: string;
  readonly untilMs: number;
}

const noDrillAfterYield: Rule = {
  promise: 2,
  name: 'no-drill-after-yield',
  holds:
    'A server that a recovery has taken over from a drill is no more launched, taken away or looked at by hooks by that drill.',
  meaning: 'A drill went on with a server that is recovered for real, and may have harmed that.',
  check: (trace) => {
    const tally = new Tally();
    const yields = yieldsIn(trace);
    if (yields.length === 0) return tally.finding();
    const acts = actsOf(trace);
    for (const one of yields) {
      const done = acts.find(
        ({ server, ms }) => server === one.server && ms > one.event.ms && ms <= one.untilMs,
      );
      const hook = begunHook(trace, one);
      tally.see(
        done !== undefined
          ? breachBy(done.call, done.key, `${done.did} by a drill that had yielded to a recovery`, [
              atEvent(one.event),
            ])
          : hook !== undefined
            ? breachIn(hook, 'a hook of a drill began that had yielded to a recovery')
            : undefined,
      );
    }
    return tally.finding();
  },
};

function yieldsIn({ waves }: Trace): readonly Yield[] {
  return [...waves.values()].flatMap((told) => {
    const end = told.find(({ type }) => type === EventType.WaveConcluded);
    const untilMs = end?.ms ?? Number.POSITIVE_INFINITY;
    return [...yieldsOf(told)].map(([server, event]) => ({ server, event, untilMs }));
  });
}

/** Something that a drill has done to a server. */
interface Act {
  readonly server: string;
  readonly key: string;
  readonly ms: number;
  readonly did: string;
  readonly call: Call;
}

function actsOf(trace: Trace): readonly Act[] {
  const known = new Map(allInstances(trace).map((one) => [one.id, one]));
  const longest = (trace.bounds.drillInstanceHours - 1) * HOUR_MS;
  return trace.calls.flatMap((call): readonly Act[] => {
    if (!call.ours || !call.accepted) return [];
    if (jobKindOf(call.record) === 'drill') {
      return call.servers.map((key) => act(call, key, 'it was launched'));
    }
    if (call.record.operation !== 'TerminateRecoveryInstances') return [];
    return idsIn(call).flatMap((id) => {
      const one = known.get(id);
      return one?.server === undefined || !isOfDrill(one, call, longest)
        ? []
        : [act(call, one.server, `its instance ${id} was terminated`)];
    });
  });
}

/** Whoever sweeps up what is overdue does so whatever became of its drill. */
function isOfDrill({ isDrill, from }: Instance, { ms }: Call, longest: number): boolean {
  return isDrill && ms - from.ms < longest;
}

function act(call: Call, key: string, did: string): Act {
  return { server: idOf(key), key, ms: call.ms, did, call };
}

function begunHook({ told }: Trace, { event, server }: Yield): Told | undefined {
  return told.find(
    ({ type, ms, wave, detail }) =>
      type === EventType.Hook &&
      ms > event.ms &&
      wave === event.wave &&
      textOf(detail, 'sourceServerId') === server &&
      textOf(detail, 'status') === 'started',
  );
}

/** What a drill that has made room for a recovery must keep (adr/0024). */
export const yieldRules: readonly Rule[] = [noDrillAfterYield];
