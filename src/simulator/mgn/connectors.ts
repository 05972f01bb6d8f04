import * as z from 'zod';
import { objectAt, textAt } from '../json.ts';
import {
  accountID,
  checked,
  type Operation,
  paging,
  sourceServerID,
  theServer,
} from '../operations/operation.ts';
import { isRunning, type RegionState } from '../region-state.ts';
import { freeze, hear } from '../replication.ts';
import { serverDocument } from '../server-document.ts';
import { conflict, notFound, validation } from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';
import { assign } from './groups.ts';
import { pageOf, refuseArchivedServer } from './launch-settings.ts';
import { connectorID, mgnRead, mgnWrite, tags, vcenterClientID } from './model.ts';
import { newId } from './new-id.ts';
import type { Resource } from './settings.ts';

const name = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9_-]+$/);
const ssmCommandConfig = z.object({
  s3OutputEnabled: z.boolean(),
  outputS3BucketName: z
    .string()
    .regex(/^[a-zA-Z0-9.\-_]{1,255}$/)
    .optional(),
  cloudWatchOutputEnabled: z.boolean(),
  cloudWatchLogGroupName: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[.\-_/#A-Za-z0-9]+$/)
    .optional(),
});
const connectorAction = z.object({
  credentialsSecretArn: z
    .string()
    .min(20)
    .max(100)
    .regex(/^arn:[\w-]+:secretsmanager:([a-z]{2}-(gov-)?[a-z]+-\d)?:(\d{12})?:secret:(.+)$/)
    .optional(),
  connectorArn: z
    .string()
    .min(27)
    .max(100)
    .regex(
      /^arn:[\w-]+:mgn:([a-z]{2}-(gov-)?[a-z]+-\d)?:(\d{12})?:connector\/(connector-[0-9a-zA-Z]{17})$/,
    )
    .optional(),
});

/** The operations of MGN on connectors and vCenter clients, and the one that ties a server to a connector. */
export const connectors: readonly Operation[] = [
  mgnWrite('CreateConnector', 201, ({ region, input }) => {
    const given = checked(
      z.object({
        name,
        ssmInstanceID: z.string().regex(/^(i|mi)-[0-9a-zA-Z]{17}$/),
        ssmCommandConfig: ssmCommandConfig.optional(),
        tags: tags.optional(),
      }),
      input,
    );
    const most = region.world.parameters.quotaConnectors;
    if (region.mgn.connectors.size >= most) {
      throw validation(`There can be no more than ${most} connectors`, 'other');
    }
    const id = newId(region, 'connector');
    const connector: Resource = {
      id,
      document: { connectorID: id, arn: region.arn('connector', id), tags: {}, ...given },
    };
    region.mgn.connectors.set(id, connector);
    return connector.document;
  }),
  mgnRead('ListConnectors', (call) => {
    const filters = z.object({ connectorIDs: z.array(connectorID).max(20).optional() }).optional();
    const given = checked(z.object({ filters, ...paging }), call.input);
    const ids = given.filters?.connectorIDs ?? [];
    const all = [...call.region.mgn.connectors.values()];
    return pageOf(
      call,
      all.filter(({ id }) => ids.length === 0 || ids.includes(id)),
      ids,
    );
  }),
  mgnWrite('UpdateConnector', 200, ({ region, input }) => {
    const given = checked(
      z.object({
        connectorID,
        name: name.optional(),
        ssmCommandConfig: ssmCommandConfig.optional(),
      }),
      input,
    );
    const connector = theConnector(region, given.connectorID);
    connector.document = { ...connector.document, ...given };
    return connector.document;
  }),
  mgnWrite('DeleteConnector', 204, ({ region, input }) => {
    const id = checked(z.object({ connectorID }), input).connectorID;
    region.mgn.connectors.delete(theConnector(region, id).id);
    return undefined;
  }),
  {
    service: 'mgn',
    name: 'UpdateSourceServer',
    method: 'POST',
    path: '/UpdateSourceServer',
    writes: true,
    status: 200,
    answer: ({ region, input }) => {
      const model = z.object({
        sourceServerID,
        connectorAction: connectorAction.optional(),
        accountID,
      });
      const given = checked(model, input);
      const server = theServer(region, given.sourceServerID);
      refuseArchivedServer(server);
      if (given.connectorAction !== undefined) tie(region, server, given.connectorAction);
      return serverDocument(region, server, region.world.now);
    },
  },
  mgnWrite('DeleteVcenterClient', 204, ({ region, input }) => {
    const id = checked(z.object({ vcenterClientID }), input).vcenterClientID;
    if (!region.clients.has(id)) throw notFound('VcenterClient', id);
    const rule = region.world.parameters.deleteVcenterClient;
    const its = region.servers.filter(
      (server) => server.vcenterClientId === id && !server.state.deleted,
    );
    const replicating = its.filter((server) => server.agentless && isRunning(server.state.phase));
    if (rule === 'reject-while-replicating' && replicating.length > 0) {
      throw validation('Source servers still replicate through the vCenter client', 'other', [
        { name: 'vcenterClientID', message: `${replicating.length} source servers use ${id}` },
      ]);
    }
    region.clients.delete(id);
    region.mgn.deletedClients.add(id);
    for (const server of replicating) {
      hear(region, server, false);
      if (server.state.phase.kind !== 'frozen') freeze(region, server, undefined, undefined);
    }
    if (rule !== 'keeps-servers') {
      for (const server of its) {
        if (server.lifeCycleState === 'DISCOVERED') region.change(server, { deleted: true });
      }
    }
    return undefined;
  }),
];

function theConnector(region: RegionState, id: string): Resource {
  const connector = region.mgn.connectors.get(id);
  if (connector === undefined) throw notFound('Connector', id);
  return connector;
}

function tie(
  region: RegionState,
  server: SourceServer,
  action: z.output<typeof connectorAction>,
): void {
  const arn = action.connectorArn;
  if (arn !== undefined) {
    theConnector(region, arn.slice(arn.lastIndexOf('/') + 1));
    const most = region.world.parameters.quotaServersPerConnector;
    const others = region.servers.filter(
      (other) => other !== server && !other.state.deleted && tiedTo(other) === arn,
    );
    if (others.length >= most) {
      throw conflict(`A connector serves no more than ${most} source servers`, [server.id]);
    }
  }
  assign(region, server, { connectorAction: action });
}

function tiedTo(server: SourceServer): string | undefined {
  const { assigned } = server.state;
  return textAt(objectAt({ ...server.document, ...assigned }, 'connectorAction'), 'connectorArn');
}
