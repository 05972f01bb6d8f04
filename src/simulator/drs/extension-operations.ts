import * as z from 'zod';
import { objectAt } from '../json.ts';
import type { Operation } from '../operations/operation.ts';
import { notFound, validation } from '../service-exception.ts';
import type { SourceServer } from '../source-server.ts';
import { readDrsArn } from './arn.ts';
import { hostnameOf, replicationConfiguration } from './configurations.ts';
import { serverAt } from './extension.ts';
import { addServer } from './new-server.ts';
import { drsOperation, listing } from './operation.ts';
import { type Drs, defined, placeOf, recordOf } from './part.ts';
import { drsQuotasOf } from './quotas.ts';
import { denied, overQuota } from './refusal.ts';
import { sourceServerDocument } from './source-server-document.ts';

/** The operations that extend source servers of staging accounts into this one. */
export const extensionOperations: readonly Operation[] = [
  drsOperation(
    'CreateExtendedSourceServer',
    z.object({
      sourceServerArn: z.string(),
      tags: z.record(z.string(), z.string()).optional(),
    }),
    (drs, { sourceServerArn, tags = {} }) => {
      const staging = theStaging(drs, sourceServerArn);
      refuseExtension(drs, staging, sourceServerArn);
      const { totalServers } = drsQuotasOf(drs.region.world.parameters);
      const there = drs.engine.servers.filter((one) => !one.state.deleted).length;
      if (there >= totalServers.value) throw overQuota(totalServers);
      const { document } = staging.server;
      const server = addServer(drs, (_id, _arn, addedAt) =>
        defined({
          tags,
          lifeCycle: { addedToServiceDateTime: addedAt, lastLaunch: { initiated: {} } },
          sourceProperties: {
            supportsNitroInstances: true,
            ...objectAt(document, 'sourceProperties'),
          },
          sourceCloudProperties: document['sourceCloudProperties'],
          replicationDirection: 'FAILOVER',
          agentVersion: document['agentVersion'],
        }),
      );
      recordOf(drs.records, server.id).stagingArn = sourceServerArn;
      return { sourceServer: sourceServerDocument(drs, server, drs.region.world.now) };
    },
    { status: 201 },
  ),
  drsOperation(
    'ListExtensibleSourceServers',
    z.object({ stagingAccountID: z.string() }),
    (drs, { stagingAccountID }, call) => {
      if (stagingAccountID === drs.region.accountId) {
        throw validation('The staging account must be another account', 'other', [
          { name: 'stagingAccountID', message: 'is the account of the call' },
        ]);
      }
      const staging = drs.find({ ...placeOf(drs), accountId: stagingAccountID });
      if (staging === undefined || !staging.records.initialized) {
        throw denied(`Account ${stagingAccountID} does not trust this account`);
      }
      const extended = extendedArns(drs);
      const found = staging.engine.servers.filter(
        (server) =>
          !server.state.deleted &&
          server.state.phase.kind !== 'disconnected' &&
          !isExtension(staging, server) &&
          !extended.has(server.arn),
      );
      return listing(call, found, {
        filters: stagingAccountID,
        orderOf: (server) => staging.engine.placeOf(server),
        print: (server) =>
          defined({ hostname: hostnameOf(server), arn: server.arn, tags: server.state.tags }),
      });
    },
  ),
  drsOperation(
    'ListStagingAccounts',
    z.object({}),
    (drs, _input, call) => {
      const accounts = new Set(
        [...extendedArns(drs)].flatMap((arn) => readDrsArn(arn)?.place.accountId ?? []),
      );
      return listing(call, [...accounts].toSorted(), {
        filters: undefined,
        member: 'accounts',
        print: (account) => ({ accountID: account }),
      });
    },
    { method: 'GET' },
  ),
];

function theStaging(drs: Drs, arn: string): { readonly drs: Drs; readonly server: SourceServer } {
  const named = readDrsArn(arn);
  if (named?.kind !== 'source-server' || named.place.region !== drs.region.region) {
    throw validation('The ARN names no source server of this Region', 'other', [
      { name: 'sourceServerArn', message: `${arn} is not in ${drs.region.region}` },
    ]);
  }
  if (named.place.accountId === drs.region.accountId) {
    throw validation('A source server cannot be extended into its own account', 'other', [
      { name: 'sourceServerArn', message: `${arn} is in this account` },
    ]);
  }
  const there = drs.find(named.place);
  if (there === undefined || !there.records.initialized) {
    throw denied(`Account ${named.place.accountId} does not trust this account`);
  }
  const staging = serverAt(drs, arn);
  if (staging === undefined) throw notFound('SourceServer', named.id);
  return staging;
}

// No Conflict is declared here (reference: DRS 1.7).
function refuseExtension(
  drs: Drs,
  staging: { readonly drs: Drs; readonly server: SourceServer },
  arn: string,
): void {
  const { drsExtensionNeedsCustomKey } = drs.region.world.parameters;
  const encryption = replicationConfiguration(staging.drs, staging.server)['ebsEncryption'];
  const why = extendedArns(drs).has(arn)
    ? 'is already extended into this account'
    : isExtension(staging.drs, staging.server)
      ? 'is an extension of another source server'
      : staging.server.state.phase.kind === 'disconnected'
        ? 'is disconnected'
        : drsExtensionNeedsCustomKey && encryption === 'DEFAULT'
          ? 'cannot be extended if it has the default EBS encryption key'
          : undefined;
  if (why === undefined) return;
  throw validation(`Source server ${staging.server.id} ${why}`, 'other', [
    { name: 'sourceServerArn', message: why },
  ]);
}

function isExtension(drs: Drs, server: SourceServer): boolean {
  return recordOf(drs.records, server.id).stagingArn !== undefined;
}

function extendedArns(drs: Drs): ReadonlySet<string> {
  return new Set(
    drs.engine.servers.flatMap((server) =>
      server.state.deleted ? [] : (recordOf(drs.records, server.id).stagingArn ?? []),
    ),
  );
}
