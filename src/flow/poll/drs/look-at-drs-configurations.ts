// In: a tick of a target of DRS whose servers are recorded. Out: what launches and replication of its servers are set to,
// compared with the account's templates, and their EC2 launch templates with what they were when the servers were
// launched last; the templates themselves every hour, the servers a few a tick, every some hours. A refused look fails no tick.
// Called by watch-drs.
import {
  besideTemplates,
  type Compared,
  runsNoActions,
} from '../../../core/configuration/drs-templates.ts';
import {
  actionFields,
  digestOf,
  launchFields,
  replicationFields,
} from '../../../core/configuration/fields.ts';
import { type LaunchLook, launchLookOf } from '../../../core/configuration/launch-look.ts';
import { isLaunchedSince } from '../../../core/configuration/launch-template-mark.ts';
import { toldTags } from '../../../core/event/told-tags.ts';
import { type Observation, textAt } from '../../../core/observation.ts';
import type { Refusal } from '../../ports.ts';
import { change } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { ServerRecord } from '../../records/server-records.ts';
import type { DrsConfigurationPace, TargetRecord } from '../../records/target-records.ts';
import { lookAtTemplates } from '../look-at-templates.ts';
import { publishAll, type ServerRecords } from '../record-changes.ts';
import { ask, type DrsTick } from '../tick.ts';
import {
  areTemplatesDue,
  type DrsTurn,
  drsNotLookedAt,
  drsTurn,
  paceAfterTurn,
} from './configuration-round.ts';
import { lookAtDrsLaunchTemplates, type WantedTemplate } from './look-at-drs-launch-templates.ts';
import { lookAtDrsSurroundings } from './look-at-drs-surroundings.ts';
import { meantOtherwiseOf } from './meant-otherwise.ts';
import { recordCompared } from './record-settings.ts';

type Templates = NonNullable<TargetRecord['templates']>;

/** Looks at what is due. What the service refuses is noted, and tried again when it is due again. */
export async function lookAtDrsConfigurations(tick: DrsTick, known: ServerRecords): Promise<void> {
  // Nothing is launched of a server that is disconnected.
  const members = [...tick.seen.servers.values()]
    .filter(({ replication }) => replication.state !== 'DISCONNECTED')
    .sort((a, b) => (a.sourceServerId < b.sourceServerId ? -1 : 1));
  if (members.length === 0) return;
  const before = tick.target.drsConfiguration ?? drsNotLookedAt;
  const isDue = areTemplatesDue(before, tick.now);
  let refusal = isDue ? await lookAtAccountTemplates(tick) : undefined;
  const looked = await goOn(tick, before, members);
  refusal ??= looked.refusal;
  const wanted = [
    ...marked(members, known, isDue),
    ...looked.wanted.map((one) => ({ ...one, known: known.get(idOf(one))?.body })),
  ];
  // What its settings name now counts before what was marked.
  const once = new Map(wanted.map((one) => [idOf(one), one]));
  const templates = await lookAtDrsLaunchTemplates(tick, [...once.values()]);
  if ('refusal' in templates) refusal ??= templates.refusal;
  const isOver = refusal?.kind !== 'throttled' && !('more' in templates && templates.more);
  const around = await lookAtDrsSurroundings(tick, looked.pace);
  if (around !== undefined && 'refusal' in around) refusal ??= around.refusal;
  const after: DrsConfigurationPace = {
    ...looked.pace,
    ...(around !== undefined && 'surroundings' in around ? around : {}),
    templatesAt: isDue && isOver ? tick.now : before.templatesAt,
    refused: refusedAfter(before, refusal, isDue || looked.turned || around !== undefined, tick),
  };
  if (JSON.stringify(after) !== JSON.stringify(before)) tick.seen.drsConfiguration = after;
}

function idOf({ observation }: Pick<WantedTemplate, 'observation'>): string {
  return observation.sourceServerId;
}

/** The account's templates with the launch actions that new servers take over. */
async function lookAtAccountTemplates(tick: DrsTick): Promise<Refusal | undefined> {
  const refusal = await lookAtTemplates(tick);
  const { templates } = tick.seen;
  if (refusal !== undefined || templates === undefined) return refusal;
  const all: Record<string, Templates[string]> = {};
  for (const [id, template] of Object.entries(templates)) {
    if (template.kind !== 'launch') {
      all[id] = template;
      continue;
    }
    const actions = await ask(tick, () => tick.api.listLaunchActions(id));
    if (!actions.ok) {
      // Half of what a template says would look like actions that were taken away.
      tick.seen.templates = undefined;
      return actions.refusal;
    }
    all[id] = { ...template, actions: actionFields({}, actions.value) };
  }
  tick.seen.templates = all;
  return undefined;
}

/** The launch templates that are due: all that were marked, or those whose servers were launched meanwhile. */
function marked(
  members: readonly Observation[],
  known: ServerRecords,
  isDue: boolean,
): readonly WantedTemplate[] {
  return members.flatMap((observation) => {
    const record: ServerRecord | undefined = known.get(observation.sourceServerId)?.body;
    const mark = record?.launchTemplate;
    if (mark === undefined) return [];
    const isLaunched = isLaunchedSince(mark, observation.launched.jobId);
    return isDue || isLaunched ? [{ observation, templateId: mark.id, known: record }] : [];
  });
}

interface Looked {
  readonly pace: DrsConfigurationPace;
  /** Whether it was anybody's turn. */
  readonly turned: boolean;
  readonly wanted: readonly Pick<WantedTemplate, 'observation' | 'templateId'>[];
  readonly refusal: Refusal | undefined;
}

/** The next servers of a round. It goes on with the next tick where it was throttled; it ends where it is not allowed. */
async function goOn(
  tick: DrsTick,
  pace: DrsConfigurationPace,
  members: readonly Observation[],
): Promise<Looked> {
  const templates = tick.seen.templates ?? tick.target.templates;
  const ids = members.map(({ sourceServerId }) => sourceServerId);
  const turn = templates && drsTurn(pace, ids, digestOf(templates), tick);
  if (templates === undefined || turn === undefined) {
    return { pace, turned: false, wanted: [], refusal: undefined };
  }
  const chosen = new Set(turn.ids);
  const wanted: Looked['wanted'][number][] = [];
  const compared: (readonly [server: string, compared: Compared])[] = [];
  let { after } = turn.round;
  let refusal: Refusal | undefined;
  for (const observation of members) {
    if (!chosen.has(observation.sourceServerId)) continue;
    const looked = await lookAtServer(tick, observation, templates);
    if ('refusal' in looked) {
      // A server that is gone, or a call that broke, keeps nobody from the next server.
      const { kind } = looked.refusal;
      if (kind !== 'not-found') ({ refusal } = looked);
      if (kind === 'throttled' || kind === 'access-denied') break;
    } else {
      if (looked.templateId !== undefined) {
        wanted.push({ observation, templateId: looked.templateId });
      }
      compared.push([observation.sourceServerId, looked.compared]);
    }
    after = observation.sourceServerId;
  }
  await publishAll(tick, await recordAll(tick, compared));
  return { pace: turned(pace, turn, after, refusal), turned: true, wanted, refusal };
}

async function recordAll(
  tick: DrsTick,
  compared: readonly (readonly [server: string, compared: Compared])[],
): Promise<readonly ServerRecord[]> {
  const meant = await meantOtherwiseOf(
    tick,
    compared.map(([server]) => server),
  );
  const records: ServerRecord[] = [];
  for (const [server, one] of compared) {
    const record = await recordCompared(tick, server, one, meant.get(server));
    if (record !== undefined) records.push(record);
  }
  return records;
}

function turned(
  pace: DrsConfigurationPace,
  turn: DrsTurn,
  after: string,
  refusal: Refusal | undefined,
): DrsConfigurationPace {
  if (refusal?.kind === 'throttled') return paceAfterTurn(pace, turn, { after, all: false });
  const last = refusal?.kind === 'access-denied' ? { ...turn, isLast: true } : turn;
  return paceAfterTurn(pace, last, { after, all: true });
}

/** Looks at what DRS keeps of one server's settings, as far as there is something to compare it with. */
async function lookAtServer(
  tick: DrsTick,
  observation: Observation,
  templates: Templates,
): Promise<
  | { readonly templateId: string | undefined; readonly compared: Compared }
  | { readonly refusal: Refusal }
> {
  const { api } = tick;
  const { sourceServerId: id, drs } = observation;
  const kinds = Object.values(templates);
  const answer = await ask(tick, () => api.getLaunchConfiguration(id));
  if (!answer.ok) return { refusal: answer.refusal };
  const launch = launchFields(answer.value);
  // The replication of an extended server is set in its staging account.
  const isExtended = drs?.stagingArea.serverArn !== undefined;
  const replicates = !isExtended && kinds.some(({ kind }) => kind === 'replication');
  const replication = replicates
    ? await ask(tick, () => api.getReplicationConfiguration(id))
    : undefined;
  if (replication?.ok === false) return { refusal: replication.refusal };
  const template = kinds.find(({ kind }) => kind === 'launch');
  const runs = template && !(runsNoActions(template.fields) && runsNoActions(launch));
  const actions = runs === true ? await ask(tick, () => api.listLaunchActions(id)) : undefined;
  if (actions?.ok === false) return { refusal: actions.refusal };
  await keepLaunchLook(
    tick,
    observation,
    launchLookOf(observation, answer.value, replication?.value),
  );
  const compared = besideTemplates(templates, {
    launch,
    ...(replication && { replication: replicationFields(replication.value) }),
    ...(actions && { actions: actionFields({}, actions.value) }),
  });
  return {
    templateId: textAt(answer.value, 'ec2LaunchTemplateID'),
    compared,
  };
}

async function keepLaunchLook(
  { ports, target }: DrsTick,
  { sourceServerId, tags }: Observation,
  look: LaunchLook,
): Promise<void> {
  const seen = { ...look, tags: toldTags(tags) ?? {} };
  await change(ports.store, place.launchLook(target.target, sourceServerId), (known) =>
    JSON.stringify(known) === JSON.stringify(seen) ? undefined : seen,
  );
}

/** What is refused is noted with the moment that it began; a look that was not refused ends it. */
function refusedAfter(
  { refused }: DrsConfigurationPace,
  refusal: Refusal | undefined,
  looked: boolean,
  { now }: DrsTick,
): DrsConfigurationPace['refused'] {
  if (refusal === undefined) return looked ? null : refused;
  const reason = `${refusal.errorName}: ${refusal.message}`.slice(0, 500);
  return { since: refused?.since ?? now, reason };
}
