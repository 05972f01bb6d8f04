import * as z from 'zod';
import { textAt } from '../json.ts';
import { isConcluded } from '../operations/mgn-life-cycle.ts';
import { accountID, type Call, checked, type Operation, page } from '../operations/operation.ts';
import type { Group } from '../region-state.ts';
import { conflict, quotaExceeded } from '../service-exception.ts';
import {
  applicationsOf,
  changeGroup,
  countOf,
  createGroup,
  groupConflict,
  refuseArchived,
  refuseOverQuota,
  refuseTakenName,
  serversByApplication,
  setArchived,
  theGroup,
  waveDocument,
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

const one = z.object({ waveID, accountID });
const members = z.object({
  waveID,
  applicationIDs: z.array(applicationID).min(1).max(50),
  accountID,
});
const list = z.object({
  filters: z
    .object({
      waveIDs: z.array(waveID).max(200).optional(),
      isArchived: z.boolean().optional(),
    })
    .optional(),
  ...listed,
});

/** The operations of MGN on waves. */
export const waves: readonly Operation[] = [
  mgnRead('ListWaves', (call) => {
    const { filters = {} } = checked(list, call.input);
    const { waveIDs = [], isArchived } = filters;
    const found = [...call.region.waves.values()].filter(
      (group) =>
        (isArchived === undefined || group.archived === isArchived) &&
        (waveIDs.length === 0 || waveIDs.includes(group.id)),
    );
    const { items, nextToken } = page(call, found, filters);
    const servers = serversByApplication(call.region, call.readAt);
    return listing(
      items.map((group) => waveDocument(call, group, servers)),
      nextToken,
    );
  }),
  mgnWrite('CreateWave', 201, (call) => {
    const given = checked(
      z.object({
        name: groupName,
        description: groupDescription.optional(),
        tags: tags.optional(),
        accountID,
      }),
      call.input,
    );
    refuseTakenName(call.region, 'wave', given.name);
    refuseOverQuota(call.region, 'wave', false, quotas(call).activeWaves);
    return shown(call, createGroup(call.region, 'wave', given));
  }),
  mgnWrite('UpdateWave', 200, (call) => {
    const given = checked(
      z.object({
        waveID,
        name: groupName.optional(),
        description: groupDescription.optional(),
        accountID,
      }),
      call.input,
    );
    const group = theGroup(call.region, 'wave', given.waveID);
    refuseArchived('wave', group);
    const { name, description } = given;
    if (name !== undefined) refuseTakenName(call.region, 'wave', name, group.id);
    changeGroup(call.region, group, {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
    });
    return shown(call, group);
  }),
  mgnWrite('ArchiveWave', 200, (call) => {
    const { region } = call;
    const wave = theGroup(region, 'wave', checked(one, call.input).waveID);
    const byApplication = serversByApplication(region, region.world.now);
    const taken = applicationsOf(region, wave.id);
    const servers = taken.flatMap(({ id }) => byApplication.get(id) ?? []);
    const open = servers.filter((server) => !server.state.archived && !isConcluded(server));
    if (open.length > 0) {
      throw conflict(
        'Every server of a wave must be archived, CUTOVER or DISCONNECTED',
        open.map((server) => server.id),
      );
    }
    const { archivedWaves, archivedApplications } = quotas(call);
    if (!wave.archived) refuseOverQuota(region, 'wave', true, archivedWaves);
    const more = taken.filter((application) => !application.archived).length;
    if (countOf(region, 'application', true) + more > archivedApplications.value) {
      throw quotaExceeded(archivedApplications);
    }
    for (const server of servers) region.change(server, { archived: true });
    for (const application of taken) setArchived(region, application, true);
    setArchived(region, wave, true);
    return shown(call, wave);
  }),
  mgnWrite('UnarchiveWave', 200, (call) => {
    const { region } = call;
    const wave = theGroup(region, 'wave', checked(one, call.input).waveID);
    const { activeWaves, activeApplications } = quotas(call);
    if (wave.archived) refuseOverQuota(region, 'wave', false, activeWaves);
    const back =
      region.world.parameters.unarchiveWaveScope === 'wave'
        ? []
        : applicationsOf(region, wave.id).filter((application) => application.archived);
    if (countOf(region, 'application', false) + back.length > activeApplications.value) {
      throw quotaExceeded(activeApplications);
    }
    for (const application of back) setArchived(region, application, false);
    setArchived(region, wave, false);
    return shown(call, wave);
  }),
  mgnWrite('DeleteWave', 204, (call) => {
    const { region } = call;
    const wave = theGroup(region, 'wave', checked(one, call.input).waveID);
    const taken = applicationsOf(region, wave.id);
    const rule = region.world.parameters.deleteGroup;
    const may = (rule !== 'archived' && taken.length === 0) || (rule !== 'empty' && wave.archived);
    if (!may) throw groupConflict('wave', wave.id, 'The wave still has applications');
    for (const application of taken) changeGroup(region, application, { waveID: undefined });
    region.waves.delete(wave.id);
    return undefined;
  }),
  mgnWrite('AssociateApplications', 200, (call) => {
    const { region } = call;
    const given = checked(members, call.input);
    const wave = theGroup(region, 'wave', given.waveID);
    const named = [...new Set(given.applicationIDs)].map((id) =>
      theGroup(region, 'application', id),
    );
    refuseArchived('wave', wave);
    for (const application of named) refuseArchived('application', application);
    const coming = named.filter(({ document }) => textAt(document, 'waveID') !== wave.id);
    const elsewhere = coming.find(({ document }) => textAt(document, 'waveID') !== undefined);
    if (elsewhere !== undefined && region.world.parameters.associateElsewhere === 'reject') {
      throw groupConflict('application', elsewhere.id, 'The application belongs to another wave');
    }
    const { applicationsPerWave } = quotas(call);
    if (applicationsOf(region, wave.id).length + coming.length > applicationsPerWave.value) {
      throw quotaExceeded(applicationsPerWave);
    }
    for (const application of coming) changeGroup(region, application, { waveID: wave.id });
    return {};
  }),
  mgnWrite('DisassociateApplications', 200, (call) => {
    const { region } = call;
    const given = checked(members, call.input);
    const wave = theGroup(region, 'wave', given.waveID);
    const named = given.applicationIDs.map((id) => theGroup(region, 'application', id));
    refuseArchived('wave', wave);
    for (const application of named) {
      if (textAt(application.document, 'waveID') === wave.id) {
        changeGroup(region, application, { waveID: undefined });
      }
    }
    return {};
  }),
];

function quotas(call: Call) {
  return groupQuotasOf(call.region.world.parameters);
}

function shown(call: Call, wave: Group) {
  return waveDocument(call, wave, serversByApplication(call.region, call.region.world.now));
}
