import type { Service } from '../target.ts';
import type { PlanKind } from './plan.ts';
import { failbackPhases, migrationPhases, type Phase } from './settings.ts';

/** What a kind of plan is for: the service whose servers it is about, and the phases that they may go through. */
export interface KindOfPlan {
  readonly service: Service;
  /** The phases in their only order. */
  readonly phases: readonly Phase[];
  /** Those that servers go through where the plan does not say. */
  readonly usual: readonly Phase[];
}

/** The kinds of plans that can be run (reference/drs.md 7). */
export const kindsOfPlans: Readonly<Record<PlanKind, KindOfPlan>> = {
  Migration: { service: 'mgn', phases: migrationPhases, usual: migrationPhases },
  Protection: { service: 'drs', phases: ['protect', 'drill', 'extend'], usual: ['protect'] },
  Drill: { service: 'drs', phases: ['drill'], usual: ['drill'] },
  Retirement: { service: 'drs', phases: ['retire'], usual: ['retire'] },
  Recovery: { service: 'drs', phases: ['recover'], usual: ['recover'] },
  Failback: { service: 'drs', phases: failbackPhases, usual: failbackPhases },
};
