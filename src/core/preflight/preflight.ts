import { builtInPreflight, type PreflightPlan } from '../plan/preflight-plan.ts';
import type { Phase } from '../plan/settings.ts';
import { driftRules } from './drift-rules.ts';
import { drsRules } from './drs-rules.ts';
import { launchTemplateRules } from './launch-template-rules.ts';
import { ownRuleOf } from './own-rules.ts';
import type { PreflightFacts } from './preflight-facts.ts';
import { quotaRules } from './quota-rules.ts';
import type { Rule, RuleFinding, Severity } from './rule.ts';
import { serverRules } from './server-rules.ts';

/** All rules that Landfall brings along, in the order of the documentation. */
export const rules: readonly Rule[] = [
  ...quotaRules,
  ...launchTemplateRules,
  ...driftRules,
  ...serverRules,
  ...drsRules,
];

/** One finding of the preflight. */
export interface PreflightFinding extends RuleFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly phase: Phase;
}

/** Asks every rule that the plan has not turned off; blocking findings come first. */
export function preflight(
  facts: PreflightFacts,
  plan: PreflightPlan = builtInPreflight,
): readonly PreflightFinding[] {
  const asked = [...rules, ...plan.own.map(ownRuleOf)];
  const findings = asked.flatMap((rule): readonly PreflightFinding[] => {
    const severity = plan.rules[rule.id] ?? severityOf(rule, facts.phase);
    if (severity === 'off' || !rule.phases.includes(facts.phase)) return [];
    return rule
      .check(facts, plan)
      .map((found) => ({ ...found, rule: rule.id, severity, phase: facts.phase }));
  });
  const rank = ({ severity }: PreflightFinding) => (severity === 'blocking' ? 0 : 1);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** What a rule is where the plan says nothing: in a disaster nothing keeps servers from being recovered (reference: DRS 7.3). */
function severityOf({ severity, severityBefore }: Rule, phase: Phase): Severity {
  return severityBefore?.[phase] ?? (phase === 'recover' ? 'warning' : severity);
}

/** What makes a finding the same as an earlier one: its rule and its servers, not its figures. */
export function findingKey({ rule, phase, servers }: PreflightFinding): string {
  return `${phase} ${rule} ${servers.toSorted().join()}`;
}
