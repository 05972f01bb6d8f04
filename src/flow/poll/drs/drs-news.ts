// In: what is on record of a server of DRS and what a look saw of it. Out: what only DRS tells of it, as it is now and
// as events. Pure; called by record-changes for every server, of which those of MGN have no news here.
import {
  type DrsBeside,
  type DrsState,
  drsDiff,
  drsStateAfter,
} from '../../../core/change/drs/server-facts.ts';
import type { Told } from '../../../core/event/stream.ts';
import { tellDrsChanges } from '../../../core/event/tell-drs.ts';
import type { Observation } from '../../../core/observation.ts';
import type { ServerRecord } from '../../records/server-records.ts';

/** What is new of a server in the words of DRS. */
export interface DrsNews {
  readonly state: DrsState | undefined;
  readonly isNew: boolean;
  readonly told: readonly Told[];
  /** What its discovery says beside the facts of every server. */
  readonly found: Readonly<Record<string, unknown>>;
}

const none: DrsNews = { state: undefined, isNew: false, told: [], found: {} };

/** Compares what DRS alone tells of a server with its record. */
export function drsNews(
  record: Pick<ServerRecord, 'drs'> | undefined,
  observation: Observation,
  beside: DrsBeside | undefined,
): DrsNews {
  const state = beside && drsStateAfter(record?.drs, observation, beside);
  if (beside === undefined || state === undefined) return none;
  const changes = drsDiff(record?.drs?.facts, state.facts);
  return {
    state,
    isNew:
      changes.length > 0 ||
      state.lagAgainst !== record?.drs?.lagAgainst ||
      state.stagingServerArn !== record?.drs?.stagingServerArn ||
      Object.keys(state.facts).some((fact) => !(fact in (record?.drs?.facts ?? {}))),
    told: tellDrsChanges(changes, observation, beside),
    found: { drs: state.facts },
  };
}
