import { type Figures, figuresOf } from '../figures.ts';
import type { ServerState, SourceServer } from '../source-server.ts';
import { readDrsArn } from './arn.ts';
import { type Drs, recordOf } from './part.ts';

/** A source server in its account: what an extended server stands for. */
export interface Placed {
  readonly drs: Drs;
  readonly server: SourceServer;
}

/** Finds the source server that an ARN names, wherever it is; undefined where it is gone or never was. */
export function serverAt(drs: Drs, arn: string | undefined): Placed | undefined {
  const named = readDrsArn(arn);
  if (named?.kind !== 'source-server') return undefined;
  const there = drs.find(named.place);
  const server = there?.engine.server(named.id);
  return there === undefined || server === undefined ? undefined : { drs: there, server };
}

/** Answers whose data count for a server: its own, or its staging server's; undefined where that cannot be read. */
export function dataOf(drs: Drs, server: SourceServer): Placed | undefined {
  const { stagingArn } = recordOf(drs.records, server.id);
  if (stagingArn === undefined || server.state.phase.kind === 'disconnected') {
    return { drs, server };
  }
  const staging = serverAt(drs, stagingArn);
  return staging === undefined || staging.server.state.phase.kind === 'disconnected'
    ? undefined
    : staging;
}

/** The replication that a server shows at an instant, with its figures; an inert server has no figures. */
export function replicationOf(
  drs: Drs,
  server: SourceServer,
  at: number,
): { readonly state: ServerState; readonly figures: Figures | undefined } | undefined {
  const data = dataOf(drs, server);
  if (data === undefined) return undefined;
  const state = data.server.stateAt(at);
  return { state, figures: figuresOf(data.drs.engine, data.server, state, at) };
}
