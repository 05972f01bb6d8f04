// In: what a look saw of the settings of a server of DRS, and what is expected of them. Out: what differs on record and
// told in one write; a server without news costs none. Called by look-at-drs-configurations.
import { type Accepted, expecting } from '../../../core/configuration/accepted.ts';
import { type Drift, driftAfter } from '../../../core/configuration/drift.ts';
import type { Compared } from '../../../core/configuration/drs-templates.ts';
import {
  type LaunchTemplateLook,
  type LaunchTemplateMark,
  markAfter,
} from '../../../core/configuration/launch-template-mark.ts';
import { tellDrift } from '../../../core/event/tell-drift.ts';
import { isFull } from '../../outbox.ts';
import type { ServerRecord } from '../../records/server-records.ts';
import { tell } from '../record-changes.ts';
import type { DrsTick } from '../tick.ts';

/** Records what differs from what the account's templates want, and is not meant to; answers the record where something is to be told. */
export function recordCompared(
  tick: DrsTick,
  server: string,
  { expected, actual }: Compared,
  meant: Accepted | undefined,
): Promise<ServerRecord | undefined> {
  return record(tick, server, ({ launchTemplate }, before) => ({
    drift: driftAfter(expecting(expected, meant, actual), actual, before),
    launchTemplate,
  }));
}

/** Records what differs from the launch template as it was marked, and is not meant to; answers the record where something is to be told. */
export function recordLaunchTemplate(
  tick: DrsTick,
  server: string,
  look: LaunchTemplateLook,
  meant: Accepted | undefined,
): Promise<ServerRecord | undefined> {
  return record(tick, server, (known, before) => {
    const launchTemplate = markAfter(known.launchTemplate, look);
    const expected = launchTemplate && { 'launch-template': launchTemplate.fields };
    const actual = { 'launch-template': look.fields };
    const asMeant = expecting(expected ?? {}, meant, actual);
    return { drift: driftAfter(asMeant, actual, before), launchTemplate };
  });
}

interface Settings {
  readonly drift: Drift;
  readonly launchTemplate: LaunchTemplateMark | undefined;
}

async function record(
  tick: DrsTick,
  server: string,
  decide: (known: ServerRecord, before: Drift) => Settings,
): Promise<ServerRecord | undefined> {
  let isNew = false;
  const written = await tell(tick, server, (known) => {
    isNew = false;
    if (isFull(known.pending)) return undefined;
    const before = known.drift ?? {};
    const { drift, launchTemplate } = decide(known, before);
    if (drift === before) {
      return launchTemplate === known.launchTemplate ? undefined : { launchTemplate, told: [] };
    }
    isNew = true;
    return { drift, launchTemplate, told: [tellDrift(before, drift)] };
  });
  return isNew ? written : undefined;
}
