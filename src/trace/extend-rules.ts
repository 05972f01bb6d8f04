import { atCall, breachBy, breachIn } from './breach.ts';
import { type Rule, Tally } from './rule.ts';
import { type Call, textOf } from './trace.ts';
import { EventType, EXTEND } from './vocabulary.ts';

const extendedOnce: Rule = {
  promise: 2,
  name: 'extended-once',
  holds:
    'A server is extended into an account by one accepted call of Landfall’s, unless its phase has ended in between.',
  meaning: 'A lost answer was guessed to be none: a second server stands for the same data.',
  check: (trace) => {
    const tally = new Tally();
    for (const story of trace.servers.values()) {
      const last = new Map<string, Call>();
      for (const call of story.acts) {
        if (!call.ours || !call.accepted || call.record.operation !== EXTEND) continue;
        const before = last.get(call.record.accountId);
        last.set(call.record.accountId, call);
        const isNext = story.told.some(
          (event) =>
            event.type === EventType.PhaseEnded &&
            textOf(event.detail, 'phase') === 'extend' &&
            event.ms > (before?.ms ?? 0) &&
            event.ms <= call.ms,
        );
        tally.see(
          before === undefined || isNext
            ? undefined
            : breachBy(call, story.key, 'the same server was extended a second time', [
                atCall(before),
              ]),
        );
      }
    }
    return tally.finding();
  },
};

const extensionsAreTold: Rule = {
  promise: 4,
  name: 'extensions-are-told',
  holds: 'A server whose phase extend has succeeded was told as whom it is extended before.',
  meaning: 'A server counts as extended, and nobody knows the server that stands for it.',
  check: (trace) => {
    const tally = new Tally();
    for (const { told } of trace.servers.values()) {
      let extended = false;
      for (const event of told) {
        if (event.type === EventType.Extended) extended = true;
        const succeeded =
          event.type === EventType.PhaseEnded &&
          textOf(event.detail, 'phase') === 'extend' &&
          textOf(event.detail, 'status') === 'succeeded';
        if (!succeeded) continue;
        tally.see(
          extended ? undefined : breachIn(event, 'extend has succeeded without an extension'),
        );
      }
    }
    return tally.finding();
  },
};

/** What extensions of servers of DRS into other accounts must keep. */
export const extendRules: readonly Rule[] = [extendedOnce, extensionsAreTold];
