import { type Aspect, aspects } from '../configuration/fields.ts';
import type { OwnComparison, OwnCondition, OwnRule } from '../plan/own-rule.ts';
import { configurationOf } from './launch-template-rules.ts';
import type { ServerFacts } from './preflight-facts.ts';
import { oneFinding, type Rule } from './rule.ts';

/** An own rule as a rule like any other. */
export function ownRuleOf({ id, severity, phases, when, message, remedy }: OwnRule): Rule {
  return {
    id,
    severity,
    // What the plan itself calls blocking blocks a recovery, too.
    severityBefore: { recover: severity },
    phases,
    asks: message,
    check: ({ servers }) =>
      oneFinding(
        servers.filter((server) => holds(when, server)),
        (who) => `${message}: ${who}`,
        remedy,
      ),
  };
}

function holds(asked: OwnCondition, server: ServerFacts): boolean {
  if ('all' in asked) return asked.all.every((one) => holds(one, server));
  if ('any' in asked) return asked.any.some((one) => holds(one, server));
  if ('not' in asked) return !holds(asked.not, server);
  const value = factOf(server, asked.fact);
  if (asked.missing !== undefined) return (value === undefined) === asked.missing;
  // What is not known is neither this nor that.
  if (value === undefined) return false;
  return compares(asked, value);
}

type Value = string | number | boolean;

function compares(asked: OwnComparison, value: Value): boolean {
  const same = (other: Value) => String(other) === String(value);
  if (asked.is !== undefined) return same(asked.is);
  if (asked.isNot !== undefined) return !same(asked.isNot);
  if (asked.oneOf !== undefined) return asked.oneOf.some(same);
  if (asked.matches !== undefined) return looksLike(asked.matches, String(value));
  const figure = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (asked.above !== undefined) return figure > asked.above;
  return asked.below !== undefined && figure < asked.below;
}

/** Whether text fits a pattern of literal parts between stars, in linear time. */
function looksLike(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  const last = parts.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function factOf(server: ServerFacts, name: string): Value | undefined {
  if (name.startsWith('tags.')) return server.tags[name.slice('tags.'.length)];
  const aspect = aspects.find((one): one is Aspect => name.startsWith(`${one}.`));
  if (aspect !== undefined) return configurationOf(server, aspect)?.[name.slice(aspect.length + 1)];
  const { facts, hostname, tier, recommendedType } = server;
  const known: Readonly<Record<string, Value | null | undefined>> = {
    hostname,
    tier,
    recommendedType,
    lifecycle: facts.lifecycle,
    replicationState: facts.replicationState,
    replicationType: facts.replicationType,
    stalled: facts.stalled,
    agentStale: facts.agentStale,
    freePeriodUsed: facts.freePeriodUsed,
    instanceId: facts.instanceId,
    postLaunch: facts.postLaunch,
  };
  return known[name] ?? undefined;
}
