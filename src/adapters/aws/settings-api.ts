import {
  PutSourceServerActionCommand,
  UpdateLaunchConfigurationCommand,
  UpdateReplicationConfigurationCommand,
} from '@aws-sdk/client-mgn';
import type { Target } from '../../core/target.ts';
import type { SettingsApi } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { launchTemplateApi } from './launch-template-api.ts';
import { createMgnApi } from './mgn-api.ts';
import { type Caller, launchTemplateCalls, settingsClients } from './settings-clients.ts';
import { after, onceATarget, type TargetClientSettings, targetAccess } from './target-access.ts';
import { askForDocument } from './wire-call.ts';

type SettingsClients = Pick<Clients, 'mgn' | 'ec2' | 'serviceQuotas'>;

/** The account to act on as a delegated administrator of MGN; the caller's own where absent. */
interface Acting {
  readonly accountId?: string;
}

/** What `landfall settings` asks, in the account and Region of the clients. */
export function createSettingsApi(clients: SettingsClients, options: Acting = {}): SettingsApi {
  const acting = options.accountId === undefined ? {} : { accountID: options.accountId };
  const known = createMgnApi(clients, options);
  const mgn = clients.mgn();
  return {
    ...launchTemplateApi(clients),
    describeSourceServers: known.describeSourceServers,
    describeJobs: known.describeJobs,
    getLaunchConfiguration: known.getLaunchConfiguration,
    getReplicationConfiguration: known.getReplicationConfiguration,
    listSourceServerActions: known.listSourceServerActions,
    updateLaunchConfiguration: (sourceServerID, fields) =>
      askForDocument(
        new UpdateLaunchConfigurationCommand({ ...fields, sourceServerID, ...acting }),
        (command) => mgn.send(command),
      ),
    updateReplicationConfiguration: (sourceServerID, fields) =>
      askForDocument(
        new UpdateReplicationConfigurationCommand({ ...fields, sourceServerID, ...acting }),
        (command) => mgn.send(command),
      ),
    putSourceServerAction: (sourceServerID, action) =>
      askForDocument(
        new PutSourceServerActionCommand({
          // MGN answers what is missing here by a refusal that names it.
          actionID: undefined,
          actionName: undefined,
          documentIdentifier: undefined,
          order: undefined,
          ...action,
          sourceServerID,
          ...acting,
        }),
        (command) => mgn.send(command),
      ),
  };
}

/**
 * Answers the same of each target by its access, the same object for the same target. In a member account it acts in the
 * role of the settings that are given, which need not be the one that Landfall's functions assume.
 */
export function createSettingsApis(
  settings: TargetClientSettings,
  caller: Caller = 'person',
): (target: Target) => SettingsApi {
  const access = targetAccess(settings);
  return onceATarget((target) => {
    const own = () => settingsClients(settings, caller, target.region, settings.credentials);
    const as = access.accessOf(target);
    if (as === 'own') return createSettingsApi(own());
    const { credentials, enter } = access.member(target);
    const member = entered(
      createSettingsApi(settingsClients(settings, caller, target.region, credentials)),
      after(enter),
    );
    if (as === 'role') return member;
    return {
      ...createSettingsApi(own(), { accountId: target.accountId }),
      // EC2 knows no administrator of MGN.
      ...launchTemplateCalls(member, (call) => call),
    };
  });
}

function entered(api: SettingsApi, entering: ReturnType<typeof after>): SettingsApi {
  return {
    describeSourceServers: entering(api.describeSourceServers),
    describeJobs: entering(api.describeJobs),
    getLaunchConfiguration: entering(api.getLaunchConfiguration),
    getReplicationConfiguration: entering(api.getReplicationConfiguration),
    listSourceServerActions: entering(api.listSourceServerActions),
    ...launchTemplateCalls(api, entering),
    updateLaunchConfiguration: entering(api.updateLaunchConfiguration),
    updateReplicationConfiguration: entering(api.updateReplicationConfiguration),
    putSourceServerAction: entering(api.putSourceServerAction),
  };
}
