import type { JsonObject } from '../json.ts';
import type { SourceServer } from '../source-server.ts';
import { drsArn } from './appointments.ts';
import { shapeByTemplates } from './configurations.ts';
import { type Drs, newId, stampOf } from './part.ts';

/** Adds a source server that an API call brings into being, shaped by the templates in force. */
export function addServer(
  drs: Drs,
  documentOf: (id: string, arn: string, addedAt: string) => JsonObject,
): SourceServer {
  const id = newId(drs, 's');
  const arn = drsArn(drs, 'source-server', id);
  const addedAt = stampOf(drs, drs.region.world.now);
  const server = drs.engine.add(id, arn, {
    sourceServerID: id,
    arn,
    lastLaunchResult: 'NOT_STARTED',
    ...documentOf(id, arn, addedAt),
  });
  shapeByTemplates(drs, server);
  return server;
}
