import {
  CreateExtendedSourceServerCommand,
  DescribeSourceServersCommand,
  ListExtensibleSourceServersCommand,
} from '@aws-sdk/client-drs';
import type { DrsApi } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { allPages } from './pages.ts';
import { askForDocument } from './wire-call.ts';

// Limits on inputs (reference: DRS 4.2).
const maxResults = 1000;
const maxExtensible = 300;

type Extensions = Pick<
  DrsApi,
  'describeExtensions' | 'listExtensibleSourceServers' | 'createExtendedSourceServer'
>;

/** The calls of DRS in an account that servers of staging accounts are extended into. */
export function drsExtensions(clients: Pick<Clients, 'drs'>): Extensions {
  const drs = clients.drs();
  return {
    describeExtensions: (stagingAccountId) =>
      allPages((page) =>
        askForDocument(
          new DescribeSourceServersCommand({
            filters: { stagingAccountIDs: [stagingAccountId] },
            maxResults,
            ...page,
          }),
          (command) => drs.send(command),
        ),
      ),
    listExtensibleSourceServers: (stagingAccountID) =>
      allPages((page) =>
        askForDocument(
          new ListExtensibleSourceServersCommand({
            stagingAccountID,
            maxResults: maxExtensible,
            ...page,
          }),
          (command) => drs.send(command),
        ),
      ),
    createExtendedSourceServer: (sourceServerArn, tags) =>
      askForDocument(new CreateExtendedSourceServerCommand({ sourceServerArn, tags }), (command) =>
        drs.send(command),
      ),
  };
}
