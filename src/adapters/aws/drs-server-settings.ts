import {
  DeleteLaunchActionCommand,
  PutLaunchActionCommand,
  UpdateLaunchConfigurationCommand,
} from '@aws-sdk/client-drs';
import type { Target } from '../../core/target.ts';
import type { DrsServerSettingsApi } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { createDrsApi } from './drs-api.ts';
import { launchTemplateApi } from './launch-template-api.ts';
import { type Caller, launchTemplateCalls, settingsClients } from './settings-clients.ts';
import { after, onceATarget, type TargetClientSettings, targetAccess } from './target-access.ts';
import { askForDocument } from './wire-call.ts';

type DrsSettingsClients = Pick<Clients, 'drs' | 'ec2' | 'serviceQuotas'>;

/** What the settings of servers of DRS are read and set by, in the account and Region of the clients. */
export function createDrsServerSettings(clients: DrsSettingsClients): DrsServerSettingsApi {
  const known = createDrsApi(clients);
  const drs = clients.drs();
  return {
    ...launchTemplateApi(clients),
    describeSourceServers: known.describeSourceServers,
    describeJobs: known.describeJobs,
    getLaunchConfiguration: known.getLaunchConfiguration,
    listLaunchActions: known.listLaunchActions,
    updateLaunchConfiguration: (sourceServerID, fields) =>
      askForDocument(
        new UpdateLaunchConfigurationCommand({ ...fields, sourceServerID }),
        (command) => drs.send(command),
      ),
    putLaunchAction: (resourceId, action) =>
      askForDocument(
        new PutLaunchActionCommand({
          // DRS answers what is missing here by a refusal that names it.
          actionId: undefined,
          actionCode: undefined,
          order: undefined,
          optional: undefined,
          active: undefined,
          name: undefined,
          actionVersion: undefined,
          category: undefined,
          description: undefined,
          ...action,
          resourceId,
        }),
        (command) => drs.send(command),
      ),
    deleteLaunchAction: (resourceId, actionId) =>
      askForDocument(new DeleteLaunchActionCommand({ resourceId, actionId }), (command) =>
        drs.send(command),
      ),
  };
}

/**
 * Answers the same of each target by its access, the same object for the same target, for functions: in a member account it
 * acts in the role of the settings that are given.
 */
export function createDrsServerSettingsApis(
  settings: TargetClientSettings,
): (target: Target) => DrsServerSettingsApi {
  return drsOfTargets(settings, 'function', createDrsServerSettings, serversEntered);
}

/** The same API, each call of which first enters the member account. */
export function serversEntered(
  api: DrsServerSettingsApi,
  entering: ReturnType<typeof after>,
): DrsServerSettingsApi {
  return {
    describeSourceServers: entering(api.describeSourceServers),
    describeJobs: entering(api.describeJobs),
    getLaunchConfiguration: entering(api.getLaunchConfiguration),
    listLaunchActions: entering(api.listLaunchActions),
    ...launchTemplateCalls(api, entering),
    updateLaunchConfiguration: entering(api.updateLaunchConfiguration),
    putLaunchAction: entering(api.putLaunchAction),
    deleteLaunchAction: entering(api.deleteLaunchAction),
  };
}

/** Makes an API of each target by its access, once: with the own credentials, or in the role of the settings. */
export function drsOfTargets<Api extends object>(
  settings: TargetClientSettings,
  caller: Caller,
  create: (clients: DrsSettingsClients) => Api,
  entered: (api: Api, entering: ReturnType<typeof after>) => Api,
): (target: Target) => Api {
  const access = targetAccess(settings);
  return onceATarget((target) => {
    const as = (credentials: TargetClientSettings['credentials']) =>
      create(settingsClients(settings, caller, target.region, credentials));
    if (access.accessOf(target) === 'own') return as(settings.credentials);
    const member = access.member(target);
    return entered(as(member.credentials), after(member.enter));
  });
}
