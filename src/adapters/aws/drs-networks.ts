import {
  AssociateSourceNetworkStackCommand,
  DescribeSourceNetworksCommand,
  StartSourceNetworkRecoveryCommand,
} from '@aws-sdk/client-drs';
import type { DrsApi } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { allPages, inGroups } from './pages.ts';
import { askForDocument } from './wire-call.ts';

// Limits on inputs (reference: DRS 4.2).
const maxResults = 1000;
const maxNetworksPerCall = 100;

type Networks = Pick<
  DrsApi,
  'describeSourceNetworks' | 'startSourceNetworkRecovery' | 'associateSourceNetworkStack'
>;

/** The calls of DRS that recover source networks. */
export function drsNetworks(clients: Pick<Clients, 'drs'>): Networks {
  const drs = clients.drs();
  return {
    describeSourceNetworks: (ids) =>
      inGroups(ids, maxNetworksPerCall, (sourceNetworkIDs) =>
        allPages((page) =>
          askForDocument(
            new DescribeSourceNetworksCommand({
              filters: { sourceNetworkIDs },
              maxResults,
              ...page,
            }),
            (command) => drs.send(command),
          ),
        ),
      ),
    startSourceNetworkRecovery: (ids, { deployAsNew, tags }) =>
      askForDocument(
        new StartSourceNetworkRecoveryCommand({
          sourceNetworks: ids.map((sourceNetworkID) => ({ sourceNetworkID })),
          deployAsNew,
          tags,
        }),
        (command) => drs.send(command),
      ),
    associateSourceNetworkStack: (sourceNetworkID, cfnStackName) =>
      askForDocument(
        new AssociateSourceNetworkStackCommand({ sourceNetworkID, cfnStackName }),
        (command) => drs.send(command),
      ),
  };
}
