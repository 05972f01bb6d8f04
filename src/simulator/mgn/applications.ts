import * as z from 'zod';
import { textAt } from '../json.ts';
import { isConcluded } from '../operations/mgn-life-cycle.ts';
import {
  accountID,
  type Call,
  checked,
  type Operation,
  page,
  sourceServerID,
  theServer,
} from '../operations/operation.ts';
import type { Group } from '../region-state.ts';
import { conflict, quotaExceeded } from '../service-exception.ts';
import { assignedText, type SourceServer } from '../source-server.ts';
import {
  applicationDocument,
  assignApplication,
  changeGroup,
  createGroup,
  groupConflict,
  refuseArchived,
  refuseOverQuota,
  refuseTakenName,
  serversByApplication,
  setArchived,
  theGroup,
} from './groups.ts';
import {
  applicationID,
  groupDescription,
  groupName,
  listed,
  listing,
  mgnRead,
  mgnWrite,
  tags,
  waveID,
} from './model.ts';
import { groupQuotasOf } from './quotas.ts';

const one = z.object({ applicationID, accountID });
const members = z.object({
  applicationID,
  sourceServerIDs: z.array(sourceServerID).min(1).max(50),
  accountID,
});
const list = z.object({
  filters: z
    .object({
      applicationIDs: z.array(applicationID).max(200).optional(),
      isArchived: z.boolean().optional(),
      waveIDs: z.array(waveID).max(200).optional(),
    })
    .optional(),
  ...listed,
});

/** The operations of MGN on applications. */
export const applications: readonly Operation[] = [
  mgnRead('ListApplications', (call) => {
    const { filters = {} } = checked(list, call.input);
    const { waveIDs = [], applicationIDs = [], isArchived } = filters;
    const found = [...call.region.applications.values()].filter(
      (group) =>
        (isArchived === undefined || group.archived === isArchived) &&
        (waveIDs.length === 0 || waveIDs.includes(textAt(group.document, 'waveID') ?? '')) &&
        (applicationIDs.length === 0 || applicationIDs.includes(group.id)),
    );
    const { items, nextToken } = page(call, found, filters);
    const servers = serversByApplication(call.region, call.readAt);
    return listing(
      items.map((group) => applicationDocument(call, group, servers.get(group.id) ?? [])),
      nextToken,
    );
  }),
  mgnWrite('CreateApplication', 201, (call) => {
    const given = checked(
      z.object({
        name: groupName,
        description: groupDescription.optional(),
        tags: tags.optional(),
        accountID,
      }),
      call.input,
    );
    const { region } = call;
    refuseTakenName(region, 'application', given.name);
    refuseOverQuota(region, 'application', false, quotas(call).activeApplications);
    return shown(call, createGroup(region, 'application', given));
  }),
  mgnWrite('UpdateApplication', 200, (call) => {
    const given = checked(
      z.object({
        applicationID,
        name: groupName.optional(),
        description: groupDescription.optional(),
        accountID,
      }),
      call.input,
    );
    const group = theGroup(call.region, 'application', given.applicationID);
    refuseArchived('application', group);
    const { name, description } = given;
    if (name !== undefined) refuseTakenName(call.region, 'application', name, group.id);
    changeGroup(call.region, group, {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
    });
    return shown(call, group);
  }),
  mgnWrite('ArchiveApplication', 200, (call) => {
    const { region } = call;
    const group = theGroup(region, 'application', checked(one, call.input).applicationID);
    const servers = serversOf(call, group);
    const open = servers.filter((server) => !server.state.archived && !isConcluded(server));
    if (open.length > 0) {
      throw conflict(
        'Every server of an application must be archived, CUTOVER or DISCONNECTED',
        open.map((server) => server.id),
      );
    }
    if (!group.archived) {
      refuseOverQuota(region, 'application', true, quotas(call).archivedApplications);
    }
    for (const server of servers) region.change(server, { archived: true });
    setArchived(region, group, true);
    return shown(call, group);
  }),
  mgnWrite('UnarchiveApplication', 200, (call) => {
    const { region } = call;
    const group = theGroup(region, 'application', checked(one, call.input).applicationID);
    if (group.archived) {
      refuseOverQuota(region, 'application', false, quotas(call).activeApplications);
    }
    setArchived(region, group, false);
    return shown(call, group);
  }),
  mgnWrite('DeleteApplication', 204, (call) => {
    const { region } = call;
    const group = theGroup(region, 'application', checked(one, call.input).applicationID);
    const servers = serversOf(call, group);
    const rule = region.world.parameters.deleteGroup;
    const may =
      (rule !== 'archived' && servers.length === 0) || (rule !== 'empty' && group.archived);
    if (!may) throw groupConflict('application', group.id, 'The application still has servers');
    for (const server of servers) assignApplication(region, server, undefined);
    region.applications.delete(group.id);
    return undefined;
  }),
  mgnWrite('AssociateSourceServers', 200, (call) => {
    const { region } = call;
    const given = checked(members, call.input);
    const group = theGroup(region, 'application', given.applicationID);
    const servers = given.sourceServerIDs.map((id) => theServer(region, id));
    refuseArchived('application', group);
    const there = serversOf(call, group);
    const coming = servers.filter((server) => !there.includes(server));
    const elsewhere = coming.filter(
      (server) => assignedText(server, server.state, 'applicationID') !== undefined,
    );
    if (elsewhere.length > 0 && region.world.parameters.associateElsewhere === 'reject') {
      throw conflict(
        'The source server belongs to another application',
        elsewhere.map((server) => server.id),
      );
    }
    const { serversPerApplication } = quotas(call);
    if (there.length + new Set(coming).size > serversPerApplication.value) {
      throw quotaExceeded(serversPerApplication);
    }
    for (const server of coming) assignApplication(region, server, group.id);
    return {};
  }),
  mgnWrite('DisassociateSourceServers', 200, (call) => {
    const { region } = call;
    const given = checked(members, call.input);
    const group = theGroup(region, 'application', given.applicationID);
    const servers = given.sourceServerIDs.map((id) => theServer(region, id));
    refuseArchived('application', group);
    for (const server of servers) {
      if (assignedText(server, server.state, 'applicationID') === group.id) {
        assignApplication(region, server, undefined);
      }
    }
    return {};
  }),
];

function quotas(call: Call) {
  return groupQuotasOf(call.region.world.parameters);
}

function serversOf(call: Call, group: Group): readonly SourceServer[] {
  return serversByApplication(call.region, call.region.world.now).get(group.id) ?? [];
}

function shown(call: Call, group: Group) {
  return applicationDocument(call, group, serversOf(call, group));
}
