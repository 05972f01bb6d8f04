import { editLaunchTemplate } from './ec2/launch-templates.ts';
import type { Numbered, TimedFault } from './fault-book.ts';
import type { ConsoleAction, Trigger } from './faults.ts';
import type { ConsoleCall } from './person.ts';
import { isRunning, type RegionState } from './region-state.ts';
import { cure, cycle, freeze, hear, isSteady, rescan, resume, stall } from './replication.ts';
import type { SourceServer, StallCause } from './source-server.ts';
import type { VcenterClient } from './vcenter-client.ts';
import { durationMs } from './wire-time.ts';

/** Does what a person at the console does; says whether the service accepted it. */
export type PersonActs = (
  region: RegionState,
  server: SourceServer,
  action: ConsoleAction | ConsoleCall,
) => boolean;

/** Makes an appointment for each fault from number `first` on that waits for the clock alone. */
export function scheduleMishaps(
  region: RegionState,
  server: SourceServer,
  act: PersonActs,
  first = 0,
): void {
  for (const numbered of region.world.book.timed(server, undefined)) {
    if (numbered.index < first) continue;
    const from = first === 0 ? region.world.startAt : region.world.now;
    const at = region.world.book.moment(numbered, server.id, from);
    region.world.agenda.add(Math.max(at, region.world.now), () =>
      befall(region, server, numbered, act),
    );
  }
}

/** Makes the faults happen that wait for this point of a server's way; each of them once a server. */
export function mishapsAt(
  region: RegionState,
  server: SourceServer,
  trigger: Trigger,
  act: PersonActs,
): void {
  const { world } = region;
  for (const numbered of world.book.timed(server, trigger)) {
    if (server.faultsMet.has(numbered.index)) continue;
    server.faultsMet.add(numbered.index);
    const { fault } = numbered;
    if (
      trigger === 'initiation' &&
      fault.fault === 'stall' &&
      fault.errorClass.startsWith('FAILED_TO_')
    ) {
      // A step's own failure happens at its step.
      if (server.cause === undefined) server.cause = causeOf(region, server, fault);
    } else {
      world.agenda.add(world.book.moment(numbered, server.id, world.now), () =>
        befall(region, server, numbered, act),
      );
    }
  }
}

/** Silences all agents of an account in a Region at once, by the faults from number `first` on. */
export function scheduleRegionLosses(region: RegionState, first = 0): void {
  const { book, agenda, startAt, now } = region.world;
  for (const { at, returnsAfterMs } of book.regionLosses(
    region,
    first === 0 ? startAt : now,
    first,
  )) {
    agenda.add(Math.max(at, now), () => {
      for (const server of region.servers) {
        if (!server.state.deleted) loseAgent(region, server, returnsAfterMs);
      }
    });
  }
}

/** Kills and revives vCenter clients as the faults file says. */
export function scheduleClientDeaths(region: RegionState): void {
  for (const client of region.clients.values()) scheduleDeaths(region, client, client.deaths);
}

/** Kills and revives a vCenter client as faults say that came into force under way. */
export function addClientDeaths(region: RegionState, client: VcenterClient, first: number): void {
  const { book, now } = region.world;
  const added = book.clientDeaths(client.id, now, first);
  client.deaths.push(...added);
  scheduleDeaths(region, client, added);
}

function scheduleDeaths(
  region: RegionState,
  client: VcenterClient,
  deaths: readonly VcenterClient['deaths'][number][],
): void {
  for (const death of deaths) {
    region.world.agenda.add(death.at, () => {
      for (const server of clientServers(region, client.id)) halt(region, server);
    });
    if (death.until !== undefined) {
      region.world.agenda.add(death.until, () => {
        for (const server of clientServers(region, client.id)) goOn(region, server);
      });
    }
  }
}

function clientServers(region: RegionState, clientId: string): readonly SourceServer[] {
  return region.servers.filter((server) => server.vcenterClientId === clientId && server.agentless);
}

function halt(region: RegionState, server: SourceServer): void {
  hear(region, server, false);
  const { phase } = server.state;
  if (isRunning(phase) && phase.kind !== 'frozen') freeze(region, server, undefined, undefined);
}

function goOn(region: RegionState, server: SourceServer): void {
  const { phase } = server.state;
  if (phase.kind !== 'disconnected') hear(region, server, true);
  if (phase.kind !== 'frozen' || phase.shown === 'STALLED' || phase.shown === 'PAUSED') return;
  if (!server.state.launchable) resume(region, server);
  else
    cycle(
      region,
      server,
      region.world.now + Math.round(300_000 * region.world.chance.unit('revival', server.id)),
    );
}

function befall(
  region: RegionState,
  server: SourceServer,
  { fault }: Numbered<TimedFault>,
  act: PersonActs,
): void {
  if (server.state.deleted) return;
  switch (fault.fault) {
    case 'stall':
      if (isRunning(server.state.phase) && server.cause === undefined) {
        stall(region, server, causeOf(region, server, fault));
      }
      break;
    case 'agent-lost':
      loseAgent(region, server, durationMs(fault.returnsAfter));
      break;
    case 'rescan':
      if (!server.agentless && isSteady(server.state.phase)) rescan(region, server);
      break;
    case 'not-converging':
      diverge(region, server, durationMs(fault.clearsAfter), durationMs(fault.stallsAfter));
      break;
    case 'console-action':
      persist(region, server, [fault.action], fault.attempts, act);
      break;
    case 'launch-template-edited': {
      const { instanceType, subnetId, securityGroupIds, makeDefault } = fault;
      editLaunchTemplate(region, server, {
        data: {
          ...(instanceType === undefined ? {} : { instanceType }),
          ...(subnetId === undefined ? {} : { subnetId }),
          ...(securityGroupIds === undefined ? {} : { securityGroupIds }),
        },
        makeDefault,
        by: 'person',
      });
      break;
    }
    case 'settings-edited':
      for (const call of settingsCalls(region, server, fault)) act(region, server, call);
      break;
    case 'server-disconnected':
      persist(region, server, ['disconnect'], 12, act);
      break;
    case 'server-archived': {
      const done = ['CUTOVER', 'DISCONNECTED'].includes(server.lifeCycleState);
      persist(region, server, done ? ['archive'] : ['disconnect', 'archive'], 12, act);
      break;
    }
  }
}

function settingsCalls(
  { service }: RegionState,
  { id: resourceId }: SourceServer,
  { launch, replication, action }: Extract<TimedFault, { fault: 'settings-edited' }>,
): readonly ConsoleCall[] {
  const edit = (operation: string, members: Readonly<Record<string, unknown>> | undefined) =>
    members === undefined ? [] : [{ operation, members }];
  return [
    ...edit('UpdateLaunchConfiguration', launch),
    ...edit('UpdateReplicationConfiguration', replication),
    ...(service === 'drs'
      ? edit('PutLaunchAction', action && { resourceId, ...action })
      : edit('PutSourceServerAction', action)),
  ];
}

function causeOf(
  region: RegionState,
  server: SourceServer,
  fault: Extract<TimedFault, { fault: 'stall' }>,
): StallCause {
  const clearsMs = durationMs(fault.clearsAfter);
  const cause: StallCause = {
    errorClass: fault.errorClass,
    rawError: fault.rawError,
    clears:
      clearsMs !== undefined
        ? { afterMs: clearsMs }
        : fault.clearsAfter === 'retry'
          ? 'retry'
          : 'never',
    retriesLeft: fault.retriesNeeded,
  };
  if (clearsMs !== undefined) {
    region.world.agenda.add(region.world.now + clearsMs, () => cure(region, server, cause));
  }
  return cause;
}

function loseAgent(
  region: RegionState,
  server: SourceServer,
  returnsAfter: number | undefined,
): void {
  const { world } = region;
  if (server.agentless || !isRunning(server.state.phase) || server.cause !== undefined) return;
  const cause: StallCause = {
    errorClass: 'AGENT_NOT_SEEN',
    rawError: undefined,
    clears: 'never',
    retriesLeft: 0,
  };
  server.cause = cause;
  hear(region, server, false);
  freeze(region, server, undefined, undefined);
  world.agenda.add(world.now + world.parameters.agentNotSeenSeconds * 1000, () => {
    if (server.cause === cause) stall(region, server, cause);
  });
  if (returnsAfter === undefined) return;
  world.agenda.add(world.now + returnsAfter, () => {
    if (server.cause !== cause) return;
    hear(region, server, true);
    const { phase } = server.state;
    if (phase.kind === 'frozen' && phase.shown !== 'STALLED') {
      server.cause = undefined;
      resume(region, server);
    } else cure(region, server, cause);
    // An agent that was away has lost its block map (reference: MGN 5.3, RESCAN).
    if (server.state.launchable && server.state.phase.kind === 'flushing') rescan(region, server);
  });
}

function diverge(
  region: RegionState,
  server: SourceServer,
  clearsAfter: number | undefined,
  stallsAfter: number | undefined,
): void {
  const { world } = region;
  if (server.agentless || server.state.phase.kind !== 'continuous') return;
  region.change(server, {
    phase: { kind: 'diverging', since: world.now, backlog: 0, behindSince: world.now },
  });
  const cause: StallCause = {
    errorClass: 'NOT_CONVERGING',
    rawError: undefined,
    clears: 'never',
    retriesLeft: 0,
  };
  if (stallsAfter !== undefined) {
    region.later(server, world.now + stallsAfter, () => stall(region, server, cause));
  }
  if (clearsAfter === undefined) return;
  world.agenda.add(world.now + clearsAfter, () => {
    if (server.cause === cause) cure(region, server, cause);
    else if (server.state.phase.kind === 'diverging') {
      freeze(region, server, undefined, undefined);
      resume(region, server);
    }
  });
}

// A person tries again every five minutes while the service refuses, e.g. during a job.
function persist(
  region: RegionState,
  server: SourceServer,
  actions: readonly ConsoleAction[],
  attempts: number,
  act: PersonActs,
): void {
  const [next, ...rest] = actions;
  if (next === undefined || server.state.deleted) return;
  if (act(region, server, next)) persist(region, server, rest, attempts, act);
  else if (attempts > 1) {
    region.world.agenda.add(region.world.now + 300_000, () =>
      persist(region, server, actions, attempts - 1, act),
    );
  }
}
