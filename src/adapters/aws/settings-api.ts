import {
  PutSourceServerActionCommand,
  UpdateLaunchConfigurationCommand,
  UpdateReplicationConfigurationCommand,
} from '@aws-sdk/client-mgn';
import type { Target } from '../../core/target.ts';
import type { SettingsApi } from '../../flow/ports.ts';
import {
  type ClientSettings,
  type Clients,
  createEc2Client,
  createMgnClient,
  once,
  operatorAgent,
} from './clients.ts';
import { launchTemplateApi } from './launch-template-api.ts';
import { createMgnApi } from './mgn-api.ts';
import {
  after,
  at,
  onceATarget,
  type TargetClientSettings,
  targetAccess,
} from './target-access.ts';
import { askForDocument, type TappableCommand } from './wire-call.ts';

type SettingsClients = Pick<Clients, 'mgn' | 'ec2' | 'serviceQuotas'>;

/** The account to act on as a delegated administrator of MGN; the caller's own where absent. */
interface Acting {
  readonly accountId?: string;
}

/** What `landfall settings` asks, in the account and Region of the clients. */
export function createSettingsApi(clients: SettingsClients, options: Acting = {}): SettingsApi {
  const acting = options.accountId === undefined ? {} : { accountID: options.accountId };
  const known = createMgnApi(clients, options);
  const put = <C extends TappableCommand>(command: C, send: (command: C) => Promise<unknown>) =>
    askForDocument(command, send);
  const mgn = clients.mgn();
  return {
    ...launchTemplateApi(clients),
    describeSourceServers: known.describeSourceServers,
    describeJobs: known.describeJobs,
    getLaunchConfiguration: known.getLaunchConfiguration,
    getReplicationConfiguration: known.getReplicationConfiguration,
    listSourceServerActions: known.listSourceServerActions,
    updateLaunchConfiguration: (sourceServerID, fields) =>
      put(
        new UpdateLaunchConfigurationCommand({ ...fields, sourceServerID, ...acting }),
        (command) => mgn.send(command),
      ),
    updateReplicationConfiguration: (sourceServerID, fields) =>
      put(
        new UpdateReplicationConfigurationCommand({ ...fields, sourceServerID, ...acting }),
        (command) => mgn.send(command),
      ),
    putSourceServerAction: (sourceServerID, action) =>
      put(
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
    const own = () => clientsOf(settings, caller, target.region, settings.credentials);
    const as = access.accessOf(target);
    if (as === 'own') return createSettingsApi(own());
    const { credentials, enter } = access.member(target);
    const member = entered(
      createSettingsApi(clientsOf(settings, caller, target.region, credentials)),
      after(enter),
    );
    if (as === 'role') return member;
    return {
      ...createSettingsApi(own(), { accountId: target.accountId }),
      // EC2 knows no administrator of MGN.
      describeLaunchTemplateVersion: member.describeLaunchTemplateVersion,
      defaultTemplateVersion: member.defaultTemplateVersion,
      createTemplateVersion: member.createTemplateVersion,
      setDefaultTemplateVersion: member.setDefaultTemplateVersion,
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
    describeLaunchTemplateVersion: entering(api.describeLaunchTemplateVersion),
    defaultTemplateVersion: entering(api.defaultTemplateVersion),
    updateLaunchConfiguration: entering(api.updateLaunchConfiguration),
    updateReplicationConfiguration: entering(api.updateReplicationConfiguration),
    putSourceServerAction: entering(api.putSourceServerAction),
    createTemplateVersion: entering(api.createTemplateVersion),
    setDefaultTemplateVersion: entering(api.setDefaultTemplateVersion),
  };
}

/** Whose calls these are: a person's, or those of the function that acts for a wave. */
type Caller = 'person' | 'function';

function clientsOf(
  settings: TargetClientSettings,
  caller: Caller,
  region: string,
  credentials: TargetClientSettings['credentials'],
): SettingsClients {
  const { endpoints = {} } = settings;
  const as = (client: ClientSettings) =>
    caller === 'person' ? { ...client, userAgent: operatorAgent } : client;
  return {
    mgn: once(() => createMgnClient(as(at(settings, region, endpoints.mgn, credentials)))),
    ec2: once(() => createEc2Client(as(at(settings, region, endpoints.ec2, credentials)))),
    serviceQuotas: once(() => {
      throw new Error('no quota is asked for here');
    }),
  };
}
